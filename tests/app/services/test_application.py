"""Applications: one an exhibitor and call, a receipt that stays, one rule of time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import now, pretending
from app.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    AuditEntry,
    Call,
    CallState,
    Exhibitor,
    Notice,
    RefusalReason,
    SiteRole,
    Space,
    User,
)
from app.planning.wishes import Wish
from app.services import application, audit, review
from tests.factories import make_call, make_exhibitor, make_site, make_space, make_user

NEEDS: dict[str, Any] = {
    "min_length": 1, "max_length": 2, "max_turns": 2, "area_m2": 6, "features": ["power"], "stands": 1,
}  # fmt: skip


class World:
    """A call of two halls and four periods, and an artisan with her account."""

    def __init__(self) -> None:
        self.site = make_site()
        self.halls: list[Space] = [make_space(self.site, 3), make_space(self.site, 1)]
        self.call: Call = make_call(self.site, *self.halls, max_turn_length=2, max_turns=2)
        self.artisan: User = make_user()
        self.exhibitor: Exhibitor = make_exhibitor(self.artisan)
        self.manager: User = make_user((self.site, SiteRole.MANAGER))
        db.session.commit()
        self.wish = Wish(
            space_ids=(self.halls[1].id, self.halls[0].id), unavailable=(1,), preferred={0: 3, 3: 1},
            min_length=1, max_length=2, max_turns=2, area_m2=6, features=("power",), stands=1,
        )  # fmt: skip

    def draft(self, key: str = "k1") -> Application:
        return application.start(self.artisan, self.call, self.exhibitor.id, key, [self.halls[0].id])

    def deposit(self, key: str = "k1") -> Application:
        return application.deposit(self.artisan, self.call, self.exhibitor.id, key, self.wish, "Note")


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.position)))


def test_a_draft_goes_through_its_steps_to_a_receipt(world: World) -> None:
    made = world.draft()
    assert (made.state, made.number, made.receipt, made.step) == (ApplicationState.DRAFT, None, "", 1)
    application.save_spaces(world.artisan, made, [world.halls[1].id, world.halls[0].id])
    application.save_periods(world.artisan, made, [1], {0: 3, 3: 1})
    application.save_needs(world.artisan, made, NEEDS, " Bonjour ")
    assert (made.step, made.unavailable, made.preferred) == (3, [1], {"0": 3, "3": 1})
    assert [(wish.rank, wish.space_id) for wish in made.wishes] == [(1, world.halls[1].id), (2, world.halls[0].id)]
    assert actions() == []
    at = now()
    with pretending(at):
        application.submit(world.artisan, made)
    assert (made.state, made.number, made.submitted_at, made.note) == (ApplicationState.SUBMITTED, 1, at, "Bonjour")
    assert made.receipt == f"{world.call.published_at:%Y}-{world.call.id:03d}-0001"
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.kind, notice.user_id, notice.recipient) == (
        "application.receipt", world.artisan.id, world.artisan.email,
    )  # fmt: skip
    assert made.receipt in notice.subject
    assert f"/me/applications/{made.id}" in notice.body
    assert actions() == ["application.submit"]
    assert audit.verify(world.site) == []


def test_the_same_deposit_again_is_the_same_receipt(world: World) -> None:
    first = world.deposit()
    number, submitted = first.receipt, first.submitted_at
    for key in ("k1", "k2"):
        again = world.deposit(key)
        assert (again.id, again.receipt, again.submitted_at) == (first.id, number, submitted)
    application.submit(world.artisan, first)
    with pretending(world.call.closes_at + timedelta(days=1)):
        assert application.submit(world.artisan, first).receipt == number
        assert world.deposit().receipt == number
    assert (count(Application), count(Notice), actions()) == (1, 1, ["application.submit"])


def test_the_same_key_keeps_what_was_last_sent_and_another_key_changes_nothing(world: World) -> None:
    made = world.draft("tab-1")
    again = application.start(world.artisan, world.call, world.exhibitor.id, "tab-1", [world.halls[1].id])
    other = application.start(world.artisan, world.call, world.exhibitor.id, "tab-2", [world.halls[0].id])
    assert (again.id, other.id) == (made.id, made.id)
    assert [wish.space_id for wish in other.wishes] == [world.halls[1].id]


def test_going_back_to_choose_another_exhibitor_makes_her_own_application(world: World) -> None:
    second = make_exhibitor(world.artisan)
    db.session.commit()
    made = world.draft("same")
    other = application.start(world.artisan, world.call, second.id, "same", [world.halls[0].id])
    again = application.start(world.artisan, world.call, second.id, "same", [world.halls[0].id])
    assert made.id != other.id
    assert (other.exhibitor_id, again.id) == (second.id, other.id)


def test_serials_follow_each_other_in_each_call(world: World) -> None:
    receipts = []
    for n in range(3):
        user = make_user()
        exhibitor = make_exhibitor(user)
        receipts.append(application.deposit(user, world.call, exhibitor.id, f"key-{n}", world.wish).number)
    other = make_call(world.site, *world.halls, max_turn_length=2, max_turns=2)
    receipts.append(application.deposit(world.artisan, other, world.exhibitor.id, "other", world.wish).number)
    assert receipts == [1, 2, 3, 1]


def test_strangers_cannot_apply_or_touch(world: World) -> None:
    stranger = make_user()
    made = world.draft()
    verbs: list[Callable[[], object]] = [
        lambda: application.start(stranger, world.call, world.exhibitor.id, "x", [world.halls[0].id]),
        lambda: application.start(world.artisan, world.call, 999_999, "x", [world.halls[0].id]),
        lambda: application.save_spaces(stranger, made, [world.halls[1].id]),
        lambda: application.submit(stranger, made),
        lambda: application.withdraw(stranger, made),
        lambda: application.withdraw(world.manager, made),
    ]
    for verb in verbs:
        with pytest.raises(NotFound):
            verb()
        db.session.rollback()
    assert made.state is ApplicationState.DRAFT


LATE = [
    lambda w, made: application.save_spaces(w.artisan, made, [w.halls[1].id]),
    lambda w, made: application.save_periods(w.artisan, made, [2], {}),
    lambda w, made: application.save_needs(w.artisan, made, NEEDS),
    lambda w, made: application.submit(w.artisan, made),
    lambda w, made: application.withdraw(w.artisan, made),
    lambda w, made: application.start(
        (u := make_user()), w.call, make_exhibitor(u).id, "late", [w.halls[0].id]
    ),
    lambda w, made: application.deposit((u := make_user()), w.call, make_exhibitor(u).id, "late", w.wish),
]  # fmt: skip


@pytest.mark.parametrize("verb", LATE, ids=["spaces", "periods", "needs", "submit", "withdraw", "start", "deposit"])
@pytest.mark.parametrize(("offset_ms", "accepted"), [(-1, True), (0, False), (1, False)])
def test_one_rule_at_the_last_instant(world: World, verb: Any, offset_ms: int, accepted: bool) -> None:
    made = world.draft()
    at = world.call.closes_at + timedelta(milliseconds=offset_ms)
    with pretending(at):
        if accepted:
            verb(world, made)
        else:
            with pytest.raises(Refused, match="closes depuis"):
                verb(world, made)
    db.session.rollback()
    assert (made.updated_at == at or count(Application) == 2) is accepted


@pytest.mark.parametrize(("offset_ms", "accepted"), [(-1, True), (0, False), (1, False)])
def test_a_deposited_file_follows_the_same_rule(world: World, offset_ms: int, accepted: bool) -> None:
    made = world.deposit()
    for verb in LATE[:3]:
        with pretending(world.call.closes_at + timedelta(milliseconds=offset_ms)):
            if accepted:
                verb(world, made)
            else:
                with pytest.raises(Refused):
                    verb(world, made)
                db.session.rollback()
    assert made.receipt.endswith("-0001")


def test_nothing_before_the_opening(world: World) -> None:
    opens = world.call.opens_at
    with pretending(opens - timedelta(milliseconds=1)), pytest.raises(Refused):
        world.draft()
    db.session.rollback()
    with pretending(opens):
        assert world.draft().step == 1


def test_a_cancelled_call_takes_nothing(world: World) -> None:
    made = world.draft()
    world.call.state, world.call.cancel_reason = CallState.CANCELLED, "Travaux"
    db.session.commit()
    with pytest.raises(Refused):
        application.submit(world.artisan, made)


def test_an_extension_reopens_for_drafts(world: World) -> None:
    made = world.draft()
    late = world.call.closes_at
    world.call.closes_at = late + timedelta(days=1)
    db.session.commit()
    with pretending(late):
        assert application.submit(world.artisan, made).number == 1


def test_faults_of_a_step_are_told_and_nothing_is_written(world: World) -> None:
    foreign = make_space(world.site)
    made = world.draft()
    with pytest.raises(Invalid) as caught:
        application.save_spaces(world.artisan, made, [foreign.id, foreign.id])
    assert {name: len(texts) for name, texts in caught.value.faults.items()} == {"spaces": 2}
    with pytest.raises(Invalid) as caught:
        application.save_periods(world.artisan, made, [0, 1, 2, 3], {1: 2, 9: 7})
    assert {name: len(texts) for name, texts in caught.value.faults.items()} == {"periods": 4}
    bad = NEEDS | {"min_length": 3, "max_length": 2, "max_turns": 9, "area_m2": 10, "stands": 0}
    with pytest.raises(Invalid) as caught:
        application.save_needs(world.artisan, made, bad)
    assert {name: len(texts) for name, texts in caught.value.faults.items()} == {
        "min_length": 1, "max_turns": 1, "stands": 1,
    }  # fmt: skip
    db.session.rollback()
    assert ([wish.space_id for wish in made.wishes], made.unavailable, made.max_turns) == ([world.halls[0].id], [], 1)


def test_an_incomplete_deposit_writes_nothing(world: World) -> None:
    with pytest.raises(Invalid):
        application.deposit(world.artisan, world.call, world.exhibitor.id, "k", replace(world.wish, max_turns=9))
    assert (count(Application), count(Notice), count(AuditEntry)) == (0, 0, 0)


def test_an_edit_keeps_the_receipt_notes_the_time_and_resets_the_decision(world: World) -> None:
    made = world.deposit()
    receipt, submitted = made.receipt, made.submitted_at
    review.refuse(world.manager, made, RefusalReason.OTHER, "Trop tard.")
    later = now() + timedelta(hours=1)
    with pretending(later):
        application.save_periods(world.artisan, made, [2], {})
    assert (made.state, made.receipt, made.submitted_at, made.updated_at) == (
        ApplicationState.SUBMITTED, receipt, submitted, later,
    )  # fmt: skip
    assert (made.reason, made.reason_text, made.decided_at, made.decided_by_id) == (None, "", None, None)
    assert actions() == ["application.submit", "application.refuse", "application.edit"]


def test_saving_what_is_already_there_leaves_the_decision(world: World) -> None:
    made = world.deposit()
    review.accept(world.manager, world.call, [made.id])
    application.save_periods(world.artisan, made, [1], {0: 3, 3: 1})
    assert made.state is ApplicationState.ELIGIBLE
    assert actions() == ["application.submit", "application.accept"]


def test_withdrawn_and_deposited_again_keeps_its_number(world: World) -> None:
    made = world.deposit()
    receipt, submitted = made.receipt, made.submitted_at
    application.withdraw(world.artisan, made)
    application.withdraw(world.artisan, made)
    assert (made.state, made.receipt) == (ApplicationState.WITHDRAWN, receipt)
    application.save_periods(world.artisan, made, [], {})
    assert made.state is ApplicationState.WITHDRAWN
    application.submit(world.artisan, made)
    assert (made.state, made.receipt, made.submitted_at) == (ApplicationState.SUBMITTED, receipt, submitted)
    assert actions() == ["application.submit", "application.withdraw", "application.submit"]
    assert count(Notice) == 2


def test_a_withdrawn_file_is_not_deposited_again_after_the_deadline(world: World) -> None:
    made = world.deposit()
    application.withdraw(world.artisan, made)
    with pretending(world.call.closes_at):
        for verb in (lambda: world.deposit(), lambda: application.submit(world.artisan, made)):
            with pytest.raises(Refused, match="closes depuis"):
                verb()
            db.session.rollback()
    assert made.state is ApplicationState.WITHDRAWN
