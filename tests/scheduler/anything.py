"""Random cases that use every key of the format, left out and null as often as given; plans of them, true and damaged.

Plain `random`, not hypothesis: a hundred thousand of them take minutes, not hours.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scheduler.codec import encode_plan
from scheduler.plan import Level, Plan, Tier, Turn
from scheduler.problem import Problem
from scheduler.verify import verify
from tests.scheduler.builders import document

Document = dict[str, Any]
STATUSES = ("proven", "bounded", "feasible", "impossible", "cancelled")
TIERS = ("fairness", "fill", "preferences", "diversity", "stability", "travel")


class Anything:
    """Cases and plans of one seed."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.season = self.rng.randint(1, 5)
        self.people = "ABCDE"[: self.rng.randint(1, 5)]
        self.spaces = [self._space(name) for name in "STU"[: self.rng.randint(1, 3)]]

    def case(self) -> Document:
        """A case without faults."""
        rng = self.rng
        people = [self._person(name) for name in self.people]
        requests = [self._request(name) for name in self.people if rng.random() < 0.9]
        case = document(people, self.spaces, requests, self.season)
        for period in case["periods"]:
            self._perhaps(period, "weight", lambda: rng.randint(0, 3), 0.3)
        self._perhaps(case, "charter", self._charter, 0.9)
        self._perhaps(case, "seed", lambda: rng.choice(["", "s", "é"]))
        self._perhaps(case, "pins", lambda: self._several(lambda: self._place(rng.random() < 0.4)), 0.3)
        self._perhaps(case, "published", lambda: self._several(self._published), 0.4)
        self._perhaps(case, "forbidden", lambda: self._several(self._ban), 0.3)
        return case

    def plan(self, problem: Problem) -> Document:
        """A plan that claims what is so, its bounds closed more often than not."""
        turns = tuple(self._turns(problem))
        tiers = [self._claimed(tier) for tier in verify(problem, turns).tiers]
        if self.rng.random() < 0.3:
            fill = sum(turn.length * (1 + len(turn.also)) for turn in turns)
            tiers.insert(0, Tier("min_fill", fill, fill + self.rng.randint(0, 2)))
        status = self.rng.choice(["proven", "bounded", "feasible", "feasible"])
        return encode_plan(Plan(problem.sha256, status, turns, tuple(tiers)))

    def damaged(self, plan: Document) -> Document:
        """The same plan with one thing changed, often for the worse."""
        plan = copy.deepcopy(plan)
        share = self.rng.random()
        if share < 0.5 and plan["turns"]:
            self._damage_turn(plan["turns"])
        elif share < 0.8 and plan["tiers"]:
            self._damage_tier(plan["tiers"])
        elif share < 0.9:
            plan["status"] = self.rng.choice(STATUSES)
        elif share < 0.95:
            plan["solver"] = {"relaxations": [{}]}
        else:
            plan["case_sha256"] = "0" * 64
        return plan

    def _perhaps(self, place: Document, key: str, value: Callable[[], Any], chance: float = 0.5) -> None:
        """Give a value, or null, or nothing."""
        if self.rng.random() < chance:
            place[key] = value()
        elif self.rng.random() < 0.15:
            place[key] = None

    def _several(self, one: Callable[[], Document | None]) -> list[Document]:
        return [made for made in (one() for _ in range(self.rng.randint(0, 2))) if made]

    def _periods(self) -> list[int]:
        return sorted(self.rng.sample(range(self.season), self.rng.randint(0, min(2, self.season))))

    def _space(self, name: str) -> Document:
        rng = self.rng
        stands = []
        for number in range(rng.choice([0, 1, 1, 2, 2, 3, 4, 4])):
            stand: Document = {"id": f"{name}/{number}"}
            self._perhaps(stand, "area_m2", lambda: rng.choice([0, 6, 8, 8.5]))
            self._perhaps(stand, "features", lambda: rng.choice([[], ["water"], ["water", "gas"]]))
            self._perhaps(stand, "closed", self._periods, 0.2)
            if rng.random() < 0.8:
                stand |= {"x": number % 2, "y": number // 2}
            stands.append(stand)
        space: Document = {"id": name, "stands": stands}
        self._perhaps(space, "site", lambda: rng.choice(["north", "south", "S"]), 0.7)
        self._perhaps(space, "region", lambda: rng.choice(["", "N", "E"]))
        self._perhaps(space, "closed", self._periods, 0.2)
        self._perhaps(space, "weight", lambda: rng.randint(0, 3), 0.3)
        return space

    def _person(self, name: str) -> Document:
        rng = self.rng
        person: Document = {"id": name, "activity": rng.choice("xyz")}
        self._perhaps(person, "family", lambda: rng.choice(["", "f", "g"]))
        self._perhaps(person, "region", lambda: rng.choice(["", "N", "E"]))
        self._perhaps(person, "groups", lambda: rng.choice([[], ["g"], ["g", "h"], ["h"]]))
        self._perhaps(person, "received", lambda: rng.randint(0, 3))
        self._perhaps(person, "share", lambda: rng.randint(1, 3))
        return person

    def _request(self, name: str) -> Document:
        rng = self.rng
        wishes = [{"id": one["id"]} for one in rng.sample(self.spaces, rng.randint(1, len(self.spaces)))]
        for wish in wishes:
            self._perhaps(wish, "rank", lambda: rng.randint(1, 5))
        asked: Document = {"applicant": name, "spaces": wishes}
        self._perhaps(asked, "unavailable", self._periods, 0.3)
        self._perhaps(asked, "preferred", lambda: {str(one): rng.randint(0, 3) for one in self._periods()}, 0.4)
        lengths = [{"min": 1, "max": 2}, {"min": 2}, {"max": 2}, {}, {"min": None, "max": 2}, {"min": 2, "max": None}]
        self._perhaps(asked, "turn_length", lambda: rng.choice(lengths))
        self._perhaps(asked, "max_turns", lambda: rng.randint(0, 3))
        self._perhaps(asked, "area_m2", lambda: rng.choice([0, 6, 8, 7.5]), 0.3)
        self._perhaps(asked, "features", lambda: rng.choice([[], ["water"]]), 0.3)
        self._perhaps(asked, "stands", lambda: rng.choice([1, 2, 2, 3]), 0.3)
        return asked

    def _charter(self) -> Document:
        rng = self.rng
        charter = self._parameters()
        self._perhaps(charter, "max_turns_per_site", lambda: rng.randint(1, 2), 0.3)
        self._perhaps(charter, "measure", lambda: rng.choice(["periods", "turns", "points"]))
        self._perhaps(charter, "min_fill", lambda: rng.choice([0, 0.5, 0.9, 0.98, 1]), 0.3)
        self._perhaps(charter, "tiers", lambda: rng.sample(TIERS, rng.randint(0, 6)), 0.4)
        if rng.random() < 0.3:
            charter["spaces"] = {one["id"]: self._parameters() for one in self.spaces if rng.random() < 0.6}
        if rng.random() < 0.3:
            sites = sorted({one.get("site") or one["id"] for one in self.spaces})
            charter["sites"] = {site: self._parameters() for site in sites if rng.random() < 0.6}
            for own in charter["sites"].values():
                self._perhaps(own, "max_turns_per_site", lambda: rng.randint(1, 2), 0.3)
        return charter

    def _parameters(self) -> Document:
        rng, own = self.rng, Document()
        for name in ("max_same_activity", "max_same_family", "min_activities", "rest", "return_after"):
            self._perhaps(own, name, lambda: rng.randint(1, 2), 0.3)
        self._perhaps(own, "rivals_apart", lambda: rng.random() < 0.7, 0.3)
        self._perhaps(own, "quotas", lambda: self._several(self._quota), 0.3)
        return own

    def _quota(self) -> Document:
        rng = self.rng
        share = rng.choice([0, 0.25, 0.333, 0.5, 1, 1 / 3, 0.1, 1e-5])
        quota = {"group": rng.choice("gh"), rng.choice(["at_least", "at_most"]): share}
        self._perhaps(quota, "scope", lambda: rng.choice(["season", "space", "space-period"]))
        return quota

    def _place(self, stand: bool) -> Document | None:
        """A turn within the season in a space, on one of its stands if it has any."""
        space, start = self.rng.choice(self.spaces), self.rng.randrange(self.season)
        length = self.rng.randint(1, self.season - start)
        place = {"applicant": self.rng.choice(self.people), "space": space["id"], "start": start, "length": length}
        if not stand:
            return place
        return place | {"stand": self.rng.choice(space["stands"])["id"]} if space["stands"] else None

    def _published(self) -> Document | None:
        place = self._place(stand=True)
        if place and self.rng.random() < 0.2:
            (space,) = (one for one in self.spaces if one["id"] == place["space"])
            place["also"] = [self.rng.choice(space["stands"])["id"]]
        return place

    def _ban(self) -> Document:
        ban: Document = {"applicant": self.rng.choice(self.people)}
        self._perhaps(ban, "space", lambda: self.rng.choice(self.spaces)["id"])
        self._perhaps(ban, "periods", self._periods)
        self._perhaps(ban, "reason", lambda: "works")
        return ban

    def _turns(self, problem: Problem) -> list[Turn]:
        """Turns kept one by one if no rule is broken, or whatever comes."""
        kept: list[Turn] = []
        careful = self.rng.random() < 0.6
        for _ in range(self.rng.randint(0, 8)):
            turn = self._turn(problem)
            if turn and not (careful and verify(problem, [*kept, turn]).violations):
                kept.append(turn)
        return kept

    def _turn(self, problem: Problem) -> Turn | None:
        rng = self.rng
        request = rng.choice(problem.requests) if problem.requests and rng.random() < 0.9 else None
        space = problem.space(rng.choice(request.spaces).space) if request else rng.choice(problem.spaces)
        if not space.stands:
            return None
        number = min(len(space.stands), request.stands if request else 1)
        first, *also = rng.sample([stand.id for stand in space.stands], number)
        length = rng.randint(request.min_length, request.max_length) if request else 1
        start = rng.randint(0, max(0, self.season - length))
        name = request.applicant if request else rng.choice(self.people)
        return Turn(name, space.id, first, start, length, tuple(sorted(also)))

    def _claimed(self, tier: Tier) -> Tier:
        """A tier with its bounds closed, or open."""
        if self.rng.random() < 0.4:
            return tier
        if tier.value is not None:
            return replace(tier, bound=tier.value)
        return replace(tier, levels=tuple(Level(one.at_least, one.count, one.count) for one in tier.levels))

    def _damage_turn(self, turns: list[Document]) -> None:
        rng, one = self.rng, self.rng.choice(turns)
        stands = [stand["id"] for space in self.spaces for stand in space["stands"]]
        changes: list[Document] = [
            {"start": max(0, one["start"] + rng.choice([-1, 1, 2]))},
            {"length": max(1, one["length"] + rng.choice([-1, 1]))},
            {"applicant": rng.choice([*self.people, "Z"])},
            {"stand": rng.choice(stands)},
            {"space": rng.choice([*(space["id"] for space in self.spaces), "nowhere"])},
            {"also": rng.choice([None, [rng.choice(stands)]])},
        ]
        how = rng.randrange(len(changes) + 2)
        if how == len(changes):
            turns.append(dict(one))
        elif how > len(changes):
            turns.remove(one)
        else:
            one |= changes[how]

    def _damage_tier(self, tiers: list[Document]) -> None:
        rng, tier = self.rng, self.rng.choice(tiers)
        how = rng.randrange(5)
        if how == 0:
            tiers.remove(tier)
        elif tier.get("levels"):
            level = rng.choice(tier["levels"])
            new = {"at_least": rng.randint(1, 9), "count": rng.randint(0, 2), "bound": rng.randint(0, 2)}
            if how == 1:
                level["count"] = max(0, level["count"] + rng.choice([-1, 1]))
            elif how == 2:
                level["bound"] = max(0, level["count"] + rng.choice([-1, 0, 1]))
            else:
                tier["levels"] = [*tier["levels"], new] if how == 3 else tier["levels"][:-1]
        elif tier.get("value") is not None:
            changes = {1: {"value": tier["value"] + rng.choice([-1, 1])}, 4: {"value": None}}
            tier |= changes.get(how, {"bound": tier["value"] + rng.choice([-1, 0, 1])})
