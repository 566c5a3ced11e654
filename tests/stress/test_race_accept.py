"""Sixteen clients accept the last place at once: exactly one has it.

Two kinds of duel. *Rivals*: sixteen exhibitors, each with an open offer of her own call for the one stand on days
that overlap (the calls' seasons begin a day apart); all accept at the same instant. *Clicks*: one offer, accepted by
sixteen clients at once. Winners are counted from the turns in force, without the occupancy table. The control takes
the judgement and the key (stand, day) away: then the same duels show several winners.
Ten duels are set up at a time, and brought back for the next ten: what an answer costs grows with its season.
``DAWRA_ACCEPT_DUELS`` sets how many duels an engine gets (``./dev test --stress``: 1,000).
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.clock import now, today
from app.errors import Refused
from app.extensions import db
from app.models import (
    ApplicationState,
    Offer,
    OfferState,
    Publication,
    PublicationCause,
    PublishedTurn,
    SiteRole,
    User,
    VacancyCause,
)
from app.services import offer, rotation, vacancy
from app.services.amendment import stay_at
from app.services.offering import offer_place
from app.services.openings import Part
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user
from tests.plans import store_plan
from tests.stress.again import bring_back, keep
from tests.stress.test_race_publish import drop_the_keys

CLIENTS = 16
DUELS = int(os.environ.get("DAWRA_ACCEPT_DUELS", "3"))
ROUND = 10  # duels set up together
BETWEEN = 40  # days from one duel to the next
LENGTH = CLIENTS + 1  # days of a place: sixteen that begin a day apart share one
pytestmark = pytest.mark.stress

Answer = tuple[int, int]  # the account that accepts, the offer


def make_rivals(duels: int) -> tuple[date, list[list[Answer]]]:
    """(first day, for each duel one answer a client): each client has her own call, all for the one stand."""
    site = make_site()
    boss = make_user((site, SiteRole.MANAGER))
    space = make_space(site, stands=1)
    first = today() + timedelta(days=60)
    found: list[list[Answer]] = [[] for _duel in range(duels)]
    for client in range(CLIENTS):
        call = make_call(
            site, space, periods=duels, days=BETWEEN, start=first + timedelta(days=client), max_turns=duels
        )
        for period in call.periods:
            period.ends_on = period.starts_on + timedelta(days=LENGTH - 1)
        user = make_user()
        who = make_exhibitor(user, craft=f"POT-{client:02d}")
        make_application(call, who, space, entered_by=user, state=ApplicationState.ELIGIBLE, max_turns=duels)
        db.session.commit()
        rotation.publish(boss, store_plan(call, []).id)
        for duel in range(duels):
            part = Part(space.id, (space.stands[0].id,), duel, 1)
            place = vacancy.vacate(call, part, VacancyCause.OPENED, now(), boss)
            made = offer_place(call, place.id, stay_at(call, who.id, part), now(), boss)
            found[duel].append((user.id, made.id))
    db.session.commit()
    return first, found


def duel(app: Flask, answers: list[Answer]) -> Counter[str]:
    """All accept at the same instant, each in a session of its own; what each was told."""
    db.session.remove()
    gate, told = threading.Barrier(len(answers)), []

    def client(user_id: int, offer_id: int) -> None:
        with app.app_context():
            user = db.session.get_one(User, user_id)
            db.session.rollback()
            gate.wait(60)
            try:
                offer.accept(user, offer_id)
                told.append("accepted")
            except Refused:
                told.append("refused")
            except Exception as error:  # counted, so that nothing is lost in silence
                told.append(f"{type(error).__name__}: {error}"[:200])
            finally:
                db.session.remove()

    crowd = [threading.Thread(target=client, args=one) for one in answers]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(300)
    return Counter(told)


def winners(first: date, duels: int) -> list[int]:
    """Turns in force in the days of each duel."""
    rows = db.session.scalars(
        select(PublishedTurn.starts_on).join(PublishedTurn.publication).where(Publication.superseded_at.is_(None))
    )
    found = Counter((day - first).days // BETWEEN for day in rows)
    return [found[n] for n in range(duels)]


def rounds(duels: int) -> Iterator[tuple[date, list[list[Answer]]]]:
    """So many duels, a round at a time: what is set up for the first round is brought back for each other."""
    first, answers = make_rivals(min(ROUND, duels))
    kept = keep("kept")
    for begun in range(0, duels, ROUND):
        if begun:
            bring_back("kept", kept)
        yield first, answers[: duels - begun]


def count(query: str) -> int:
    """What a query counts."""
    return int(db.session.execute(text(query)).scalar_one())


ACCEPTED = "SELECT count(*) FROM audit_entry WHERE action = 'offer.accepted'"


def test_of_sixteen_rivals_exactly_one_has_the_place(app: Flask) -> None:
    told: Counter[str] = Counter()
    won: Counter[int] = Counter()
    begun = time.monotonic()
    for first, duels in rounds(DUELS):
        for answers in duels:
            told += duel(app, answers)
        found = winners(first, len(duels))
        assert found == [1] * len(duels)
        assert count(ACCEPTED) == len(duels)
        won.update(found)
    print(f"\n{DUELS} duels of {CLIENTS}: {dict(told)}, winners {dict(won)}, {time.monotonic() - begun:.0f} s")
    assert told == {"accepted": DUELS, "refused": DUELS * (CLIENTS - 1)}


def test_the_keys_alone_hold(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the judgement switched off, the key (stand, day) is all that is left: still one."""
    monkeypatch.setattr(offer, "obstacles", lambda *_: [])
    first, duels = make_rivals(2)
    for answers in duels:
        duel(app, answers)
    assert winners(first, 2) == [1, 1]


def test_without_the_keys_several_have_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the same duels without judgement and without the key."""
    monkeypatch.setattr(offer, "obstacles", lambda *_: [])
    drop_the_keys()
    first, duels = make_rivals(2)
    for answers in duels:
        duel(app, answers)
    found = winners(first, 2)
    print(f"\ncontrol: {found} winners")
    assert max(found) > 1


def test_sixteen_clicks_on_one_offer_are_one_answer(app: Flask) -> None:
    begun = time.monotonic()
    for first, duels in rounds(DUELS):
        for answers in duels:
            user_id, offer_id = answers[0]
            assert duel(app, [(user_id, offer_id)] * CLIENTS) == {"accepted": CLIENTS}
            state = db.session.scalar(select(Offer.state).where(Offer.id == offer_id))
            assert state is OfferState.ACCEPTED
        assert winners(first, len(duels)) == [1] * len(duels)
        filled = select(Publication.id).where(Publication.cause == PublicationCause.FILLED)
        assert len(db.session.scalars(filled).all()) == len(duels)
        assert count(ACCEPTED) == len(duels)
    print(f"\n{DUELS} offers clicked by {CLIENTS}: one answer each, {time.monotonic() - begun:.0f} s")
