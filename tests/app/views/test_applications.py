"""An application in the browser, step by step, without scripts."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.clock import now, pretending
from app.extensions import db
from app.models import Application, ApplicationState, Call, Exhibitor, RefusalReason, SiteRole, User
from app.services import review
from app.settings import Settings
from tests.conftest import Browser
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user, sign_in


class World:
    """A call of two halls, four periods, and a signed-in artisan."""

    def __init__(self, client: Browser) -> None:
        self.site = make_site()
        self.halls = [make_space(self.site, 3), make_space(self.site, 1)]
        self.call: Call = make_call(self.site, *self.halls, max_turn_length=2, max_turns=2)
        self.artisan: User = make_user()
        self.exhibitor: Exhibitor = make_exhibitor(self.artisan)
        self.manager: User = make_user((self.site, SiteRole.MANAGER))
        db.session.commit()
        self.client = sign_in(client, self.artisan)
        self.start = f"/me/applications/start/{self.call.id}"

    def first(self) -> dict[str, str]:
        page = self.client.get(self.start).text
        return {
            "csrf_token": hidden(page, "csrf_token"), "client_key": hidden(page, "client_key"),
            "exhibitor_id": str(self.exhibitor.id), f"space_{self.halls[0].id}": "2", f"space_{self.halls[1].id}": "1",
        }  # fmt: skip

    def application(self) -> Application:
        db.session.rollback()
        return db.session.scalars(select(Application)).one()


def hidden(page: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag, name
    value = re.search(r'value="([^"]*)"', tag[0])
    assert value
    return value[1]


@pytest.fixture
def world(app: Flask, client: Browser) -> World:
    return World(client)


NEEDS = {
    "min_length": "1", "max_length": "2", "max_turns": "2", "area_m2": "9", "stands": "1", "features": "power",
    "note": "Je viens avec mon tour.",
}  # fmt: skip


def test_from_the_call_to_the_receipt(world: World) -> None:
    client = world.client
    assert world.start in client.get(f"/calls/{world.call.id}").text
    data = world.first()
    token = {"csrf_token": data["csrf_token"]}
    step = client.post(world.start, data=data)
    made = world.application()
    base = f"/me/applications/{made.id}"
    assert (step.status_code, step.location) == (303, f"{base}/periods")
    assert client.get(step.location).text.count("<fieldset") == 4
    step = client.post(f"{base}/periods", data=token | {f"period_{n}": v for n, v in enumerate(("no", "ok", "3", "1"))})
    assert step.location == f"{base}/needs"
    step = client.post(f"{base}/needs", data=token | NEEDS)
    assert step.location == f"{base}/check"
    page = client.get(step.location).text
    assert "Je viens avec mon tour." in page
    assert "★★★" in page
    for _twice in range(2):
        done = client.post(f"{base}/submit", data=token)
        assert done.location == f"{base}/receipt"
    made = world.application()
    assert (made.state, made.unavailable, made.preferred) == (ApplicationState.SUBMITTED, [0], {"2": 3, "3": 1})
    assert [wish.space_id for wish in made.wishes] == [world.halls[1].id, world.halls[0].id]
    receipt = client.get(done.location).text
    assert made.receipt in receipt
    assert re.fullmatch(r"\d{4}-\d{3}-0001", made.receipt)
    assert made.receipt in client.get("/me/applications/").text
    assert client.post(f"{base}/withdraw", data=token).status_code == 303
    assert world.application().state is ApplicationState.WITHDRAWN
    assert "Déposer de nouveau" in client.get(base).text


def main_actions(page: str) -> list[tuple[str, str]]:
    """Where the buttons of the page's head lead and what they say; a quiet one is marked."""
    head = page.split('<header class="head">')[1].split("</header>")[0]
    return [
        (href, ("(quiet) " if "quiet" in kind else "") + unescape(text))
        for kind, href, text in re.findall(r'<a class="(btn[^"]*)" href="([^"]*)">([^<]*)</a>', head)
    ]


