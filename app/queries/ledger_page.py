"""The ledger of a site as its manager reads it, worst-off first; and an exhibitor's own beside the average."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.fold import fold
from app.models import (
    Application,
    ApplicationState,
    Call,
    CallState,
    Exhibitor,
    ExhibitorCraft,
    LedgerCorrection,
    Publication,
    PublishedTurn,
    Site,
)
from app.queries.ledger import MEASURES, Account, Amount, SeasonAccount, accounts


@dataclass(frozen=True)
class Filters:
    """What is shown: one season or all, in which measure, whose name holds a text, only those with absences."""

    call_id: int | None = None
    measure: str = "periods"
    text: str = ""
    absent: bool = False


@dataclass(frozen=True)
class Line:
    """An exhibitor at a site: her account there over the seasons shown, and what she has elsewhere."""

    exhibitor: Exhibitor
    seasons: tuple[SeasonAccount, ...]
    elsewhere: int

    @property
    def lived(self) -> Amount:
        """Over and counted."""
        return sum((one.lived for one in self.seasons), Amount())

    @property
    def due(self) -> Amount:
        """Under way or to come."""
        return sum((one.due for one in self.seasons), Amount())

    @property
    def corrected(self) -> Amount:
        """By hand."""
        return sum((one.corrected for one in self.seasons), Amount())

    @property
    def total(self) -> Amount:
        """Lived, due and corrected."""
        return self.lived + self.due + self.corrected

    @property
    def absences(self) -> int:
        """Without excuse."""
        return sum(one.absences for one in self.seasons)

    @property
    def excused(self) -> int:
        """With an excuse."""
        return sum(one.excused for one in self.seasons)

    @property
    def missed(self) -> int:
        """Periods that do not count."""
        return sum(one.missed for one in self.seasons)

    @property
    def swaps(self) -> int:
        """Swaps done."""
        return sum(one.swaps for one in self.seasons)


@dataclass(frozen=True)
class SiteLedger:
    """The lines shown, worst-off first, and the average of everybody in the seasons shown."""

    lines: list[Line]
    average: float
    calls: list[Call]
    filters: Filters
    everybody: int


def site_ledger(site: Site, calls: list[Call], filters: Filters, today: date) -> SiteLedger:
    """The ledger of a site with these calls (``calls_of``); a fixed number of queries."""
    shown = {call.id for call in calls} if filters.call_id is None else {filters.call_id}
    people = {one.id: one for one in _people(site, shown, all_seasons=filters.call_id is None)}
    known = accounts(people, today)
    lines = [_line(site, people[one], known[one], shown, filters) for one in people]
    lines.sort(
        key=lambda one: (one.total.of(filters.measure), one.elsewhere, one.exhibitor.name, one.exhibitor.id)
    )  # fmt: skip
    totals = [line.total.of(filters.measure) for line in lines]
    kept = [line for line in lines if _wanted(line, filters)]
    return SiteLedger(kept, sum(totals) / len(totals) if totals else 0, calls, filters, len(lines))


def calls_of(site: Site) -> list[Call]:
    """The site's published calls, newest season first."""
    query = select(Call).where(Call.site_id == site.id, Call.state == CallState.PUBLISHED)
    return list(db.session.scalars(query.order_by(Call.season_start.desc(), Call.id.desc())))


def _people(site: Site, call_ids: Iterable[int], *, all_seasons: bool) -> list[Exhibitor]:
    """Who is on the ledger: retained in one of these calls, with a turn in one, or corrected at the site."""
    ids = list(call_ids)
    retained = select(Application.exhibitor_id).where(
        Application.call_id.in_(ids), Application.state == ApplicationState.ELIGIBLE
    )
    placed = select(PublishedTurn.exhibitor_id).join(PublishedTurn.publication).where(Publication.call_id.in_(ids))
    corrected = select(LedgerCorrection.exhibitor_id).where(
        LedgerCorrection.site_id == site.id,
        LedgerCorrection.call_id.is_(None) | LedgerCorrection.call_id.in_(ids)
        if all_seasons else LedgerCorrection.call_id.in_(ids),
    )  # fmt: skip
    who = Exhibitor.id.in_(retained) | Exhibitor.id.in_(placed) | Exhibitor.id.in_(corrected)
    crafts = selectinload(Exhibitor.crafts).joinedload(ExhibitorCraft.craft)
    return list(db.session.scalars(select(Exhibitor).where(who).options(crafts).order_by(Exhibitor.id)))


