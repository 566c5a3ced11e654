"""A site's management pages: what each role sees and may do, forms with their faults, foreign sites."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from app import clock
from app.extensions import db
from app.i18n import LANGUAGES, speaking
from app.models import (
    ApplicationState,
    CallState,
    Closure,
    ClosureReason,
    HolidayConfirmation,
    Management,
    RunState,
    Site,
    SiteCategory,
    SiteRole,
    SiteState,
    SiteType,
    SolveRun,
    Space,
    SpaceKind,
    Stand,
)
from app.phrases import phrase
from app.queries import dashboard
from tests.app.services.test_days import MONDAY, SUNDAY, WEEK, plan_event, publish_turn
from tests.factories import (
    make_application,
    make_call,
    make_exhibitor,
    make_site,
    make_space,
    make_user,
    sign_in,
)
from tests.plans import store_plan


def post(client: FlaskClient, url: str, page: str, **data: object) -> TestResponse:
    shown = client.get(page).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown).group(1)
    return client.post(url, data={**data, "csrf_token": token})


def flashed(client: FlaskClient, answer: TestResponse) -> list[str]:
    page = client.get(answer.location).get_data(as_text=True)
    return [html.unescape(text) for text in re.findall(r'<div class="flash[^>]*><p>([^<]*)</p>', page)]


@pytest.fixture
def site(app: Flask) -> Site:
    return make_site(name="Complexe d'essai")


@pytest.fixture
def manager(client: FlaskClient, site: Site) -> FlaskClient:
    user = make_user((site, SiteRole.MANAGER))
    db.session.commit()
    return sign_in(client, user)


SPACE = {"code": "SE", "name": "Salle", "name_ar": "", "kind": "hall", "area_m2": "١٨٠", "capacity": "", "weight": "1"}


def test_the_way_from_nothing_to_a_plan(manager: FlaskClient, site: Site) -> None:
    new = f"/manage/{site.slug}/spaces/new"
    answer = post(manager, new, new, **SPACE)
    assert answer.status_code == 303
    space = db.session.scalars(select(Space)).one()
    assert (space.area_m2, space.capacity) == (180, None)
    many = f"/manage/spaces/{space.id}/stands/new"
    answer = post(manager, many, many, count="12", area_m2="9", per_row="4", features="Électricité, eau، four")
    assert flashed(manager, answer) == ["12 emplacements ajoutés."]
    stands = db.session.scalars(select(Stand).order_by(Stand.position)).all()
    assert [s.code for s in stands] == [f"{n:02d}" for n in range(1, 13)]
    assert stands[0].features == ["power", "water", "four"]
    page = manager.get(f"/manage/spaces/{space.id}/").get_data(as_text=True)
    assert page.count("<title>Emplacement ") == 12
    one = f"/manage/stands/{stands[0].id}/"
    assert post(manager, one, one, code="A1", area_m2="12", features="", x="1", y="9").status_code == 303
    db.session.expire_all()
    assert (stands[0].code, stands[0].area_m2, stands[0].features, stands[0].x, stands[0].y) == ("A1", 12, [], 0, 8)
    answer = post(manager, f"/manage/stands/{stands[0].id}/delete", one)
    assert flashed(manager, answer) == ["L'emplacement est supprimé."]
    answer = post(manager, f"/manage/spaces/{space.id}/delete", f"/manage/spaces/{space.id}/")
    assert flashed(manager, answer) == ["L'espace est supprimé."]


def test_every_fault_of_a_form_is_told_and_what_was_typed_stays(manager: FlaskClient, site: Site) -> None:
    url = f"/manage/{site.slug}/spaces/new"
    answer = post(manager, url, url, code="", name="Ma salle", kind="castle", area_m2="dix", capacity="0", weight="101")
    shown = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    for words in (
        "Remplissez ce champ.", "Choisissez dans la liste.", "Écrivez un nombre entier, par exemple 12.",
        "Écrivez un nombre de 1 à 100000.", "Écrivez un nombre de 1 à 100.",
    ):  # fmt: skip
        assert words in shown
    assert 'value="Ma salle"' in shown
    assert re.findall(r"#(\w+)\">", shown.split("<ul>")[-1]) == ["code", "kind", "area_m2", "capacity", "weight"]
    assert db.session.scalars(select(Space)).all() == []


def test_a_taken_code_shows_beside_its_field(manager: FlaskClient, site: Site) -> None:
    make_space(site, code="SE")
    db.session.commit()
    url = f"/manage/{site.slug}/spaces/new"
    answer = post(manager, url, url, **SPACE)
    assert answer.status_code == 422
    assert "Le code SE est déjà pris" in answer.get_data(as_text=True)


def test_a_used_stand_says_why_it_stays(manager: FlaskClient, site: Site) -> None:
    hall = make_space(site)
    call = make_call(site, hall)
    db.session.commit()
    stand = hall.stands[0].id
    answer = post(manager, f"/manage/stands/{stand}/delete", f"/manage/stands/{stand}/")
    assert f"dans l'appel nº {call.number}" in flashed(manager, answer)[0]


def test_closing_and_opening_again(manager: FlaskClient, site: Site) -> None:
    hall = make_space(site, name="Salle A")
    db.session.commit()
    url, index = f"/manage/{site.slug}/closures/new", f"/manage/{site.slug}/closures/"
    days = {"starts_on": "2027-01-04", "ends_on": "2027-01-10", "reason": "works", "note": "Peinture"}
    assert post(manager, url, url, place=str(hall.id), **days).status_code == 303
    assert "4 – 10 janvier 2027" in manager.get(index).get_data(as_text=True)
    answer = post(manager, url, url, place="", starts_on="2027-02-01", ends_on="2027-01-01", reason="works")
    assert answer.status_code == 422
    assert "Le dernier jour vient avant le premier" in answer.get_data(as_text=True)
    closure = db.session.scalars(select(Closure)).one()
    assert post(manager, f"/manage/closures/{closure.id}/delete", index).status_code == 303
    assert db.session.scalars(select(Closure)).all() == []


def test_what_is_in_the_way_of_a_closure_is_listed(manager: FlaskClient, site: Site) -> None:
    hall = make_space(site, name="Salle A")
    turn = publish_turn(hall, make_user(), WEEK)
    db.session.commit()
    url = f"/manage/{site.slug}/closures/new"
    answer = post(manager, url, url, place="", starts_on="2027-01-04", ends_on="2027-01-04", reason="holiday")
    assert answer.status_code == 200
    assert turn.exhibitor.name in answer.get_data(as_text=True)
    plan_event(hall, make_user(), SUNDAY)
    db.session.commit()
    answer = post(manager, url, url, place="", starts_on="2027-01-04", ends_on="2027-01-10", reason="holiday")
    assert answer.status_code == 422, "an event must go first: told before she is asked to confirm"
    assert "Animation « Causerie »" in answer.get_data(as_text=True)
    assert db.session.query(Closure).count() == 0


def test_holidays_are_added_in_one_click(manager: FlaskClient, site: Site) -> None:
    make_space(site)
    db.session.commit()
    index = f"/manage/{site.slug}/closures/"
    keys = re.findall(r'name="chosen"[^>]*value="([^"]+)"', manager.get(index).get_data(as_text=True))
    assert len(keys) >= 15
    answer = post(manager, f"/manage/{site.slug}/closures/holidays", index, chosen=keys)
    assert flashed(manager, answer) == [f"{len(keys)} jours fériés fermés."]
    assert 'name="chosen"' not in manager.get(index).get_data(as_text=True)


def test_the_facts_of_a_site(manager: FlaskClient, site: Site) -> None:
    url = f"/manage/{site.slug}/site"
    facts = {
        "name": "Nouveau nom", "city": "Ville", "province_code": site.province_code, "category": "sale",
        "type": "foundouk", "state": "works", "management": "cooperative", "area_m2": "1 200", "units": "12",
        "opening_hours": "9 h – 18 h",
    }  # fmt: skip
    answer = post(manager, url, url, **facts)
    assert answer.status_code == 422
    answer = post(manager, url, url, **facts | {"area_m2": "1200"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert (site.name, site.state, site.management, site.area_m2, site.opening_hours) == (
        "Nouveau nom", SiteState.WORKS, Management.COOPERATIVE, 1200, "9 h – 18 h",
    )  # fmt: skip
    answer = post(manager, url, url, **facts | {"area_m2": "", "category": ""})
    assert "seul un centre de formation" in answer.get_data(as_text=True)


def test_every_state_kind_and_management_is_kept_and_told_in_each_language(manager: FlaskClient, site: Site) -> None:
    """Five states, five managements, three categories, ten types: each is written by the form and read on the page."""
    assert [len(kind) for kind in (SiteState, Management, SiteCategory, SiteType)] == [5, 5, 3, 10]
    url = f"/manage/{site.slug}/site"
    for number, kind in enumerate(SiteType):
        chosen = [list(words)[number % len(words)] for words in (SiteState, Management, SiteCategory)]
        state, management, category = chosen
        facts = {"name": "Nom", "city": "Ville", "province_code": site.province_code, "category": category,
                 "type": kind, "state": state, "management": management}  # fmt: skip
        if kind is SiteType.TRAINING_CENTRE:
            facts["category"] = ""
        assert post(manager, url, url, **facts).status_code == 303
        db.session.expire_all()
        assert (site.type, site.state, site.management) == (kind, state, management)
        for lang in LANGUAGES:
            page = html.unescape(manager.get(f"/sites/{site.slug}/about?lang={lang}").get_data(as_text=True))
            with speaking(lang):
                for code in (kind, state, management, site.category):
                    assert phrase(code) in page, (lang, code)
        manager.get("/?lang=fr")


def test_every_kind_of_space_and_reason_of_closure_is_kept_and_told_in_each_language(
    manager: FlaskClient, site: Site
) -> None:
    """Five kinds of space, three reasons: each is written by the form and read on the public and the managing page."""
    assert [len(kind) for kind in (SpaceKind, ClosureReason)] == [5, 3]
    new = f"/manage/{site.slug}/spaces/new"
    for kind in SpaceKind:
        assert post(manager, new, new, **SPACE | {"code": kind[:8], "kind": kind}).status_code == 303
    assert set(db.session.scalars(select(Space.kind))) == set(SpaceKind)
    close = f"/manage/{site.slug}/closures/new"
    for days, reason in enumerate(ClosureReason):
        day = (MONDAY + timedelta(days=days)).isoformat()
        typed = {"place": "", "starts_on": day, "ends_on": day, "reason": reason, "note": ""}
        assert post(manager, close, close, **typed).status_code == 303
    assert set(db.session.scalars(select(Closure.reason))) == set(ClosureReason)
    pages = {f"/sites/{site.slug}/about": SpaceKind, f"/manage/{site.slug}/closures/": ClosureReason}
    for lang in LANGUAGES:
        for page, kinds in pages.items():
            shown = html.unescape(manager.get(f"{page}?lang={lang}").get_data(as_text=True))
            with speaking(lang):
                missing = [code for code in kinds if phrase(code) not in shown]
            assert missing == [], (lang, page)


@pytest.mark.parametrize(("table", "column"), [("space", "kind"), ("closure", "reason")])
def test_the_database_itself_refuses_another_kind_or_reason(site: Site, table: str, column: str) -> None:
    hall = make_space(site)
    closed = {"site_id": site.id, "space_id": hall.id, "starts_on": MONDAY, "ends_on": MONDAY}
    db.session.add(Closure(**closed, reason=ClosureReason.WORKS))
    db.session.flush()
    with pytest.raises(IntegrityError, match=column):
        db.session.execute(text(f"UPDATE {table} SET {column} = 'other'"))
    db.session.rollback()


@pytest.mark.parametrize("column", ["state", "management", "category", "type"])
def test_the_database_itself_refuses_another_word(site: Site, column: str) -> None:
    with pytest.raises(IntegrityError, match=column):
        db.session.execute(text(f"UPDATE site SET {column} = 'other' WHERE id = {site.id}"))
    db.session.rollback()


@pytest.mark.parametrize(
    "path",
    [
        "/manage/{slug}/", "/manage/{slug}/site", "/manage/{slug}/spaces/", "/manage/{slug}/spaces/new",
        "/manage/spaces/{space}/", "/manage/spaces/{space}/edit", "/manage/spaces/{space}/stands/new",
        "/manage/stands/{stand}/", "/manage/{slug}/closures/", "/manage/{slug}/closures/new",
    ],
)  # fmt: skip
def test_foreign_sites_are_not_there(manager: FlaskClient, site: Site, path: str) -> None:
    other = make_site()
    mine, theirs = make_space(site), make_space(other)
    db.session.commit()
    assert manager.get(path.format(slug=site.slug, space=mine.id, stand=mine.stands[0].id)).status_code == 200
    assert manager.get(path.format(slug=other.slug, space=theirs.id, stand=theirs.stands[0].id)).status_code == 404
    assert manager.get(path.format(slug="nowhere", space=999_999, stand=999_999)).status_code == 404


@pytest.mark.parametrize("role", [SiteRole.COMMITTEE, SiteRole.ANIMATOR, SiteRole.AGENT])
def test_others_look_but_do_not_write(client: FlaskClient, site: Site, role: SiteRole) -> None:
    hall = make_space(site)
    user = make_user((site, role))
    db.session.commit()
    sign_in(client, user)
    for path in (f"/manage/{site.slug}/", f"/manage/{site.slug}/spaces/", f"/manage/{site.slug}/closures/"):
        page = client.get(path)
        assert page.status_code == 200
        shown = page.get_data(as_text=True)
        assert "/new" not in shown.replace(f"/manage/{site.slug}/exhibitors/new", ""), "but an agent's own work"
    assert client.get(f"/manage/{site.slug}/site").status_code == 404
    token = re.search(r'csrf_token" value="([^"]+)"', client.get("/me/").get_data(as_text=True)).group(1)
    for path in (f"/manage/spaces/{hall.id}/delete", f"/manage/{site.slug}/closures/new"):
        assert client.post(path, data={"csrf_token": token}).status_code == 404


def test_an_administrator_confirms_a_holiday_and_nobody_else(client: FlaskClient, app: Flask) -> None:
    admin, plain = make_user(is_administrator=True), make_user()
    db.session.commit()
    sign_in(client, plain)
    assert client.get("/admin/holidays/").status_code == 404
    page = app.test_client()
    sign_in(page, admin)
    url = "/admin/holidays/"
    answer = post(page, url, url, code="eid_al_fitr", hijri_year="1448", starts_on="2027-03-11")
    assert flashed(page, answer) == ["Le jour est confirmé."]
    assert db.session.scalars(select(HolidayConfirmation.starts_on)).one().isoformat() == "2027-03-11"
    answer = post(page, url, url, code="eid_al_fitr", hijri_year="1448", starts_on="2027-06-11")
    assert "plus de 3 jours" in flashed(page, answer)[0]


def test_the_dashboard_counts_what_waits(app: Flask, site: Site) -> None:
    hall = make_space(site, stands=4)
    soon = make_call(site, hall, closes_at=clock.now() + timedelta(days=3))
    make_call(site, hall, state=CallState.DRAFT, published_at=None)
    for state in (ApplicationState.SUBMITTED, ApplicationState.SUBMITTED, ApplicationState.ELIGIBLE):
        make_application(soon, make_exhibitor(), hall, state=state)
    board = dashboard.of(site, clock.now(), clock.today())
    cards = {card.window: card for card in board.calls}
    assert (cards["open"].closing, cards["open"].to_review, cards["open"].received) == (True, 2, 3)
    assert set(cards) == {"open", "draft"}
    assert (board.gaps, board.on_show, board.spaces) == ([], 0, 1)


@pytest.mark.parametrize("state", [RunState.DONE, RunState.TIMED_OUT, RunState.FAILED])
def test_a_plan_kept_is_ready_however_its_calculation_ended(manager: FlaskClient, site: Site, state: RunState) -> None:
    hall = make_space(site)
    call = make_call(site, hall, title="Hiver")
    plan, boss = store_plan(call, []), make_user()
    run = SolveRun(
        call_id=call.id, case_sha256=plan.case_sha256, seconds_limit=5, created_by_id=boss.id, created_at=clock.now(),
        ended_at=clock.now(), state=state,
    )  # fmt: skip
    db.session.add(run)
    db.session.commit()
    page = manager.get(f"/manage/{site.slug}/").get_data(as_text=True)
    assert ("Voir pourquoi" in page, "Planning prêt" in page) == (state is not RunState.DONE, False)
    plan.run_id = run.id
    page = manager.get(f"/manage/{site.slug}/").get_data(as_text=True)
    assert ("Voir pourquoi" in page, "Planning prêt" in page) == (False, True)


def test_the_gaps_of_the_next_period(app: Flask, site: Site) -> None:
    hall = make_space(site, stands=3)
    publish_turn(hall, make_user(), WEEK)
    [gap] = dashboard.of(site, clock.now(), MONDAY - timedelta(days=3)).gaps
    assert (gap.free, gap.places, gap.starts_on) == (2, 3, MONDAY)
    assert dashboard.of(site, clock.now(), MONDAY).on_show == 1


def test_the_dashboard_page_shows_the_files_only_to_those_who_judge(client: FlaskClient, site: Site) -> None:
    hall = make_space(site)
    make_application(make_call(site, hall), make_exhibitor(), hall)
    user = make_user((site, SiteRole.ANIMATOR))
    db.session.commit()
    page = sign_in(client, user).get(f"/manage/{site.slug}/").get_data(as_text=True)
    assert "Dossiers à examiner" not in page


def test_a_holiday_is_named_in_the_readers_language(manager: FlaskClient, site: Site) -> None:
    db.session.add(
        Closure(site_id=site.id, starts_on=MONDAY, ends_on=MONDAY, reason=ClosureReason.HOLIDAY, note="Fête du Trône")
    )
    db.session.commit()
    index = f"/manage/{site.slug}/closures/"
    assert "عيد العرش" in manager.get(f"{index}?lang=ar").get_data(as_text=True)
    assert "<bdi>Fête du Trône</bdi>" in manager.get(f"{index}?lang=fr").get_data(as_text=True)
