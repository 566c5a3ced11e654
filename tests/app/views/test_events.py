"""The animator's pages: calendar, form, refusals with everything typed kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sa_event
from sqlalchemy import select

from app.extensions import db
from app.i18n import LANGUAGES, speaking
from app.models import Closure, ClosureReason, Event, EventKind, EventState, SiteRole, SpaceKind
from app.phrases import phrase
from app.queries.agenda import agenda, month_of, week_of
from app.queries.candidate import offer
from app.queries.suggestion import suggestions
from app.services import event
from app.services.event import Outline
from tests.factories import (
    make_call,
    make_exhibitor,
    make_publication,
    make_site,
    make_space,
    make_user,
    post_form,
    sign_in,
)

TODAY = date(2026, 12, 28)


@pytest.fixture(autouse=True)
def december() -> Iterator[None]:
    with time_machine.travel("2026-12-28T09:00:00+00:00"):
        yield


class Scene:
    """A site with two rooms; Fatima on show from 4 to 17 January 2027, Hassan from the region, Leïla from elsewhere."""

    def __init__(self) -> None:
        self.site = make_site(slug="fes", name="Foundouk")
        self.hall = make_space(self.site, name="Grande salle", capacity=40)
        self.room = make_space(self.site, stands=0, name="Salle bleue", kind=SpaceKind.TRAINING_ROOM)
        self.fatima = make_exhibitor(name="Fatima")
        self.hassan = make_exhibitor(name="Hassan", craft="BOI-01")
        self.leila = make_exhibitor(name="Leïla", craft="CUI-01", region_code="03")
        call = make_call(self.site, self.hall, periods=2, start=date(2027, 1, 4))
        make_publication(call, (self.fatima, self.hall.stands[0], 0, 1))
        self.animator = make_user((self.site, SiteRole.ANIMATOR), name="Nadia")
        db.session.commit()

    def typed(self, **given: object) -> dict[str, object]:
        return {
            "kind": "workshop", "title": "Atelier bois", "starts_on": "2027-01-05", "from_time": "10:00",
            "to_time": "12:00", "space_id": self.hall.id, "animator_id": self.animator.id,
        } | given  # fmt: skip

    def plan(self, title: str, day: date, **given: object) -> Event:
        values: dict[str, object] = {
            "kind": EventKind.WORKSHOP, "title": title, "space_id": self.hall.id, "starts_on": day, "ends_on": day,
            "from_time": time(10), "to_time": time(12), "animator_id": self.animator.id,
        }  # fmt: skip
        return event.plan(self.animator, self.site, Outline(**values | given))  # type: ignore[arg-type]


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene()


@pytest.fixture
def browser(client: FlaskClient, scene: Scene) -> FlaskClient:
    return sign_in(client, scene.animator)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_planning_from_the_page(browser: FlaskClient, scene: Scene) -> None:
    typed = scene.typed(exhibitor_ids=[scene.fatima.id], places="12", title_ar="ورشة")
    answer = post_form(browser, "/manage/fes/events/new", typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/manage/fes/events/?from=2027-01-05")
    made = db.session.scalars(select(Event)).one()
    assert (made.title, made.title_ar, made.places, made.starts_on, made.ends_on) == (
        "Atelier bois", "ورشة", 12, date(2027, 1, 5), date(2027, 1, 5),
    )  # fmt: skip
    assert [one.exhibitor_id for one in made.artisans] == [scene.fatima.id]
    shown = text(browser.get("/manage/fes/events/?from=2027-01-05").get_data(as_text=True))
    assert "10:00–12:00 Atelier bois" in shown
    public = text(browser.get(f"/events/{made.id}").get_data(as_text=True))
    assert "mardi 5 janvier 2027 · 10:00–12:00" in public
    assert "12 places" in public
    assert "Atelier bois" in text(browser.get("/sites/fes/?on=2027-01-04").get_data(as_text=True))


def test_every_kind_is_planned_seen_by_month_and_week_and_told_in_each_language(
    browser: FlaskClient, scene: Scene
) -> None:
    days = {kind: date(2027, 1, 4) + timedelta(days=n) for n, kind in enumerate(EventKind)}
    assert len(days) == 5
    for kind, day in days.items():
        typed = scene.typed(kind=kind, title=f"Titre {kind}", starts_on=day.isoformat())
        assert post_form(browser, "/manage/fes/events/new", typed).status_code == 303
    for view in ("month", "week"):
        shown = text(browser.get(f"/manage/fes/events/?view={view}&from=2027-01-04").get_data(as_text=True))
        assert [kind for kind in EventKind if f"10:00–12:00 Titre {kind}" not in shown] == [], view
    assert "Titre" not in browser.get("/manage/fes/events/?view=week&from=2027-01-11").get_data(as_text=True)
    assert "Titre" not in browser.get("/manage/fes/events/?view=month&from=2027-02-11").get_data(as_text=True)
    for made in db.session.scalars(select(Event)):
        for lang in LANGUAGES:
            shown = text(browser.get(f"/events/{made.id}?lang={lang}").get_data(as_text=True))
            with speaking(lang):
                assert phrase(made.kind) in shown


def test_a_clash_keeps_what_was_typed(browser: FlaskClient, scene: Scene) -> None:
    scene.plan("Conférence", date(2027, 1, 5), exhibitor_ids=(scene.hassan.id,))
    typed = scene.typed(from_time="11:00", to_time="13:30", exhibitor_ids=[scene.hassan.id], about="Une histoire")
    answer = post_form(browser, "/manage/fes/events/new", typed)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    told = text(html)
    assert "La salle « Grande salle » est prise par « Conférence » : 5 janvier 2027" in told
    assert "Nadia anime déjà « Conférence »" in told
    assert "Hassan participe déjà à « Conférence »" in told
    assert 'value="13:30"' in html
    assert "Une histoire" in html
    assert re.search(rf'<input[^>]*checked[^>]*value="{scene.hassan.id}"', html)
    assert len(db.session.scalars(select(Event)).all()) == 1


def test_faults_stand_next_to_their_fields(browser: FlaskClient, scene: Scene) -> None:
    typed = scene.typed(title="", from_time="10:07", to_time="09:00", ends_on="2027-01-01", places="41")
    answer = post_form(browser, "/manage/fes/events/new", typed)
    assert answer.status_code == 422
    told = text(answer.get_data(as_text=True))
    for sentence in (
        "Remplissez ce champ.",
        "Les heures vont par quarts d'heure", "L'heure de fin vient après l'heure de début.",
        "Le dernier jour vient avant le premier.", "La salle accueille 40 personnes au plus.",
    ):  # fmt: skip
        assert sentence in told


@pytest.mark.parametrize(
    "junk",
    [
        {"space_id": "x"}, {"animator_id": ""}, {"kind": "party"}, {"starts_on": "31/12/2026"}, {"from_time": "25:00"},
        {"places": "99999999999999999999"}, {"exhibitor_ids": ["a"]}, {"exhibitor_ids": ["999999999"]},
        {"starts_on": "9999-12-31"}, {"starts_on": "0001-01-01"}, {"space_id": "-1"},
    ],
)  # fmt: skip
def test_junk_is_told_never_a_crash(browser: FlaskClient, scene: Scene, junk: dict[str, object]) -> None:
    answer = post_form(browser, "/manage/fes/events/new", scene.typed(**junk))
    assert answer.status_code == 422
    assert db.session.scalars(select(Event)).all() == []


def test_text_no_database_keeps_is_refused_at_the_door(browser: FlaskClient, scene: Scene) -> None:
    assert post_form(browser, "/manage/fes/events/new", scene.typed(title="\x00")).status_code == 400
    assert db.session.scalars(select(Event)).all() == []


def test_looking_writes_nothing(browser: FlaskClient, scene: Scene) -> None:
    scene.plan("Conférence", date(2027, 1, 20))
    typed = scene.typed(title="", starts_on="2027-01-20", look="1", search="cuir CUI-01")
    answer = post_form(browser, "/manage/fes/events/new", typed)
    told = text(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert "Grande salle 40 personnes 10:00–12:00 Conférence Prise à ces heures" in told
    assert "Personne n'expose ici ces jours-là." in told
    assert len(db.session.scalars(select(Event)).all()) == 1


def test_who_is_on_show_is_offered_first(scene: Scene) -> None:
    day = date(2027, 1, 5)
    found = offer(scene.site, (day, day), "", ())
    assert [one.exhibitor.name for one in found.here] == ["Fatima"]
    assert [one.exhibitor.name for one in found.others] == ["Hassan"]
    before = offer(scene.site, (date(2027, 1, 3), date(2027, 1, 3)), "", ())
    assert [one.exhibitor.name for one in before.here] == []
    assert [one.exhibitor.name for one in before.others] == ["Fatima", "Hassan"]
    last = offer(scene.site, (date(2027, 1, 17), date(2027, 1, 18)), "", ())
    assert [one.exhibitor.name for one in last.here] == ["Fatima"]
    assert [one.exhibitor.name for one in offer(scene.site, None, "leila", ()).others] == ["Leïla"]
    assert [one.exhibitor.name for one in offer(scene.site, None, "activite boi", ()).others] == ["Hassan"]
    kept = offer(scene.site, None, "", (scene.leila.id,))
    assert [one.exhibitor.name for one in kept.others] == ["Fatima", "Hassan", "Leïla"]


def test_who_is_at_another_site_is_said_so(scene: Scene) -> None:
    day = date(2027, 1, 5)
    elsewhere = make_site()
    make_space(elsewhere)
    found = offer(elsewhere, (day, day), "", ())
    assert [(one.exhibitor.name, one.elsewhere) for one in found.others] == [("Fatima", True), ("Hassan", False)]


def test_changing_duplicating_cancelling(browser: FlaskClient, scene: Scene) -> None:
    made = scene.plan("Atelier", date(2027, 1, 5), exhibitor_ids=(scene.fatima.id,))
    url = f"/manage/events/{made.id}/"
    html = browser.get(url).get_data(as_text=True)
    assert 'value="2027-01-05"' in html
    assert 'name="sequence" type="hidden" value="0"' in html
    typed = scene.typed(title="Atelier du soir", from_time="18:00", to_time="20:00", sequence="0")
    assert post_form(browser, url, typed).status_code == 303
    assert (made.title, made.sequence, made.artisans) == ("Atelier du soir", 1, [])
    stale = post_form(browser, url, typed | {"title": "Trop tard"})
    assert stale.status_code == 422
    assert "Quelqu'un a changé cette animation entre-temps." in text(stale.get_data(as_text=True))
    copy = browser.get(f"/manage/fes/events/new?copy={made.id}").get_data(as_text=True)
    assert 'value="Atelier du soir"' in copy
    assert post_form(browser, f"{url}cancel", {}, page=url).status_code == 303
    assert made.state is EventState.CANCELLED
    told = text(browser.get(url).get_data(as_text=True))
    assert "Cette animation est annulée" in told
    assert post_form(browser, f"{url}cancel", {}, page="/manage/fes/events/new").status_code == 409
    assert "Annulée" in text(browser.get(f"/events/{made.id}").get_data(as_text=True))


def test_only_the_sites_animators_and_managers(client: FlaskClient, scene: Scene) -> None:
    elsewhere = make_site()
    stranger = make_user((elsewhere, SiteRole.MANAGER), (scene.site, SiteRole.AGENT))
    made = scene.plan("Atelier", date(2027, 1, 5))
    sign_in(client, stranger)
    for url in ("/manage/fes/events/", "/manage/fes/events/new", f"/manage/events/{made.id}/"):
        assert client.get(url).status_code == 404
    copied = client.get(f"/manage/{elsewhere.slug}/events/new?copy={made.id}").get_data(as_text=True)
    assert "Atelier" not in re.findall(r'name="title"[^>]*', copied)[0]


def test_weeks_start_on_monday(scene: Scene) -> None:
    assert week_of(date(2027, 1, 3)) == (date(2026, 12, 28), date(2027, 1, 3))
    assert week_of(date(2027, 1, 4)) == (date(2027, 1, 4), date(2027, 1, 10))
    assert month_of(date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))
    assert month_of(date(2028, 2, 10)) == (date(2028, 2, 1), date(2028, 2, 29))
    month = agenda(scene.site, "month", date(2027, 1, 15), TODAY)
    assert (month.weeks[0][0].day, month.weeks[-1][-1].day) == (date(2026, 12, 28), date(2027, 1, 31))
    assert [len(week) for week in month.weeks] == [7] * 5
    assert (month.earlier, month.later) == (date(2026, 12, 31), date(2027, 2, 1))
    assert len(month.days) == 31


def test_a_day_tells_all_there_is(scene: Scene) -> None:
    db.session.add(
        Closure(site_id=scene.site.id, space_id=scene.room.id, starts_on=date(2027, 1, 6), ends_on=date(2027, 1, 6),
                reason=ClosureReason.WORKS)
    )  # fmt: skip
    db.session.commit()
    scene.plan("Festival", date(2027, 1, 5), ends_on=date(2027, 1, 6))
    week = agenda(scene.site, "week", date(2027, 1, 6), TODAY)
    sunday_before = agenda(scene.site, "week", date(2027, 1, 3), TODAY).weeks[0][6]
    tuesday, wednesday = week.weeks[0][1], week.weeks[0][2]
    assert [one.title for one in tuesday.at(scene.hall.id)] == ["Festival"]
    assert [one.title for one in wednesday.at(scene.hall.id)] == ["Festival"]
    assert [one.name for one in tuesday.on_show] == ["Fatima"]
    assert sunday_before.on_show == ()
    assert wednesday.closed(scene.room.id) is not None
    assert tuesday.closed(scene.room.id) is None
    assert {room.name for room in week.rooms} == {"Grande salle", "Salle bleue"}
    new_year = agenda(scene.site, "week", date(2027, 1, 1), TODAY).weeks[0][4]
    assert [one.code for one in new_year.holidays] == ["new_year"]


def test_suggestions_are_true(scene: Scene) -> None:
    told = suggestions(scene.site, TODAY)
    assert [one.code for one in told.holidays][:3] == ["new_year", "independence_manifesto", "amazigh_new_year"]
    assert [(one.exhibitor.name, one.starts_on, one.ends_on) for one in told.artisans] == [
        ("Fatima", date(2027, 1, 4), date(2027, 1, 17))
    ]
    scene.plan("Yennayer", date(2027, 1, 14), kind=EventKind.DEMONSTRATION, exhibitor_ids=(scene.fatima.id,))
    told = suggestions(scene.site, TODAY)
    assert [one.code for one in told.holidays][:2] == ["new_year", "independence_manifesto"]
    assert told.artisans == ()


@pytest.mark.parametrize("query", ["", "?view=week", "?view=year&from=hier", "?from=2027-01-05", "?from=2199-12-31"])
def test_the_calendar_answers_every_address(browser: FlaskClient, scene: Scene, query: str) -> None:
    scene.plan("Atelier", date(2027, 1, 5))
    assert browser.get(f"/manage/fes/events/{query}").status_code == 200


def test_queries_are_constant(browser: FlaskClient, scene: Scene) -> None:
    seen: list[str] = []
    sa_event.listen(db.engine, "before_cursor_execute", lambda _c, _u, statement, *_r: seen.append(statement))

    def count(url: str) -> int:
        seen.clear()
        assert browser.get(url).status_code == 200
        return len(seen)

    scene.plan("Un", date(2027, 1, 5), exhibitor_ids=(scene.fatima.id,))
    urls = (
        "/manage/fes/events/?from=2027-01-05",
        "/manage/fes/events/?view=week&from=2027-01-05",
        "/manage/fes/events/new?day=2027-01-05",
    )
    one = [count(url) for url in urls]
    for n in range(2):
        scene.plan(f"Encore {n}", date(2027, 1, 6 + n), exhibitor_ids=(make_exhibitor().id, make_exhibitor().id))
    assert [count(url) for url in urls] == one
