"""Decisions: all or none, never on one's own file, final once the rotation is published."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.clock import now
from app.errors import Invalid, Refused
from app.extensions import db
from app.models import Application, ApplicationState, AuditEntry, FrozenCase, Publication, RefusalReason, SiteRole
from app.services import review
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user


class World:
    """A call with two deposited files, and its manager."""

    def __init__(self) -> None:
        self.site = make_site()
        self.hall = make_space(self.site)
        self.call = make_call(self.site, self.hall)
        self.manager = make_user((self.site, SiteRole.MANAGER))
        self.files = [make_application(self.call, make_exhibitor(make_user()), self.hall, number=n) for n in (1, 2)]
        db.session.commit()

    def publish(self) -> None:
        db.session.add(FrozenCase(sha256="0" * 64, call_id=self.call.id, text="{}", frozen_at=now()))
        db.session.flush()
        db.session.add(
            Publication(
                site_id=self.site.id, call_id=self.call.id, number=1, case_sha256="0" * 64, plan_text="{}",
                plan_sha256="1" * 64, changes={}, published_at=now(), published_by_id=self.manager.id,
            )
        )  # fmt: skip
        db.session.commit()


@pytest.fixture
def world(app: Flask) -> World:
    return World()


def states(world: World) -> list[ApplicationState]:
    db.session.rollback()
    return [file.state for file in world.files]


def test_one_bad_file_stops_them_all(world: World) -> None:
    draft = make_application(
        world.call, make_exhibitor(), world.hall, state=ApplicationState.DRAFT, number=None, submitted_at=None
    )
    withdrawn = make_application(world.call, make_exhibitor(), state=ApplicationState.WITHDRAWN, number=3)
    db.session.commit()
    with pytest.raises(Refused) as caught:
        review.accept(world.manager, world.call, [world.files[0].id, draft.id, withdrawn.id])
    assert len(caught.value.reasons) == 2
    assert states(world) == [ApplicationState.SUBMITTED, ApplicationState.SUBMITTED]
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_a_decision_can_be_turned_round_until_publication(world: World) -> None:
    file = world.files[0]
    assert review.accept(world.manager, world.call, [file.id]) == 1
    review.refuse(world.manager, file, RefusalReason.DUPLICATE, "Deux fois.")
    review.undo(world.manager, file)
    review.undo(world.manager, file)
    assert review.accept(world.manager, world.call, [file.id, world.files[1].id]) == 2
    world.publish()
    for verb in (
        lambda: review.undo(world.manager, file),
        lambda: review.refuse(world.manager, file, RefusalReason.OTHER, "Trop tard."),
    ):
        with pytest.raises(Refused, match="publiée"):
            verb()
    assert states(world) == [ApplicationState.ELIGIBLE, ApplicationState.ELIGIBLE]


def test_a_file_not_yet_read_can_still_be_decided_after_publication(world: World) -> None:
    world.publish()
    assert review.accept(world.manager, world.call, [world.files[1].id]) == 1


@pytest.mark.parametrize(
    ("reason", "text", "fields"),
    [(None, "", {"reason", "text"}), (None, "Un texte", {"reason"}), (RefusalReason.OTHER, "  ", {"text"})],
)
def test_a_refusal_is_reasoned(world: World, reason: RefusalReason | None, text: str, fields: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        review.refuse(world.manager, world.files[0], reason, text)
    assert set(caught.value.faults) == fields


def test_nobody_decides_for_herself(world: World) -> None:
    own: Application = make_application(world.call, make_exhibitor(world.manager), world.hall, number=9)
    db.session.commit()
    with pytest.raises(Refused, match="une autre personne"):
        review.refuse(world.manager, own, RefusalReason.OTHER, "Non.")
    with pytest.raises(Refused, match="une autre personne"):
        review.accept(world.manager, world.call, [own.id])


def test_files_of_another_call_are_not_touched(world: World) -> None:
    other = make_call(world.site, world.hall)
    with pytest.raises(Refused):
        review.accept(world.manager, other, [world.files[0].id])
    with pytest.raises(Invalid):
        review.accept(world.manager, other, [])
