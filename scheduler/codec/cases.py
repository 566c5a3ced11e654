"""`dawra-case/1`: a document becomes a Problem, or all its faults.

What may be left out (null counts as left out), and what then holds:

| key | default |
|---|---|
| `name`, `seed` | "" |
| `pins`, `forbidden`, `published`, `charter` | none |
| `periods[].weight`, `spaces[].weight` | 1 |
| `spaces[].site` | the space's own id |
| `spaces[].region`, `applicants[].family`, `applicants[].region` | "": unknown |
| `spaces[].closed`, `stands[].closed`, `stands[].features` | none |
| `stands[].area_m2` | 0 |
| `stands[].x`, `stands[].y` | not on the floor plan, beside no other stand |
| `applicants[].kind` | "artisan" |
| `applicants[].groups`, `received`, `share` | none, 0, 1 |
| `requests[].spaces[].rank` | its place in the list, from 1 |
| `requests[].unavailable`, `preferred`, `features` | none |
| `requests[].turn_length` | one period; `max` alone missing: equal to `min`; `min` alone missing: 1 |
| `requests[].max_turns` | no limit |
| `requests[].area_m2`, `stands` | 0, 1 |
| `pins[].stand`, `forbidden[].space`, `forbidden[].periods` | any stand, every space, every period |
| `quotas[].scope` | "season" |
| `charter.measure`, `charter.tiers` | "periods"; fairness, fill, preferences, diversity, stability |
"""

from __future__ import annotations

from datetime import date
from typing import Any

from scheduler.codec.canonical import case_sha256
from scheduler.codec.charters import decode_charter
from scheduler.codec.ids import Ids
from scheduler.codec.parsing import UnreadableError, parse, show
from scheduler.codec.reading import LARGEST, Faults, Fields
from scheduler.codec.sizes import oversized
from scheduler.codec.wishes import preferred, turn_length
from scheduler.errors import BadCase, Fault
from scheduler.plan import Turn
from scheduler.problem import (
    NO_LIMIT,
    Applicant,
    Forbidden,
    Period,
    Pin,
    Problem,
    Request,
    Space,
    Stand,
    Wish,
)

FORMAT = "dawra-case/1"
MOST_PERIODS = 2_000
"""A season has at most so many periods: five years of days."""


def decode_case(source: bytes | str | dict[str, Any]) -> Problem:
    """Read a case from its bytes, its text or its parsed document; raises BadCase with every fault."""
    try:
        document = source if isinstance(source, dict) else parse(source)
        reader = _CaseReader(document)
        problem = reader.read()
        faults = reader.faults.found or list(oversized(problem))
        if faults:
            raise BadCase(faults)
        return problem
    except UnreadableError as error:
        raise BadCase([Fault("", f"the case {error}")]) from None
    except RecursionError:
        raise BadCase([Fault("", "the case is nested too deeply")]) from None


