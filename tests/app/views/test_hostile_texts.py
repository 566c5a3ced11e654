"""Hostile names on every page, feed, table and bundle that shows them: told as text, never run; with a control."""

import re
import zipfile
from datetime import date, time
from html import unescape
from io import BytesIO

import icalendar
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import ApplicationState, EventKind, SiteRole
from app.planning.case import to_problem
from app.services import event
from app.services.event import Outline
from tests.factories import (
    make_application,
    make_call,
    make_exhibitor,
    make_publication,
    make_site,
    make_space,
    make_user,
    sign_in,
)

SCRIPT = '<script>alert("canary")</script>'
BROKEN_OUT = '"><img src=x onerror=alert(1)>'
FORMULA = '=HYPERLINK("http://evil.example";"x")'
TEMPLATE = "{{ 7 * 7191 }}"
LINES = "Nom\r\nX-INJECTED:1\r\nBEGIN:VEVENT"
PUBLIC = (
    "/sites/{site}/", "/sites/{site}/?lang=ar", "/sites/{site}/about", "/sites/{site}/rotations/",
    "/sites/{site}/rotations/1", "/exhibitors/{who}", "/events/{event}", "/sites/", "/calls/{call}",
)  # fmt: skip
INSIDE = (
    "/manage/{site}/", "/manage/calls/{call}/applications/", "/manage/calls/{call}/", "/manage/calls/{call}/plans/",
    "/manage/{site}/exhibitors/", "/manage/{site}/events/", "/manage/events/{event}/", "/manage/{site}/spaces/",
    "/manage/{site}/audit/", "/manage/{site}/team/", "/me/",
)  # fmt: skip
FEEDS = ("/sites/{site}/calendar.ics", "/exhibitors/{who}/calendar.ics")


class Hostile:
    """A site, a hall, people and an event whose every free text is an attack."""

    def __init__(self, client: FlaskClient) -> None:
        self.site = make_site(slug="attaque", name=f"Complexe {SCRIPT}", name_ar=BROKEN_OUT)
        hall = make_space(self.site, stands=3, name=f"Salle {BROKEN_OUT}", name_ar=SCRIPT)
        call = make_call(self.site, hall)
        self.people = [
            make_exhibitor(name=name, name_ar=name, about=SCRIPT + TEMPLATE, publish_name=True)
            for name in (SCRIPT, FORMULA, LINES)
        ]
        for one in self.people:
            make_application(call, one, hall, state=ApplicationState.ELIGIBLE)
        db.session.commit()
        make_publication(
            call, *((one, hall.stands[n], 0, 1) for n, one in enumerate(self.people)), number=1, case=to_problem(call)
        )
        boss = make_user((self.site, SiteRole.MANAGER), (self.site, SiteRole.ANIMATOR), name=BROKEN_OUT)
        db.session.commit()
        day = date(2027, 1, 5)
        outline = Outline(
            EventKind.WORKSHOP, f"{TEMPLATE}{SCRIPT}", hall.id, day, day, time(10), time(11), boss.id,
            exhibitor_ids=(self.people[0].id,),
        )  # fmt: skip
        self.names = {"site": "attaque", "who": self.people[2].id, "call": call.id}
        self.names["event"] = event.plan(boss, self.site, outline).id
        self.boss, self.stranger, self.client = boss, client, client.application.test_client()


@pytest.fixture
def hostile(app: Flask, client: FlaskClient) -> Hostile:
    with time_machine.travel("2027-01-04T09:00:00+00:00"):
        return Hostile(client)


def attacks_run(hostile: Hostile) -> list[tuple[str, str]]:
    """What a browser would take for markup of ours, page by page."""
    found = []
    with time_machine.travel("2027-01-05T09:00:00+00:00"):
        sign_in(hostile.client, hostile.boss)
        for client, urls in ((hostile.stranger, PUBLIC), (hostile.client, PUBLIC + INSIDE)):
            for url in urls:
                where = url.format(**hostile.names)
                answer = client.get(where, follow_redirects=True)
                assert (answer.status_code, "login" in answer.request.path) == (200, False), where
                page = answer.get_data(as_text=True)
                found += [(url, attack) for attack in (SCRIPT, BROKEN_OUT, str(7 * 7191)) if attack in page]
    return found


def test_names_are_told_as_text(hostile: Hostile) -> None:
    assert attacks_run(hostile) == []
    with time_machine.travel("2027-01-05T09:00:00+00:00"):
        told = unescape(hostile.stranger.get("/sites/attaque/").get_data(as_text=True))
    assert SCRIPT in told, "it is shown, as text"
    assert TEMPLATE in told


def test_control_a_page_that_trusts_names_is_found(hostile: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = hostile.client.application.jinja_env
    monkeypatch.setattr(environment, "autoescape", False)
    monkeypatch.setattr(environment, "bytecode_cache", None)  # it holds the templates compiled with escaping on
    environment.cache.clear()
    assert {attack for _url, attack in attacks_run(hostile)} >= {SCRIPT, BROKEN_OUT}
    environment.cache.clear()


def test_a_feed_keeps_its_lines(hostile: Hostile) -> None:
    with time_machine.travel("2027-01-05T09:00:00+00:00"):
        for url in FEEDS:
            body = hostile.stranger.get(url.format(**hostile.names)).get_data()
            calendar = icalendar.Calendar.from_ical(body)
            assert b"\r\nX-INJECTED" not in body.replace(b"\r\n ", b"")
            assert {entry.name for entry in calendar.subcomponents} <= {"VEVENT", "VTIMEZONE"}
            assert not [entry for entry in calendar.walk() if "X-INJECTED" in entry]


def test_the_bundle_is_plain_json_and_holds_no_name(hostile: Hostile) -> None:
    archive = zipfile.ZipFile(BytesIO(hostile.stranger.get("/sites/attaque/rotations/1/bundle.zip").get_data()))
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in archive.namelist()), "no path out of the folder"
    whole = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert "HYPERLINK" not in whole
    assert "X-INJECTED" not in whole
