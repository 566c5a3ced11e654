"""A manager closes a hall over published turns: the search followed, an option read and published; sheets printed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.extensions import db
from app.models import Publication, PublicationCause
from tests.app.services.test_repairing import Scene
from tests.browser.conftest import DESK, PHONE, Live, Visit
from tests.plans import store_plan
from tests.seeking import work


def prepare(live: Live) -> tuple[str, str, int, int]:
    """(manager's address, site, plan, hall)."""
    with live.app.app_context():
        scene = Scene()
        scene.one.name, scene.one.name_ar = "Salle des zelliges", "قاعة الزليج"
        scene.two.name_ar = "قاعة النسيج"
        for person, names in zip(
            scene.people,
            [
                ("Aïcha Bennani", "عائشة بناني"),
                ("Coopérative Tifawin", "تعاونية تيفاوين"),
                ("Omar Alaoui", "عمر العلوي"),
            ],
            strict=True,
        ):
            person.name, person.name_ar = names
        db.session.commit()
        turns = [(scene.a, scene.one.stands[0], 0, 2), (scene.b, scene.one.stands[1], 2, 2)]
        return scene.boss.email, scene.site.slug, store_plan(scene.call, turns).id, scene.one.id


@pytest.mark.parametrize(("size", "language"), [(PHONE, "ar"), (DESK, "fr")], ids=["phone-ar", "desk-fr"])
def test_from_the_closure_to_the_repaired_rotation(
    live: Live, visit: Callable[..., Visit], size: tuple[int, int], language: str
) -> None:
    email, slug, plan_id, hall = prepare(live)
    manager = visit(size, language)
    manager.page.set_default_timeout(60_000)
    manager.sign_in(email)
    page = manager.open(f"/manage/{slug}/closures/new")
    page.select_option("[name=place]", str(hall))
    page.fill("[name=starts_on]", "2027-01-18")
    page.fill("[name=ends_on]", "2027-01-31")
    page.fill("[name=note]", "Toiture")
    manager.follow("main form button[type=submit]")
    assert page.locator("main tbody tr").count() == 1
    manager.check()
    manager.follow("main form button[type=submit]")
    page.wait_for_selector("[data-events] .tag.wait")
    assert page.locator(".option").count() == 0
    manager.check()
    with live.app.app_context():
        work()
    page.wait_for_selector(".option")
    assert page.locator(".option").count() == 2
    manager.check()
    page.locator(".option.first form button").first.click()
    page.wait_for_selector("main .tag.ok")
    assert page.locator(".option").count() == 0
    with live.app.app_context():
        made = db.session.query(Publication).filter_by(superseded_at=None).one()
        assert (made.number, made.cause) == (2, PublicationCause.CLOSED)
    manager.open(f"/manage/{slug}/closures/")
    manager.check()
    for what in ("plan", "labels", "attendance"):
        manager.open(f"/manage/plans/{plan_id}/print?what={what}")
        manager.check()
    manager.open(f"/manage/plans/{plan_id}/import")
    manager.check()
