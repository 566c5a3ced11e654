"""What was ruled out for an applicant stays out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Forbidden as Ban
from scheduler.problem import Problem
from scheduler.rules.base import Rule, Violation
from scheduler.text import N_, Message
from scheduler.wording import when, where, who

if TYPE_CHECKING:
    from scheduler.variables import Variables


class Forbidden(Rule):
    """No turn of the applicant is in the forbidden space in a forbidden period; none named means all."""

    code = "forbidden"
    title = N_("Placements exclus")
    formula = "∀ ban, turn of its applicant in its space: periods(turn) ∩ periods(ban) = ∅"
    parameter = "forbidden"
    reach = "turn"

    def applies(self, problem: Problem) -> bool:
        """Off when nothing is forbidden."""
        return bool(problem.forbidden)

    def post(self, model: Variables) -> None:
        """∀ ban, column of its applicant in its space and periods: x_j = 0."""
        for ban in model.problem.forbidden:
            for index in model.of_applicant(ban.applicant):
                column = model.column(index)
                here = ban.space is None or ban.space == column.space
                if here and (ban.periods is None or any(period in ban.periods for period in column.periods)):
                    model.close(index)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each ban and turn that meet."""
        bans: dict[str, list[Ban]] = {}
        for ban in problem.forbidden:
            bans.setdefault(ban.applicant, []).append(ban)
        for turn in turns:
            for ban in bans.get(turn.applicant, ()):
                hit = set(turn.periods) if ban.periods is None else ban.periods.intersection(turn.periods)
                if hit and ban.space in (None, turn.space):
                    yield self._breach(problem, ban, turn, hit)

    def _breach(self, problem: Problem, ban: Ban, turn: Turn, hit: Iterable[int]) -> Violation:
        facts = {
            "applicant": who(turn.applicant),
            "space": where(turn.space),
            "when": when(problem, hit),
        }
        if ban.reason:
            template = N_("{applicant} ne peut pas être dans la salle {space} {when} : {reason}.")
            return self.breach(template, turn, reason=ban.reason.rstrip("."), **facts)
        return self.breach(N_("{applicant} ne peut pas être dans la salle {space} {when}."), turn, **facts)

    def sentence(self, problem: Problem) -> Message:
        """Say the rule with the number of bans."""
        return Message(N_("{n} placements sont exclus par décision, avec leur motif."), {"n": len(problem.forbidden)})
