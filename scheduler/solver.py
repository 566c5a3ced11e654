"""Solve a problem: tier by tier, each with a proven bound, then the draw; nothing unverified comes out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from scheduler.apart import Apart
from scheduler.building import goals_of, model_of
from scheduler.chain import Chain, Reached
from scheduler.dealing import deal
from scheduler.diagnose import diagnose
from scheduler.draw import Drawn, draw
from scheduler.errors import Impossible, OutOfTime, Unsound
from scheduler.limits import Clock, Limits, Step
from scheduler.options import estimate
from scheduler.plan import Level, Plan, Status, Tier, Turn
from scheduler.pricing import Priced
from scheduler.pricing import priced as prices
from scheduler.problem import Problem
from scheduler.provenance import made_with
from scheduler.regions import cut
from scheduler.rulebook import TIERS, tiers_of
from scheduler.search import Assignment, Search
from scheduler.sharing import Sharing
from scheduler.sizing import refuse_too_large
from scheduler.undated import Undated
from scheduler.variables import Variables
from scheduler.verify import verify

OUTLINE = 0.25
"""The share of the time in which a large case is bounded as a season without its dates."""
SHARING = 0.08
"""The share of the time left then in which it is settled who of several parts stays in which."""
SEASON = 20_000
"""Possible turns above which a whole case is bounded without its dates first: in one second of the ten and more that
its dates take, and every tier has a bound from the first plan on."""
LARGE = 80_000
"""Possible turns above which a part is large: bounding its levels by their dates takes half a minute and more."""
HUGE = 400_000
"""Possible turns above which a case in one part is solved as a part is: a level's bound by its dates takes minutes."""


def solve(
    problem: Problem,
    limits: Limits | None = None,
    *,
    progress: Callable[[Step], None] = lambda _: None,
    improved: Callable[[Plan], None] | None = None,
    cancel: Callable[[], bool] = lambda: False,
    rival: Sequence[Turn] = (),
) -> Plan:
    """Return the best plan found within the limits, verified, with its bounds.

    `rival`: the turns of another plan; `improved` is told it with the bounds proven so far while it is ahead.

    `progress` is told of each goal settled, `improved` of each better plan; `cancel` is asked between steps.
    Raises TooLarge before anything is built, Impossible (with the rules that clash), Cancelled, or OutOfTime
    before a first plan.
    """
    clock = Clock(limits or Limits(), cancel)
    parts = cut(problem)
    hands = min(len(parts), os.cpu_count() or 1)
    refuse_too_large([part.problem for part in parts[:hands]], clock.limits.memory)
    if len(parts) > 1:  # dealing that the time cut short leaves none for parts that end by themselves
        return _apart(problem, clock, rival).solve(progress, improved or (lambda _: None))
    outline = _outline(problem, clock, min(SEASON, LARGE))
    if outline is not None:
        outline.free()
    huge = estimate(problem) > HUGE
    chain = _chain(problem, clock, progress, improved, rival, outline=outline, brief=huge)
    chain.run()
    return _plan(chain, draw(chain, problem.seed))


def _outline(problem: Problem, clock: Clock, most: int, visitors: frozenset[str] = frozenset()) -> Undated | None:
    """Bound a case of more possible turns than `most` as a season without its dates: in seconds, where its dates may
    take minutes a level.
    """
    if estimate(problem) <= most:
        return None
    outline = Undated(problem, clock.share(OUTLINE), visitors=visitors)
    outline.solve()
    return outline


def _apart(problem: Problem, clock: Clock, rival: Sequence[Turn]) -> Apart:
    """Cut a case where least is lost, by what the season without its dates tells."""
    undated = Undated(problem, clock.share(OUTLINE))
    undated.solve()
    undated.settle()
    short = undated.cut

    def share(place: Mapping[str, str], homes: dict[str, str]) -> dict[str, str]:
        nonlocal short
        sharing = Sharing(problem, place, homes, undated.aims(), clock.share(SHARING))
        found = sharing.run()
        short |= sharing.cut
        return found

    parts = cut(problem, dealt=rival or deal(problem, clock.over), flow=undated.flow, share=share)
    return Apart(problem, parts, clock, undated, short=short)


def solve_part(
    problem: Problem,
    limits: Limits,
    visitors: frozenset[str],
    *,
    improved: Callable[[Plan], None] | None = None,
    priced: Callable[[list[Priced]], None] = lambda _: None,
    rival: Sequence[Turn] = (),
) -> Plan:
    """Solve a part of a larger case, in which visitors have no turns; tell the prices that bound the whole."""

    def tell(chain: Chain) -> None:
        priced(prices(chain, chain.model.closed - _turns_of(chain.model, visitors)))

    clock = Clock(limits)
    outline = _outline(problem, clock, LARGE, visitors)
    chain = _chain(problem, clock, lambda _: None, improved, rival, visitors, tell, outline, brief=True)
    chain.run()
    tell(chain)
    return _plan(chain, draw(chain, problem.seed))


def _turns_of(model: Variables, people: frozenset[str]) -> set[int]:
    return {index for person in people for index in model.of_applicant(person)}


