"""Hostile requests: headers on every answer, other hosts, unkeepable text, bodies too large; with controls."""

import html
import socket
import sqlite3
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, make_url

from app import create_app, intake
from app.extensions import db
from app.headers import own_page
from app.intake import keepable
from app.models import User
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


class Server(ThreadingMixIn, WSGIServer):
    """A server that hands a request on before its body came, and closes what is left unread."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_told: object) -> None:
        pass


def answer_to(app: Flask, body: bytes, kind: str) -> bytes:
    """What a sender reads who writes the whole body first, as browsers do."""
    with make_server("127.0.0.1", 0, app, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            with socket.create_connection(server.server_address[:2], timeout=60) as line:
                head = f"POST /account/login HTTP/1.0\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                line.sendall(head.encode() + body)
                return b"".join(iter(lambda: line.recv(65536), b""))
        finally:
            server.shutdown()


PART = b'--x\r\nContent-Disposition: form-data; name="f"%s\r\n\r\n'
HEAVY = {
    "beyond the limit of a body": (b"0" * 20_000_000, "multipart/form-data; boundary=x"),
    "beyond the limit of a form": (b"f=" + b"x" * 7_000_000, "application/x-www-form-urlencoded"),
    "a field as long as a file": (PART % b"" + b"x" * 8_000_000 + b"\r\n--x--", "multipart/form-data; boundary=x"),
    "thousands of fields": ((PART % b"" + b"x\r\n") * 100_000 + b"--x--", "multipart/form-data; boundary=x"),
}


@pytest.mark.parametrize("heavy", HEAVY)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_sender_of_a_heavy_body_reads_the_sentence(heavy: str, app: Flask) -> None:
    answer = answer_to(app, *HEAVY[heavy])
    assert answer.split(b"\r\n")[0] == b"HTTP/1.0 413 REQUEST ENTITY TOO LARGE"
    page = answer.decode()
    assert "Rien n'a été enregistré" in html.unescape(page)
    assert "Un envoi fait au plus 8 Mo. Réduisez la photo ou le fichier." in html.unescape(page)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_reading_it_to_the_end_the_connection_drops(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the answer is lost with the octets that nobody read."""
    monkeypatch.setattr(intake, "swallow", lambda: None)
    with pytest.raises(OSError, match=r"reset|Broken pipe"):
        answer_to(app, *HEAVY["beyond the limit of a body"])


def test_own_pages_are_paths() -> None:
    assert [own_page(p) for p in ("/", "/me/", "/a?b=c#d")] == [True] * 3
    assert not any(own_page(p) for p in ("", "//x", "/\\x", "http://x", "/a b", "/\tx", "x", "/a\\b"))


HUGE = "1" + "0" * 400


def test_a_number_no_row_can_have_leads_nowhere(client: FlaskClient) -> None:
    sign_in(client, make_user())
    for number in (HUGE, "2147483648"):
        assert client.get(f"/calls/{number}").status_code == 404
        assert client.get("/sites/", query_string={"page": number}).status_code == 200


def test_a_form_whose_session_ended_is_handed_back_to_be_sent_again(client: FlaskClient) -> None:
    typed = {"name": "Amina <b>", "about": "cent mots\nà garder"}
    here = {"Sec-Fetch-Site": "same-origin"}
    lost = client.post("/me/exhibitors/new", data=typed | {"csrf_token": "d'hier"}, headers=here)
    page = lost.get_data(as_text=True)
    assert lost.status_code == 400
    assert 'action="/me/exhibitors/new?"' in page
    assert '<input type="hidden" name="name" value="Amina &lt;b&gt;">' in page
    assert 'value="cent mots\nà garder"' in page
    assert page.count('name="csrf_token"') == 1
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    out = client.post("/me/exhibitors/new", data=typed | {"csrf_token": token}, headers=here)
    assert (out.status_code, 'value="cent mots' in out.get_data(as_text=True)) == (401, True)


def test_a_form_of_elsewhere_or_of_secrets_is_never_carried_on(client: FlaskClient) -> None:
    for path, origin in (
        ("/me/exhibitors/new", {"Sec-Fetch-Site": "cross-site"}), ("/me/exhibitors/new", {"Origin": "https://evil.ma"}),
        ("/me/exhibitors/new", {}), ("/account/login", {"Sec-Fetch-Site": "same-origin"}),
        ("/account/register", {"Origin": "http://localhost"}),
    ):  # fmt: skip
        answer = client.post(path, data={"name": "canari", "password": "canari"}, headers=origin)
        assert answer.status_code == 400
        assert "canari" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_one_writes_others_read_and_a_second_writer_is_told(
    app: Flask, client: Browser, settings: Settings
) -> None:
    person = make_user(name="Zineb")
    db.session.commit()
    sign_in(client, person)
    event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=20"))
    writer = sqlite3.connect(str(make_url(settings.database_url).database))
    writer.execute("BEGIN IMMEDIATE")
    answer = post_form(client, "/account/", {"name": "Autre", "language": "fr"})  # reads the form's page first
    writer.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Rien n'a été enregistré" in answer.text
    db.session.expire_all()
    assert db.session.get_one(User, person.id).name == "Zineb"
    assert post_form(client, "/account/", {"name": "Autre", "language": "fr"}).status_code == 303
