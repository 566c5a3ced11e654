"""Accounts: opened from their mailbox, told alike to strangers, sessions that end."""

import re
import statistics
import time
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from app.clock import now
from app.extensions import db
from app.models import Language, Notice, Registration, User
from app.services import account
from app.settings import Settings
from tests.conftest import Browser
from tests.factories import PASSWORD, make_call, make_site, make_space, make_user, post_form, sign_in

GOOD = "sept tapis dans la cour"


def notices() -> list[Notice]:
    return list(db.session.scalars(select(Notice).order_by(Notice.id)))


def path_in(notice: Notice, page: str) -> str:
    found = re.search(rf"http://127\.0\.0\.1:8000(/account/{page}/\S+)", notice.body)
    assert found, notice.body
    return found.group(1)


def ask(client: FlaskClient, **given: str) -> TestResponse:
    typed = {"name": "Amina", "email": "amina@dawra.example", "password": GOOD, "language": "ar"}
    return post_form(client, "/account/register", typed | given)


def test_an_account_opens_from_its_mailbox(client: FlaskClient) -> None:
    assert ask(client, email=" Amina@Dawra.example ").headers["Location"] == "/account/register/sent"
    (mail,) = notices()
    assert (mail.recipient, mail.language, mail.kind) == ("amina@dawra.example", "ar", "account.confirm")
    link = path_in(mail, "confirm")
    assert client.get(link).status_code == 200
    assert db.session.scalar(select(User)) is None, "reading the link opens nothing"
    assert post_form(client, link, {"password": "un autre mot de passe"}).status_code == 422
    assert post_form(client, link, {"password": GOOD}).headers["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    user = db.session.scalars(select(User)).one()
    assert (user.email, user.name, user.language) == ("amina@dawra.example", "Amina", Language.AR)
    assert user.password.startswith("$argon2id$")
    ended = client.get(link, query_string={"lang": "fr"})
    assert ended.status_code == 404, "a link serves once"
    assert "Ce lien ne sert plus" in ended.get_data(as_text=True)
    assert db.session.scalar(select(Registration)) is None


def test_who_came_from_a_call_goes_back_to_it(app: Flask, client: FlaskClient) -> None:
    call = make_call(site := make_site(), make_space(site))
    db.session.commit()
    application = f"/me/applications/start/{call.id}"
    login = client.get(client.get(application).headers["Location"]).get_data(as_text=True)
    (form,) = re.findall(r'href="(/account/register\?call=\d+)"', login)
    asked = post_form(client, form, {"name": "Amina", "email": "a@dawra.example", "password": GOOD, "language": "fr"})
    assert asked.headers["Location"] == f"/account/register/sent?call={call.id}"
    link = path_in(notices()[0], "confirm")
    assert post_form(app.test_client(), link, {"password": GOOD}).headers["Location"] == application
    for elsewhere in ("/me/", "https://elsewhere.example/x", "//[", ""):
        page = client.get("/account/login", query_string={"next": elsewhere}).get_data(as_text=True)
        assert 'href="/account/register"' in page, elsewhere


def test_a_link_expires(client: FlaskClient) -> None:
    ask(client)
    link = path_in(notices()[0], "confirm")
    with time_machine.travel(now() + account.CONFIRM_WITHIN + timedelta(seconds=1)):
        assert client.get(link).status_code == 404


def test_a_stranger_cannot_tell_who_has_an_account(app: Flask) -> None:
    owner = make_user(language=Language.AR)
    known, unknown = ask(app.test_client(), email=owner.email), ask(app.test_client(), email="new@dawra.example")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [(n.kind, n.recipient) for n in notices()] == [
        ("account.known", owner.email),
        ("account.confirm", "new@dawra.example"),
    ]
    assert len(db.session.scalars(select(User)).all()) == 1


def test_every_fault_is_told_at_once_and_what_was_typed_is_kept(client: FlaskClient) -> None:
    answer = ask(client, name="Le Nom Typé", email="pas une adresse", password="azerty1234")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "nom@exemple.ma" in page
    assert "trop facile à deviner" in page
    assert 'value="Le Nom Typé"' in page
    assert GOOD not in page
    assert notices() == []


def test_an_empty_field_hides_no_other_fault(client: FlaskClient) -> None:
    page = ask(client, name="", email="pas une adresse", password="court").get_data(as_text=True)
    assert "3 corrections sont demandées" in page
    assert page.count("Remplissez ce champ.") == 2, "the field's own sentence, in the summary and beside it: no second"
    assert ("nom@exemple.ma" in page, "10 caractères au moins" in page) == (True, True)


def test_forgotten_and_chosen_anew(client: FlaskClient) -> None:
    user = make_user(language=Language.AR)
    other = sign_in(client.application.test_client(), user)
    post_form(client, "/account/reset", {"email": user.email.upper()}, base_url="http://evil.example")
    (mail,) = notices()
    assert (mail.recipient, mail.language, "evil" in mail.body) == (user.email, "ar", False)
    link = path_in(mail, "reset")
    weak = post_form(client, link, {"password": "1234567890", "password_confirm": "another"}).get_data(as_text=True)
    assert ("trop facile" in weak, "ne sont pas les mêmes" in weak) == (True, True), "both faults at once"
    answer = post_form(client, link, {"password": GOOD, "password_confirm": GOOD})
    assert answer.headers["Location"] == "/account/login"
    assert other.get("/me/").status_code == 303, "the other device must sign in again"
    assert client.get(link).status_code == 302, "a link serves once"
    assert [n.kind for n in notices()] == ["account.reset", "account.password"]
    answer = post_form(client, "/account/login", {"email": user.email, "password": GOOD})
    assert answer.headers["Location"] == "/me/"


@pytest.mark.parametrize(
    ("chosen", "page", "spoken"),
    [(Language.FR, "ar", "ar"), (Language.AR, "en", "ar"), (Language.FR, "fr", "fr")],
    ids=["nothing chosen", "chosen", "the same"],
)
def test_the_link_comes_in_the_language_chosen_else_in_the_pages(
    client: FlaskClient, chosen: Language, page: str, spoken: str
) -> None:
    user = make_user(language=chosen)
    client.get(f"/account/reset?lang={page}")
    post_form(client, "/account/reset", {"email": user.email})
    (mail,) = notices()
    assert (mail.language, "كلمة" in mail.subject) == (spoken, spoken == "ar")


def test_forgotten_by_a_stranger_looks_the_same(app: Flask) -> None:
    user = make_user()
    pages = []
    for email in (user.email, "nobody@dawra.example"):
        answer = post_form(app.test_client(), "/account/reset", {"email": email})
        pages.append(re.sub(r'(csrf_token"[^>]*value=|value=)"[^"]*"', "", answer.get_data(as_text=True)))
    assert pages[0] == pages[1]
    assert "Un message vient de partir" in pages[0]
    assert [n.kind for n in notices()] == ["account.reset", "account.unknown"]


def test_sessions_end_at_a_change_of_password(client: FlaskClient) -> None:
    user = make_user()
    sign_in(client, user)
    other = sign_in(client.application.test_client(), user)
    typed = {"password": PASSWORD, "new_password": GOOD, "new_password_confirm": GOOD}
    assert post_form(client, "/account/change", typed).headers["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 303
    assert [n.kind for n in notices()] == ["account.password"]


def test_a_session_ends_however_busy(client: FlaskClient) -> None:
    sign_in(client, make_user())
    start = now()
    with time_machine.travel(start + timedelta(hours=11, minutes=59)):
        assert client.get("/me/").status_code == 200
    with time_machine.travel(start + timedelta(hours=12, minutes=1)):
        assert client.get("/me/").status_code == 303


def test_who_left_is_refused_at_once(client: FlaskClient) -> None:
    user = make_user()
    sign_in(client, user)
    user.active = False
    db.session.commit()
    assert client.get("/me/").status_code == 303


def test_name_and_language_are_ones_own_to_change(client: FlaskClient) -> None:
    user = make_user()
    sign_in(client, user)
    assert post_form(client, "/account/", {"name": "<b>Nom</b>", "language": "en"}).status_code == 303
    assert (user.name, user.language) == ("<b>Nom</b>", Language.EN)
    assert "<b>Nom" not in client.get("/account/").get_data(as_text=True)
    assert post_form(client, "/account/", {"name": " ", "language": "en"}).status_code == 422


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:evil",
        "https:/evil.example", "/\t/evil.example", "\t//evil.example", "/%09/evil.example", "javascript:alert(1)",
        "data:text/html,x", "https://127.0.0.1@evil.example", "//127.0.0.1@evil.example", "/\r\nLocation: //evil",
        "http://localhost.evil.example", " //evil.example", "/ /evil.example", "////evil.example", "/.//evil.example",
    ],
)  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_next_never_leads_elsewhere(target: str, client: FlaskClient) -> None:
    user = make_user()
    typed = {"email": user.email, "password": PASSWORD, "next": target}
    answer = post_form(client, "/account/login", typed, page="/account/login")
    place = answer.headers.get("Location", "/")
    assert re.fullmatch(r"/(?![/\\\s])[^\\\s]*", place), place
    assert "Location: //evil" not in str(answer.headers)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_next_leads_to_our_own_pages(client: FlaskClient) -> None:
    user = make_user()
    gate = client.get("/account/?a=1").headers["Location"]
    page = client.get(gate).get_data(as_text=True)
    assert 'name="next"' in page
    typed = {"email": user.email, "password": PASSWORD, "next": "/account/?a=1"}
    assert post_form(client, "/account/login", typed).headers["Location"] == "/account/?a=1"


