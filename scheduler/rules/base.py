"""What every hard rule is.

`check` judges finished turns in plain Python and never shares a helper with `post`, which states the
same rule to the solver: the one proves the other. Nothing here loads the solver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.text import Message

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

    def breach(self, template: str, *turns: Turn, **facts: object) -> Violation:
        """Word one violation of this rule."""
        return Violation(self.code, Message(template, facts), turns)