class _CaseReader:
    """Reads one document, part by part; later parts look up the names of earlier ones."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.faults = Faults()
        self.count = 0
        self.stands: dict[str, set[str]] = {}
        self.sites: dict[str, str] = {}
        self.people: set[str] = set()

    def read(self) -> Problem:
        """Read everything; only valid when no fault was found."""
        root = Fields(
            self.document,
            "",
            self.faults,
            ("format", "periods", "spaces", "applicants", "requests"),
            ("name", "pins", "forbidden", "charter", "published", "seed"),
        )
        if root.has("format") and root.data["format"] != FORMAT:
            self.faults.add("format", f"must be {show(FORMAT)}, not {show(root.data['format'])}")
        return Problem(
            name=root.text("name", empty=True),
            periods=self._periods(root),
            spaces=self._spaces(root),
            applicants=self._applicants(root),
            requests=self._requests(root),
            pins=tuple(self._pin(item, path) for path, item in root.items("pins")),
            forbidden=tuple(self._forbidden(item, path) for path, item in root.items("forbidden")),
            charter=decode_charter(root.data.get("charter"), self.faults, self.sites),
            published=tuple(self._published(item, path) for path, item in root.items("published")),
            seed=root.text("seed", empty=True),
            sha256="" if self.faults.found else case_sha256(self.document),
        )

    def _periods(self, root: Fields) -> tuple[Period, ...]:
        periods: list[Period] = []
        last: date | None = None
        for path, item in root.items("periods"):
            fields = Fields(item, path, self.faults, ("start", "end"), ("weight",))
            start, end = fields.day("start"), fields.day("end")
            if start and end and end < start:
                self.faults.add(fields.at("end"), f"{end} is before the start {start}")
            if start and last and start <= last:
                self.faults.add(fields.at("start"), f"{start} is not after the end {last} of the period before")
            last = max(day for day in (last, start, end) if day) if last or start or end else None
            weight = fields.whole("weight", 1, 0)
            periods.append(Period(start or date.min, end or date.min, weight))
        if isinstance(root.data.get("periods"), list) and not 1 <= len(periods) <= MOST_PERIODS:
            self.faults.add("periods", f"must hold 1 to {MOST_PERIODS} periods, not {len(periods)}")
        self.count = len(periods)
        return tuple(periods)

    def _spaces(self, root: Fields) -> tuple[Space, ...]:
        spaces, ids = [], Ids()
        for path, item in root.items("spaces"):
            fields = Fields(item, path, self.faults, ("id", "stands"), ("site", "region", "closed", "weight"))
            space_id = fields.text("id")
            ids.take(space_id, fields.at("id"), self.faults)
            names, stand_ids = self.stands.setdefault(space_id, set()), Ids()
            site = self.sites[space_id] = fields.text("site", space_id)
            spaces.append(
                Space(
                    id=space_id,
                    site=site,
                    region=fields.text("region", empty=True),
                    stands=tuple(self._stand(one, at, names, stand_ids) for at, one in fields.items("stands")),
                    closed=fields.indices("closed", self.count),
                    weight=fields.whole("weight", 1, 0),
                )
            )
        self.stands.pop("", None)
        return tuple(spaces)

    def _stand(self, item: object, path: str, names: set[str], ids: Ids) -> Stand:
        fields = Fields(item, path, self.faults, ("id",), ("area_m2", "features", "x", "y", "closed"))
        stand_id = fields.text("id")
        ids.take(stand_id, fields.at("id"), self.faults, " in this space")
        names.add(stand_id)
        return Stand(
            id=stand_id,
            area_m2=fields.number("area_m2", 0, 0),
            features=frozenset(fields.words("features")),
            x=fields.maybe_whole("x", -LARGEST),
            y=fields.maybe_whole("y", -LARGEST),
            closed=fields.indices("closed", self.count),
        )

    def _applicants(self, root: Fields) -> tuple[Applicant, ...]:
        optional = ("kind", "family", "region", "groups", "received", "share")
        applicants, ids = [], Ids()
        for path, item in root.items("applicants"):
            fields = Fields(item, path, self.faults, ("id", "activity"), optional)
            key = fields.text("id")
            ids.take(key, fields.at("id"), self.faults)
            self.people.add(key)
            applicants.append(
                Applicant(
                    id=key,
                    kind=fields.text("kind", "artisan"),
                    activity=fields.text("activity"),
                    family=fields.text("family", empty=True),
                    region=fields.text("region", empty=True),
                    groups=frozenset(fields.words("groups")),
                    received=fields.whole("received", 0, 0),
                    share=fields.whole("share", 1, 1),
                )
            )
        self.people.discard("")
        return tuple(applicants)

    def _requests(self, root: Fields) -> tuple[Request, ...]:
        optional = (
            "unavailable", "preferred", "turn_length", "max_turns", "area_m2", "features", "stands",
        )  # fmt: skip
        seen: set[str] = set()
        requests = []
        for path, item in root.items("requests"):
            fields = Fields(item, path, self.faults, ("applicant", "spaces"), optional)
            who = self._known_person(fields)
            if who and who in seen:
                self.faults.add(fields.at("applicant"), f"{show(who)} has a request already")
            seen.add(who)
            shortest, longest = turn_length(fields)
            requests.append(
                Request(
                    applicant=who,
                    spaces=self._wishes(fields),
                    unavailable=fields.indices("unavailable", self.count),
                    preferred=preferred(fields, self.count),
                    min_length=shortest,
                    max_length=longest,
                    max_turns=fields.whole("max_turns", NO_LIMIT, 0),
                    area_m2=fields.number("area_m2", 0, 0),
                    features=frozenset(fields.words("features")),
                    stands=fields.whole("stands", 1, 1),
                )
            )
        return tuple(requests)

    def _wishes(self, request: Fields) -> tuple[Wish, ...]:
        wishes: dict[str, Wish] = {}
        for path, item in request.items("spaces"):
            fields = Fields(item, path, self.faults, ("id",), ("rank",))
            space = self._known_space(fields, "id")
            if space and space in wishes:
                self.faults.add(fields.at("id"), f"{show(space)} is given twice")
            wishes[space] = Wish(space, fields.whole("rank", len(wishes) + 1, 1))
        return tuple(wishes.values())

    def _pin(self, item: object, path: str) -> Pin:
        fields = Fields(item, path, self.faults, ("applicant", "space", "start", "length"), ("stand",))
        who, space, start, length = self._place(fields)
        return Pin(who, space, start, length, self._known_stand(fields, space))

    def _forbidden(self, item: object, path: str) -> Forbidden:
        fields = Fields(item, path, self.faults, ("applicant",), ("space", "periods", "reason"))
        return Forbidden(
            applicant=self._known_person(fields),
            space=self._known_space(fields, "space") or None,
            periods=fields.indices("periods", self.count) if fields.has("periods") else None,
            reason=fields.text("reason", empty=True),
        )

    def _published(self, item: object, path: str) -> Turn:
        required = ("applicant", "space", "stand", "start", "length")
        fields = Fields(item, path, self.faults, required, ("also",))
        who, space, start, length = self._place(fields)
        also = fields.words("also")
        for index, stand in enumerate(also):
            if space and stand not in self.stands[space]:
                self.faults.add(f"{fields.at('also')}[{index}]", f"no such stand {show(stand)} in {show(space)}")
        return Turn(who, space, self._known_stand(fields, space) or "", start, length, tuple(sorted(also)))

    def _place(self, fields: Fields) -> tuple[str, str, int, int]:
        """Read who, where, from when and how long; the periods must lie in the season."""
        who, space = self._known_person(fields), self._known_space(fields, "space")
        start = fields.whole("start", 0, 0)
        length = fields.whole("length", 1, 1)
        if self.count and start + length > self.count:
            last = start + length - 1
            self.faults.add(fields.path, f"ends in period {last}: the season has periods 0 to {self.count - 1}")
        return who, space, start, length

    def _known_person(self, fields: Fields) -> str:
        who = fields.text("applicant")
        if who and who not in self.people:
            self.faults.add(fields.at("applicant"), f"no such applicant {show(who)}")
            return ""
        return who

    def _known_space(self, fields: Fields, key: str) -> str:
        space = fields.text(key)
        if space and space not in self.stands:
            self.faults.add(fields.at(key), f"no such space {show(space)}")
            return ""
        return space

    def _known_stand(self, fields: Fields, space: str) -> str | None:
        stand = fields.text("stand")
        if stand and space and stand not in self.stands[space]:
            self.faults.add(fields.at("stand"), f"no such stand {show(stand)} in {show(space)}")
        return stand or None
