"""Replay the reasons of why_not against the case as a document and the plan: nothing of the scheduler's judgement.

Written from the description of the files alone. `Replay.judge` returns what is not so; empty: every word is true.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from scheduler.board import Swap
from scheduler.plan import Turn
from scheduler.reasons import Reason
from scheduler.tickets import ticket
from scheduler.verify import verify


class Replay:
    """A case document and the turns of a plan, counted anew."""

    def __init__(self, document: dict[str, Any], problem: Any, turns: tuple[Turn, ...], *, near: bool = False) -> None:
        """`near`: what a swap does is judged on the turns of the halls it touches, and those its people are in.

        Sound where no quota binds the whole season: every other rule is about one turn, person or hall, and the
        tiers are sums over people and turns, of which the others cancel out.
        """
        self.problem, self.turns, self.document = problem, turns, document
        self.near = near
        assert not (near and document["charter"]["quotas"])
        self.by_hall: dict[str, list[Turn]] = {}
        self.by_person: dict[str, list[Turn]] = {}
        for turn in turns:
            self.by_hall.setdefault(turn.space, []).append(turn)
            self.by_person.setdefault(turn.applicant, []).append(turn)
        self.charter = document["charter"]
        self.people = {one["id"]: one for one in document["applicants"]}
        self.requests = {one["applicant"]: one for one in document["requests"]}
        self.halls = {one["id"]: one for one in document["spaces"]}
        self.index = {one["start"]: n for n, one in enumerate(document["periods"])}
        self.taken: dict[tuple[str, str, int], Turn] = {}
        self.shown: Counter[tuple[str, int, str]] = Counter()
        self.units: Counter[str] = Counter()
        for turn in turns:
            self.units[turn.applicant] += turn.length
            for period in range(turn.start, turn.start + turn.length):
                self.taken[turn.space, turn.stand, period] = turn
                self.shown[turn.space, period, self.people[turn.applicant]["activity"]] += 1
        self.before = None if near else verify(problem, turns)
        assert self.charter["measure"] == "periods"

    def level(self, who: str, more: int = 0) -> int:
        return (self.people[who].get("received", 0) + self.units[who] + more) // self.people[who].get("share", 1)

    def fit(self, who: str, hall: str) -> list[dict[str, Any]]:
        asked = self.requests[who]
        return [
            stand
            for stand in self.halls[hall]["stands"]
            if stand["area_m2"] >= asked["area_m2"] and set(asked["features"]) <= set(stand["features"])
        ]

    def open_fit(self, who: str, hall: str, window: range) -> list[str]:
        shut = set(self.halls[hall].get("closed", ()))
        return [
            stand["id"]
            for stand in self.fit(who, hall)
            if not (shut | set(stand.get("closed", ()))).intersection(window)
        ]

    def periods(self, reason: Reason) -> list[int]:
        """The periods a sentence names, from its dates."""
        starts = [one["start"] for one in self.document["periods"]]
        return [
            self.index[start]
            for dates in reason.message.params.get("when", ())
            for start in starts
            if dates.start.isoformat() <= start <= dates.end.isoformat()
        ]

    def judge(self, who: str, reason: Reason) -> bool:
        """Whether a reason is true."""
        code = reason.code.split(":")[0]
        return bool(getattr(self, f"_{code}")(who, reason))

    def covered(self, who: str, found: list[Reason]) -> bool:
        """Whether every start in every space asked for, where a stand fits, was judged."""
        asked = self.requests[who]
        judged = {(turn.space, turn.start) for reason in found for swap in reason.swaps for turn in swap.added}
        least = asked["turn_length"]["min"]
        return {
            (wish["id"], start)
            for wish in asked["spaces"]
            if self.fit(who, wish["id"])
            for start in range(len(self.document["periods"]) - least + 1)
        } <= judged

    def _standing(self, who: str, reason: Reason) -> bool:
        facts = reason.message.params
        held = [turn for turn in self.turns if turn.applicant == who]
        return (facts["n"], facts["level"]) == (len(held), self.level(who))

    def _max_turns(self, who: str, reason: Reason) -> bool:
        return sum(turn.applicant == who for turn in self.turns) >= self.requests[who]["max_turns"]

    def _availability(self, who: str, reason: Reason) -> bool:
        return set(self.periods(reason)) <= set(self.requests[who]["unavailable"]) and bool(self.periods(reason))

    def _one_place(self, who: str, reason: Reason) -> bool:
        own = {p for turn in self.turns if turn.applicant == who for p in turn.periods}
        return set(self.periods(reason)) <= own and bool(own)

    def _open_stands(self, who: str, reason: Reason) -> bool:
        hall = reason.message.params["space"].id
        if reason.code == "open_stands":
            return set(self.periods(reason)) <= set(self.halls[hall]["closed"])
        return all(not self.open_fit(who, hall, turn.periods) for swap in reason.swaps for turn in swap.added)

    def _fit(self, who: str, reason: Reason) -> bool:
        return not self.fit(who, reason.message.params["space"].id)

    def _rest(self, who: str, reason: Reason) -> bool:
        rest = self.charter["rest"]
        own = {p for turn in self.turns if turn.applicant == who for p in turn.periods}
        return all(
            own.intersection(range(turn.start - rest, turn.start + turn.length + rest))
            for swap in reason.swaps
            for turn in swap.added
        )

    def _max_same_activity(self, who: str, reason: Reason) -> bool:
        craft, cap = self.people[who]["activity"], self.charter["max_same_activity"]
        hall = reason.message.params["space"].id
        return all(self.shown[hall, period, craft] >= cap for period in self.periods(reason))

    def _min_activities(self, who: str, reason: Reason) -> bool:
        return all("min_activities" in self._broken(swap) for swap in reason.swaps)

    def _swap(self, who: str, reason: Reason) -> bool:
        rule = reason.code.removeprefix("swap:")
        return all(self._all_held(who, swap) and rule in self._broken(swap) for swap in reason.swaps)

    def _broken(self, swap: Swap) -> set[str]:
        return {violation.rule for violation in verify(self.problem, self._after(swap)).violations}

    def _now(self, swap: Swap) -> list[Turn]:
        """The turns to judge a swap on."""
        if not self.near:
            return list(self.turns)
        people = {one.applicant for one in (*swap.removed, *swap.added)}
        halls = {one.space for one in (*swap.removed, *swap.added)}
        halls |= {turn.space for name in people for turn in self.by_person.get(name, ())}
        return [turn for hall in sorted(halls) for turn in self.by_hall.get(hall, ())]

    def _after(self, swap: Swap) -> list[Turn]:
        return [*(turn for turn in self._now(swap) if turn not in swap.removed), *swap.added]

    def _before(self, swap: Swap) -> list[Any]:
        """The tiers before a swap, comparable."""
        return order(self.before or verify(self.problem, self._now(swap)))

    def _all_held(self, who: str, swap: Swap) -> bool:
        """Whether every open stand that fits is held by somebody else in the window, and the swap tells by whom."""
        (turn,) = swap.added
        free = [
            stand
            for stand in self.open_fit(who, turn.space, turn.periods)
            if not any((turn.space, stand, period) in self.taken for period in turn.periods)
        ]
        holders = {self.taken.get((turn.space, turn.stand, period)) for period in turn.periods} - {None}
        return not free and holders == set(swap.removed) and bool(holders)

    def _held(self, who: str, reason: Reason) -> bool:
        levels = {self.level(turn.applicant) for swap in reason.swaps for turn in swap.removed}
        return levels == set(reason.message.params["levels"]) and all(
            self._all_held(who, swap) for swap in reason.swaps
        )

    def _not_fairer(self, who: str, reason: Reason) -> bool:
        return self._held(who, reason) and all(self._fairness(who, swap) <= 0 for swap in reason.swaps)

    def _fairness(self, who: str, swap: Swap) -> int:
        change: Counter[str] = Counter()
        for turn in swap.removed:
            change[turn.applicant] -= turn.length
        for turn in swap.added:
            change[turn.applicant] += turn.length
        before = sorted(self.level(name) for name in change)
        after = sorted(self.level(name, change[name]) for name in change)
        return (after > before) - (after < before)

    def _tier(self, who: str, reason: Reason) -> bool:
        return all(
            self._all_held(who, swap) and self._fairness(who, swap) <= 0 and self._order(swap) < self._before(swap)
            for swap in reason.swaps
        )

    def _order(self, swap: Swap) -> list[Any]:
        verdict = verify(self.problem, self._after(swap))
        assert not verdict.violations
        return order(verdict)

    def _draw(self, who: str, reason: Reason) -> bool:
        facts, seed = reason.message.params, self.document["seed"]
        theirs = {ticket(seed, turn.applicant)[:8] for swap in reason.swaps for turn in swap.removed}
        return (
            facts["mine"] == ticket(seed, who)[:8]
            and facts["theirs"] in theirs
            and facts["theirs"] < facts["mine"]
            and all(self._order(swap) == self._before(swap) for swap in reason.swaps)
        )

    def _possible(self, who: str, reason: Reason) -> bool:
        if reason.code == "possible:draw":
            return all(self._order(swap) == self._before(swap) for swap in reason.swaps)
        return all(self._order(swap) > self._before(swap) for swap in reason.swaps)


def order(verdict: Any) -> list[Any]:
    """The tiers of a verdict, comparable."""
    return [[level.count for level in tier.levels] if tier.value is None else tier.value for tier in verdict.tiers]
