"""From the database to a case file: ``to_problem(call)`` and its frozen text.

What follows from the data, beside what is copied:

* a closure of a site, space or stand closes every period it touches, were it for a day;
* a stand held by *another* call's current publication is closed in the periods it touches;
* an applicant with a turn or an event elsewhere is unavailable in the periods it touches;
* ``received`` is the applicant's ledger (``app.queries.ledger``) in this charter's measure: what she lived and has
  due in all *other* calls, with their charters' word on missed periods, and every correction; somebody without a past
  starts where this charter says;
* only groups that the charter's quotas name are told: the case is published, and says no more than it must;
* a permanent exhibitor asks for her one stand whenever it is open, whatever her application says; the season is her
  share, so that she counts for one level at most;
* a place declined or given back is forbidden to her who did, in those periods;
* pins, bans and published turns of people, stands or periods that are no longer there are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from app.models import Application, Call, Decision, DecisionKind, Exhibitor, Group, PublishedTurn, Space, Stand
from app.planning.keys import exhibitor_key, space_key, stand_key
from app.planning.variant import Variant
from app.queries import draw
from app.queries.planning import CallFacts, facts
from scheduler.codec import canonical_bytes, case_sha256

FORMAT = "dawra-case/1"
LOCAL, OUTSIDE_REGION = "local", "outside_region"


def to_problem(call: Call) -> dict[str, Any]:
    """A call's rotation problem as a ``dawra-case/1`` document; the same data give the same document."""
    return build(facts(call)) | {"seed": draw.seed(call)}


def freeze(call: Call, variant: Variant | None = None) -> tuple[str, str]:
    """A call's problem as canonical JSON, and its SHA-256: what the job row and the publication refer to.

    ``variant``: how a scenario differs from the call.
    """
    return written(to_problem(call) if variant is None else build(variant.of(facts(call, variant.charter))))


def written(document: dict[str, Any]) -> tuple[str, str]:
    """A case as canonical JSON, with its SHA-256."""
    return canonical_bytes(document).decode(), case_sha256(document)


def build(known: CallFacts, *, every_group: bool = False) -> dict[str, Any]:
    """The document of facts already read. ``every_group``: for a case that is never published."""
    maker = CaseMaker(known, every_group=every_group)
    return {
        "format": FORMAT,
        "name": f"{known.call.site.name} — {known.call.title}",
        "periods": [
            {"start": p.starts_on.isoformat(), "end": p.ends_on.isoformat(), "weight": p.weight} for p in known.periods
        ],
        "spaces": [maker.space(space) for space in known.spaces],
        "applicants": [maker.applicant(one) for one in maker.exhibitors],
        "requests": [*map(maker.request, maker.applications), *map(maker.standing_request, maker.permanents)],
        "pins": [pin for one in maker.in_force(DecisionKind.PIN) for pin in maker.pins(one)],
        "forbidden": [*(maker.ban(one) for one in maker.in_force(DecisionKind.FORBID)), *maker.given_up()],
        "charter": dict(known.charter),
        "published": [turn for one in known.published if (turn := maker.published(one))],
        "seed": known.seed,
    }


