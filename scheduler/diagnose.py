"""Which rules cannot hold together: a deletion filter over pins, bans, quotas and the charter's rules.

Each part of the case that can be lifted is lifted in turn; it belongs to the clash only if the case without it
is possible. A case is impossible only when two runs that share neither presolve nor seed say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from scheduler.building import model_of
from scheduler.limits import Clock
from scheduler.problem import Charter, Forbidden, LocalCharter, Parameters, Pin, Problem, Quota
from scheduler.rulebook import RULES
from scheduler.rules.parameters import quotas
from scheduler.rules.quotas import Quotas
from scheduler.search import Search
from scheduler.text import N_, Message
from scheduler.wording import when, where, who

EFFORT = 20.0
"""Deterministic seconds for one question."""

Lift = Callable[[Problem], Problem]


@dataclass(frozen=True, slots=True)
class Part:
    """Something a case could do without: how to say it, and how to lift it."""

    message: Message
    lift: Lift


def clashes(problem: Problem, clock: Clock) -> tuple[Message, ...]:
    """Return a smallest set of parts that cannot hold together with the rules that are always on.

    Empty if the case was not proven impossible twice. When time runs out the set says it may be too large.
    """
    if not impossible(problem, clock):
        return ()
    core: list[Part] = []
    minimal = True
    for part in _parts(problem):
        minimal = minimal and not clock.over()
        if minimal and impossible(part.lift(problem), clock):
            problem = part.lift(problem)
        else:
            core.append(part)
    found = tuple(part.message for part in core)
    if not minimal:
        found += (Message(N_("Faute de temps, cette liste peut contenir des règles de trop.")),)
    return found


def impossible(problem: Problem, clock: Clock) -> bool:
    """Tell whether two different runs prove that no plan obeys every rule."""
    model = model_of(problem)
    columns = set(range(model.count)) - model.closed
    for presolve, seed in ((True, 1), (False, 2)):
        search = Search(model.count, list(model.rows), seed, clock.limits.workers)
        found = search.best(columns, effort=EFFORT, seconds=clock.left(), presolve=presolve)
        if found.chosen is not None or not found.exhausted:
            return False
    return True


def _parts(problem: Problem) -> Iterator[Part]:
    """Yield what can be lifted, the most general first, so that the most specific stays in the core."""
    yield from _charter_parts(problem)
    for quota in quotas(problem):
        yield Part(Quotas().demand(quota), partial(_without_quota, quota=quota))
    for ban in problem.forbidden:
        facts = {"applicant": who(ban.applicant), "reason": ban.reason}
        yield Part(
            Message(N_("{applicant} est exclu d'un placement : {reason}."), facts),
            partial(_without_ban, ban=ban),
        )
    for pin in problem.pins:
        facts = {
            "applicant": who(pin.applicant),
            "space": where(pin.space),
            "when": when(problem, range(pin.start, pin.start + pin.length)),
        }
        yield Part(
            Message(N_("Le tour de {applicant} dans la salle {space} {when} est fixé."), facts),
            partial(_without_pin, pin=pin),
        )


def _charter_parts(problem: Problem) -> Iterator[Part]:
    """Yield the charter's rules that are on."""
    for rule in RULES:
        if rule.parameter.startswith("charter.") and rule.applies(problem):
            name = rule.parameter.removeprefix("charter.")
            if name not in ("quotas", "min_fill"):
                said = rule.said(problem)
                message = said[0] if len(said) == 1 else Message("{rules}", {"rules": tuple(said)})
                yield Part(message, partial(_without_parameter, name=name))


def _without_parameter(problem: Problem, name: str) -> Problem:
    """Lift a parameter of the charter, in general and wherever a place has it otherwise."""
    charter = replace(problem.charter, **{name: getattr(Charter(), name)})
    return _with_places(problem, charter, lambda own: replace(own, given=own.given - {name}))


def _without_quota(problem: Problem, quota: Quota) -> Problem:
    def kept(charter: Parameters) -> tuple[Quota, ...]:
        return tuple(other for other in charter.quotas if other is not quota)

    charter = replace(problem.charter, quotas=kept(problem.charter))
    return _with_places(problem, charter, lambda own: replace(own, quotas=kept(own)))


def _with_places(problem: Problem, charter: Charter, change: Callable[[LocalCharter], LocalCharter]) -> Problem:
    """Return the case with this charter, the charters of its places changed."""
    sites = {key: change(own) for key, own in charter.sites.items()}
    spaces = {key: change(own) for key, own in charter.spaces.items()}
    return replace(problem, charter=replace(charter, sites=sites, spaces=spaces))


def _without_ban(problem: Problem, ban: Forbidden) -> Problem:
    return replace(problem, forbidden=tuple(other for other in problem.forbidden if other is not ban))


def _without_pin(problem: Problem, pin: Pin) -> Problem:
    return replace(problem, pins=tuple(other for other in problem.pins if other is not pin))
