"""Neighbouring stands do not show the same activity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Parameters, Problem, Space
from scheduler.rules.base import CharterRule, Violation
from scheduler.rules.parameters import apart
from scheduler.text import N_, Message
from scheduler.wording import stand_name, when, where

if TYPE_CHECKING:
    from scheduler.variables import Variables


class RivalsApart(CharterRule):
    """Stands that share a side of the floor plan do not show one activity; a turn's own stands may."""

    code = "rivals_apart"
    title = N_("Concurrents séparés")
    formula = "∀ turns t ≠ u with a common period, stands a of t beside b of u: activity(t) ≠ activity(u)"
    parameter = "charter.rivals_apart"
    reach = "space"
    overridable = True

    def on(self, charter: Parameters) -> bool:
        """Off unless the charter says so."""
        return charter.rivals_apart

    def post(self, model: Variables) -> None:
        """∀ neighbouring stands a, b, period, activity: x_j on a + x_i on b ≤ 1 for different applicants.

        Every stand is a kind of its own here, so each side of a pair holds one turn at most. A turn on both
        stands is on neither side: it shuts out everybody else by the stands it holds.
        """
        kinds = model.options.kinds
        cells: dict[tuple[str, int, int], list[int]] = {}
        for number, kind in enumerate(kinds):
            stand = kind.stands[0]
            if stand.x is not None and stand.y is not None and model.charters.at(kind.space, "rivals_apart"):
                cells.setdefault((kind.space, stand.x, stand.y), []).append(number)
        for (space, x, y), here in cells.items():
            for there in (cells.get((space, x + 1, y), ()), cells.get((space, x, y + 1), ())):
                for first, second in product(here, there):
                    for period in sorted(kinds[first].open & kinds[second].open):
                        self._post_pair(model, first, second, period)

    def _post_pair(self, model: Variables, first: int, second: int, period: int) -> None:
        """Keep the rivals of two neighbouring stands apart in one period."""
        alike: dict[str, list[int]] = {}
        for kind, other in ((first, second), (second, first)):
            for index in model.on(kind, period):
                column = model.column(index)
                if other not in column.kinds:
                    activity = model.problem.applicant(column.applicant).activity
                    alike.setdefault(activity, []).append(index)
        for rivals in alike.values():
            model.at_most(rivals, 1)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each pair of neighbouring turns of one activity."""
        rivals: dict[tuple[str, str], list[Turn]] = {}
        for turn in turns:
            if apart(problem, turn.space):
                rivals.setdefault((turn.space, problem.applicant(turn.applicant).activity), []).append(turn)
        for (space_id, activity), found in rivals.items():
            if len(found) == 1:
                continue
            found.sort(key=lambda turn: turn.order)
            space = problem.space(space_id)
            for first, second, stands in _close_pairs(space, found):
                shared = set(first.periods).intersection(second.periods)
                yield self.breach(
                    N_("Voisins de même activité {activity} (salle {space}, {when}) : {first} et {second}."),
                    first,
                    second,
                    first=stand_name(space_id, stands[0]),
                    second=stand_name(space_id, stands[1]),
                    space=where(space_id),
                    activity=activity,
                    when=when(problem, shared),
                )

    def sentence(self, problem: Problem) -> Message:
        """Say the rule."""
        return Message(N_("Deux stands voisins ne montrent pas la même activité en même temps."))


def _close_pairs(space: Space, turns: list[Turn]) -> Iterator[tuple[Turn, Turn, tuple[str, str]]]:
    """Yield turns of a list in date order that share a period and a side, with the first stands that touch."""
    floor = {stand.id: stand for stand in space.stands}
    for index, first in enumerate(turns):
        for second in turns[index + 1 :]:
            if second.start >= first.start + first.length:
                break
            touching = ((a, b) for a in first.stands for b in second.stands if floor[a].beside(floor[b]))
            stands = next(touching, None)
            if stands:
                yield first, second, stands
