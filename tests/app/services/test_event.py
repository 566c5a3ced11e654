"""Events hold their room, animator and artisans: by sentence, and by the database."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app.errors import Invalid, Refused, Stale
from app.extensions import db
from app.models import (
    AnimatorSlot,
    AuditEntry,
    Closure,
    ClosureReason,
    DayUse,
    Event,
    EventKind,
    EventState,
    ExhibitorSlot,
    Presence,
    RoomSlot,
    SiteRole,
    SpaceDay,
)
from app.services import audit, event
from app.services.event import Outline
from tests.factories import make_exhibitor, make_site, make_space, make_user
from tests.wording import plain

DAY = date(2027, 1, 5)


@pytest.fixture(autouse=True)
def december() -> object:
    with time_machine.travel("2026-12-01T09:00:00+00:00", tick=True):
        yield


class Scene:
    """A site with a room, an animator and an artisan."""

    def __init__(self) -> None:
        self.site = make_site(name="Complexe A", name_ar="مجمع أ")
        self.room = make_space(self.site, name="Salle Zellige", capacity=30)
        self.other_room = make_space(self.site, name="Salle Cuir")
        self.animator = make_user((self.site, SiteRole.ANIMATOR), name="Nadia")
        self.manager = make_user((self.site, SiteRole.MANAGER), name="Omar")
        self.artisan = make_exhibitor(name="Fatima")
        db.session.commit()

    def outline(self, **given: object) -> Outline:
        values: dict[str, object] = {
            "kind": EventKind.WORKSHOP, "title": "Atelier zellige", "space_id": self.room.id, "starts_on": DAY,
            "ends_on": DAY, "from_time": time(10), "to_time": time(12), "animator_id": self.animator.id,
        }  # fmt: skip
        return Outline(**values | given)  # type: ignore[arg-type]


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene()


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def reasons(site: object, actor: object, outline: Outline) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        event.plan(actor, site, outline)  # type: ignore[arg-type]
    return plain(refused.value.reasons)


def test_an_event_takes_its_quarters(scene: Scene) -> None:
    planned = event.plan(scene.animator, scene.site, scene.outline(exhibitor_ids=(scene.artisan.id,)))
    held = db.session.scalars(select(RoomSlot.quarter).order_by(RoomSlot.quarter)).all()
    assert held == list(range(40, 48))
    assert (count(AnimatorSlot), count(ExhibitorSlot)) == (8, 8)
    assert db.session.execute(select(Presence.day, Presence.site_id, Presence.turn_id)).all() == [
        (DAY, scene.site.id, None)
    ]
    assert planned.uid.endswith("@dawra")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject) == ("event.plan", f"event:{planned.id}")
    assert entry.after == {
        "kind": "workshop", "space": scene.room.id, "animator": scene.animator.id, "from": "2027-01-05 10:00",
        "to": "2027-01-05 12:00", "places": None, "exhibitors": [scene.artisan.id],
    }  # fmt: skip
    assert audit.verify(scene.site) == []


def test_the_next_quarter_is_free(scene: Scene) -> None:
    event.plan(scene.animator, scene.site, scene.outline())
    event.plan(scene.animator, scene.site, scene.outline(from_time=time(12), to_time=time(12, 15)))
    event.plan(scene.animator, scene.site, scene.outline(from_time=time(9, 45), to_time=time(10)))
    assert count(Event) == 3


def test_every_clash_is_told_at_once(scene: Scene) -> None:
    event.plan(scene.animator, scene.site, scene.outline(exhibitor_ids=(scene.artisan.id,)))
    overlapping = scene.outline(
        title="Autre", from_time=time(11, 45), to_time=time(13), exhibitor_ids=(scene.artisan.id,),
        ends_on=DAY + timedelta(days=1),
    )  # fmt: skip
    hours = "\u206610:00–12:00\u2069"
    assert reasons(scene.site, scene.manager, overlapping) == (
        f"La salle « Salle Zellige » est prise par « Atelier zellige » : 5 janvier 2027, {hours}.",
        f"Nadia anime déjà « Atelier zellige » : 5 janvier 2027, {hours} (Complexe A).",
        f"Fatima participe déjà à « Atelier zellige » : 5 janvier 2027, {hours} (Complexe A).",
    )
    assert count(Event) == 1
    assert count(RoomSlot) == 8


def test_an_artisan_on_show_elsewhere_is_refused(scene: Scene) -> None:
    elsewhere = make_site(name="Complexe B")
    db.session.add(Presence(exhibitor_id=scene.artisan.id, day=DAY, site_id=elsewhere.id))
    db.session.commit()
    wanted = scene.outline(exhibitor_ids=(scene.artisan.id,))
    assert reasons(scene.site, scene.animator, wanted) == (
        "Fatima participe ce jour-là à une animation sur un autre site : 5 janvier 2027 (Complexe B).",
    )
    assert (count(Event), count(RoomSlot), count(SpaceDay)) == (0, 0, 0)


def test_a_closed_room_is_refused_with_its_reason(scene: Scene) -> None:
    db.session.add(
        Closure(
            site_id=scene.site.id, space_id=scene.room.id, starts_on=DAY, ends_on=DAY + timedelta(days=2),
            reason=ClosureReason.WORKS,
        )
    )  # fmt: skip
    for offset in range(3):
        db.session.add(SpaceDay(space_id=scene.room.id, day=DAY + timedelta(days=offset), use=DayUse.CLOSED))
    db.session.commit()
    wanted = scene.outline(starts_on=DAY - timedelta(days=1), ends_on=DAY + timedelta(days=1))
    assert reasons(scene.site, scene.animator, wanted) == (
        "La salle « Salle Zellige » est fermée : 5 – 6 janvier 2027 (Travaux).",
    )


def test_the_database_itself_refuses_a_closed_room(scene: Scene) -> None:
    """Without the service: the row of a quarter-hour needs an open day."""
    planned = event.plan(scene.animator, scene.site, scene.outline())
    db.session.add(SpaceDay(space_id=scene.other_room.id, day=DAY, use=DayUse.CLOSED))
    db.session.commit()
    db.session.add(RoomSlot(space_id=scene.other_room.id, day=DAY, quarter=40, event_id=planned.id))
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_the_database_refuses_to_close_a_room_in_use(scene: Scene) -> None:
    event.plan(scene.animator, scene.site, scene.outline())
    with pytest.raises(IntegrityError):
        db.session.execute(text("UPDATE space_day SET use = 'closed'"))
    db.session.rollback()


def test_losing_the_race_gives_the_same_sentence(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first look finds nothing (somebody writes just after it); the database refuses; the second look tells."""
    event.plan(scene.animator, scene.site, scene.outline())
    real, looks = event.clashes, []

    def late(*given: object) -> list[str]:
        looks.append(1)
        return [] if len(looks) == 1 else real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(event, "clashes", late)
    told = reasons(scene.site, scene.manager, scene.outline(animator_id=scene.manager.id, title="Autre"))
    assert told == (
        "La salle « Salle Zellige » est prise par « Atelier zellige » : 5 janvier 2027, \u206610:00–12:00\u2069.",
    )
    assert len(looks) == 2
    assert count(Event) == 1


