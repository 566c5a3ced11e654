"""The pins of a dealt plan: each on a stand, no two on one; then others beside them, for variety and quotas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from scheduler.blocks import blocks
from scheduler.board import Swap
from scheduler.plan import Turn
from scheduler.problem import Pin, Problem, Quota, Request, Space
from scheduler.rules.min_activities import MinActivities
from scheduler.rules.parameters import counts_in, limit
from scheduler.rules.quotas import kept, tally

if TYPE_CHECKING:
    from scheduler.dealing import Table

STEPS = 20_000
"""Stands tried for the pins of one hall; after them its pins go where they first fit, free or not."""


def seated(problem: Problem) -> list[Turn]:
    """Return a turn for each pin: on its stand, or on one of those that fit, so that no two meet if that can be."""
    turns: list[Turn] = []
    for space in problem.spaces:
        pins = sorted(
            (pin for pin in problem.pins if pin.space == space.id), key=lambda pin: (pin.start, pin.applicant)
        )
        places = [blocks(space, problem.request(pin.applicant)) for pin in pins]
        wanted = Counter(stand for groups in places for stand in {stand for group in groups for stand in group})
        choices = [_choices(space, pin, groups, wanted) for pin, groups in zip(pins, places, strict=True)]
        chosen = _Search(pins, choices).run() or [groups[0] for groups in choices]
        turns += [
            Turn(pin.applicant, space.id, group[0], pin.start, pin.length, group[1:])
            for pin, group in zip(pins, chosen, strict=True)
        ]
    return turns


def _choices(space: Space, pin: Pin, places: list[tuple[str, ...]], wanted: Mapping[str, int]) -> list[tuple[str, ...]]:
    """Return the stands a pin may have, those first that fewer of the pins of the hall could use."""
    shut = {stand.id for stand in space.stands if not (space.closed | stand.closed).isdisjoint(_periods(pin))}
    found = [group for group in places if pin.stand in (None, *group)]
    found = [group for group in found if shut.isdisjoint(group)] or found
    ranked = sorted(found, key=lambda group: sum(wanted[stand] for stand in group))
    return ranked or [(pin.stand or space.stands[0].id,)]


def _periods(pin: Pin) -> range:
    return range(pin.start, pin.start + pin.length)


class _Search:
    """Tries stands pin by pin in date order."""

    def __init__(self, pins: list[Pin], choices: list[list[tuple[str, ...]]]) -> None:
        self.pins, self.choices, self.steps = pins, choices, 0
        self.taken: set[tuple[str, int]] = set()
        self.chosen: list[tuple[str, ...]] = []

    def run(self) -> list[tuple[str, ...]] | None:
        """Return stands for all pins on which no two meet; None where there are none, or it takes too long."""
        tries = [iter(self.choices[0])] if self.pins else []
        while len(self.chosen) < len(self.pins):
            if not tries or self.steps >= STEPS:
                return None
            group = next(tries[-1], None)
            if group is None:
                tries.pop()
                if self.chosen:
                    self.taken -= self._cells(len(self.chosen) - 1, self.chosen.pop())
                continue
            self.steps += 1
            cells = self._cells(len(self.chosen), group)
            if self.taken.isdisjoint(cells):
                self.taken |= cells
                self.chosen.append(group)
                if len(self.chosen) < len(self.pins):
                    tries.append(iter(self.choices[len(self.chosen)]))
        return self.chosen

    def _cells(self, number: int, group: tuple[str, ...]) -> set[tuple[str, int]]:
        return {(stand, period) for stand in group for period in _periods(self.pins[number])}


def vary(table: Table, enough: Callable[[], bool]) -> None:
    """Deal turns beside the pins where they alone show too few activities, so that no hall does if that can be."""
    for turn in tuple(table.turns):
        if not any(_lacks(table, turn.space, period) for period in turn.periods):
            continue
        line = [one for one in _line(table) if table.problem.wish(one.applicant, turn.space)]
        for period in turn.periods:
            while _lacks(table, turn.space, period) and not enough():
                beside = next(_beside(table, line, turn.space, period), None)
                if beside is None:
                    break
                table.give(beside)


def _line(table: Table) -> list[Request]:
    """Return everybody, the lowest on the ladder first."""
    return sorted(table.problem.requests, key=table.standing)


def _beside(table: Table, line: list[Request], space: str, period: int) -> Iterator[Turn]:
    """Yield turns that show a further activity in a place and break no other rule, nor this one elsewhere."""
    shown = {table.problem.applicant(turn.applicant).activity for turn in table.board.by_period[space, period]}
    for request in line:
        if table.problem.applicant(request.applicant).activity not in shown:
            yield from (turn for turn in _turns(table, request, space) if period in turn.periods and _good(table, turn))


def _turns(table: Table, request: Request, space: str) -> Iterator[Turn]:
    """Yield her shortest turns on free stands of a space ("": of any), the best liked first."""
    if len(table.board.by_applicant.get(request.applicant, ())) < request.max_turns:
        for _, hall, start in table.liked(request):
            turn = table.turn_at(request, hall, start) if space in ("", hall) else None
            if turn is not None:
                yield turn


def _good(table: Table, turn: Turn) -> bool:
    broken = {violation.rule for violation in table.board.violations(Swap(added=(turn,)))} - {MinActivities.code}
    return not broken and not any(
        _lacks(table, turn.space, period, turn) and not _lacks(table, turn.space, period) for period in turn.periods
    )


def _lacks(table: Table, space: str, period: int, *more: Turn) -> bool:
    """Tell whether a place shows too few activities (with more turns)."""
    turns = (*table.board.by_period.get((space, period), ()), *more)
    shown = {table.problem.applicant(turn.applicant).activity for turn in turns}
    return len(shown) < min(limit(table.problem, space, "min_activities") or 0, sum(len(one.stands) for one in turns))


def balance(table: Table, enough: Callable[[], bool]) -> None:
    """Deal turns to those whom the pins leave short of a quota, until every quota is kept, if that can be."""
    for _ in table.quotas if table.turns else ():  # one may undo another
        for quota in table.quotas:
            group, everybody = tally(table.problem, quota, table.turns)
            for (space, period), occupied in everybody.items():
                if period < 0 and not kept(quota, group[space, period], occupied) and not enough():
                    _fill_up(table, quota, space)


def _fill_up(table: Table, quota: Quota, space: str) -> None:
    """Deal turns in a space ("": anywhere the quota counts) until it keeps the quota."""
    for request in _line(table):
        if (quota.group in table.problem.applicant(request.applicant).groups) == (quota.kind == "at_least"):
            group, everybody = tally(table.problem, quota, table.turns)
            if kept(quota, group[space, -1], everybody[space, -1]):
                return
            turns = (turn for turn in _turns(table, request, space) if counts_in(table.problem, quota, turn.space))
            good = next((turn for turn in turns if not table.board.violations(Swap(added=(turn,)))), None)
            if good is not None:
                table.give(good)
