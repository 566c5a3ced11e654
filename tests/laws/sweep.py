"""Walk every route as every role, to one's own things, others' things and things that do not exist."""

from __future__ import annotations

import shutil
import sqlite3
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Table, create_engine, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.models import Base
from app.permissions import policy_of
from tests.factories import sign_in
from tests.world import HOME, World

#: Nothing has these: one value for each kind of argument.
NOWHERE = {int: 99_999_999, str: "nothing-of-this-name"}

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}

#: Files of the house, served alike to all.
FILES = {"static", "security.static"}


@dataclass
class Answer:
    """What a probe got: the status, the place sent to, the body."""

    status: int
    location: str = ""
    body: bytes = b""


@dataclass
class Sweep:
    """One walk over an application; ``faults`` are sentences, empty when the law holds.

    ``shared``: endpoints with arguments that anybody who may enter may open whatever the argument says.
    """

    app: Flask
    world: World
    shared: Iterable[str]
    ledger: Ledger | Digest
    faults: list[str] = field(default_factory=list)
    probes: int = 0

    def __post_init__(self) -> None:
        self.cookies = {role: self._session(role) for role in HOME}
        raw = "ab" * 20
        self.token = URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(raw)

    def _session(self, role: str) -> str:
        client = self.app.test_client()
        user = self.world.people[role]
        if user is not None:
            sign_in(client, user)
        with client.session_transaction() as session:
            session.pop("_flashes", None)
            session["csrf_token"] = "ab" * 20
        return str(client.get_cookie("dawra").value)

    def run(self, rules: Iterable[Rule]) -> Sweep:
        """Walk these rules."""
        for rule in rules:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                for role in HOME:
                    self._walk(rule, method, role)
        return self

    def _walk(self, rule: Rule, method: str, role: str) -> None:
        home = HOME[role]
        answers = {side: self._ask(rule, method, role, side) for side in sides_of(rule)}
        if method in UNSAFE:
            bare = self._ask(rule, method, role, home or "a", csrf=False)
            if bare.status != 400:
                self._fault(rule, method, role, f"without a CSRF token: {bare.status} instead of 400")
        if role == "anonymous" and not policy_of(self.app, rule.endpoint).open:
            for side, answer in answers.items():
                if answer.status != 303 or not answer.location.startswith("/account/login"):
                    self._fault(rule, method, role, f"{side}: {answer.status} instead of the sign-in page")
            return
        self._outsiders(rule, method, role, answers)
        own = {"missing", "mixed missing", home, "hidden" if role == "other manager" else ""}
        if rule.endpoint in self.shared or role == "administrator":
            own |= {"a", "b", "mixed foreign", "hidden" if role == "administrator" else ""}
        self._alike(rule, method, role, answers, [side for side in answers if side not in own])

    def _outsiders(self, rule: Rule, method: str, role: str, answers: dict[str, Answer]) -> None:
        """Work pages (``/manage``, ``/admin``) do not exist for who holds no role there."""
        if rule.rule.startswith("/admin") and role != "administrator":
            closed = list(answers)
        elif rule.rule.startswith("/manage") and role in ("artisan", "other artisan", "ex-member", "other manager"):
            own = (HOME[role], "hidden") if role == "other manager" else ()  # the hidden draft is of her site
            closed = [side for side in answers if side not in own]
        else:
            return
        for side in closed:
            if answers[side].status != 404:
                self._fault(rule, method, role, f"{side}: {answers[side].status} on a work page of others")

    def _alike(self, rule: Rule, method: str, role: str, answers: dict[str, Answer], foreign: Iterable[str]) -> None:
        """What is foreign answers exactly as what does not exist."""
        for side in foreign:
            if side not in answers or not rule.arguments:
                continue
            twin = answers["mixed missing" if side == "mixed foreign" else "missing"]
            if answers[side] != twin:
                self._fault(rule, method, role, f"{side} answers {answers[side].status}, missing {twin.status}")
            elif twin.status < 400:
                self._fault(rule, method, role, f"{side} and missing both answer {twin.status}")

    def _ask(self, rule: Rule, method: str, role: str, side: str, *, csrf: bool = True) -> Answer:
        adapter = self.app.url_map.bind("localhost")
        address = adapter.build(rule.endpoint, arguments(rule, self.world, side), method=method)
        data = {"csrf_token": self.token} if csrf and method in UNSAFE else None
        before = self.ledger.state()
        try:
            answer = self._answer(self._client(role).open(address, method=method, data=data))
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            self._fault(
                rule, method, role, f"{side}: {type(error).__name__} {error} at {place.filename}:{place.lineno}"
            )
            answer = Answer(500)
        self.probes += 1
        if answer.status >= 500:
            self._fault(rule, method, role, f"{side}: status {answer.status}")
        if self.ledger.state() != before:
            if method not in UNSAFE:
                self._fault(rule, method, role, f"{side}: a {method} wrote to the database")
            elif answer.status >= 400:
                self._fault(rule, method, role, f"{side}: rows changed under an answer {answer.status}")
            self.ledger.restore()
        return answer

    def _client(self, role: str) -> FlaskClient:
        client = self.app.test_client()
        client.set_cookie("dawra", self.cookies[role])
        return client

    def _answer(self, response: TestResponse) -> Answer:
        stream = response.mimetype == "text/event-stream"
        body = b"" if stream else response.get_data()
        response.close()
        return Answer(response.status_code, response.headers.get("Location", ""), body)

    def _fault(self, rule: Rule, method: str, role: str, what: str) -> None:
        self.faults.append(f"{method} {rule.rule} as {role}: {what}")


