"""Calendar feeds, read back by three readers that do not know us: icalendar, vobject and ics."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, time, timedelta

import icalendar
import ics
import pytest
import time_machine
import vobject
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import Event, EventKind, EventState, SiteRole
from app.services import event, withdrawal
from app.services.event import Outline
from tests.factories import make_call, make_exhibitor, make_publication, make_site, make_space, make_user
from tests.wording import plain

NOW = "2026-12-01T09:00:00+00:00"
NASTY = "Fête, du «cuir»;\r\nATTENDEE:mailto:x@y\rX-EVIL:1\u2028BEGIN:VALARM\x0bEND\\n"
LONG = "زليج ونحاس وجلد وفخار ونسيج وحدادة وخشب وتطريز ومجوهرات وسلال من كل جهات المملكة المغربية"


class Scene:
    """A site with two turns and three events: one plain, one of three days, one cancelled."""

    def __init__(self) -> None:
        self.site = make_site(slug="fes", name="Foundouk de Fès", name_ar="فندق فاس", city="Fès")
        self.hall = make_space(self.site, name="Grande salle")
        self.named = make_exhibitor(name="Fatima Amrani", publish_name=True)
        self.unnamed = make_exhibitor(name="Secrète", craft="CUI-01")
        self.call = make_call(self.site, self.hall, periods=4, start=date(2026, 12, 21))
        a, b, _c = self.hall.stands
        self.publication = make_publication(
            self.call, (self.named, a, 0, 1), (self.unnamed, b, 1, 2), number=5,
            published_at=datetime(2026, 11, 30, 10, 30, tzinfo=UTC),
        )  # fmt: skip
        self.animator = make_user((self.site, SiteRole.ANIMATOR), name="Nadia")
        db.session.commit()
        self.plain = self.plan("Atelier", date(2026, 12, 22), time(10), time(12), title_ar=LONG)
        self.festival = self.plan("Festival", date(2026, 12, 30), time(17), time(21, 30), ends_on=date(2027, 1, 1))
        self.off = self.plan("Causerie", date(2027, 1, 5), time(9), time(9, 15))
        event.cancel(self.animator, self.off)

    def plan(self, title: str, day: date, start: time, end: time, **given: object) -> Event:
        values = {"ends_on": day, "exhibitor_ids": (self.named.id,)} | given
        return event.plan(
            self.animator, self.site,
            Outline(kind=EventKind.WORKSHOP, title=title, space_id=self.hall.id, starts_on=day, from_time=start,
                    to_time=end, animator_id=self.animator.id, **values),  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.fixture
def scene(app: Flask) -> object:
    with time_machine.travel(NOW, tick=False):
        yield Scene()


def read(client: FlaskClient, url: str = "/sites/fes/calendar.ics") -> bytes:
    answer = client.get(url)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    return answer.get_data()


def vevents(body: bytes) -> dict[str, icalendar.Event]:
    return {str(one["uid"]): one for one in icalendar.Calendar.from_ical(body).walk("VEVENT")}


def test_turns_are_whole_days_and_end_the_day_after(client: FlaskClient, scene: Scene) -> None:
    found = vevents(read(client))
    first, second = (found[turn.uid] for turn in scene.publication.turns)
    assert (first["dtstart"].dt, first["dtend"].dt) == (date(2026, 12, 21), date(2027, 1, 4))
    assert (second["dtstart"].dt, second["dtend"].dt) == (date(2027, 1, 4), date(2027, 2, 1))
    assert [str(one["summary"]) for one in (first, second)] == [
        "Fatima Amrani — Activité POT-01",
        "Artisan — Activité CUI-01",
    ]
    assert str(first["location"]) == "Grande salle, emplacement 01, Foundouk de Fès"
    assert (first["sequence"], first["dtstamp"].dt) == (5, datetime(2026, 11, 30, 10, 30, tzinfo=UTC))
    assert str(first["url"]).endswith("/sites/fes/?on=2026-12-21")


def test_events_keep_wall_hours_with_their_zone(client: FlaskClient, scene: Scene) -> None:
    body = read(client)
    found = vevents(body)
    plain, festival, off = found[scene.plain.uid], found[scene.festival.uid], found[scene.off.uid]
    assert b"DTSTART;TZID=Africa/Casablanca:20261222T100000" in body
    assert body.count(b"BEGIN:VTIMEZONE") == 1
    assert plain["dtstart"].dt.astimezone(UTC) == datetime(2026, 12, 22, 10, tzinfo=UTC)
    assert plain["dtend"].dt.astimezone(UTC) == datetime(2026, 12, 22, 12, tzinfo=UTC)
    assert festival["rrule"] == {"FREQ": ["DAILY"], "COUNT": [3]}
    assert (plain["status"], plain["sequence"]) == ("CONFIRMED", 0)
    assert (off["status"], off["sequence"]) == ("CANCELLED", 1)
    assert "Fatima Amrani" in str(plain["description"])
    assert "description" not in off


def test_in_summer_time_the_instant_is_an_hour_earlier(client: FlaskClient, scene: Scene) -> None:
    """August 2026: Morocco is still at UTC+1; three readers agree on the instant."""
    with time_machine.travel("2026-07-01T09:00:00+00:00", tick=False):
        summer = scene.plan("Été", date(2026, 8, 1), time(13), time(14))
        body = read(client)
    assert vevents(body)[summer.uid]["dtstart"].dt.astimezone(UTC) == datetime(2026, 8, 1, 12, tzinfo=UTC)
    assert instants_of_vobject(body)[summer.uid][0] == datetime(2026, 8, 1, 12, tzinfo=UTC)
    assert instants_of_ics(body)[summer.uid][0] == datetime(2026, 8, 1, 12, tzinfo=UTC)


def as_instant(value: date | datetime) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(0), UTC)


def instants_of_vobject(body: bytes) -> dict[str, tuple[datetime, datetime]]:
    calendar = vobject.readOne(body.decode())
    return {one.uid.value: (as_instant(one.dtstart.value), as_instant(one.dtend.value)) for one in calendar.vevent_list}


def instants_of_ics(body: bytes) -> dict[str, tuple[datetime, datetime]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        calendar = ics.Calendar(body.decode())
    return {
        one.uid: (
            one.begin.datetime.astimezone(UTC),
            # it tells a whole day's end as the last instant's day after, like the standard
            one.end.datetime.astimezone(UTC),
        )
        for one in calendar.events
    }


def test_three_readers_agree(client: FlaskClient, scene: Scene) -> None:
    body = read(client)
    ours = {uid: (as_instant(one["dtstart"].dt), as_instant(one["dtend"].dt)) for uid, one in vevents(body).items()}
    assert len(ours) == 5
    assert instants_of_vobject(body) == ours
    assert instants_of_ics(body) == ours


def test_what_is_written_cannot_break_out(client: FlaskClient, scene: Scene) -> None:
    """Line ends, separators and controls in a title and a text stay text, in every reader."""
    scene.plain.title, scene.plain.about, scene.hall.name = NASTY, NASTY, NASTY
    scene.named.name = NASTY
    db.session.commit()
    body = read(client)
    names = {line.split(b":")[0].split(b";")[0] for line in body.replace(b"\r\n ", b"").split(b"\r\n")}
    assert not names & {b"ATTENDEE", b"X-EVIL"}
    assert b"BEGIN:VALARM\r\n" not in body
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert len(vevents(body)) == len(instants_of_vobject(body)) == len(instants_of_ics(body)) == 5
    told = "Fête, du «cuir»; ATTENDEE:mailto:x@y X-EVIL:1 BEGIN:VALARM END\\n"
    assert str(vevents(body)[scene.plain.uid]["summary"]) == told
    assert next(one for one in vobject.readOne(body.decode()).vevent_list
                if one.uid.value == scene.plain.uid).summary.value == told  # fmt: skip


def test_lines_are_folded_between_letters(client: FlaskClient, scene: Scene) -> None:
    body = read(client, "/sites/fes/calendar.ics?lang=ar")
    lines = body.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert all(line.decode() is not None for line in lines)
    assert str(vevents(body)[scene.plain.uid]["summary"]) == LONG
    assert "فندق فاس" in str(icalendar.Calendar.from_ical(body)["x-wr-calname"])


def test_the_same_data_give_the_same_bytes(client: FlaskClient, scene: Scene) -> None:
    first = client.get("/sites/fes/calendar.ics")
    with time_machine.travel("2026-12-03T17:00:00+00:00"):
        again = client.get("/sites/fes/calendar.ics")
    assert first.get_data() == again.get_data()
    tag = first.headers["ETag"]
    assert again.headers["ETag"] == tag
    assert first.headers["Last-Modified"] == "Tue, 01 Dec 2026 09:00:00 GMT"
    unchanged = client.get("/sites/fes/calendar.ics", headers={"If-None-Match": tag})
    assert (unchanged.status_code, unchanged.get_data()) == (304, b"")


def test_a_withdrawn_consent_is_a_change(client: FlaskClient, scene: Scene) -> None:
    before = client.get("/sites/fes/calendar.ics")
    scene.named.publish_name = False
    db.session.commit()
    asked = {"If-None-Match": before.headers["ETag"], "If-Modified-Since": before.headers["Last-Modified"]}
    after = client.get("/sites/fes/calendar.ics", headers=asked)
    assert after.status_code == 200
    assert b"Fatima" not in after.get_data()
    only_date = client.get("/sites/fes/calendar.ics", headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert only_date.status_code == 200


def test_changing_an_event_counts_its_sequence(client: FlaskClient, scene: Scene) -> None:
    outline = event._outline_of(scene.plain)
    event.change(scene.animator, scene.plain, outline, sequence=0)
    found = vevents(read(client))[scene.plain.uid]
    assert found["sequence"] == 1


def test_an_exhibitors_feed(client: FlaskClient, scene: Scene) -> None:
    found = vevents(read(client, f"/exhibitors/{scene.named.id}/calendar.ics"))
    assert sorted(plain(str(one["summary"])) for one in found.values()) == [
        "Atelier", "Causerie", "Exposition : Foundouk de Fès", "Festival",
    ]  # fmt: skip
    hidden = read(client, f"/exhibitors/{scene.unnamed.id}/calendar.ics")
    assert "Secrète" not in hidden.decode()
    assert len(vevents(hidden)) == 1


def test_an_empty_feed_is_still_a_calendar(client: FlaskClient, app: Flask) -> None:
    make_site(slug="vide", name="Vide")
    db.session.commit()
    body = read(client, "/sites/vide/calendar.ics")
    assert vevents(body) == {}
    assert b"BEGIN:VCALENDAR" in body


def test_what_is_over_for_a_year_is_forgotten(client: FlaskClient, scene: Scene) -> None:
    assert scene.off.state is EventState.CANCELLED
    last = scene.festival.ends_on + timedelta(days=366)
    with time_machine.travel(datetime.combine(last, time(12), UTC)):
        assert scene.festival.uid in vevents(read(client))
    with time_machine.travel(datetime.combine(last + timedelta(days=1), time(12), UTC)):
        assert scene.festival.uid not in vevents(read(client))


def test_a_withdrawn_rotation_cancels_its_turns_in_three_readers(client: FlaskClient, scene: Scene) -> None:
    """The sequence rises, the uid stays, no name is told; a later rotation does not bring the turn back."""
    before = vevents(read(client))
    uids = {turn.uid for turn in scene.publication.turns}
    manager = make_user((scene.site, SiteRole.MANAGER))
    db.session.commit()
    withdrawal.withdraw(manager, scene.publication.id, "Travaux.")
    body = read(client)
    after = vevents(body)
    assert {(str(after[uid]["status"]), after[uid]["sequence"]) for uid in uids} == {("CANCELLED", 6)}
    assert {before[uid]["sequence"] for uid in uids} == {5}
    assert {str(after[uid]["summary"]) for uid in uids} == {"Tour annulé"}
    told = vobject.readOne(body.decode()).vevent_list
    assert {one.uid.value for one in told if getattr(one, "status", None) and one.status.value == "CANCELLED"} >= uids
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert {one.uid for one in ics.Calendar(body.decode()).events if one.status == "CANCELLED"} >= uids
    make_publication(scene.call, (scene.named, scene.hall.stands[2], 3, 1), number=6)
    db.session.commit()
    assert {vevents(read(client))[uid]["sequence"] for uid in uids} == {6}
