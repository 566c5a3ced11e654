"""Files under review: the list, one file, and what is asked against what is offered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.extensions import db
from app.models import (
    Application,
    ApplicationSpace,
    ApplicationState,
    Call,
    Closure,
    Craft,
    Exhibitor,
    ExhibitorCraft,
    ExhibitorGroup,
    Group,
)
from app.queries.call import spaces_of

#: States whose files count as asked for.
LIVE = (ApplicationState.SUBMITTED, ApplicationState.ELIGIBLE, ApplicationState.REFUSED)
PAGE = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; None or empty for everything."""

    state: ApplicationState | None = None
    family: str = ""
    group: str = ""
    space_id: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """One page of files, and how many there are in all."""

    rows: list[Application]
    count: int
    page: int
    pages: int


def file_by_id(application_id: int) -> Application | None:
    """A deposited application (drafts are their authors' alone), or None."""
    query = _with_all(select(Application).where(Application.id == application_id, Application.number.is_not(None)))
    return db.session.execute(query).scalar_one_or_none()


def files(call: Call, filters: Filters, page: int = 1) -> Files:
    """The deposited and withdrawn files of a call that match, by receipt number."""
    query = _narrowed(call, filters)
    count = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-count // PAGE))
    page = min(max(page, 1), pages)
    rows = db.session.scalars(
        _with_all(query).order_by(Application.number).limit(PAGE).offset((page - 1) * PAGE)
    ).unique()
    return Files(list(rows), count, page, pages)


def _with_all(query: Select[tuple[Application]]) -> Select[tuple[Application]]:
    person = joinedload(Application.exhibitor)
    return query.options(
        joinedload(Application.call).joinedload(Call.site),
        selectinload(Application.wishes).joinedload(ApplicationSpace.space),
        person.selectinload(Exhibitor.crafts).joinedload(ExhibitorCraft.craft).joinedload(Craft.family),
        person.selectinload(Exhibitor.groups),
        person.joinedload(Exhibitor.region),
        person.joinedload(Exhibitor.province),
        person.selectinload(Exhibitor.accounts),
    )


def _narrowed(call: Call, filters: Filters) -> Select[tuple[Application]]:
    query = (
        select(Application)
        .join(Application.exhibitor)
        .where(Application.call_id == call.id, Application.number.is_not(None))
    )
    if filters.state is not None:
        query = query.where(Application.state == filters.state)
    if filters.family:
        main = select(ExhibitorCraft.exhibitor_id).join(ExhibitorCraft.craft)
        query = query.where(
            Exhibitor.id.in_(main.where(ExhibitorCraft.position == 0, Craft.family_code == filters.family))
        )
    if filters.group:
        query = query.where(_in_group(call, filters.group))
    if filters.space_id:
        wished = select(ApplicationSpace.application_id).where(ApplicationSpace.space_id == filters.space_id)
        query = query.where(Application.id.in_(wished))
    return query.where(_says(filters.text)) if filters.text else query


def _in_group(call: Call, group: str) -> object:
    """Declared groups, and the two that follow from where the exhibitor works."""
    if group == "local":
        return Exhibitor.province_code == call.site.province_code
    if group == "outside_region":
        return Exhibitor.region_code != call.site.region_code
    declared = select(ExhibitorGroup.exhibitor_id).where(ExhibitorGroup.group == group)
    return Exhibitor.id.in_(declared)


def _says(text: str) -> object:
    """Names, register number, or the serial at the end of a receipt."""
    serial = text.rpartition("-")[2]
    found = [
        func.lower(column).contains(text.lower(), autoescape=True)
        for column in (Exhibitor.name, Exhibitor.name_ar, Exhibitor.register_number)
    ]
    if serial.isdecimal() and len(serial) <= 9:
        found.append(Application.number == int(serial))
    return or_(*found)


@dataclass(frozen=True, slots=True)
class Tally:
    """One line of the comparison: files, and stand-periods they ask for at most, of all and of eligible ones."""

    code: str
    files: int
    eligible: int
    asked: int
    kept: int


