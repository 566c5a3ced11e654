"""An impossible season read, and a change tried, with and without scripts; what a turn would cost, on both screens."""

import os
from collections.abc import Callable

import pytest

from app.extensions import db
from app.models import SiteRole
from tests.app.views.test_impossible import impossible_run, pin
from tests.browser.conftest import DESK, PHONE, Live, Visit
from tests.factories import make_user
from tests.plans import make_scene, store_plan

SHOTS = os.environ.get("DAWRA_SHOTS", "")
"""A folder for pictures of the pages, to look at."""


def picture(visit: Visit, name: str) -> None:
    if SHOTS:
        visit.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_clashes_are_read_and_a_change_is_tried(
    live: Live, visit: Callable[..., Visit], size: tuple[int, int], language: str
) -> None:
    with live.app.app_context():
        call, people = make_scene(people=3, stands=1, periods=2)
        stand = call.places[0].space.stands[0]
        for who in people[:2]:
            pin(call, who, 0, stand)
        boss = make_user((call.site, SiteRole.MANAGER))
        db.session.commit()
        run, email = impossible_run(call, boss).id, boss.email
    manager = visit(size, language, scripts=size == DESK)
    manager.sign_in(email)
    manager.open(f"/manage/runs/{run}/")
    if size == DESK:
        manager.check()
    picture(manager, f"clash-{language}-{size[0]}")
    manager.follow(manager.page.locator("form[action$=relax] button").first)
    assert f"/runs/{run}/" not in manager.page.url
    picture(manager, f"draft-{language}-{size[0]}")


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize(("size", "scripts"), [(PHONE, False), (DESK, True)])
def test_what_a_turn_would_cost(
    live: Live, visit: Callable[..., Visit], size: tuple[int, int], scripts: bool, language: str
) -> None:
    with live.app.app_context():
        call, (first, second) = make_scene(people=2, stands=1, periods=1)
        plan = store_plan(call, [(first, call.places[0].space.stands[0], 0, 1)]).id
        boss = make_user((call.site, SiteRole.MANAGER))
        db.session.commit()
        email, who, name = boss.email, second.id, first.name
    manager = visit(size, language, scripts=scripts)
    manager.sign_in(email)
    before = manager.open(f"/manage/plans/{plan}/why?exhibitor={who}").url
    manager.page.locator("a[data-cost]").click()
    manager.page.locator("#cost li").first.wait_for()
    assert (manager.page.url == before) == scripts, "scripts bring the answer into the page"
    assert name in manager.page.locator("#cost").inner_text()
    if scripts:
        manager.check()
    picture(manager, f"cost-{language}-{size[0]}")
    manager.open(f"/manage/plans/{plan}/")
    manager.page.locator("table caption").first.wait_for()
    picture(manager, f"plan-{language}-{size[0]}")
