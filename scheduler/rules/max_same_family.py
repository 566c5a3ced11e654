"""Not too many stands of one craft family together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import CharterRule, Violation
from scheduler.rules.parameters import limit
from scheduler.text import N_, Message
from scheduler.wording import when, where

if TYPE_CHECKING:
    from scheduler.variables import Variables


class MaxSameFamily(CharterRule):
    """In a space and period, at most `max_same_family` stands show one family.

    A turn on several stands counts with each of them. An applicant whose family is unknown (empty) counts for
    none: nobody is kept out because a register is incomplete.
    """

    code = "max_same_family"
    title = N_("Variété des filières")
    formula = "∀ space, period, family: |{stands held by the family}| ≤ max_same_family"
    parameter = "charter.max_same_family"
    reach = "space"
    overridable = True

    def post(self, model: Variables) -> None:
        """∀ space, period, family: Σ stands_j · x_j ≤ max_same_family."""
        for space, _, present in model.meetings():
            limit = model.charters.at(space, "max_same_family")
            alike: dict[str, list[tuple[int, int]]] = {}
            for index in present:
                column = model.column(index)
                family = model.problem.applicant(column.applicant).family
                if family:
                    alike.setdefault(family, []).append((index, len(column.kinds)))
            for terms in alike.values():
                model.add(terms, high=limit)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each space, period and family over the limit."""
        held: dict[tuple[str, int, str], list[Turn]] = {}
        for turn in turns:
            family = problem.applicant(turn.applicant).family
            if not family:
                continue
            for period in turn.periods:
                held.setdefault((turn.space, period, family), []).append(turn)
        for (space, period, family), found in held.items():
            given = sum(1 + len(turn.also) for turn in found)
            most = limit(problem, space, "max_same_family")
            if most is not None and given > most:
                yield self.breach(
                    N_("Filière {family} trop présente (salle {space}, {when}) : {given}, au plus {n}."),
                    *found,
                    space=where(space),
                    when=when(problem, (period,)),
                    family=family,
                    given=given,
                    n=most,
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule with its limit."""
        return Message(
            N_("Dans une salle, au plus {n} stands de la même filière en même temps."),
            {"n": problem.charter.max_same_family},
        )