def _chain(
    problem: Problem,
    clock: Clock,
    progress: Callable[[Step], None],
    improved: Callable[[Plan], None] | None,
    rival: Sequence[Turn],
    visitors: frozenset[str] = frozenset(),
    bounded: Callable[[Chain], None] = lambda _: None,
    outline: Undated | None = None,
    *,
    brief: bool = False,
) -> Chain:
    """Build the model and find a first plan; raises Impossible."""
    model = model_of(problem)
    goals = goals_of(model)
    model.closed |= _turns_of(model, visitors)
    search = Search(model.count, model.without_implied(), _number(problem.seed), clock.limits.workers)
    model.rows = list(search.rows)

    columns = model.columns_of(rival)
    other = model.settled(columns) if rival and len(columns) == len(rival) else None

    def tell(chain: Chain) -> None:
        if improved is None:
            return
        if other and not chain.reached and [g.value(other) for g in goals] > [chain.value(g) for g in goals]:
            improved(_partial(chain, other))
        else:
            improved(_plan(chain, None))

    def settled(chain: Chain) -> None:
        last = chain.reached[-1]
        turns = len(model.picked(chain.chosen or ()))
        progress(Step(last.goal.tier, last.goal.at_least, last.value, last.bound, clock.elapsed, turns))

    chain = Chain(model, goals, clock, search, tell, settled, bounded, outline, brief=brief)
    if not chain.first():
        raise Impossible(diagnose(problem, clock))
    if chain.chosen is None:
        raise OutOfTime
    return chain


def _number(seed: str) -> int:
    """Return the engines' seed: the first 31 bits of the SHA-256 of the text."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") >> 1


def _plan(chain: Chain, drawn: Drawn | None) -> Plan:
    """Return the plan at hand with what is known of it; Unsound if the checkers reject it."""
    problem = chain.model.problem
    turns = chain.model.extract(chain.chosen or ())
    tiers = _tiers(problem, turns, chain.known())
    closed = len(chain.reached) == len(chain.goals) and drawn is not None
    plan = Plan(
        case_sha256=problem.sha256,
        status=_status(tiers, closed=closed),
        turns=turns,
        tiers=tiers,
        seconds=round(chain.clock.elapsed, 3),
        deterministic=drawn is not None and not chain.clock.cut and not chain.short,
        solver=_made_by(chain, drawn),
    )
    return _sound(problem, plan)


def _sound(problem: Problem, plan: Plan) -> Plan:
    found = verify(problem, plan).violations
    if found:
        raise Unsound(violation.message for violation in found)
    return plan


def _partial(chain: Chain, other: Assignment) -> Plan:
    """Return another plan with what is proven so far."""
    problem, turns = chain.model.problem, chain.model.extract(other)
    tiers = _tiers(problem, turns, chain.known(other))
    plan = Plan(problem.sha256, _status(tiers, closed=False), turns, tiers, round(chain.clock.elapsed, 3))
    return _sound(problem, plan)


def _made_by(chain: Chain, drawn: Drawn | None) -> dict[str, object]:
    limits = chain.clock.limits
    return {
        **made_with(),
        "seed": chain.model.problem.seed,
        "parameters": {"workers": limits.workers, "effort": limits.effort},
        "draw": {"asked": drawn.asked, "proven": drawn.proven} if drawn else None,
    }


def _tiers(problem: Problem, turns: tuple[Turn, ...], reached: list[Reached]) -> tuple[Tier, ...]:
    """Recount the tiers and set the proven bounds beside them."""
    bounds = {step.goal.tier: step.bound for step in reached}
    levels = [step for step in reached if step.goal.at_least is not None]
    tiers = [
        _levels(tier, levels) if tier.levels or tier.value is None else replace(tier, bound=bounds.get(tier.name))
        for tier in (wish.measure(problem, turns) for wish in tiers_of(problem))
    ]
    if problem.charter.min_fill:
        fill = replace(TIERS["fill"].measure(problem, turns), name="min_fill", bound=bounds.get("min_fill"))
        tiers = [_kept(problem, fill), *(_kept(problem, tier) for tier in tiers[:1]), *tiers[1:]]
    return tuple(tiers)


def _levels(tier: Tier, reached: list[Reached]) -> Tier:
    """Set the bound of each level; one left out of the chain has the bound of the next one in it."""
    told = [
        replace(
            level,
            bound=next((step.bound for step in reached if (step.goal.at_least or 0) >= level.at_least), None),
        )
        for level in tier.levels
    ]
    top = tier.levels[-1].at_least if tier.levels else 0
    told += [
        Level(step.goal.at_least, 0, step.bound)
        for step in reached
        if step.goal.at_least is not None and step.goal.at_least > top and step.bound > 0
    ]
    return replace(tier, levels=tuple(told))


def _kept(problem: Problem, tier: Tier) -> Tier:
    """Leave the bound out where min_fill is judged by it and not reached yet: the value is only what was found."""
    share = problem.charter.min_fill or 0
    if tier.name not in ("min_fill", "fill") or tier.bound is None or (tier.value or 0) >= share * tier.bound:
        return tier
    return replace(tier, bound=None)


def _status(tiers: tuple[Tier, ...], *, closed: bool) -> Status:
    """proven: nothing is left open; bounded: every value has a bound; feasible: some have none."""
    values = [(tier.value, tier.bound) for tier in tiers if tier.value is not None and tier.name != "min_fill"]
    values += [(level.count, level.bound) for tier in tiers for level in tier.levels]
    if any(bound is None for _, bound in values):
        return "feasible"
    measured = all(tier.bound is not None for tier in tiers if tier.name == "min_fill")
    proven = closed and measured and all(value == bound for value, bound in values)
    return "proven" if proven else "bounded"
