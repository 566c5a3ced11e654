"""The public programme: who is here on a day, in current publications, with what was consented to and no more."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy import event as sa_event

from app.clock import now
from app.extensions import db
from app.models import Closure, ClosureReason, EventKind, Occupancy, PeriodUnit, Presence, SiteRole
from app.planning.case import to_problem
from app.queries import public
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
)

START = date(2027, 1, 4)


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of what is inside."""
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa_event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa_event.remove(db.engine, "before_cursor_execute", note)


class Season:
    """Four fortnights from 4 January 2027 in one hall of three stands; Fatima, Khadija (unnamed), Hassan."""

    def __init__(self) -> None:
        self.site = make_site(
            slug="marrakech", name="Complexe de Marrakech", name_ar="مجمع مراكش", city="Marrakech",
            opening_hours="9 h – 18 h", state_note="ouvert, réaménagé",
        )  # fmt: skip
        self.hall = make_space(self.site, name="Grande salle", name_ar="القاعة الكبرى")
        self.fatima = make_exhibitor(
            name="Fatima Amrani", name_ar="فاطمة العمراني", publish_name=True, phone="+212600000001", publish_phone=True
        )
        self.hidden = make_exhibitor(
            name="CANARYNAME", name_ar="CANARYARABIC", phone="CANARYPHONE", photo="CANARYPHOTO.jpg",
            register_number="CANARYREGISTER", about="CANARYABOUT", about_ar="CANARYABOUTAR", craft="CUI-01",
        )  # fmt: skip
        self.hassan = make_exhibitor(name="Hassan Lahlou", publish_name=True, craft="BOI-02")
        self.call = make_call(self.site, self.hall, start=START, title="Saison d'hiver")
        for one in (self.fatima, self.hidden, self.hassan):
            make_application(self.call, one, self.hall, state="eligible", max_turns=3, max_length=2)
        db.session.commit()
        a, b, c = self.hall.stands
        self.turns = ((self.fatima, a, 0, 1), (self.hidden, b, 0, 2), (self.hassan, c, 1, 1), (self.fatima, a, 3, 1))
        self.publication = self.publish(*self.turns, number=1)

    def retire(self) -> None:
        """What publishing anew does with the publication before."""
        self.publication.superseded_at = now()
        for table in (Occupancy, Presence):
            db.session.execute(delete(table).execution_options(synchronize_session=False))
        db.session.commit()

    def publish(self, *turns: tuple[object, ...], number: int) -> object:
        key = f"S{self.hall.id}"
        plan = {
            "format": "dawra-plan/1", "status": "feasible",
            "turns": [
                {"applicant": f"E{who.id}", "space": key, "stand": f"{key}-{stand.code}", "start": start, "length": n}
                for who, stand, start, n in turns
            ],
            "tiers": [{"name": "fairness", "levels": [{"at_least": 1, "count": 3, "bound": 3},
                                                      {"at_least": 2, "count": 2, "bound": 3}]}],
        }  # fmt: skip
        made = make_publication(self.call, *turns, number=number, case=to_problem(self.call), plan=plan)  # type: ignore[arg-type]
        db.session.commit()
        return made


@pytest.fixture
def season(app: Flask) -> Season:
    with time_machine.travel("2026-12-01T09:00:00+00:00"):
        return Season()


def page(client: FlaskClient, url: str, day: str = "2027-01-10T12:00:00+00:00") -> str:
    with time_machine.travel(day, tick=False):
        answer = client.get(url)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-2000:]
    return answer.get_data(as_text=True)


def text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def heading(html: str) -> str:
    return text(html.split("<h1>")[1].split("</h1>")[0])


def makers(html: str) -> list[str]:
    """The names on the cards of the halls, in order."""
    halls = html.split('id="coming"')[0]
    return [text(name) for name in re.findall(r'class="who"[^>]*>(.*?)</a>', halls)]


def test_who_is_here_this_fortnight(client: FlaskClient, season: Season) -> None:
    html = page(client, "/sites/marrakech/")
    assert heading(html) == "Cette quinzaine à Marrakech"
    assert makers(html) == ["Fatima Amrani", "Artisan"]
    told = text(html)
    assert "4 – 17 janvier 2027 · 2 exposants · 2 métiers" in told
    assert "Emplacement 02 · jusqu'au 31 jan." in told
    assert "18 – 31 janvier 2027 1 arrivée Hassan Lahlou" in told
    assert "Ouvert : 9 h – 18 h" in told
    assert "rotation nº 1" in told


