"""``dawra bench``: how fast the board answers on a season of 640 turns, in a throwaway database of its own."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from flask.testing import FlaskClient

from app import create_app
from app.commands.serve import keep_what_is_there
from app.demo_logins import PASSWORD
from app.extensions import db
from app.migrate import upgrade
from app.settings import Settings

OPENED, ASKED = 10, 60
"""So often the page is opened, and so many turns are picked up."""


@dataclass(frozen=True)
class Took:
    """Milliseconds of one request: by the clock on the wall, and of this process alone."""

    wall: float
    cpu: float


@click.command("bench")
@click.argument("what", type=click.Choice(["board"]), default="board")
def bench(what: str) -> None:
    """Measure the board: opening its page, and the verdicts told when a turn is picked up."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            environment="local", secret_key="b" * 32, password_salt="b" * 16, data_dir=Path(folder),
            database_url="", rate_limits=False,
        )  # fmt: skip
        app = create_app(settings)
        with app.app_context():
            plan_id, turns = _season()
        keep_what_is_there()
        client = app.test_client()
        _sign_in(client)
        page = f"/manage/plans/{plan_id}/"
        click.echo(f"{what}: {len(turns)} turns; milliseconds, wall and of this process alone")
        click.echo(_line("page, first opening", [_get(client, page)]))
        click.echo(_line("page", [_get(client, page) for _ in range(OPENED)]))
        plain, packed = (len(client.get(page, headers=kind).data) for kind in ({}, {"Accept-Encoding": "gzip"}))
        click.echo(f"  {'page':<20} {plain / 1000:.0f} kB, {packed / 1000:.0f} kB as sent")
        picked = turns[:: max(1, len(turns) // ASKED)]
        click.echo(_line("verdicts", [_get(client, f"{page}verdicts?{asked}") for asked in picked]))
        with app.app_context():
            db.engine.dispose()


def _season() -> tuple[int, list[str]]:
    """Make the season; the plan's id, and each of its turns as the board asks about it."""
    from app.demo import season
    from app.planning.judge import turns_of
    from app.services import reference

    upgrade(db.engine)
    reference.load()
    plan, _manager = season.make()
    return plan.id, [f"exhibitor={one.applicant[1:]}&at={one.stand}%7C{one.start}" for one in turns_of(plan.text)]


def _sign_in(client: FlaskClient) -> None:
    from app.demo.season import MANAGER

    page = client.get("/account/login").get_data(as_text=True)
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    client.post("/account/login", data={"email": MANAGER, "password": PASSWORD, "csrf_token": token})


def _get(client: FlaskClient, path: str) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = client.get(path)
    if answer.status_code != 200:
        raise click.ClickException(f"{path} answered {answer.status_code}")
    return Took((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)


def _line(name: str, took: list[Took]) -> str:
    return f"  {name:<20} " + " · ".join(_figures(took))


def _figures(took: list[Took]) -> Iterator[str]:
    for kind in ("wall", "cpu"):
        values = [getattr(one, kind) for one in took]
        yield f"{kind} median {statistics.median(values):.0f} worst {max(values):.0f}"
    yield f"{len(took)} requests"
