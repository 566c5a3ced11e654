"""A stand holds one turn at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.rules.grouping import by_stand, followers
from scheduler.text import N_, Message
from scheduler.wording import stand_name, when, where, who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class StandSingle(Rule):
    """No two turns share a stand in a period."""

    code = "stand_single"
    title = N_("Un stand, une seule personne à la fois")
    formula = "∀ stand, period: |{turns on the stand in the period}| ≤ 1"
    parameter = "spaces[].stands"
    reach = "space"

    def post(self, model: Variables) -> None:
        """∀ kind, period: Σ x_j holding a stand of the kind ≤ stands of the kind.

        A column that holds two stands of a kind does not exist: neighbours are kinds of their own.
        """
        for number, kind in enumerate(model.options.kinds):
            for period in sorted(kind.open):
                model.at_most(model.on(number, period), len(kind.stands))

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each turn that starts on a stand while another one goes on."""
        for (space, stand), held in by_stand(turns).items():
            if len(held) == 1:
                continue
            for first, second in followers(held):
                end = first.start + first.length
                if second.start < end:
                    shared = range(second.start, min(end, second.start + second.length))
                    yield self.breach(
                        N_("Stand {stand} donné deux fois (salle {space}, {when}) : à {first} et à {second}."),
                        first,
                        second,
                        stand=stand_name(space, stand),
                        space=where(space),
                        when=when(problem, shared),
                        first=who(first.applicant),
                        second=who(second.applicant),
                    )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Un stand n'accueille qu'une personne à la fois, et un tour garde le même stand."))
