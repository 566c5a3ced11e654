"""Calls: every fault at once, frozen once published, every change in the audit trail."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now, pretending
from app.errors import Invalid, Refused
from app.extensions import db
from app.models import AuditEntry, Call, CallPeriod, CallState, PeriodUnit, Site, SiteRole, User
from app.planning.charter_templates import TEMPLATES
from app.queries.call import overlapping, public_calls, window
from app.services import audit, call
from app.services.call_check import CallValues, check
from tests.factories import make_call, make_site, make_space, make_user

TODAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def site(app: Flask) -> Site:
    made = make_site()
    make_space(made, 3)
    db.session.refresh(made)
    return made


@pytest.fixture
def manager(site: Site) -> User:
    return make_user((site, SiteRole.MANAGER))


def sound(site: Site, **changes: object) -> CallValues:
    values = CallValues(
        title="Saison d'hiver", space_ids=[site.spaces[0].id], season_start=date(2027, 1, 4),
        season_end=date(2027, 2, 2), period_days=14, opens_at=now(), closes_at=now() + timedelta(days=20),
        charter=TEMPLATES["equal_turns"].build(3), max_turn_length=2, max_turns=2, seed="2026-11",
    )  # fmt: skip
    return replace(values, **changes)


def actions(site: Site) -> list[str]:
    db.session.rollback()
    query = select(AuditEntry.action).where(AuditEntry.chain == audit.chain_of(site)).order_by(AuditEntry.position)
    return list(db.session.scalars(query))


def test_a_draft_is_published_with_its_periods_frozen(site: Site, manager: User) -> None:
    high = [{"from": "2027-01-18", "to": "2027-01-25", "weight": 3}]
    with pretending(TODAY):
        made = call.draft(manager, site, sound(site, high_seasons=high))
        assert (made.number, made.state, made.periods) == (1, CallState.DRAFT, [])
        call.publish(manager, made)
    rows = db.session.execute(select(CallPeriod.position, CallPeriod.starts_on, CallPeriod.ends_on, CallPeriod.weight))
    assert [tuple(row) for row in rows] == [
        (0, date(2027, 1, 4), date(2027, 1, 17), 1),
        (1, date(2027, 1, 18), date(2027, 1, 31), 3),
        (2, date(2027, 2, 1), date(2027, 2, 2), 1),
    ]
    assert made.published_at == TODAY
    assert actions(site) == ["call.draft", "call.publish"]
    assert audit.verify(site) == []


def test_short_periods_can_be_dropped(site: Site, manager: User) -> None:
    made = call.draft(manager, site, sound(site, keep_partial=False))
    call.publish(manager, made)
    assert [period.ends_on for period in made.periods] == [date(2027, 1, 17), date(2027, 1, 31)]


def test_calls_are_numbered_in_their_site(site: Site, manager: User) -> None:
    numbers = [call.draft(manager, site, sound(site)).number for _ in range(3)]
    assert numbers == [1, 2, 3]


def test_every_fault_is_told_at_once(site: Site, manager: User) -> None:
    empty = make_space(site, 0)
    db.session.refresh(site)
    charter = TEMPLATES["equal_turns"].build(3) | {
        "quotas": [
            {"group": "women", "at_least": 0.7, "scope": "season"}, {"group": "rural", "at_least": 0.4},
            {"group": "women", "at_most": 0.5, "scope": "space"},
        ],
        "tiers": [],
    }  # fmt: skip
    values = sound(
        site, title=" ", seed="", space_ids=[empty.id, 999_999], season_start=date(2027, 1, 4),
        season_end=date(2027, 1, 10), period_days=14, max_turn_length=5, max_turns=0, fee_centimes=-1,
        opens_at=datetime(2027, 2, 1, tzinfo=UTC), closes_at=datetime(2027, 1, 20, tzinfo=UTC), charter=charter,
        charter_template="none", high_seasons=[{"from": "2028-01-02", "to": "2028-01-03", "weight": 11}],
    )  # fmt: skip
    with pytest.raises(Invalid) as caught:
        call.draft(manager, site, values)
    assert {name: len(texts) for name, texts in caught.value.faults.items()} == {
        "title": 1, "seed": 1, "charter_template": 1, "space_ids": 2, "period_days": 1, "closes_at": 1,
        "season_start": 1, "high_seasons": 2, "max_turn_length": 1, "max_turns": 1, "fee": 1, "quotas": 2, "tiers": 1,
    }  # fmt: skip
    assert "110" in caught.value.faults["quotas"][0]
    assert db.session.execute(select(Call.id)).first() is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"space_ids": []}, "space_ids"),
        ({"season_start": None}, "season_start"),
        ({"season_end": date(2027, 1, 3)}, "season_end"),
        ({"season_end": date(2030, 1, 3)}, "season_end"),
        ({"period_unit": PeriodUnit.MONTH, "keep_partial": False, "season_end": date(2027, 1, 20)}, "season_end"),
        ({"period_days": 0}, "period_days"),
        ({"period_days": 1, "season_end": date(2028, 12, 31)}, "period_days"),
        ({"opens_at": None}, "opens_at"),
        ({"closes_at": None}, "closes_at"),
        ({"closes_at": datetime(2027, 1, 5, tzinfo=UTC)}, "season_start"),
        ({"max_turn_length": None}, "max_turn_length"),
        ({"charter": {"measure": "coins", "tiers": ["fill"]}}, "charter"),
        ({"high_seasons": [{"from": "2027-01-09", "to": "2027-01-05", "weight": 2}]}, "high_seasons"),
    ],
)
def test_one_fault_has_one_sentence(site: Site, changes: dict[str, object], field: str) -> None:
    assert {name: len(texts) for name, texts in check(site, sound(site, **changes)).items()} == {field: 1}


def test_a_call_that_closes_on_the_first_day_is_sound(site: Site) -> None:
    assert check(site, sound(site, closes_at=datetime(2027, 1, 4, 8, tzinfo=UTC))) == {}


def test_quotas_of_exactly_all_are_sound(site: Site) -> None:
    assert check(site, sound(site, charter=TEMPLATES["fquih_quotas"].build(60))) == {}


def test_rules_never_change_after_publication(site: Site, manager: User) -> None:
    made = call.draft(manager, site, sound(site))
    call.publish(manager, made)
    for verb in (
        lambda: call.revise(manager, made, sound(site, title="Autre")),
        lambda: call.publish(manager, made),
        lambda: call.discard(manager, made),
    ):
        with pytest.raises(Refused):
            verb()
        db.session.rollback()
    with pytest.raises(Invalid):
        call.correct(manager, made, {"seed": "une autre"})
    db.session.rollback()
    assert actions(site) == ["call.draft", "call.publish"]
    assert (made.title, made.seed) == ("Saison d'hiver", "2026-11")


def test_texts_can_be_corrected_and_only_what_changed_is_recorded(site: Site, manager: User) -> None:
    made = call.draft(manager, site, sound(site))
    call.publish(manager, made)
    call.correct(manager, made, {"title": "Saison d'hiver", "intro": "Venez."})
    call.correct(manager, made, {"title": "Saison d'hiver", "intro": "Venez."})
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.action, last.before, last.after) == ("call.correct", {"intro": ""}, {"intro": "Venez."})
    assert actions(site) == ["call.draft", "call.publish", "call.correct"]


def test_the_closing_only_moves_later_and_only_while_open(site: Site, manager: User) -> None:
    with pretending(TODAY):
        made = call.draft(manager, site, sound(site))
        call.publish(manager, made)
        closing = made.closes_at
        with pytest.raises(Refused):
            call.extend(manager, made, closing)
        db.session.rollback()
        call.extend(manager, made, closing + timedelta(days=2))
        with pytest.raises(Invalid):
            call.extend(manager, made, datetime(2027, 1, 6, tzinfo=UTC))
        db.session.rollback()
    with pretending(closing + timedelta(days=2)), pytest.raises(Refused):
        call.extend(manager, made, closing + timedelta(days=9))
    db.session.rollback()
    assert made.closes_at == closing + timedelta(days=2)


def test_a_call_is_cancelled_with_a_reason(site: Site, manager: User) -> None:
    made = call.draft(manager, site, sound(site))
    with pytest.raises(Refused):
        call.cancel(manager, made, "Travaux.")
    db.session.rollback()
    call.publish(manager, made)
    with pytest.raises(Invalid):
        call.cancel(manager, made, "  ")
    call.cancel(manager, made, " Travaux. ")
    assert (made.state, made.cancel_reason, window(made, now())) == (CallState.CANCELLED, "Travaux.", "cancelled")
    assert actions(site) == ["call.draft", "call.publish", "call.cancel"]


def test_a_draft_is_thrown_away(site: Site, manager: User) -> None:
    made = call.draft(manager, site, sound(site))
    call.revise(manager, made, sound(site, title="Autre"))
    call.discard(manager, made)
    assert db.session.execute(select(Call.id)).first() is None
    assert actions(site) == ["call.draft", "call.revise", "call.discard"]


def test_a_closing_in_the_past_cannot_be_published(site: Site, manager: User) -> None:
    with pretending(TODAY):
        made = call.draft(manager, site, sound(site))
    with pretending(made.closes_at), pytest.raises(Refused):
        call.publish(manager, made)
    db.session.rollback()
    assert made.state is CallState.DRAFT


def test_spaces_of_a_draft_change(site: Site, manager: User) -> None:
    other = make_space(site, 1)
    db.session.refresh(site)
    first = site.spaces[0]
    made = call.draft(manager, site, sound(site, space_ids=[first.id]))
    call.revise(manager, made, sound(site, space_ids=[other.id, first.id]))
    assert sorted(place.space_id for place in made.places) == sorted([first.id, other.id])
    call.revise(manager, made, sound(site, space_ids=[other.id]))
    assert [place.space_id for place in made.places] == [other.id]


def test_the_window_at_the_last_instant(site: Site) -> None:
    made = make_call(site, site.spaces[0])
    tick = timedelta(microseconds=1)
    instants = (made.opens_at - tick, made.opens_at, made.closes_at - tick, made.closes_at)
    assert [window(made, at) for at in instants] == ["upcoming", "open", "open", "past"]


def test_overlaps_are_told(site: Site, manager: User) -> None:
    hall = site.spaces[0]
    other = make_call(site, hall, start=date(2027, 2, 2), periods=1)
    make_call(site, hall, start=date(2027, 2, 3), periods=1)
    make_call(site, make_space(site), start=date(2027, 1, 4))
    made = call.draft(manager, site, sound(site))
    assert [found.id for found in overlapping(made)] == [other.id]


def test_public_calls_stand_on_their_shelves(site: Site, manager: User) -> None:
    hall = site.spaces[0]
    call.draft(manager, site, sound(site))
    at = now()
    open_call = make_call(site, hall, title="Tapis d'été")
    later = make_call(site, hall, opens_at=at + timedelta(days=1))
    past = make_call(site, hall, closes_at=at - timedelta(hours=1))
    gone = make_call(site, hall, state=CallState.CANCELLED, cancel_reason="Travaux")
    shelf = public_calls(at)
    assert ([c.id for c in shelf.open], [c.id for c in shelf.upcoming]) == ([open_call.id], [later.id])
    assert {c.id for c in shelf.past} == {past.id, gone.id}
    assert [c.id for c in public_calls(at, text="TAPIS").open] == [open_call.id]
    assert public_calls(at, text="%").open == []
    assert public_calls(at, region="12").open == []