def sides_of(rule: Rule) -> list[str]:
    """The variants of a rule's arguments: one for a rule without any."""
    if not rule.arguments:
        return ["a"]
    sides = ["a", "b", "missing"]
    if len(rule.arguments) > 1:
        sides += ["mixed foreign", "mixed missing"]
    if "call_id" in rule.arguments:
        sides.append("hidden")
    return sides


def arguments(rule: Rule, world: World, side: str) -> dict[str, Any]:
    """Values of a rule's arguments; KeyError for a name the law was not taught (see ``tests/world.py``)."""
    names = _ordered(rule)
    values = {name: _value(rule, world, side, name) for name in names}
    if side.startswith("mixed"):
        values[names[0]] = world.a.ids[names[0]]
    return values


def _ordered(rule: Rule) -> list[str]:
    return sorted(rule.arguments, key=lambda name: rule.rule.index(f"{name}>"))


def _value(rule: Rule, world: World, side: str, name: str) -> Any:
    known = world.a.ids[name]
    if side == "hidden" and name == "call_id":
        return world.draft_call_id
    if side in ("a", "b", "hidden", "mixed foreign"):
        return (world.a if side == "a" else world.b).ids[name]
    return NOWHERE[type(known)]


class Ledger:
    """Tells whether an SQLite database changed, and puts it back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kept = path.with_suffix(".kept")
        shutil.copyfile(path, self.kept)
        self._open()

    def _open(self) -> None:
        self.watch = sqlite3.connect(self.path)

    def state(self) -> int:
        """A number that changes when another connection commits a change."""
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Stop watching."""
        self.watch.close()

    def restore(self) -> None:
        """Put the database back as it was."""
        self.close()
        shutil.copyfile(self.kept, self.path)
        self._open()


class Digest:
    """The same for PostgreSQL, by reading every row."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url)
        with self.engine.connect() as connection:
            self.kept = {table: list(connection.execute(table.select()).mappings()) for table in self._tables()}

    def _tables(self) -> Iterator[Table]:
        return iter(Base.metadata.tables.values())

    def state(self) -> str:
        """The digest of every table."""
        with self.engine.connect() as connection:
            rows = [
                sorted(map(str, connection.execute(text(f'SELECT * FROM "{table}"'))))
                for table in sorted(Base.metadata.tables)
            ]
        return sha256(repr(rows).encode()).hexdigest()

    def close(self) -> None:
        """Stop reading."""
        self.engine.dispose()

    def restore(self) -> None:
        """Put every row back as it was; what refers to what is looked at no more meanwhile."""
        names = ", ".join(f'"{table.name}"' for table in self._tables())
        with self.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(f"TRUNCATE {names}"))
            for table, rows in self.kept.items():
                if rows:
                    connection.execute(table.insert(), [dict(row) for row in rows])


def rules_of(app: Flask) -> Iterator[Rule]:
    """Every rule but those of files."""
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint not in FILES)
