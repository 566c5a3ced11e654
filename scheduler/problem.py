"""The frozen facts of one rotation: who asks, for which spaces and periods, under which charter.

Periods are named by index from 0. Everything here is data read by the codec, which reports all faults
of a case at once; a Problem built by hand is trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from scheduler.plan import Turn

TierName = Literal["fairness", "fill", "preferences", "diversity", "stability", "travel"]
Measure = Literal["periods", "turns", "points"]
Scope = Literal["season", "space", "space-period"]

TIER_NAMES: tuple[TierName, ...] = ("fairness", "fill", "preferences", "diversity", "stability", "travel")
USUAL_TIERS: tuple[TierName, ...] = ("fairness", "fill", "preferences", "diversity", "stability")
"""What a charter that names no tiers aims at; `travel` only counts where it is named."""
NO_LIMIT = 1_000_000
"""The number of turns of a request that names none: more than any season has periods."""


@dataclass(frozen=True, slots=True)
class Period:
    """A slice of the season; `end` is its last day. `weight` is what showing then is worth."""

    start: date
    end: date
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Stand:
    """One numbered place of a space. `x`, `y`: cell on the floor plan, None when not drawn."""

    id: str
    area_m2: float = 0
    features: frozenset[str] = frozenset()
    x: int | None = None
    y: int | None = None
    closed: frozenset[int] = frozenset()

    def beside(self, other: Stand) -> bool:
        """Tell whether the two cells share a side (grid distance 1)."""
        if self.x is None or self.y is None or other.x is None or other.y is None:
            return False
        return abs(self.x - other.x) + abs(self.y - other.y) == 1


@dataclass(frozen=True, slots=True)
class Space:
    """A hall with its stands. `closed`: periods in which no stand of it opens."""

    id: str
    site: str
    region: str = ""
    stands: tuple[Stand, ...] = ()
    closed: frozenset[int] = frozenset()
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who may exhibit. `received`: units of the charter's measure already on the ledger.

    An empty `family` or `region` means unknown. `share` is the entitlement one fairness level stands for.
    """

    id: str
    kind: str
    activity: str
    family: str = ""
    region: str = ""
    groups: frozenset[str] = frozenset()
    received: int = 0
    share: int = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """A space asked for; rank 1 is the one liked best."""

    space: str
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Request:
    """What one applicant asks for. `preferred` maps a period to 1–3 (absent: 0); lengths in periods.

    `stands` neighbouring stands are held together in each turn. `max_turns` is NO_LIMIT where no number was asked for.
    """

    applicant: str
    spaces: tuple[Wish, ...]
    unavailable: frozenset[int] = frozenset()
    preferred: Mapping[int, int] = field(default_factory=dict, hash=False)
    min_length: int = 1
    max_length: int = 1
    max_turns: int = 1
    area_m2: float = 0
    features: frozenset[str] = frozenset()
    stands: int = 1


@dataclass(frozen=True, slots=True)
class Pin:
    """A turn that must be in the plan; `stand` None: on any stand of the space."""

    applicant: str
    space: str
    start: int
    length: int
    stand: str | None = None


@dataclass(frozen=True, slots=True)
class Forbidden:
    """Where an applicant must not be; None stands for every space, or every period."""

    applicant: str
    space: str | None = None
    periods: frozenset[int] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """A share (0–1, exact) of the occupied stand-periods of a scope that a group has at least or at most.

    `site` or `space` names the place whose own charter asks for it; neither: it is the case's.
    """

    group: str
    kind: Literal["at_least", "at_most"]
    share: Fraction
    scope: Scope = "season"
    site: str = ""
    space: str = ""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters a site or a space may have otherwise; None (or False, or empty) switches a rule off."""

    max_same_activity: int | None = None
    max_same_family: int | None = None
    min_activities: int | None = None
    rest: int | None = None
    return_after: int | None = None
    quotas: tuple[Quota, ...] = ()
    rivals_apart: bool = False
    max_turns_per_site: int | None = None


@dataclass(frozen=True, slots=True)
class LocalCharter(Parameters):
    """What one site or one space has otherwise: only the parameters named in `given` count."""

    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Charter(Parameters):
    """The rules' parameters, in general and in some places.

    `sites` and `spaces` hold the charters of places by id. For a space counts what its own charter gives,
    else what its site's gives, else what stands here.
    """

    measure: Measure = "periods"
    min_fill: Fraction | None = None
    tiers: tuple[TierName, ...] = USUAL_TIERS
    sites: Mapping[str, LocalCharter] = field(default_factory=dict, hash=False)
    spaces: Mapping[str, LocalCharter] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole case. `sha256` names the canonical document it was read from ("" when built by hand)."""

    name: str
    periods: tuple[Period, ...]
    spaces: tuple[Space, ...]
    applicants: tuple[Applicant, ...]
    requests: tuple[Request, ...]
    pins: tuple[Pin, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    charter: Charter = Charter()
    published: tuple[Turn, ...] = ()
    seed: str = ""
    sha256: str = ""
    _spaces: dict[str, Space] = field(init=False, repr=False, compare=False)
    _stands: dict[tuple[str, str], Stand] = field(init=False, repr=False, compare=False)
    _applicants: dict[str, Applicant] = field(init=False, repr=False, compare=False)
    _requests: dict[str, Request] = field(init=False, repr=False, compare=False)
    _wishes: dict[tuple[str, str], Wish] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        keep = object.__setattr__
        keep(self, "_spaces", {space.id: space for space in self.spaces})
        keep(self, "_stands", {(s.id, stand.id): stand for s in self.spaces for stand in s.stands})
        keep(self, "_applicants", {applicant.id: applicant for applicant in self.applicants})
        keep(self, "_requests", {request.applicant: request for request in self.requests})
        keep(self, "_wishes", {(r.applicant, w.space): w for r in self.requests for w in r.spaces})

    def space(self, space_id: str) -> Space:
        """Return the space of that id; KeyError if there is none (likewise below)."""
        return self._spaces[space_id]

    def stand(self, space_id: str, stand_id: str) -> Stand:
        """Return a stand; ids of stands are unique within their space only."""
        return self._stands[space_id, stand_id]

    def applicant(self, applicant_id: str) -> Applicant:
        """Return the applicant of that id."""
        return self._applicants[applicant_id]

    def request(self, applicant_id: str) -> Request:
        """Return the one request of that applicant."""
        return self._requests[applicant_id]

    def most_turns(self, applicant_id: str) -> int:
        """Return how many turns that applicant can have at the very most: as asked, one place at a time."""
        return min(self._requests[applicant_id].max_turns, len(self.periods))

    def has_space(self, space_id: str) -> bool:
        """Tell whether the case knows this space."""
        return space_id in self._spaces

    def has_stand(self, space_id: str, stand_id: str) -> bool:
        """Tell whether the case knows this stand in this space."""
        return (space_id, stand_id) in self._stands

    def has_applicant(self, applicant_id: str) -> bool:
        """Tell whether the case knows this applicant."""
        return applicant_id in self._applicants

    def has_request(self, applicant_id: str) -> bool:
        """Tell whether this applicant asks for anything."""
        return applicant_id in self._requests

    def wish(self, applicant_id: str, space_id: str) -> Wish | None:
        """Return the applicant's wish for that space, None if she did not ask for it."""
        return self._wishes.get((applicant_id, space_id))