def test_a_call_offers_who_has_applied_her_own_application(world: World) -> None:
    page = f"/calls/{world.call.id}"
    assert main_actions(world.client.get(page).text) == [(world.start, "Déposer ma candidature")]
    world.client.post(world.start, data=world.first())
    made = world.application()
    own = f"/me/applications/{made.id}"
    assert main_actions(world.client.get(page).text) == [(own, "Continuer ma candidature")]
    for state in (ApplicationState.SUBMITTED, ApplicationState.ELIGIBLE):
        made.state, made.number, made.submitted_at = state, 1, now()
        db.session.commit()
        assert main_actions(world.client.get(page).text) == [(own, "Voir ma candidature")]
    make_exhibitor(world.artisan)
    db.session.commit()
    assert main_actions(world.client.get(page).text) == [
        (own, "Voir ma candidature"), (world.start, "(quiet) Déposer pour un autre exposant"),
    ]  # fmt: skip
    made.state = ApplicationState.WITHDRAWN
    db.session.commit()
    shown = world.client.get(page).text
    assert main_actions(shown) == [(world.start, "Déposer ma candidature")]
    assert f'<a href="{own}">Ouvrir</a>' in shown
    assert main_actions(world.client.application.test_client().get(page).text) == [
        (world.start, "Déposer ma candidature")
    ]


def test_who_has_no_application_yet_is_proposed_first(world: World) -> None:
    """A desk acts for many: the first by name may have applied long ago, and would be taken for the next one."""
    world.client.post(world.start, data=world.first())
    later = make_exhibitor(world.artisan, name="Zzz")
    db.session.commit()
    page = world.client.get(world.start).text
    places = [page.index(f'<option value="{one.id}"') for one in (later, world.exhibitor)]
    assert places == sorted(places)
    assert f'<option selected value="{world.exhibitor.id}"' not in page


def test_going_back_and_sending_again_changes_one_draft(world: World) -> None:
    data = world.first()
    first = world.client.post(world.start, data=data)
    again = world.client.post(world.start, data=data | {f"space_{world.halls[1].id}": ""})
    assert first.location == again.location
    assert [wish.space_id for wish in world.application().wishes] == [world.halls[0].id]


def test_an_existing_application_is_shown_not_overwritten(world: World) -> None:
    make_application(world.call, world.exhibitor, world.halls[0], entered_by=world.artisan)
    db.session.commit()
    answer = world.client.post(world.start, data=world.first())
    assert answer.location == f"/me/applications/{world.application().id}"
    assert "existe déjà" in world.client.get(answer.location).text


def test_faults_stand_on_the_page_and_what_was_typed_stays(world: World) -> None:
    data = world.first() | {f"space_{world.halls[0].id}": "1"}
    answer = world.client.post(world.start, data=data)
    assert answer.status_code == 422
    assert "le même rang" in answer.text
    assert answer.text.count("<option selected") >= 2
    assert hidden(answer.text, "client_key") == data["client_key"]
    empty = {name: "" if name.startswith("space_") else value for name, value in world.first().items()}
    assert "Choisissez au moins un espace" in world.client.post(world.start, data=empty).text
    world.client.post(world.start, data=world.first())
    base = f"/me/applications/{world.application().id}"
    token = {"csrf_token": data["csrf_token"]}
    none_left = world.client.post(f"{base}/periods", data=token | {f"period_{n}": "no" for n in range(4)})
    assert none_left.status_code == 422
    assert none_left.text.count(" checked") + none_left.text.count("checked ") >= 4
    assert "laissez-en au moins une" in none_left.text
    needs = world.client.post(
        f"{base}/needs", data=token | NEEDS | {"min_length": "2", "max_length": "1", "area_m2": "50"}
    )
    assert needs.status_code == 422
    assert "Le plus grand emplacement" not in needs.text or "9 m²" in needs.text
    assert 'href="#min_length"' in needs.text
    assert "Je viens avec mon tour." in needs.text
    junk = world.client.post(f"{base}/needs", data=token | NEEDS | {"max_turns": "x", "area_m2": "y"})
    assert junk.status_code == 422