@pytest.mark.parametrize(
    ("day", "title", "who"),
    [
        ("2027-01-03T23:59:59+00:00", "Bientôt à Marrakech", []),
        ("2027-01-04T00:00:00+00:00", "Cette quinzaine à Marrakech", ["Fatima Amrani", "Artisan"]),
        ("2027-01-17T23:59:59+00:00", "Cette quinzaine à Marrakech", ["Fatima Amrani", "Artisan"]),
        ("2027-01-18T00:00:00+00:00", "Cette quinzaine à Marrakech", ["Artisan", "Hassan Lahlou"]),
        ("2027-02-10T12:00:00+00:00", "Cette quinzaine à Marrakech", []),
        ("2027-02-28T23:00:00+00:00", "Cette quinzaine à Marrakech", ["Fatima Amrani"]),
        ("2027-03-01T00:00:00+00:00", "La saison est terminée à Marrakech", []),
    ],
)
def test_first_and_last_days(client: FlaskClient, season: Season, day: str, title: str, who: list[str]) -> None:
    html = page(client, "/sites/marrakech/", day)
    assert (heading(html), makers(html)) == (title, who)


def test_another_day_can_be_asked_for(client: FlaskClient, season: Season) -> None:
    html = page(client, "/sites/marrakech/?on=2027-01-20")
    assert heading(html) == "18 – 31 janvier 2027 à Marrakech"
    assert makers(html) == ["Artisan", "Hassan Lahlou"]
    assert "Programme du mercredi 20 janvier 2027." in text(html)


@pytest.mark.parametrize(
    "asked", ["demain", "2027-13-01", "0001-01-01", "9999-12-31", "2027-01-01T10:00", "٢٠٢٧-٠١-٠١"]
)
def test_an_unreadable_day_is_today_and_says_so(client: FlaskClient, season: Season, asked: str) -> None:
    html = page(client, f"/sites/marrakech/?on={asked}")
    assert heading(html) == "Cette quinzaine à Marrakech"
    assert "La date demandée n'est pas lisible" in text(html)


@pytest.mark.parametrize(
    ("days", "unit", "title"),
    [
        (7, PeriodUnit.DAYS, "Cette semaine à Fès"),
        (15, PeriodUnit.DAYS, "Cette quinzaine à Fès"),
        (31, PeriodUnit.MONTH, "Ce mois-ci à Fès"),
        (10, PeriodUnit.DAYS, "En ce moment à Fès"),
        (1, PeriodUnit.DAYS, "Aujourd'hui à Fès"),
    ],
)
def test_the_word_follows_the_length(client: FlaskClient, days: int, unit: PeriodUnit, title: str) -> None:
    site = make_site(slug="fes", city="Fès")
    hall = make_space(site)
    call = make_call(site, hall, periods=2, days=days, start=START, period_unit=unit)
    make_publication(call, (make_exhibitor(), hall.stands[0], 0, 1))
    db.session.commit()
    assert heading(page(client, "/sites/fes/", "2027-01-04T08:00:00+00:00")) == title


def test_over_the_year_end(client: FlaskClient, app: Flask) -> None:
    site = make_site(slug="fes", city="Fès")
    hall = make_space(site)
    call = make_call(site, hall, periods=2, start=date(2026, 12, 21))
    make_publication(call, (make_exhibitor(name="Nour", publish_name=True), hall.stands[0], 0, 1))
    db.session.commit()
    for day in ("2026-12-31T23:59:00+00:00", "2027-01-01T00:00:00+00:00", "2027-01-03T12:00:00+00:00"):
        html = page(client, "/sites/fes/", day)
        assert makers(html) == ["Nour"]
        assert "21 décembre 2026 – 3 janvier 2027" in text(html)


