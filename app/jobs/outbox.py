"""Send the outbox: at least once, each message claimed by one worker at a time.

A message is claimed by putting its due time off: a sender that dies leaves it to be claimed again later. Its file
name (spool) and Message-ID (SMTP) come from its key, so that sending twice writes one file, and mail programs can
tell a copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.clock import now
from app.database import reading
from app.extensions import db
from app.jobs.post import PostError, deliver
from app.models import Notice, NoticeState
from app.settings import Settings

BATCH = 20
HOLD = timedelta(minutes=5)  # for how long a claimed message is left alone
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=6)
TRIES = 10


@dataclass(frozen=True)
class Letter:
    """A claimed message, apart from the database. ``attempt`` is its fencing token."""

    id: int
    attempt: int
    key: str
    recipient: str
    subject: str
    body: str
    language: str
    written_at: datetime


def send_due(settings: Settings) -> int:
    """Claim a batch of due messages and send them; how many were claimed."""
    letters = claim()
    for letter in letters:
        try:
            deliver(letter, settings)
        except PostError as error:
            put_off(letter, str(error))
        else:
            mark_sent(letter)
    return len(letters)


def claim() -> list[Letter]:
    """Take up to a batch of due messages, one commit; nothing is locked when there are none."""
    due = Notice.state == NoticeState.PENDING, Notice.due_at <= now()
    with reading():
        found = db.session.scalar(select(Notice.id).where(*due).limit(1))
    db.session.rollback()
    if found is None:
        return []
    query = select(Notice).where(*due).order_by(Notice.due_at, Notice.id).limit(BATCH)
    notices = db.session.scalars(query.with_for_update(skip_locked=True)).all()
    for notice in notices:
        notice.attempts += 1
        notice.due_at = now() + HOLD
    letters = [
        Letter(n.id, n.attempts, n.key, n.recipient, n.subject, n.body, n.language, n.created_at) for n in notices
    ]
    db.session.commit()
    return letters


def mark_sent(letter: Letter) -> None:
    """The message has left."""
    _write(letter, state=NoticeState.SENT, sent_at=now(), error="")


def put_off(letter: Letter, error: str) -> None:
    """Try again later, waiting twice as long each time; give up after the last try."""
    if letter.attempt >= TRIES:
        _write(letter, state=NoticeState.FAILED, error=error[:300])
        return
    wait = min(FIRST_WAIT * 2 ** (letter.attempt - 1), LONGEST_WAIT)
    _write(letter, due_at=now() + wait, error=error[:300])


def _write(letter: Letter, **values: object) -> None:
    mine = Notice.id == letter.id, Notice.attempts == letter.attempt, Notice.state == NoticeState.PENDING
    db.session.execute(update(Notice).where(*mine).values(**values))
    db.session.commit()
