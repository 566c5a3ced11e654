"""No stand stays empty for the sake of equality alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.text import N_, Message

if TYPE_CHECKING:
    from scheduler.variables import Variables


class MinFill(Rule):
    """The plan occupies at least `min_fill` of the stand-periods that all other rules let be occupied.

    The largest possible fill is the outcome of an optimisation, so turns alone cannot show a breach: `check`
    compares with nothing and finds nothing. A plan file states the fill's proven bound, in its tier
    "min_fill" (or "fill", if that is the charter's first tier); verify hands it to `check_against`.
    """

    code = "min_fill"
    title = N_("Remplissage minimal")
    formula = "|{occupied stand-periods}| ≥ min_fill × (largest possible number)"
    parameter = "charter.min_fill"
    reach = "season"
    overridable = True

    def applies(self, problem: Problem) -> bool:
        """Off when the charter asks for none."""
        return bool(problem.charter.min_fill)

    def post(self, model: Variables) -> None:
        """Post nothing: the solver keeps the share once the largest fill is known (solver.py)."""

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield nothing: see the class."""
        yield from ()

    def check_against(self, problem: Problem, turns: Sequence[Turn], largest: int) -> Iterator[Violation]:
        """Yield one breach if the turns occupy too little of `largest`, the proven largest fill."""
        share = problem.charter.min_fill
        given = sum((1 + len(turn.also)) * turn.length for turn in turns)
        if share is not None and given * share.denominator < largest * share.numerator:
            yield self.breach(
                N_("{given} places occupées sur {largest} possibles, il en faut au moins {share}."),
                given=given,
                largest=largest,
                share=share,
            )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule with its share."""
        return Message(
            N_("Au moins {share} des places qui peuvent être occupées le sont."),
            {"share": problem.charter.min_fill},
        )