def test_today_is_casablancas(client: FlaskClient, app: Flask) -> None:
    """On 2026-08-02 at 23:30 UTC it is 3 August in Morocco (UTC+1 then); after 20 September no more."""
    site = make_site(slug="fes", city="Fès")
    hall = make_space(site)
    call = make_call(site, hall, periods=10, days=7, start=date(2026, 8, 3))
    make_publication(call, (make_exhibitor(name="Nour", publish_name=True), hall.stands[0], 0, 1))
    db.session.commit()
    assert makers(page(client, "/sites/fes/", "2026-08-02T22:59:00+00:00")) == []
    assert makers(page(client, "/sites/fes/", "2026-08-02T23:30:00+00:00")) == ["Nour"]
    assert heading(page(client, "/sites/fes/", "2026-10-11T23:30:00+00:00")) == "Cette semaine à Fès"
    assert heading(page(client, "/sites/fes/", "2026-10-12T00:00:00+00:00")) == "La saison est terminée à Fès"


def test_a_site_without_rotation(client: FlaskClient, app: Flask) -> None:
    make_site(slug="asilah", name="Complexe d'Assilah")
    db.session.commit()
    html = page(client, "/sites/asilah/")
    assert heading(html) == "Complexe d'Assilah"
    assert "Aucune rotation n'est publiée ici" in text(html)
    assert client.get("/sites/nulle-part/").status_code == 404


def test_only_current_publications_count(client: FlaskClient, season: Season) -> None:
    season.publication.superseded_at = now()
    db.session.commit()
    assert "Aucune rotation n'est publiée ici" in text(page(client, "/sites/marrakech/"))
    assert client.get(f"/exhibitors/{season.fatima.id}").status_code == 404


def test_closures_are_told(client: FlaskClient, season: Season) -> None:
    db.session.add(
        Closure(
            site_id=season.site.id, starts_on=date(2027, 1, 10), ends_on=date(2027, 1, 11),
            reason=ClosureReason.HOLIDAY, note="Manifeste de l'Indépendance",
        )
    )  # fmt: skip
    db.session.commit()
    told = "Le site est fermé ce jour. Jour férié : Manifeste de l'Indépendance · 10 – 11 janvier 2027"
    assert told in text(page(client, "/sites/marrakech/", "2027-01-11T12:00:00+00:00"))
    later = text(page(client, "/sites/marrakech/", "2027-01-12T12:00:00+00:00"))
    assert "Le site est fermé ce jour" not in later
    assert "10 – 11 janvier 2027" not in later


def test_in_arabic_it_reads_from_the_right(client: FlaskClient, season: Season) -> None:
    html = page(client, "/sites/marrakech/?lang=ar")
    assert '<html lang="ar" dir="rtl">' in html
    assert makers(html)[0] == "فاطمة العمراني"
    assert "القاعة الكبرى" in html
    assert "يناير 2027" in html
    assert "bootstrap.rtl.min.css" in html
    assert "ouvert, réaménagé" in page(client, "/sites/marrakech/?lang=fr")
    assert "ouvert, réaménagé" not in html, "the source's own words are French"


PUBLIC = (
    "/sites/marrakech/", "/sites/marrakech/?on=2027-01-20", "/sites/marrakech/?lang=ar",
    "/sites/marrakech/calendar.ics?lang=fr",
    "/sites/marrakech/calendar.ics?lang=ar", "/sites/marrakech/rotations/", "/sites/marrakech/rotations/1",
    "/sites/marrakech/rotations/2", "/exhibitors/{hidden}", "/exhibitors/{hidden}?lang=en",
    "/exhibitors/{hidden}/calendar.ics", "/events/{event}", "/sites/marrakech/rotations/1/bundle.zip",
)  # fmt: skip


def crawl(client: FlaskClient, season: Season) -> list[tuple[str, str]]:
    """Every canary found on a public page, a feed or in the bundle, with where."""
    with time_machine.travel("2027-01-05T09:00:00+00:00"):
        season.retire()
        season.publish(*season.turns[:3], number=2)
        animator = make_user((season.site, SiteRole.ANIMATOR), name="CANARYANIMATOR")
        db.session.commit()
        day = date(2027, 1, 12)
        planned = event.plan(
            animator, season.site,
            Outline(EventKind.WORKSHOP, "Atelier", season.hall.id, day, day, time(10), time(11), animator.id,
                    exhibitor_ids=(season.hidden.id, season.fatima.id)),
        )  # fmt: skip
        found = []
        for url in PUBLIC:
            where = url.format(hidden=season.hidden.id, event=planned.id)
            answer = client.get(where)
            assert answer.status_code == 200, where
            body = answer.get_data()
            if where.endswith(".zip"):
                archive = zipfile.ZipFile(BytesIO(body))
                body = b"".join(archive.read(name) for name in archive.namelist())
            unfolded = body.replace(b"\r\n ", b"") + str(answer.headers).encode()
            found += [(where, one.decode()) for one in re.findall(rb"CANARY[A-Z]+", unfolded)]
    return found