def test_later_is_kept(world: World) -> None:
    data = world.first()
    world.client.post(world.start, data=data)
    base = f"/me/applications/{world.application().id}"
    answer = world.client.post(
        f"{base}/periods", data={"csrf_token": data["csrf_token"], "period_1": "no", "then": "leave"}
    )
    assert answer.location == base
    page = world.client.get(base).text
    assert f"{base}/needs" in page
    assert world.application().unavailable == [1]


def test_a_late_person_reads_why_and_her_draft(world: World) -> None:
    data = world.first()
    world.client.post(world.start, data=data)
    base = f"/me/applications/{world.application().id}"
    token = {"csrf_token": data["csrf_token"]}
    world.call.closes_at = now() + timedelta(hours=1)  # a session is shorter than a call
    db.session.commit()
    with pretending(world.call.closes_at):
        for url, more in (
            (f"{base}/submit", {}), (f"{base}/periods", {"period_0": "no"}), (f"{base}/spaces", data),
            (f"{base}/needs", NEEDS), (world.start, data),
        ):  # fmt: skip
            late = world.client.post(url, data=token | more)
            assert late.status_code == 409, url
            assert "closes depuis" in late.text, (url, late.text)
        assert world.client.post(f"{base}/withdraw", data=token).status_code == 409
        assert world.client.get(f"{base}/periods").location == base
        page = world.client.get(base)
        assert page.status_code == 200
        assert world.halls[0].name in page.text
        assert "plus rien ne change" in page.text
    assert world.application().unavailable == []


def test_a_change_of_a_deposited_file_is_told_to_reset_the_decision(world: World) -> None:
    made = make_application(world.call, world.exhibitor, world.halls[0], entered_by=world.artisan, number=1)
    db.session.commit()
    review.refuse(world.manager, made, RefusalReason.INCOMPLETE, "Il manque la carte d'artisan.")
    base = f"/me/applications/{made.id}"
    page = world.client.get(base).text
    assert "Il manque la carte d&#39;artisan." in page
    assert "Dossier incomplet" in page
    assert "loi 55-19" in page
    assert "la décision tombe" in page
    assert "Il manque la carte" in world.client.get("/me/applications/").text
    token = {"csrf_token": hidden(world.client.get(f"{base}/periods").text, "csrf_token")}
    assert world.client.post(f"{base}/periods", data=token | {"period_0": "no"}).location == base
    assert world.application().state is ApplicationState.SUBMITTED


def test_nobody_without_a_profile_is_stuck(app: Flask, client: Browser) -> None:
    site = make_site()
    call = make_call(site, make_space(site))
    db.session.commit()
    sign_in(client, make_user())
    page = client.get(f"/me/applications/start/{call.id}").text
    assert f"/me/exhibitors/new?call={call.id}" in page


def test_applying_for_a_stranger_does_not_exist(world: World) -> None:
    stranger = make_exhibitor()
    db.session.commit()
    answer = world.client.post(world.start, data=world.first() | {"exhibitor_id": str(stranger.id)})
    assert answer.status_code == 422
    assert db.session.scalars(select(Application)).first() is None


def test_a_closed_call_sends_back(world: World) -> None:
    world.call.closes_at = now() + timedelta(hours=1)
    db.session.commit()
    with pretending(world.call.closes_at):
        assert "pas ouvert en ce moment" in world.client.get(world.start).text


def test_depositing_again_and_again_is_limited(settings: Settings) -> None:
    made = create_app(settings.model_copy(update={"rate_limits": True, "submit_rate": "3 per minute"}))
    made.test_client_class = Browser
    with made.app_context():
        world = World(made.test_client())
        data = world.first()
        assert world.client.post(world.start, data=data).status_code == 303
        base = f"/me/applications/{world.application().id}"
        token = {"csrf_token": data["csrf_token"]}
        codes = [world.client.post(f"{base}/submit", data=token).status_code for _ in range(3)]
        assert codes == [303, 303, 429], "the first step counted too"
        assert world.client.get(f"{base}/check").status_code == 200, "reading is not limited"
        neighbour = sign_in(made.test_client(), make_user())
        page = neighbour.get(world.start.replace("applications/start", "exhibitors/new").rpartition("/")[0])
        assert page.status_code != 429, "another account from the same address is not held up"
        db.session.remove()
        db.engine.dispose()
