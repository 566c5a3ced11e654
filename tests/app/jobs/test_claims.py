"""Many workers, many jobs: each job goes to one worker, and each message leaves once."""

import multiprocessing as mp
import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.clock import now
from app.extensions import db
from app.jobs import outbox
from app.models import FrozenCase, Notice, NoticeState, RunState, SolveRun, StoredPlan
from app.planning.case import freeze
from app.planning.endings import ending
from app.planning.judge import plan_of
from app.services import runs
from app.settings import Settings
from tests.factories import make_user
from tests.plans import make_scene, plan_text

JOBS = MESSAGES = int(os.environ.get("DAWRA_CLAIM_JOBS", "60"))
WORKERS = 3


class Nobody:
    """A child that has said nothing."""

    said = ""


def take_all(settings: Settings, name: str, barrier: Any, took: Any) -> None:
    """Claim and end jobs until there are none (run in a process of its own)."""
    with create_app(settings).app_context():
        barrier.wait()
        mine = []
        while taken := runs.claim(name, timedelta(seconds=60)):
            sha256 = db.session.scalar(select(SolveRun.case_sha256).where(SolveRun.id == taken.run_id))
            db.session.rollback()
            end = ending(taken.case_text, plan_text(sha256, []), 0, Nobody())
            if runs.finish(taken, end, {}):
                mine.append((taken.run_id, taken.attempt))
        took.put(mine)


def send_all(settings: Settings, barrier: Any, took: Any) -> None:
    """Send until there is nothing due (run in a process of its own)."""
    with create_app(settings).app_context():
        barrier.wait()
        sent = []
        while letters := outbox.claim():
            for letter in letters:
                outbox.deliver(letter, settings)
                outbox.mark_sent(letter)
                sent.append(letter.id)
        took.put(sent)


def at_once(target: object, *arguments: object) -> list[list]:
    context = mp.get_context("forkserver")  # what all processes import, one does for them
    context.set_forkserver_preload([__name__])
    barrier, took = context.Barrier(WORKERS), context.Queue()
    numbered = "name" in target.__code__.co_varnames  # type: ignore[attr-defined]
    crew = [
        context.Process(target=target, args=(*arguments, *([f"w{n}"] if numbered else []), barrier, took))
        for n in range(WORKERS)
    ]
    for one in crew:
        one.start()
    shares = [took.get(timeout=120) for _ in crew]
    for one in crew:
        one.join()
    return shares


def test_each_job_goes_to_one_worker(app: Flask, settings: Settings) -> None:
    call, _people = make_scene()
    text, sha256 = freeze(call)
    boss = make_user()
    db.session.add(FrozenCase(sha256=sha256, call_id=call.id, text=text, frozen_at=now()))
    db.session.flush()
    for _n in range(JOBS):
        db.session.add(
            SolveRun(call_id=call.id, case_sha256=sha256, seconds_limit=5, created_by_id=boss.id, created_at=now())
        )
    db.session.commit()
    shares = at_once(take_all, settings)
    jobs = [job for share in shares for job in share]
    assert len(jobs) == len(set(jobs)) == JOBS
    assert {attempt for _run, attempt in jobs} == {1}
    assert sum(1 for share in shares if share) > 1
    assert Counter(db.session.scalars(select(SolveRun.state))) == {RunState.DONE: JOBS}
    assert db.session.scalar(select(func.count()).select_from(StoredPlan)) == JOBS
    assert plan_of(db.session.scalars(select(StoredPlan.text)).first()).case_sha256 == sha256


def write_messages(count: int) -> None:
    for n in range(count):
        db.session.add(
            Notice(
                key=f"test:{n}", kind="test", recipient=f"p{n}@dawra.example", language="fr", subject=f"Sujet {n}",
                body="Bonjour", created_at=now(), due_at=now(),
            )
        )  # fmt: skip
    db.session.commit()


def test_each_message_leaves_once(app: Flask, settings: Settings) -> None:
    write_messages(MESSAGES)
    shares = at_once(send_all, settings)
    sent = [notice for share in shares for notice in share]
    assert len(sent) == len(set(sent)) == MESSAGES
    assert len(list((Path(settings.data_dir) / "mail").glob("*.eml"))) == MESSAGES
    assert set(db.session.scalars(select(Notice.state))) == {NoticeState.SENT}