def test_nothing_unconsented_is_ever_told(client: FlaskClient, season: Season) -> None:
    assert crawl(client, season) == []
    assert client.get(f"/exhibitors/{season.hidden.id}/photo").status_code == 404


def test_the_canaries_sing(client: FlaskClient, season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the card's guard removed, the crawl does find them."""
    season.hidden.publish_name = season.hidden.publish_phone = True
    db.session.commit()
    found = crawl(client, season)
    assert {canary for _where, canary in found} >= {"CANARYNAME", "CANARYPHONE", "CANARYABOUT", "CANARYARABIC"}
    assert ("/sites/marrakech/calendar.ics?lang=fr", "CANARYNAME") in found
    assert public.card(season.hidden).photo == ""


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("photo", [False, True])
@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_consent_stands_alone(
    client: FlaskClient, season: Season, named: bool, photo: bool, phone: bool, app: Flask
) -> None:
    """Name, photo and phone in every combination: what she agreed to is shown, and nothing else."""
    hidden = season.hidden
    hidden.publish_name, hidden.publish_photo, hidden.publish_phone = named, photo, phone
    db.session.commit()
    shown = page(client, f"/exhibitors/{hidden.id}?lang=fr")
    assert ("CANARYNAME" in shown, f"/exhibitors/{hidden.id}/photo" in shown, "CANARYPHONE" in shown) == (
        named, photo, phone,
    )  # fmt: skip


def test_an_exhibitor_page(client: FlaskClient, season: Season) -> None:
    told = text(page(client, f"/exhibitors/{season.fatima.id}", "2027-01-20T12:00:00+00:00"))
    assert "Fatima Amrani Artisan · Activité POT-01 · Région 07" in told
    assert "+212600000001" in told
    assert told.index("15 – 28 février 2027") < told.index("Tours passés") < told.index("4 – 17 janvier 2027")


def test_a_turn_that_ends_today_is_not_past(client: FlaskClient, season: Season) -> None:
    url = f"/exhibitors/{season.hassan.id}"
    assert "Tours passés" not in page(client, url, "2027-01-31T23:59:00+00:00")
    assert "Tours passés" in page(client, url, "2027-02-01T00:00:00+00:00")


def test_who_never_appeared_has_no_page(client: FlaskClient, season: Season) -> None:
    stranger = make_exhibitor(name="Inconnue", publish_name=True)
    db.session.commit()
    missing = client.get(f"/exhibitors/{10**9}")
    foreign = client.get(f"/exhibitors/{stranger.id}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert client.get(f"/exhibitors/{stranger.id}/calendar.ics").status_code == 404


def test_a_consented_photo_is_served(client: FlaskClient, season: Season, app: Flask) -> None:
    folder = app.extensions["settings"].data_dir / "photos"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "x.jpg").write_bytes(b"\xff\xd8jpeg")
    season.fatima.photo = "x.jpg"
    db.session.commit()
    url = f"/exhibitors/{season.fatima.id}/photo"
    assert client.get(url).status_code == 404
    season.fatima.publish_photo = True
    db.session.commit()
    with client.get(url) as answer:
        assert answer.get_data() == b"\xff\xd8jpeg"
    assert url in page(client, "/sites/marrakech/")


def test_the_published_rotation(client: FlaskClient, season: Season) -> None:
    told = text(page(client, "/sites/marrakech/rotations/1"))
    assert "Exposants placés 3 sur 3 candidatures retenues" in told
    assert "5 places-périodes sur 12" in told
    assert "niveau 2 2 / 3 3" in told
    assert "C'est la première rotation de cet appel." in told
    assert season.publication.case_sha256 in told
    assert season.publication.plan_sha256 in told
    assert client.get("/sites/marrakech/rotations/9").status_code == 404
    assert client.get("/sites/autre/rotations/1").status_code == 404


def test_the_changes_of_the_next_rotation(client: FlaskClient, season: Season) -> None:
    season.retire()
    a, b, c = season.hall.stands
    season.publish((season.fatima, a, 0, 1), (season.hidden, b, 0, 2), (season.hassan, c, 2, 1), number=2)
    told = text(page(client, "/sites/marrakech/rotations/2"))
    changes = told.split("Ce qui change")[1].split("Refaire le calcul")[0]
    assert (
        "Hassan Lahlou Déplacé 18 – 31 janvier 2027 · Grande salle · 03 1 – 14 février 2027 · Grande salle · 03"
        in changes
    )
    assert "Fatima Amrani Retiré 15 – 28 février 2027 · Grande salle · 01 —" in changes
    assert "Artisan" not in changes
    old = text(page(client, "/sites/marrakech/rotations/1"))
    assert "Remplacée Voir la rotation nº 2 qui la remplace" in old


def test_the_bundle_can_be_checked_by_anyone(client: FlaskClient, season: Season, tmp_path: Path) -> None:
    first = client.get("/sites/marrakech/rotations/1/bundle.zip").get_data()
    assert first == client.get("/sites/marrakech/rotations/1/bundle.zip").get_data()
    zipfile.ZipFile(BytesIO(first)).extractall(tmp_path)
    case = json.loads((tmp_path / "case.json").read_text())
    assert {one["id"] for one in case["applicants"]} == {
        f"E{n.id}" for n in (season.fatima, season.hidden, season.hassan)
    }
    assert {key for one in case["applicants"] for key in one} == {
        "id", "kind", "activity", "family", "region", "groups", "received", "share"
    }  # fmt: skip
    command = [sys.executable, "-m", "scheduler", "verify", "case.json", "plan.json"]
    root = Path(__file__).parents[3]
    ran = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(root)}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    alone = [sys.executable, "-I", "-S", "dawra_verify.py", "case.json", "plan.json"]
    ran = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "\n".join(page_links(page(client, "/sites/marrakech/rotations/1"))).count("/dawra_verify.py") == 1
    downloaded = client.get("/dawra_verify.py")
    assert (downloaded.status_code, downloaded.get_data()) == (200, (tmp_path / "dawra_verify.py").read_bytes())
    assert "attachment" in downloaded.headers["Content-Disposition"]


