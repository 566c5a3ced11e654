"""Hostile requests: headers on every answer, other hosts, unkeepable text, bodies too large; with controls."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.headers import own_page
from app.intake import keepable
from app.settings import Settings
from tests.conftest import Browser
from tests.factories import make_user, post_form, sign_in


def test_every_answer_carries_the_strict_policy(client: FlaskClient) -> None:
    for path in ("/", "/account/login", "/nothing", "/static/css/dawra.css"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'"), path
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in answer.headers
        answer.close()
    assert "Cookie" in client.get("/").headers["Vary"]
    assert sign_in(client, make_user()).get("/me/").headers["Cache-Control"] == "no-store"


def production(settings: Settings) -> Flask:
    given = {
        "environment": "production", "base_url": "https://dawra.example", "secret_key": "s" * 40,
        "password_salt": "p" * 20,
    }  # fmt: skip
    made = create_app(settings.model_copy(update=given))
    made.test_client_class = Browser
    return made


def test_production_answers_for_its_own_host_with_safe_cookies(settings: Settings) -> None:
    made = production(settings)
    with made.app_context():
        client = made.test_client()
        own = client.get("/account/login", base_url="https://dawra.example")
        assert own.status_code == 200
        assert own.headers["Strict-Transport-Security"].startswith("max-age=")
        cookie = own.headers["Set-Cookie"]
        assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax")), cookie
        assert client.get("/", base_url="https://evil.example").status_code == 400


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
def test_unkeepable_text_is_a_bad_request_wherever_it_comes(text: str, client: FlaskClient) -> None:
    assert not keepable(text)
    sign_in(client, make_user())
    if "\x00" in text:
        assert client.get(f"/sites/{text}/about").status_code in (400, 404)
        assert client.get("/sites/", query_string={"text": text}).status_code == 400
        assert post_form(client, "/account/", {"name": text, "language": "fr"}).status_code == 400
        assert post_form(client, "/account/", {"name": "A", "language": "fr", text: "x"}).status_code == 400
    raw = text.encode("utf-8", "surrogatepass")
    answer = client.post("/account/login", data=b"email=" + raw, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_large_bodies_are_refused(client: FlaskClient) -> None:
    large = b"0" * (9 * 1024 * 1024)
    assert client.post("/account/login", data=large, content_type="multipart/form-data; boundary=x").status_code == 413
    assert client.post("/account/login", data={"email": "x" * 600_000}).status_code == 413
    assert client.post("/account/login", data={f"f{n}": "x" for n in range(20)}).status_code == 400, "control: no token"


def test_own_pages_are_paths() -> None:
    assert [own_page(p) for p in ("/", "/me/", "/a?b=c#d")] == [True] * 3
    assert not any(own_page(p) for p in ("", "//x", "/\\x", "http://x", "/a b", "/\tx", "x", "/a\\b"))