class CaseMaker:
    """Writes the parts of one document."""

    def __init__(self, known: CallFacts, *, every_group: bool = False) -> None:
        self.known = known
        self.call = known.call
        self.days = [(period.starts_on, period.ends_on) for period in known.call.periods]
        self.permanents = [one for one in known.decisions if one.permanent]
        self.settled = {one.exhibitor_id for one in self.permanents}
        self.applications = [one for one in known.applications if one.exhibitor_id not in self.settled]
        self.exhibitors = [one.exhibitor for one in (*self.applications, *self.permanents)]
        self.people = {one.id for one in self.exhibitors}
        self.stands = {stand.id: stand for space in known.spaces for stand in space.stands}
        self.spaces = {space.id for space in known.spaces}
        quotas = known.charter.get("quotas") or []
        named = {quota.get("group") for quota in quotas if isinstance(quota, dict)}
        self.told_groups = {LOCAL, OUTSIDE_REGION, *(group.value for group in Group)} if every_group else named
        self.shut_spaces: dict[int | None, set[int]] = defaultdict(set)
        self.shut_stands: dict[int, set[int]] = defaultdict(set)
        self.busy: dict[int, set[int]] = defaultdict(set)
        self._close()
        self._look_elsewhere()

    def _close(self) -> None:
        for closure in self.known.closures:
            touched = self._touched(closure.starts_on, closure.ends_on)
            if closure.stand_id is not None:
                self.shut_stands[closure.stand_id] |= touched
            else:
                self.shut_spaces[closure.space_id] |= touched

    def _look_elsewhere(self) -> None:
        for turn in self.known.elsewhere:
            touched = self._touched(turn.starts_on, turn.ends_on)
            for stand_id in (turn.stand_id, *turn.also):
                self.shut_stands[stand_id] |= touched
            self.busy[turn.exhibitor_id] |= touched
        for exhibitor_id, day in self.known.away:
            self.busy[exhibitor_id] |= self._touched(day, day)

    def _touched(self, start: date, end: date) -> set[int]:
        return {n for n, (first, last) in enumerate(self.days) if first <= end and start <= last}

    def space(self, space: Space) -> dict[str, Any]:
        """A space with its stands."""
        return {
            "id": space_key(space.id),
            "site": self.call.site.slug,
            "region": self.call.site.region_code,
            "stands": [self._stand(space, stand) for stand in space.stands],
            "closed": sorted(self.shut_spaces[None] | self.shut_spaces[space.id]),
            "weight": space.weight,
        }

    def _stand(self, space: Space, stand: Stand) -> dict[str, Any]:
        return {
            "id": stand_key(space.id, stand.code),
            "area_m2": stand.area_m2,
            "features": sorted(stand.features),
            "x": stand.x,
            "y": stand.y,
            "closed": sorted(self.shut_stands[stand.id]),
        }

    def applicant(self, exhibitor: Exhibitor) -> dict[str, Any]:
        """Who asks, without a name."""
        craft = exhibitor.main_craft
        return {
            "id": exhibitor_key(exhibitor.id),
            "kind": exhibitor.kind.value,
            "activity": craft.code,
            "family": craft.family_code,
            "region": exhibitor.region_code,
            "groups": sorted(self._groups(exhibitor) & self.told_groups),
            "received": self.known.received[exhibitor.id],
            "share": len(self.days) if exhibitor.id in self.settled else 1,
        }

    def _groups(self, exhibitor: Exhibitor) -> set[str]:
        groups = {one.group.value for one in exhibitor.groups}
        if exhibitor.province_code == self.call.site.province_code:
            groups.add(LOCAL)
        if exhibitor.region_code != self.call.site.region_code:
            groups.add(OUTSIDE_REGION)
        return groups

    def request(self, application: Application) -> dict[str, Any]:
        """What she asks for, within what the call allows."""
        count = len(self.days)
        longest = max(application.min_length, min(application.max_length, self.call.max_turn_length))
        unavailable = {n for n in application.unavailable if n < count} | self.busy[application.exhibitor_id]
        return {
            "applicant": exhibitor_key(application.exhibitor_id),
            "spaces": [{"id": space_key(w.space_id), "rank": w.rank} for w in application.wishes],
            "unavailable": sorted(unavailable),
            "preferred": {key: value for key, value in sorted(application.preferred.items()) if int(key) < count},
            "turn_length": {"min": application.min_length, "max": longest},
            "max_turns": min(application.max_turns, self.call.max_turns),
            "area_m2": application.area_m2,
            "features": sorted(application.features),
            "stands": application.stands,
        }

    def standing_request(self, held: Decision) -> dict[str, Any]:
        """What a permanent exhibitor is taken to ask for: that one place, whenever it is open."""
        lengths = [last - first for first, last in self._stretches(held)] or [1]
        return {
            "applicant": exhibitor_key(held.exhibitor_id), "spaces": [{"id": space_key(held.space_id or 0), "rank": 1}],
            "unavailable": [], "preferred": {}, "turn_length": {"min": min(lengths), "max": max(lengths)},
            "max_turns": len(lengths), "area_m2": 0, "features": [], "stands": 1,
        }  # fmt: skip

    def pins(self, decision: Decision) -> list[dict[str, Any]]:
        """The turns that must be: one, or for a permanent exhibitor one for each stretch her stand is open."""
        pin = self.pin(decision)
        if not decision.permanent:
            return [pin]
        return [{**pin, "start": first, "length": last - first} for first, last in self._stretches(decision)]

    def _stretches(self, held: Decision) -> list[tuple[int, int]]:
        """(first, end) of each run of periods in which a permanent exhibitor's stand is open."""
        shut = self.shut_spaces[None] | self.shut_spaces[held.space_id] | self.shut_stands[held.stand_id or 0]
        found: list[tuple[int, int]] = []
        for period in range(len(self.days)):
            if period in shut:
                continue
            if found and found[-1][1] == period:
                found[-1] = (found[-1][0], period + 1)
            else:
                found.append((period, period + 1))
        return found

    def in_force(self, kind: DecisionKind) -> list[Decision]:
        """The decisions of a kind that still speak of people, places and periods of the case."""
        return [one for one in self.known.decisions if one.kind is kind and self.stands_good(one)]

    def stands_good(self, decision: Decision) -> bool:
        """Whether a decision still has an effect."""
        last = 0 if decision.start is None else decision.start + (decision.length or 1)
        return (
            decision.exhibitor_id in self.people
            and (decision.space_id is None or decision.space_id in self.spaces)
            and (decision.stand_id is None or decision.stand_id in self.stands)
            and last <= len(self.days)
        )

    def pin(self, decision: Decision) -> dict[str, Any]:
        """A turn that must be."""
        document = {
            "applicant": exhibitor_key(decision.exhibitor_id),
            "space": space_key(decision.space_id or 0),
            "start": decision.start,
            "length": decision.length,
        }
        if decision.stand_id is not None:
            stand = self.stands[decision.stand_id]
            document["stand"] = stand_key(stand.space_id, stand.code)
        return document

    def ban(self, decision: Decision) -> dict[str, Any]:
        """Where somebody must not be. Its reason stays in the house: the case is published."""
        document: dict[str, Any] = {"applicant": exhibitor_key(decision.exhibitor_id), "reason": ""}
        if decision.space_id is not None:
            document["space"] = space_key(decision.space_id)
        if decision.start is not None:
            document["periods"] = list(range(decision.start, decision.start + (decision.length or 1)))
        return document

    def given_up(self) -> list[dict[str, Any]]:
        """Places somebody declined or gave back: she is not given them again."""
        return [
            {
                "applicant": exhibitor_key(who), "reason": "", "space": space_key(space_id),
                "periods": list(range(start, start + length)),
            }
            for who, space_id, start, length in self.known.given_up
            if who in self.people and space_id in self.spaces and start + length <= len(self.days)
        ]  # fmt: skip

    def published(self, turn: PublishedTurn) -> dict[str, Any] | None:
        """A turn already published, or None when it no longer fits the case."""
        taken = (turn.stand_id, *turn.also)
        fits = turn.exhibitor_id in self.people and all(stand in self.stands for stand in taken)
        if not fits or turn.start + turn.length > len(self.days):
            return None
        return published_turn(turn, [self.stands[stand] for stand in turn.also])


def published_turn(turn: PublishedTurn, also: Iterable[Stand]) -> dict[str, Any]:
    """A published turn as case and plan files write it."""
    document: dict[str, Any] = {
        "applicant": exhibitor_key(turn.exhibitor_id),
        "space": space_key(turn.space_id),
        "stand": stand_key(turn.space_id, turn.stand.code),
        "start": turn.start,
        "length": turn.length,
    }
    if further := sorted(stand_key(stand.space_id, stand.code) for stand in also):
        document["also"] = further
    return document