def _line(site: Site, exhibitor: Exhibitor, account: Account, shown: set[int], filters: Filters) -> Line:
    here, away = [], Amount()
    for call_id, season in account.seasons.items():
        if call_id in shown or (call_id is None and filters.call_id is None):
            here.append(season)
        elif season.call is None or season.call.site_id != site.id:
            away += season.received
    return Line(exhibitor, tuple(here), away.of(filters.measure))


def _wanted(line: Line, filters: Filters) -> bool:
    named = fold(f"{line.exhibitor.name} {line.exhibitor.name_ar}")
    return fold(filters.text) in named and (not filters.absent or line.absences + line.excused > 0)


@dataclass(frozen=True)
class Entry:
    """An exhibitor on a site's ledger."""

    site: Site
    exhibitor: Exhibitor


def entry(slug: str, exhibitor_id: int) -> Entry | None:
    """An exhibitor of a site's ledger; None when she is not on it."""
    site = db.session.scalars(select(Site).where(Site.slug == slug)).first()
    if site is None:
        return None
    known = {one.id: one for one in _people(site, [call.id for call in calls_of(site)], all_seasons=True)}
    return Entry(site, known[exhibitor_id]) if exhibitor_id in known else None


def corrections(exhibitor_id: int, site_id: int | None = None) -> list[LedgerCorrection]:
    """The corrections of somebody's ledger, newest first."""
    query = select(LedgerCorrection).where(LedgerCorrection.exhibitor_id == exhibitor_id)
    if site_id is not None:
        query = query.where(LedgerCorrection.site_id == site_id)
    named = joinedload(LedgerCorrection.call), joinedload(LedgerCorrection.made_by), joinedload(LedgerCorrection.site)
    return list(db.session.scalars(query.options(*named).order_by(LedgerCorrection.id.desc())))


@dataclass(frozen=True)
class Beside:
    """One exhibitor in one season beside everybody of it, in the charter's measure."""

    call: Call
    season: SeasonAccount
    measure: str
    mine: int
    average: float
    people: int
    most: int


def beside_others(exhibitor: Exhibitor, today: date) -> list[Beside]:
    """Each season she was retained in or had a turn in, newest first, beside the others; few queries, however many."""
    calls = _seasons_of(exhibitor)
    crowd = _crowd(calls)
    known = accounts({one for people in crowd.values() for one in people} | {exhibitor.id}, today)
    found = []
    for call in calls:
        measure = str(call.charter.get("measure", "periods"))
        measure = measure if measure in MEASURES else "periods"
        people = crowd[call.id] | {exhibitor.id}
        levels = {one: _in(known[one], call).received.of(measure) for one in people}
        found.append(
            Beside(
                call, _in(known[exhibitor.id], call), measure, levels[exhibitor.id], sum(levels.values()) / len(levels),
                len(levels), max(levels.values()),
            )
        )  # fmt: skip
    return found


def _in(account: Account, call: Call) -> SeasonAccount:
    return account.seasons.get(call.id) or SeasonAccount(call)


def _seasons_of(exhibitor: Exhibitor) -> list[Call]:
    retained = select(Application.call_id).where(
        Application.exhibitor_id == exhibitor.id, Application.state == ApplicationState.ELIGIBLE
    )
    placed = (
        select(Publication.call_id)
        .join(PublishedTurn, PublishedTurn.publication_id == Publication.id)
        .where(PublishedTurn.exhibitor_id == exhibitor.id)
    )
    corrected = select(LedgerCorrection.call_id).where(LedgerCorrection.exhibitor_id == exhibitor.id)
    mine = Call.id.in_(retained) | Call.id.in_(placed) | Call.id.in_(corrected)
    query = select(Call).where(mine, Call.state == CallState.PUBLISHED).options(joinedload(Call.site))
    return list(db.session.scalars(query.order_by(Call.season_start.desc(), Call.id.desc())))


def _crowd(calls: list[Call]) -> dict[int, set[int]]:
    """Everybody retained in, or placed by, each call that has a rotation; else only herself is compared."""
    ids = [call.id for call in calls]
    found: dict[int, set[int]] = {call_id: set() for call_id in ids}
    rotation = select(Publication.call_id).where(Publication.call_id.in_(ids))
    retained = select(Application.call_id, Application.exhibitor_id).where(
        Application.call_id.in_(rotation), Application.state == ApplicationState.ELIGIBLE
    )
    placed = (
        select(Publication.call_id, PublishedTurn.exhibitor_id)
        .join(PublishedTurn, PublishedTurn.publication_id == Publication.id)
        .where(Publication.call_id.in_(ids))
    )
    for query in (retained, placed):
        for call_id, exhibitor_id in db.session.execute(query):
            found[call_id].add(exhibitor_id)
    return found