def page_links(html: str) -> list[str]:
    """Where the links of a page lead."""
    return re.findall(r'href="([^"]*)"', html)


def weight(client: FlaskClient, stands: int, name: str) -> tuple[int, int]:
    """Bytes of the page and statements to make it, for a hall full of exhibitors and an event."""
    site = make_site(slug=name)
    hall = make_space(site, stands=stands)
    call = make_call(site, hall, start=START)
    people = [
        make_exhibitor(name=f"Personne {n}", publish_name=True, craft=f"C{n % 9}-0{n % 7}") for n in range(stands)
    ]
    make_publication(call, *((who, hall.stands[n], k, 1) for k in range(3) for n, who in enumerate(people)))
    db.session.commit()
    with counted() as statements:
        html = page(client, f"/sites/{name}/")
    assert len(makers(html)) == stands
    return len(html.encode()), len(statements)


def test_the_page_is_light_and_its_queries_constant(client: FlaskClient, app: Flask) -> None:
    _small, one = weight(client, 1, "un")
    _middle, three = weight(client, 3, "trois")
    large, sixty = weight(client, 60, "soixante")
    assert one == three == sixty
    sheets = ("css/dawra.css", "css/programme.css", "css/floorplan.css")
    style = sum(Path(str(app.static_folder), sheet).stat().st_size for sheet in sheets)
    assert large + style <= 150_000, (large, style)


def test_queries_of_the_other_pages_are_constant(client: FlaskClient, season: Season) -> None:
    def count(url: str) -> int:
        with counted() as statements:
            page(client, url)
        return len(statements)

    a, b, c = season.hall.stands
    lone = make_exhibitor(publish_name=True)
    other = make_call(season.site, season.hall, start=START + timedelta(days=56), periods=4)
    make_publication(other, (lone, a, 0, 1), number=7)
    db.session.commit()
    before = [count("/sites/marrakech/rotations/"), count(f"/exhibitors/{lone.id}")]
    third = make_call(season.site, season.hall, start=START + timedelta(days=112), periods=4)
    make_publication(third, (lone, a, 0, 1), (lone, b, 2, 1), (season.fatima, c, 0, 1), number=8)
    db.session.commit()
    assert [count("/sites/marrakech/rotations/"), count(f"/exhibitors/{lone.id}")] == before
