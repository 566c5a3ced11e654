"""Spaces and stands: adding, changing, and what keeps them from being removed."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.errors import Invalid, Refused
from app.extensions import db
from app.models import (
    AuditEntry,
    CallState,
    Closure,
    ClosureReason,
    DayUse,
    FrozenCase,
    Site,
    Space,
    SpaceDay,
    SpaceKind,
    Stand,
    User,
)
from app.services import audit, closing_days, closure, space, stand
from tests.app.services.test_days import MONDAY, plan_event, publish_turn
from tests.factories import make_call, make_site, make_space, make_user
from tests.wording import plain

HALL = space.SpaceFacts("SE", "Salle d'exposition", "قاعة العرض", SpaceKind.HALL, 180, None, 1)


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site()


@pytest.fixture
def actor(app: Flask) -> User:
    return make_user()


def actions(site: Site) -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.chain == f"site:{site.id}").order_by(AuditEntry.position)
    return list(db.session.scalars(query))


def stands(hall: Space) -> list[tuple[str, int, int]]:
    query = select(Stand).where(Stand.space_id == hall.id).order_by(Stand.position)
    return [(row.code, row.x, row.y) for row in db.session.scalars(query)]


def test_a_space_is_added_changed_and_removed(site: Site, actor: User) -> None:
    hall = space.create(actor, site, HALL)
    space.edit(actor, hall, HALL)
    space.edit(actor, hall, space.SpaceFacts("SE", "Grande salle", "", SpaceKind.SHOWROOM, 200, 40, 3))
    assert (hall.name, hall.kind, hall.area_m2, hall.capacity, hall.weight) == (
        "Grande salle", SpaceKind.SHOWROOM, 200, 40, 3,
    )  # fmt: skip
    space.delete(actor, hall)
    assert db.session.scalars(select(Space)).all() == []
    assert actions(site) == ["space.create", "space.edit", "space.delete"]
    assert audit.verify(site) == []


def test_a_code_is_used_once_a_site(site: Site, actor: User) -> None:
    first = space.create(actor, site, HALL)
    with pytest.raises(Invalid) as invalid:
        space.create(actor, site, HALL)
    assert list(invalid.value.faults) == ["code"]
    space.edit(actor, first, HALL)
    assert space.create(actor, make_site(), HALL).code == "SE"


def test_a_new_space_is_closed_with_its_site(site: Site, actor: User) -> None:
    facts = closure.ClosureFacts(MONDAY, MONDAY, ClosureReason.HOLIDAY)
    closing_days.create(actor, site, facts)
    hall = space.create(actor, site, HALL)
    assert db.session.get(SpaceDay, (hall.id, MONDAY)).use == DayUse.CLOSED


def test_many_stands_at_once_in_rows(site: Site, actor: User) -> None:
    hall = make_space(site, stands=0)
    stand.add_many(actor, hall, count=12, area_m2=9, per_row=4, features=["power"])
    assert stands(hall) == [(f"{n + 1:02d}", n % 4, n // 4) for n in range(12)]
    db.session.refresh(hall)
    stand.add_many(actor, hall, count=2, area_m2=12, per_row=4)
    assert stands(hall)[12:] == [("13", 0, 3), ("14", 1, 3)]
    assert [s.area_m2 for s in db.session.scalars(select(Stand).order_by(Stand.position))] == [9] * 12 + [12] * 2
    assert actions(site) == ["stand.add", "stand.add"]


def test_too_many_stands_are_refused_with_the_number_left(site: Site, actor: User) -> None:
    hall = make_space(site, stands=3)
    with pytest.raises(Invalid, match="il en reste 397"):
        stand.add_many(actor, hall, count=398, area_m2=9, per_row=20)
    with pytest.raises(Invalid, match="lignes"):
        stand.add_many(actor, hall, count=200, area_m2=9, per_row=1)


def test_a_number_and_a_square_are_used_once(site: Site, actor: User) -> None:
    hall = make_space(site, stands=3)
    first = hall.stands[0]
    with pytest.raises(Invalid) as invalid:
        stand.edit(actor, first, stand.StandFacts("02", 9, (), 2, 0))
    assert sorted(invalid.value.faults) == ["code", "x"]
    stand.edit(actor, first, stand.StandFacts("A1", 12, ("water", "four"), 0, 5))
    assert (first.code, first.area_m2, first.features, first.y) == ("A1", 12, ["water", "four"], 5)


def test_an_unused_stand_is_removed(site: Site, actor: User) -> None:
    hall = make_space(site, stands=3)
    make_call(site, hall, state=CallState.DRAFT, published_at=None)
    stand.delete(actor, hall.stands[1])
    assert [code for code, _x, _y in stands(hall)] == ["01", "03"]


def test_a_published_call_keeps_its_stands_and_space(site: Site, actor: User) -> None:
    hall = make_space(site, name="Salle A")
    call = make_call(site, hall)
    with pytest.raises(Refused) as refused:
        stand.delete(actor, hall.stands[0])
    assert plain(refused.value.reasons) == (
        f"L'emplacement 01 est offert dans l'appel nº {call.number} : fermez-le au lieu de le supprimer.",
    )
    with pytest.raises(Refused, match=f"«\u00a0Salle A\u00a0» figure dans l'appel nº {call.number}"):
        space.delete(actor, hall)


def test_a_frozen_plan_keeps_its_stands(site: Site, actor: User) -> None:
    hall = make_space(site)
    call = make_call(site, hall, state=CallState.DRAFT, published_at=None)
    db.session.add(FrozenCase(sha256="0" * 64, call_id=call.id, text="{}", frozen_at=now()))
    db.session.flush()
    with pytest.raises(Refused, match="appel nº"):
        stand.delete(actor, hall.stands[0])


def test_turns_and_events_keep_the_place(site: Site, actor: User) -> None:
    hall = make_space(site)
    publish_turn(hall, actor, [MONDAY])
    plan_event(hall, actor, MONDAY)
    assert "Des tours y ont été publiés : fermez-le au lieu de le supprimer." in plain(stand.kept_by(hall.stands[0]))
    assert len(space.kept_by(hall)) == 3


def test_a_closed_stand_is_kept_until_its_closure_goes(site: Site, actor: User) -> None:
    hall = make_space(site)
    first = hall.stands[0]
    works = closing_days.create(
        actor, site,
        closure.ClosureFacts(MONDAY, date(2027, 2, 1), ClosureReason.WORKS, space_id=hall.id, stand_id=first.id),
    )  # fmt: skip
    with pytest.raises(Refused, match="Des fermetures y sont inscrites"):
        stand.delete(actor, first)
    closing_days.delete(actor, works)
    stand.delete(actor, first)
    assert len(stands(hall)) == 2
    assert db.session.scalars(select(Closure)).all() == []