@pytest.fixture
def limited(settings: Settings) -> Flask:
    return limited_app(settings)


def limited_app(settings: Settings) -> Flask:
    made = create_app(settings.model_copy(update={"rate_limits": True, "login_rate": "3 per minute"}))
    made.test_client_class = Browser
    return made


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("/account/login", {"email": "a@dawra.example", "password": "x"}),
        ("/account/reset", {"email": "a@dawra.example"}),
        ("/account/register", {"name": "A", "email": "a@dawra.example", "password": "x", "language": "fr"}),
    ],
)
def test_knocking_is_limited(page: str, typed: dict[str, str], settings: Settings) -> None:
    made = limited_app(settings)
    with made.app_context():
        client = made.test_client()
        spoof = [{"X-Forwarded-For": f"10.0.0.{n}"} for n in range(4)]
        codes = [post_form(client, page, typed, headers=header).status_code for header in spoof]
        assert codes[3] == 429, codes
        assert 429 not in codes[:3]
        refused = post_form(client, page, typed)
        assert re.fullmatch(r"\d+", refused.headers["Retry-After"])
        assert len(refused.headers.getlist("Retry-After")) == 1
        assert client.get(page).status_code == 200, "reading is not limited"
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("/account/login", {"password": "not the password"}),
        ("/account/reset", {}),
        ("/account/register", {"name": "A", "password": GOOD, "language": "fr"}),
    ],
)
def test_time_tells_nothing(page: str, typed: dict[str, str], app: Flask) -> None:
    spent: dict[str, list[float]] = {make_user().email: [], "nobody@dawra.example": []}
    for _turn in range(7):
        for email, times in spent.items():
            start = time.process_time()
            post_form(app.test_client(), page, typed | {"email": email})
            times.append(time.process_time() - start)
    known, unknown = (statistics.median(times) for times in spent.values())
    assert abs(known - unknown) < 0.25 * max(known, unknown), (known, unknown)
