"""What every hard rule is.

`check` judges finished turns in plain Python and never shares a helper with `post`, which states the
same rule to the solver: the one proves the other. Nothing here loads the solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from scheduler.plan import Turn
from scheduler.problem import Charter, LocalCharter, Parameters, Problem
from scheduler.text import N_, Message, Name

if TYPE_CHECKING:
    from scheduler.variables import Variables

Reach = Literal["turn", "applicant", "space", "season"]


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach: the code of the rule, a sentence with its facts, the turns that make it."""

    rule: str
    message: Message
    turns: tuple[Turn, ...] = ()


class Rule:
    """A hard rule: a plan that breaks one is refused.

    `code` names it, `title` heads it (French), `formula` states it, `parameter` is the key of the case
    that feeds it.
    `reach` is the smallest set of turns its check must see together to be right about one turn: that turn
    alone, all turns of its applicant, all turns of its space, or the whole season.
    `overridable`: whether a person may decide against the rule, turn by turn, with a reason that is published.
    What cannot be (a stand twice, a person in two places, a closed door) and what is itself a person's
    decision, to be taken back openly (a pin, a ban), never is. The solver knows no override.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    parameter: ClassVar[str]
    reach: ClassVar[Reach]
    overridable: ClassVar[bool] = False

    def applies(self, problem: Problem) -> bool:
        """Tell whether the case switches this rule on; the rules without a parameter always are."""
        return True

    def post(self, model: Variables) -> None:
        """State the rule over the model's columns, to the solver."""
        raise NotImplementedError

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield every breach among turns whose names are all known to the case."""
        raise NotImplementedError

    def sentence(self, problem: Problem) -> Message:
        """Say the rule, with its parameters, to the people it binds."""
        raise NotImplementedError

    def said(self, problem: Problem) -> list[Message]:
        """Say the rule in full: a charter's rule also for each place that has it otherwise."""
        return [self.sentence(problem)]

    def breach(self, template: str, *turns: Turn, **facts: object) -> Violation:
        """Word one violation of this rule."""
        return Violation(self.code, Message(template, facts), turns)


class CharterRule(Rule):
    """A rule fed by a parameter of the charter, which a site or a space may have otherwise."""

    @property
    def name(self) -> str:
        """The parameter's key in the charter."""
        return self.parameter.removeprefix("charter.")

    def on(self, charter: Parameters) -> bool:
        """Tell whether a charter, general or local, switches the rule on: here, by giving any value."""
        return getattr(charter, self.name) is not None

    def applies(self, problem: Problem) -> bool:
        """On if the charter switches it on, in general or somewhere."""
        charter = problem.charter
        places = (*charter.sites.values(), *charter.spaces.values())
        return self.on(charter) or any(self.name in place.given and self.on(place) for place in places)

    def said(self, problem: Problem) -> list[Message]:
        """Say the rule in general if it is on there, then for each site and space that has it otherwise."""
        charter = problem.charter
        found = [self.sentence(problem)] if self.on(charter) else []
        for kind, template, lifted, places in (
            ("site", AT_SITE, _OFF_AT_SITE, charter.sites),
            ("space", AT_SPACE, _OFF_AT_SPACE, charter.spaces),
        ):
            for key in sorted(places):
                own = places[key]
                if self.name in own.given:
                    facts: dict[str, object] = {kind: Name(kind, key), "rule": Message(self.title)}
                    if self.on(own):
                        facts["rule"] = self.sentence(self._as_if_general(own))
                    found.append(Message(template if self.on(own) else lifted, facts))
        return found

    def _as_if_general(self, own: LocalCharter) -> Problem:
        """Return a case without facts whose charter says what a place's charter says."""
        charter = Charter(**{self.name: getattr(own, self.name)})
        return Problem("", (), (), (), (), charter=charter)


AT_SITE = N_("Site {site} : {rule}")
AT_SPACE = N_("Salle {space} : {rule}")
_OFF_AT_SITE = N_("Site {site} : la règle « {rule} » ne s'applique pas.")
_OFF_AT_SPACE = N_("Salle {space} : la règle « {rule} » ne s'applique pas.")