def test_changing_moves_the_hours_and_counts(scene: Scene) -> None:
    planned = event.plan(scene.animator, scene.site, scene.outline(exhibitor_ids=(scene.artisan.id,)))
    later = scene.outline(from_time=time(11), to_time=time(13), starts_on=DAY + timedelta(days=1),
                          ends_on=DAY + timedelta(days=1))  # fmt: skip
    event.change(scene.manager, planned, later, sequence=0)
    assert planned.sequence == 1
    assert db.session.scalars(select(RoomSlot.quarter).order_by(RoomSlot.quarter)).all() == list(range(44, 52))
    assert (count(ExhibitorSlot), count(Presence)) == (0, 0)
    with pytest.raises(Stale):
        event.change(scene.animator, planned, later, sequence=0)
    event.change(scene.animator, planned, replace(later, title="Nouveau titre"), sequence=1)
    assert (planned.title, planned.sequence) == ("Nouveau titre", 2)


def test_an_event_does_not_clash_with_itself(scene: Scene) -> None:
    planned = event.plan(scene.animator, scene.site, scene.outline(exhibitor_ids=(scene.artisan.id,)))
    event.change(scene.animator, planned, scene.outline(exhibitor_ids=(scene.artisan.id,), to_time=time(12, 30)), 0)
    assert (count(RoomSlot), count(ExhibitorSlot), count(Presence)) == (10, 10, 1)


