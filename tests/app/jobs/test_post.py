"""How messages leave: files by default, SMTP by setting, tried again later while the server is away."""

from __future__ import annotations

import email
import smtplib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now, pretending
from app.extensions import db
from app.jobs import outbox
from app.jobs.post import compose
from app.models import Notice, NoticeState
from app.settings import Settings

HELLO = "250-here\r\n250-8BITMIME\r\n250-AUTH PLAIN\r\n250 STARTTLS"


class Server(socketserver.ThreadingTCPServer):
    """A mail server of this machine: what was said to it, and the messages it took."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.said: list[str] = []
        self.taken: list[bytes] = []


class Conversation(socketserver.StreamRequestHandler):
    """One client."""

    server: Server

    def handle(self) -> None:
        """Answer line by line."""
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().decode().strip():
            self.server.said.append(line)
            word = line.split()[0].upper()
            if word == "DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.taken.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            answers = {"EHLO": HELLO, "AUTH": "235 welcome", "QUIT": "221 farewell"}
            self.wfile.write(f"{answers.get(word, '250 fine')}\r\n".encode())
            if word == "QUIT":
                return


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def by_smtp(settings: Settings, server: Server) -> Settings:
    port = server.server_address[1]
    told = {"mail_backend": "smtp", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_starttls": False}
    return settings.model_copy(update=told)


@pytest.fixture
def notice(app: Flask) -> Notice:
    made = Notice(
        key="call:1:artisan", kind="test", recipient="amina@dawra.example", language="fr", subject="Votre tour : le 4",
        body="Bonjour Amina,\n\n.\nUn point seul n'arrête pas le message.\n", created_at=now(), due_at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()
    return made


def read(raw: bytes) -> tuple[object, ...]:
    mail = email.message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    names = ("From", "To", "Subject", "Content-Language", "Auto-Submitted")
    return (*(str(mail[name]) for name in names), mail.get_content().replace("\r\n", "\n"), str(mail["Message-ID"]))


def expected(notice: Notice, settings: Settings) -> tuple[object, ...]:
    fresh = read(outbox_letter(notice, settings))
    assert fresh[:6] == (
        settings.mail_from, notice.recipient, notice.subject, "fr", "auto-generated", notice.body,
    )  # fmt: skip
    return fresh


def outbox_letter(notice: Notice, settings: Settings) -> bytes:
    letter = outbox.Letter(
        notice.id, 1, notice.key, notice.recipient, notice.subject, notice.body, notice.language, notice.created_at
    )
    return compose(letter, settings).as_bytes()


def test_a_file_by_default_the_same_when_sent_twice(app: Flask, settings: Settings, notice: Notice) -> None:
    assert settings.mail_backend == "spool"
    for _twice in range(2):
        assert outbox.send_due(settings) == 1
        (path,) = (Path(settings.data_dir) / "mail").iterdir()
        assert read(path.read_bytes()) == expected(notice, settings)
        db.session.refresh(notice)
        assert notice.state is NoticeState.SENT
        notice.state, notice.due_at = NoticeState.PENDING, now()  # a sender died before it said so
        db.session.commit()


def test_by_smtp_where_the_settings_say_so(app: Flask, by_smtp: Settings, server: Server, notice: Notice) -> None:
    signed = by_smtp.model_copy(update={"smtp_user": "dawra", "smtp_password": "mot"})
    assert outbox.send_due(signed) == 1
    (raw,) = server.taken
    assert read(raw.replace(b"\r\n..\r\n", b"\r\n.\r\n")) == expected(notice, by_smtp)
    assert [line.split()[0].upper() for line in server.said] == ["EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]
    db.session.refresh(notice)
    assert (notice.state, notice.attempts, notice.error) == (NoticeState.SENT, 1, "")
    assert outbox.send_due(by_smtp) == 0
    assert not (Path(by_smtp.data_dir) / "mail").exists()


def test_a_connection_is_encrypted_for_the_host_it_names_before_the_password_is_said(
    app: Flask, by_smtp: Settings, server: Server, notice: Notice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate is checked; where it is another's, nothing more is said and the message waits."""
    checked: list[ssl.SSLContext] = []

    def another(_self: smtplib.SMTP, *, context: ssl.SSLContext) -> None:
        checked.append(context)
        raise ssl.SSLCertVerificationError("another's certificate")

    monkeypatch.setattr(smtplib.SMTP, "starttls", another)
    sealed = by_smtp.model_copy(update={"smtp_starttls": True, "smtp_user": "dawra", "smtp_password": "mot"})
    assert outbox.send_due(sealed) == 1
    assert [(one.verify_mode, one.check_hostname) for one in checked] == [(ssl.CERT_REQUIRED, True)]
    assert not any(line.upper().startswith(("AUTH", "MAIL")) for line in server.said)
    db.session.refresh(notice)
    assert (notice.state, notice.error.split(":")[0]) == (NoticeState.PENDING, "SSLCertVerificationError")


def test_while_the_server_is_away_a_message_waits_longer_each_time_and_is_given_up_once(
    app: Flask, by_smtp: Settings, server: Server, notice: Notice
) -> None:
    away = by_smtp.model_copy(update={"smtp_port": 1})  # nobody listens there
    at, waits = now(), []
    while notice.state is NoticeState.PENDING:
        with pretending(at):
            assert outbox.send_due(away) == 1
            assert outbox.send_due(away) == 0, "not before its time"
        db.session.refresh(notice)
        assert notice.error.startswith("ConnectionRefusedError")
        waits.append(notice.due_at - at)
        at = notice.due_at
    assert waits[:9] == [timedelta(seconds=30 * 2**n) for n in range(9)]
    assert (notice.state, notice.attempts, server.taken) == (NoticeState.FAILED, outbox.TRIES, [])
    again = db.session.scalars(select(Notice)).one()
    again.state, again.attempts, again.due_at = NoticeState.PENDING, 1, now()
    db.session.commit()
    assert outbox.send_due(by_smtp) == 1
    assert len(server.taken) == 1
