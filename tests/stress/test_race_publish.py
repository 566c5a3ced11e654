"""Eight processes publish overlapping rotations through the service: never a stand twice on a day, never nobody.

Each duel sets up calls whose prepared plans want the same stands on the same days; all processes start at once, each
tries to publish every plan of the duel in an order of its own. Double bookings are counted from the turns of the
publications in force, without the occupancy table. The control drops the keys: then the same duels show some.
``DAWRA_RACE_ATTEMPTS`` sets how many attempts an engine gets (``./dev test --stress``: 20,000).
"""

import multiprocessing as mp
import os
import random
import time
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.errors import Refused, Stale
from app.extensions import db
from app.models import ApplicationState, Publication, SiteRole
from app.services import rotation
from app.settings import Settings
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user
from tests.plans import store_plan

PROCESSES = 8
RIVALS = 5  # calls that want the same stand in one duel
ATTEMPTS = int(os.environ.get("DAWRA_RACE_ATTEMPTS", "320"))
PATIENCE = 240 + ATTEMPTS // 5  # seconds for the slowest process
pytestmark = pytest.mark.stress


def make_duels(count: int) -> tuple[int, list[list[int]]]:
    """(manager, plans by duel): in a duel each call wants the duel's one stand in the duel's week, days apart."""
    site = make_site()
    boss = make_user((site, SiteRole.MANAGER))
    space = make_space(site, stands=2)
    duels = []
    for duel in range(count):
        start = date(2027, 1, 4) + timedelta(days=7 * duel)
        plans = []
        for rival in range(RIVALS):
            call = make_call(site, space, periods=1, days=3, start=start + timedelta(days=rival % 3))
            who = make_exhibitor(craft=f"POT-{rival:02d}")
            make_application(call, who, space, state=ApplicationState.ELIGIBLE)
            plans.append(store_plan(call, [(who, space.stands[duel % 2], 0, 1)]).id)
        duels.append(plans)
    boss_id = boss.id
    db.session.commit()
    return boss_id, duels


def contend(
    settings: Settings, boss_id: int, duels: list[list[int]], seed: int, blind: bool, gate: Any, out: Any
) -> None:
    """Try to publish every plan of every duel (run in a process of its own); ``blind`` switches the judgement off."""
    app = create_app(settings)
    if blind:
        _blindfold()
    rng = random.Random(seed)
    told: list[tuple[int, int, float, float, str]] = []
    with app.app_context():
        from app.models import User

        boss = db.session.get_one(User, boss_id)
        db.session.expunge(boss)
        db.session.rollback()
        for number, plans in enumerate(duels):
            mine = rng.sample(plans, len(plans))
            gate.wait(120)
            for plan in mine:
                begun = time.monotonic()
                outcome = _attempt(boss, plan)
                told.append((number, plan, begun, time.monotonic(), outcome))
        db.session.remove()
        db.engine.dispose()
    out.put(told)


def _attempt(boss: Any, plan: int) -> str:
    try:
        rotation.publish(boss, plan)
    except Stale:
        return "stale"
    except Refused:
        return "refused"
    return "published"


def _blindfold() -> None:
    """Take the judgement before the write away: only the schema is left."""
    seeing = rotation.review

    def review(plan: Any) -> Any:
        found = seeing(plan)
        found.conflicts.clear()
        found.stops.clear()
        return found

    rotation.review = review


def race(settings: Settings, boss_id: int, duels: list[list[int]], blind: bool = False) -> list[tuple]:
    db.session.rollback()  # an open transaction here would hold SQLite's writers up
    context = mp.get_context("forkserver")  # what all processes import, one does for them
    context.set_forkserver_preload([__name__])
    gate, out = context.Barrier(PROCESSES), context.Queue()
    crew = [
        context.Process(target=contend, args=(settings, boss_id, duels, seed, blind, gate, out))
        for seed in range(PROCESSES)
    ]
    for one in crew:
        one.start()
    told = [line for _one in crew for line in out.get(timeout=PATIENCE)]
    for one in crew:
        one.join()
    return told


def double_bookings() -> int:
    """Pairs of turns in force that hold one stand on one day: counted from the turns alone."""
    query = """
        SELECT count(*) FROM turn a JOIN turn b ON a.stand_id = b.stand_id AND a.id < b.id
        JOIN publication p ON p.id = a.publication_id JOIN publication q ON q.id = b.publication_id
        WHERE p.superseded_at IS NULL AND q.superseded_at IS NULL
        AND a.starts_on <= b.ends_on AND b.starts_on <= a.ends_on
    """
    return int(db.session.execute(text(query)).scalar_one())


def contended(told: list[tuple]) -> int:
    """Attempts that overlapped in time with an attempt of another process on the same duel."""
    by_duel: dict[int, list[tuple[float, float]]] = {}
    for number, _plan, begun, ended, _outcome in told:
        by_duel.setdefault(number, []).append((begun, ended))
    return sum(
        1 for spans in by_duel.values() for a in spans if any(b is not a and a[0] < b[1] and b[0] < a[1] for b in spans)
    )


def winners(duels: list[list[int]]) -> list[int]:
    """How many different calls of each duel ended with a publication in force."""
    calls = dict(db.session.execute(text("SELECT id, call_id FROM plan")).all())
    in_force = {p.call_id for p in db.session.query(Publication).where(Publication.superseded_at.is_(None))}
    return [len({calls[plan] for plan in plans} & in_force) for plans in duels]


def test_never_a_stand_twice(app: Flask, settings: Settings) -> None:
    boss, duels = make_duels(max(1, ATTEMPTS // (PROCESSES * RIVALS)))
    begun = time.monotonic()
    told = race(settings, boss, duels)
    seconds = time.monotonic() - begun
    outcomes = Counter(line[-1] for line in told)
    print(f"\n{len(told)} attempts, {contended(told)} contended, {dict(outcomes)}, {seconds:.0f} s")
    assert len(told) == len(duels) * PROCESSES * RIVALS
    assert double_bookings() == 0
    assert min(winners(duels)) >= 1
    assert contended(told) > len(told) / 2


def test_the_schema_alone_holds(app: Flask, settings: Settings) -> None:
    """With the judgement switched off in every process, the keys are all that is left: still none."""
    boss, duels = make_duels(3)
    told = race(settings, boss, duels, blind=True)
    assert double_bookings() == 0
    assert min(winners(duels)) >= 1
    assert Counter(line[-1] for line in told)["refused"] > 0


def test_without_the_keys_there_are_double_bookings(app: Flask, settings: Settings) -> None:
    """Control: the same duels with the guard taken away from the schema show what it prevents."""
    boss, duels = make_duels(3)
    drop_the_keys()
    told = race(settings, boss, duels, blind=True)
    found = double_bookings()
    print(f"\ncontrol: {found} double bookings in {len(told)} attempts")
    assert found > 0


def drop_the_keys() -> None:
    """Make a day of a stand bookable twice."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ALTER TABLE occupancy DROP CONSTRAINT pk_occupancy"))
    else:
        made = db.session.execute(text("SELECT sql FROM sqlite_master WHERE name = 'occupancy'")).scalar_one()
        free = made.replace("CONSTRAINT pk_occupancy PRIMARY KEY (stand_id, day),", "")
        assert free != made
        db.session.execute(text("DROP TABLE occupancy"))
        db.session.execute(text(free))
    db.session.commit()