def test_cancelling_frees_everything_but_a_turn(scene: Scene) -> None:
    on_show = make_exhibitor(name="Khadija")
    db.session.commit()
    both = scene.outline(exhibitor_ids=(scene.artisan.id, on_show.id))
    planned = event.plan(scene.animator, scene.site, both)
    second = event.plan(
        scene.animator, scene.site,
        scene.outline(from_time=time(14), to_time=time(15), exhibitor_ids=(on_show.id,)),
    )  # fmt: skip
    event.cancel(scene.animator, planned)
    assert (planned.state, planned.sequence) == (EventState.CANCELLED, 1)
    assert db.session.scalars(select(Presence.exhibitor_id)).all() == [on_show.id]
    assert count(RoomSlot) == 4
    with pytest.raises(Refused, match="annulée"):
        event.cancel(scene.animator, planned)
    with pytest.raises(Refused, match="annulée"):
        event.change(scene.animator, planned, both, sequence=1)
    event.cancel(scene.animator, second)
    assert (count(Presence), count(RoomSlot), count(AnimatorSlot), count(ExhibitorSlot)) == (0, 0, 0, 0)
    event.plan(scene.animator, scene.site, both)


def test_all_faults_at_once(scene: Scene) -> None:
    elsewhere = make_site()
    foreign_room = make_space(elsewhere)
    stranger = make_user((elsewhere, SiteRole.ANIMATOR))
    db.session.commit()
    wrong = scene.outline(
        title=" ", space_id=foreign_room.id, animator_id=stranger.id, starts_on=date(2026, 11, 20),
        ends_on=date(2026, 11, 19), from_time=time(10, 10), to_time=time(9), places=0, exhibitor_ids=(10**6,),
    )  # fmt: skip
    with pytest.raises(Invalid) as invalid:
        event.plan(scene.animator, scene.site, wrong)
    assert {field: len(told) for field, told in invalid.value.faults.items()} == {
        "title": 1, "ends_on": 2, "from_time": 1, "to_time": 1, "space_id": 1, "places": 1, "animator_id": 1,
        "exhibitor_ids": 1,
    }  # fmt: skip
    assert count(Event) == 0


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"places": 31}, "places"),
        ({"ends_on": DAY + timedelta(days=62)}, "ends_on"),
        ({"title_ar": "ا" * 161}, "title_ar"),
        ({"to_time": time(10, 0)}, "to_time"),
        ({"starts_on": date(2026, 11, 29), "ends_on": date(2026, 11, 30)}, "ends_on"),
    ],
)
def test_limits(scene: Scene, given: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        event.plan(scene.animator, scene.site, scene.outline(**given))
    assert list(invalid.value.faults) == [field]


def test_just_inside_the_limits(scene: Scene) -> None:
    event.plan(
        scene.animator, scene.site,
        scene.outline(places=30, title_ar="ا" * 160, ends_on=DAY + timedelta(days=61), to_time=time(10, 15)),
    )  # fmt: skip
    assert count(RoomSlot) == 62


def test_today_is_the_day_in_casablanca(scene: Scene) -> None:
    """2026-08-01 at 23:30 UTC is already 2 August in Morocco (UTC+1 then)."""
    with time_machine.travel("2026-08-01T23:30:00+00:00", tick=False):
        with pytest.raises(Invalid):
            event.plan(scene.animator, scene.site, scene.outline(starts_on=date(2026, 8, 1), ends_on=date(2026, 8, 1)))
        event.plan(scene.animator, scene.site, scene.outline(starts_on=date(2026, 8, 2), ends_on=date(2026, 8, 2)))


def race(app: Flask, scene: Scene, rounds: int, animators: list[int]) -> list[int]:
    """Eight threads plan overlapping events in one room, ``rounds`` times; how many won each."""
    site_id, room_id, wins = scene.site.id, scene.room.id, []
    outlines = [
        scene.outline(
            animator_id=animators[n], title=f"E{n}", from_time=time(10, 15 * (n % 4)), to_time=time(11 + n % 3)
        )
        for n in range(8)
    ]
    db.session.remove()

    def one(number: int, day: date, barrier: threading.Barrier, won: list[int]) -> None:
        with app.app_context():
            actor = db.session.get_one(event.User, animators[number])
            site = db.session.get_one(event.Site, site_id)
            wanted = replace(outlines[number], starts_on=day, ends_on=day, space_id=room_id)
            db.session.rollback()
            barrier.wait()
            try:
                event.plan(actor, site, wanted)
                won.append(number)
            except Refused:
                pass
            finally:
                db.session.remove()

    for turn in range(rounds):
        won: list[int] = []
        barrier = threading.Barrier(8)
        day = DAY + timedelta(days=turn)
        threads = [threading.Thread(target=one, args=(n, day, barrier, won)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wins.append(len(won))
    return wins


def test_one_wins_the_room(app: Flask, scene: Scene) -> None:
    animators = [make_user((scene.site, SiteRole.ANIMATOR)).id for _ in range(8)]
    db.session.commit()
    assert race(app, scene, 12, animators) == [1] * 12
    assert count(Event) == 12
    assert audit.verify(db.session.get_one(event.Site, scene.site.id)) == []


def test_without_the_key_two_win_the_room(app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same race without the primary key (and without anyone looking first) shows doubles."""
    animators = [make_user((scene.site, SiteRole.ANIMATOR)).id for _ in range(8)]
    db.session.commit()
    _drop_room_key()
    monkeypatch.setattr(event, "clashes", lambda *_given: [])
    assert max(race(app, scene, 3, animators)) > 1


def test_without_the_reference_a_closed_room_takes_an_event(scene: Scene) -> None:
    """The control of the closed room: the same row is taken once it need not refer to an open day."""
    planned = event.plan(scene.animator, scene.site, scene.outline())
    db.session.add(SpaceDay(space_id=scene.other_room.id, day=DAY, use=DayUse.CLOSED))
    db.session.commit()
    _rebuild("room_slot", "REFERENCES space_day", "fk_room_slot_space_id_day_use")
    db.session.add(RoomSlot(space_id=scene.other_room.id, day=DAY, quarter=40, event_id=planned.id))
    db.session.commit()


#: What each kind of double booking is refused by: the table and the key of its quarter-hours.
KEYS = {
    "room": ("room_slot", "PRIMARY KEY (space_id, day, quarter)", "pk_room_slot"),
    "animator": ("animator_slot", "PRIMARY KEY (user_id, day, quarter)", "pk_animator_slot"),
    "artisan": ("exhibitor_slot", "PRIMARY KEY (exhibitor_id, day, quarter)", "pk_exhibitor_slot"),
}


def _shares(scene: Scene, what: str) -> Outline:
    """A second event at the same hours that shares nothing but this with the first."""
    given = {
        "room": {"space_id": scene.room.id}, "animator": {"animator_id": scene.animator.id},
        "artisan": {"exhibitor_ids": (scene.artisan.id,)},
    }[what]  # fmt: skip
    return scene.outline(
        **{"title": "Autre", "space_id": scene.other_room.id, "animator_id": scene.manager.id, "exhibitor_ids": ()}
        | given
    )


@pytest.mark.parametrize("what", KEYS)
def test_the_database_itself_refuses_who_or_what_is_taken(
    scene: Scene, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody looks first: the key of the quarter-hours is all that is left, and nothing of the second is kept."""
    event.plan(scene.animator, scene.site, scene.outline(exhibitor_ids=(scene.artisan.id,)))
    second = _shares(scene, what)
    monkeypatch.setattr(event, "clashes", lambda *_given: [])
    assert reasons(scene.site, scene.manager, second) == (
        "Quelqu'un d'autre écrit au même moment. Envoyez encore une fois.",
    )
    assert (count(Event), count(RoomSlot), count(AnimatorSlot), count(ExhibitorSlot)) == (1, 8, 8, 8)


@pytest.mark.parametrize("what", KEYS)
def test_without_its_key_each_is_booked_twice(scene: Scene, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same second event with that one key taken away."""
    event.plan(scene.animator, scene.site, scene.outline(exhibitor_ids=(scene.artisan.id,)))
    second = _shares(scene, what)
    _rebuild(*KEYS[what])
    monkeypatch.setattr(event, "clashes", lambda *_given: [])
    event.plan(scene.manager, scene.site, second)
    assert count(Event) == 2
    held = {"room": RoomSlot, "animator": AnimatorSlot, "artisan": ExhibitorSlot}[what]
    assert count(held) == 16


def _drop_room_key() -> None:
    _rebuild(*KEYS["room"])


def _rebuild(table: str, without: str, constraint: str) -> None:
    """Take a constraint away: by name on PostgreSQL, by making the table anew on SQLite."""
    if db.engine.dialect.name == "postgresql":
        found = db.session.scalars(
            text("SELECT conname FROM pg_constraint WHERE conrelid = CAST(:name AS regclass) AND conname LIKE :like"),
            {"name": table, "like": f"{constraint}%"},
        ).one()
        db.session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {found}"))
    else:
        sql = db.session.scalar(text(f"SELECT sql FROM sqlite_master WHERE name = '{table}'"))
        kept = [line for line in sql.splitlines() if without not in line]
        assert len(kept) == len(sql.splitlines()) - 1
        rows = db.session.execute(text(f"SELECT * FROM {table}")).mappings().all()
        db.session.execute(text(f"DROP TABLE {table}"))
        db.session.execute(text(re.sub(r",\s*\)$", ")", "\n".join(kept))))
        for row in rows:
            names = ", ".join(f":{name}" for name in row)
            db.session.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({names})"), dict(row))
    db.session.commit()
