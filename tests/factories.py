"""Makers of small, valid things; each adds and flushes, the test commits."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import Any

from flask import session
from flask.testing import FlaskClient
from flask_security import hash_password, login_user
from sqlalchemy import select

from app.clock import now
from app.extensions import db
from app.models import (
    Application,
    ApplicationSpace,
    ApplicationState,
    Call,
    CallPeriod,
    CallSpace,
    CallState,
    Craft,
    CraftFamily,
    DayUse,
    Exhibitor,
    ExhibitorAccount,
    ExhibitorCraft,
    ExhibitorGroup,
    ExhibitorKind,
    FrozenCase,
    Group,
    Membership,
    Occupancy,
    Presence,
    Province,
    Publication,
    PublishedTurn,
    Region,
    Site,
    SiteCategory,
    SiteRole,
    SiteState,
    SiteType,
    Space,
    SpaceDay,
    SpaceKind,
    Stand,
    User,
)
from app.planning.changes import compare, stays_of_rows

PASSWORD = "une phrase assez longue"
_count = itertools.count(1)
_hashed: dict[str, str] = {}


def _save(thing: Any) -> Any:
    db.session.add(thing)
    db.session.flush()
    return thing


def make_region(code: str = "07") -> Region:
    """A region with one province, or the one there is."""
    found = db.session.get(Region, code)
    if found is None:
        found = _save(
            Region(
                code=code, iso=f"MA-{code}", fr=f"Région {code}", ar=f"جهة {code}", en=f"Region {code}",
                seat_fr="Chef-lieu", population_2024=1000, tile_x=int(code), tile_y=0,
            )
        )  # fmt: skip
        province = Province(code=f"{code}.001", region_code=code, fr="Province", ar="إقليم", kind="province")
        province.population_2024 = 1000
        _save(province)
    return found


def make_craft(code: str = "POT-01") -> Craft:
    """A craft with its family (the letters before the dash)."""
    family = code.split("-")[0]
    if db.session.get(CraftFamily, family) is None:
        _save(CraftFamily(code=family, fr=f"Filière {family}", ar=f"فرع {family}", en=f"Family {family}"))
    return db.session.get(Craft, code) or _save(
        Craft(code=code, family_code=family, fr=f"Activité {code}", ar=f"حرفة {code}", en=f"Craft {code}")
    )


def make_site(**given: Any) -> Site:
    """An open complex in region 07."""
    n = next(_count)
    region = make_region(given.pop("region_code", "07"))
    values = {
        "slug": f"site-{n}", "name": f"Complexe {n}", "city": "Ville", "region_code": region.code,
        "province_code": f"{region.code}.001", "category": SiteCategory.PRODUCTION_SALE, "type": SiteType.COMPLEX,
        "state": SiteState.OPEN,
    }  # fmt: skip
    return _save(Site(**values | given))


def make_space(site: Site, stands: int = 3, **given: Any) -> Space:
    """A hall with ``stands`` stands of 9 m² in a row."""
    n = next(_count)
    values = {"site_id": site.id, "code": f"H{n}", "name": f"Salle {n}", "kind": SpaceKind.HALL}
    space = _save(Space(**values | given))
    for number in range(stands):
        _save(
            Stand(
                space_id=space.id, code=f"{number + 1:02d}", position=number, area_m2=9, features=["power"],
                x=number, y=0,
            )
        )  # fmt: skip
    db.session.refresh(space)
    return space


def make_user(*roles: tuple[Site, SiteRole], **given: Any) -> User:
    """An account with roles at sites; its password is ``PASSWORD``."""
    n = next(_count)
    if PASSWORD not in _hashed:
        _hashed[PASSWORD] = hash_password(PASSWORD)
    values = {
        "email": f"personne{n}@dawra.example", "name": f"Personne {n}", "password": _hashed[PASSWORD],
        "fs_uniquifier": f"{n:064d}", "created_at": now(),
    }  # fmt: skip
    user = _save(User(**values | given))
    for site, role in roles:
        _save(Membership(user_id=user.id, site_id=site.id, role=role))
    db.session.refresh(user)
    return user


def make_exhibitor(
    user: User | None = None, craft: str = "POT-01", groups: tuple[Group, ...] = (), **given: Any
) -> Exhibitor:
    """An artisan of region 07, with an account acting for her when given."""
    n = next(_count)
    region = make_region(given.pop("region_code", "07"))
    make_craft(craft)
    values = {
        "kind": ExhibitorKind.ARTISAN, "name": f"Exposant {n}", "register_number": f"RNA-{n:06d}",
        "region_code": region.code, "province_code": f"{region.code}.001", "created_at": now(),
    }  # fmt: skip
    exhibitor = Exhibitor(**values | given)
    exhibitor.crafts = [ExhibitorCraft(craft_code=craft, position=0)]
    exhibitor.groups = [ExhibitorGroup(group=group) for group in groups]
    _save(exhibitor)
    if user is not None:
        _save(ExhibitorAccount(exhibitor_id=exhibitor.id, user_id=user.id, since=now()))
        db.session.refresh(exhibitor)
    return exhibitor


def make_call(
    site: Site, *spaces: Space, periods: int = 4, days: int = 14, start: date | None = None, **given: Any
) -> Call:
    """A published, open call with equal periods and a charter of equal turns."""
    n = next(_count)
    first = start or date(2027, 1, 4)
    values = {
        "site_id": site.id, "number": n, "title": f"Appel {n}", "state": CallState.PUBLISHED, "season_start": first,
        "season_end": first + timedelta(days=periods * days - 1), "period_days": days,
        "opens_at": now() - timedelta(days=1), "closes_at": now() + timedelta(days=30), "published_at": now(),
        "created_at": now(), "seed": f"graine-{n}",
        "charter": {
            "measure": "periods", "max_same_activity": 2, "min_activities": None, "rest": 0, "quotas": [],
            "rivals_apart": False, "tiers": ["fairness", "fill", "preferences"],
        },
    }  # fmt: skip
    call = _save(Call(**values | given))
    for space in spaces:
        _save(CallSpace(call_id=call.id, space_id=space.id, site_id=site.id))
    for position in range(periods):
        begin = first + timedelta(days=position * days)
        _save(CallPeriod(call_id=call.id, position=position, starts_on=begin, ends_on=begin + timedelta(days=days - 1)))
    db.session.refresh(call)
    return call


def make_application(
    call: Call, exhibitor: Exhibitor, *spaces: Space, entered_by: User | None = None, **given: Any
) -> Application:
    """A submitted application for the spaces in the order given."""
    n = next(_count)
    author = entered_by or make_user()
    values = {
        "call_id": call.id, "exhibitor_id": exhibitor.id, "client_key": f"key-{n}", "number": n,
        "state": ApplicationState.SUBMITTED, "submitted_at": now(), "updated_at": now(), "entered_by_id": author.id,
    }  # fmt: skip
    application = _save(Application(**values | given))
    for rank, space in enumerate(spaces, start=1):
        _save(ApplicationSpace(application_id=application.id, space_id=space.id, call_id=call.id, rank=rank))
    db.session.refresh(application)
    return application


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """Sign in as the page does once the password is right: the real page costs half a second of argon2.

    The page itself is tried in tests/app/views/test_accounts.py and by every browser test.
    """
    db.session.commit()
    with client.application.test_request_context(
        environ_base={"REMOTE_ADDR": "127.0.0.1"}, headers={"User-Agent": f"Werkzeug/{version('werkzeug')}"}
    ):
        login_user(db.session.scalars(select(User).where(User.email == user.email)).one())
        db.session.commit()
        kept = dict(session)
    with client.session_transaction() as begun:
        begun.update(kept)
    return client


def post_form(client: FlaskClient, path: str, typed: dict[str, Any], *, page: str = "", **options: Any) -> Any:
    """Post a form with the CSRF token read from its page (``page``, else the same path)."""
    shown = client.get(page or path, **options).get_data(as_text=True)
    token = shown.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, **typed}, **options)


def make_publication(
    call: Call, *turns: tuple[Exhibitor, Stand, int, int], number: int | None = None,
    case: dict[str, Any] | None = None, plan: dict[str, Any] | None = None, published_at: datetime | None = None,
) -> Publication:  # fmt: skip
    """A current publication with its turns ``(exhibitor, stand, start, length)``, their days and presences."""
    n = next(_count)
    text = json.dumps(
        case or {"format": "dawra-case/1", "name": f"cas {n}"},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    digest = hashlib.sha256(text.encode()).hexdigest()
    if db.session.get(FrozenCase, digest) is None:
        _save(FrozenCase(sha256=digest, call_id=call.id, text=text, frozen_at=now()))
    plan_text = json.dumps((plan or {"format": "dawra-plan/1", "turns": [], "tiers": []}) | {"case_sha256": digest})
    publication = _save(
        Publication(
            site_id=call.site_id, call_id=call.id, number=number or n, case_sha256=digest, plan_text=plan_text,
            plan_sha256=hashlib.sha256(plan_text.encode()).hexdigest(), changes={}, published_at=published_at or now(),
            published_by_id=make_user().id,
        )
    )  # fmt: skip
    for exhibitor, stand, start, length in turns:
        _publish_turn(publication, call, exhibitor, stand, start, length)
    db.session.refresh(publication)
    before = db.session.scalars(
        select(Publication)
        .where(Publication.call_id == call.id, Publication.id != publication.id)
        .order_by(Publication.number.desc())
    ).first()
    old = stays_of_rows(before.turns) if before else []
    publication.changes = compare(old, stays_of_rows(publication.turns)).document()
    db.session.flush()
    return publication


def _publish_turn(
    publication: Publication, call: Call, exhibitor: Exhibitor, stand: Stand, start: int, length: int
) -> None:
    first, last = call.periods[start].starts_on, call.periods[start + length - 1].ends_on
    turn = _save(
        PublishedTurn(
            publication_id=publication.id, exhibitor_id=exhibitor.id, space_id=stand.space_id, stand_id=stand.id,
            start=start, length=length, starts_on=first, ends_on=last,
            uid=f"turn-{call.id}-{exhibitor.id}-{stand.id}-{start}@dawra",
        )
    )  # fmt: skip
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if db.session.get(SpaceDay, (stand.space_id, day)) is None:
            _save(SpaceDay(space_id=stand.space_id, day=day, use=DayUse.OPEN))
        _save(Presence(exhibitor_id=exhibitor.id, day=day, site_id=call.site_id, turn_id=turn.id))
        _save(
            Occupancy(
                stand_id=stand.id, day=day, space_id=stand.space_id, exhibitor_id=exhibitor.id, turn_id=turn.id
            )
        )  # fmt: skip