@dataclass(frozen=True, slots=True)
class Demand:
    """Stand-periods offered, and what is asked by craft family and by group."""

    offered: int
    families: list[Tally]
    groups: list[Tally]
    states: dict[ApplicationState, int]


def demand(call: Call) -> Demand:
    """Places asked against places offered, in a fixed number of queries."""
    rows = db.session.execute(
        select(
            Application.exhibitor_id, Application.state, Application.max_turns, Application.max_length,
            Application.stands, Craft.family_code, Exhibitor.province_code, Exhibitor.region_code,
        )
        .join(Application.exhibitor)
        .outerjoin(
            ExhibitorCraft, (ExhibitorCraft.exhibitor_id == Exhibitor.id) & (ExhibitorCraft.position == 0)
        )
        .outerjoin(Craft, Craft.code == ExhibitorCraft.craft_code)
        .where(Application.call_id == call.id, Application.number.is_not(None))
    ).all()  # fmt: skip
    declared = _declared(call)
    periods = len(call.periods)
    families, groups = _Counts(), _Counts()
    for row in rows:
        if row.state not in LIVE:
            continue
        asked = min(row.max_turns * row.max_length, periods) * row.stands
        eligible = row.state is ApplicationState.ELIGIBLE
        families.add(row.family_code or "", asked, eligible=eligible)
        for group in _groups(call, row.province_code, row.region_code, declared.get(row.exhibitor_id, ())):
            groups.add(group, asked, eligible=eligible)
    states = Counter(row.state for row in rows)
    return Demand(offered(call), families.tallies(), groups.tallies(), dict(states))


class _Counts:
    """Files and stand-periods by code."""

    def __init__(self) -> None:
        self.files: Counter[str] = Counter()
        self.eligible: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()

    def add(self, code: str, asked: int, *, eligible: bool) -> None:
        """Count one file."""
        self.files[code] += 1
        self.asked[code] += asked
        if eligible:
            self.eligible[code] += 1
            self.kept[code] += asked

    def tallies(self) -> list[Tally]:
        """The lines, most asked first."""
        order = sorted(self.files, key=lambda code: (-self.asked[code], code))
        return [Tally(c, self.files[c], self.eligible[c], self.asked[c], self.kept[c]) for c in order]


def _declared(call: Call) -> dict[int, list[Group]]:
    asking = select(Application.exhibitor_id).where(Application.call_id == call.id)
    query = select(ExhibitorGroup.exhibitor_id, ExhibitorGroup.group).where(ExhibitorGroup.exhibitor_id.in_(asking))
    found: dict[int, list[Group]] = {}
    for exhibitor_id, group in db.session.execute(query):
        found.setdefault(exhibitor_id, []).append(group)
    return found


def _groups(call: Call, province: str, region: str, declared: Iterable[Group]) -> list[str]:
    places = [("local", province == call.site.province_code), ("outside_region", region != call.site.region_code)]
    return [code for code, holds in places if holds] + [group.value for group in declared]


def offered(call: Call) -> int:
    """Open stand-periods: a closure takes every period it touches, were it for a day."""
    closures = list(
        db.session.scalars(
            select(Closure).where(
                Closure.site_id == call.site_id,
                Closure.starts_on <= call.season_end,
                Closure.ends_on >= call.season_start,
            )
        )
    )
    total = 0
    for space in spaces_of(call):
        for stand in space.stands:
            shut = [c for c in closures if c.space_id in (None, space.id) and c.stand_id in (None, stand.id)]
            total += sum(
                not any(c.starts_on <= period.ends_on and period.starts_on <= c.ends_on for c in shut)
                for period in call.periods
            )
    return total


def neighbours(file: Application) -> tuple[Application | None, Application | None]:
    """The files before and after this one, to read them in a row."""
    same = select(Application).where(Application.call_id == file.call_id, Application.number.is_not(None))
    before = same.where(Application.number < file.number).order_by(Application.number.desc()).limit(1)
    after = same.where(Application.number > file.number).order_by(Application.number).limit(1)
    return db.session.scalars(before).first(), db.session.scalars(after).first()
