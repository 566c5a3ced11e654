"""Any sequence of what people may do to an application keeps its promises."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now, pretending
from app.errors import DawraError
from app.extensions import db
from app.models import Application, ApplicationState, AuditEntry, Notice, RefusalReason, SiteRole
from app.planning.wishes import Wish, faults, frame_of, wish_of
from app.queries.call import spaces_of
from app.services import application, audit, review
from tests.factories import make_call, make_exhibitor, make_site, make_space, make_user

DEPOSITED = (ApplicationState.SUBMITTED, ApplicationState.ELIGIBLE, ApplicationState.REFUSED)


class Life:
    """One exhibitor, one call, a manager; every move may be refused, none may break an invariant."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        site = make_site()
        self.site = site
        self.halls = [make_space(site, 2), make_space(site, 1)]
        self.call = make_call(site, *self.halls, max_turn_length=2, max_turns=2)
        self.call.closes_at = now() + timedelta(hours=150)
        self.user, self.manager = make_user(), make_user((site, SiteRole.MANAGER))
        self.exhibitor = make_exhibitor(self.user)
        db.session.commit()
        self.at = now()
        self.receipt = ""
        self.deposits = 0

    def held(self) -> Application | None:
        db.session.rollback()
        query = select(Application).where(Application.call_id == self.call.id)
        found = list(db.session.scalars(query))
        assert len(found) <= 1
        return found[0] if found else None

    def spaces(self) -> list[int]:
        known = [hall.id for hall in self.halls]
        return self.chance.sample([*known, 999_999], self.chance.randint(0, 3))

    def moves(self, held: Application | None) -> list[Callable[[], Any]]:
        chance, user = self.chance, self.user
        key = f"key-{chance.randint(1, 3)}"
        beginning: list[Callable[[], Any]] = [
            lambda: application.start(user, self.call, self.exhibitor.id, key, self.spaces()),
            lambda: application.deposit(
                user, self.call, self.exhibitor.id, key, Wish(self.spaces(), max_turns=chance.randint(0, 3))
            ),
        ]
        if held is None:
            return beginning
        lengths = {"min_length": chance.randint(1, 3), "max_length": chance.randint(0, 3), "max_turns": 1}
        needs = {**lengths, "area_m2": chance.choice((0, 9, 10)), "stands": chance.randint(1, 3), "features": []}
        return [
            *beginning,
            lambda: application.save_spaces(user, held, self.spaces()),
            lambda: application.save_periods(user, held, chance.sample(range(5), 2), {chance.randint(0, 3): 2}),
            lambda: application.save_needs(user, held, needs),
            lambda: application.submit(user, held),
            lambda: application.submit(user, held),
            lambda: application.withdraw(user, held),
            lambda: review.accept(self.manager, self.call, [held.id]),
            lambda: review.refuse(self.manager, held, RefusalReason.OTHER, "Parce que."),
            lambda: review.undo(self.manager, held),
        ]

    def step(self) -> None:
        """One move at a later instant, then every promise."""
        self.at += timedelta(hours=self.chance.randint(1, 9))
        with pretending(self.at):
            try:
                self.chance.choice(self.moves(self.held()))()
            except DawraError:
                db.session.rollback()
        self.promise()

    def promise(self) -> None:
        """One application, one receipt for ever, sound whenever it counts, every decision reasoned and recorded."""
        held = self.held()
        if held is None:
            return
        if self.receipt:
            assert held.receipt == self.receipt
        self.receipt = held.receipt
        if held.state in DEPOSITED:
            assert held.number == 1
            assert faults(frame_of(held.call, spaces_of(held.call)), wish_of(held)) == {}
        decided = held.state in (ApplicationState.ELIGIBLE, ApplicationState.REFUSED)
        assert (held.decided_at is not None) is decided
        assert (held.reason is not None) is (held.state is ApplicationState.REFUSED)
        assert held.updated_at < held.call.closes_at
        chain = AuditEntry.chain == audit.chain_of(self.site)
        entries = list(db.session.scalars(select(AuditEntry).where(chain).order_by(AuditEntry.position)))
        submitted = sum(entry.action == "application.submit" for entry in entries)
        notices = list(db.session.scalars(select(Notice.kind).where(Notice.site_id == self.site.id)))
        assert notices.count("application.receipt") == submitted
        assert notices.count("application.refusal") == sum(entry.action == "application.refuse" for entry in entries)
        if entries:
            assert entries[-1].after["state"] == held.state.value


@pytest.mark.parametrize("seed", range(6))
def test_every_life_keeps_the_promises(app: Flask, seed: int) -> None:
    life = Life(seed)
    for _ in range(50):
        life.step()
    assert life.receipt
    assert audit.verify(life.site) == []


def test_lives_reach_every_state(app: Flask) -> None:
    """Control: the moves above are not refused all the time."""
    seen = set()
    for seed in range(3):
        life = Life(seed)
        for _ in range(30):
            life.step()
            held = life.held()
            seen.add(held.state if held else None)
    assert seen >= {ApplicationState.DRAFT, *DEPOSITED, ApplicationState.WITHDRAWN}
