"""A scenario made and two plans set side by side, by a manager's clicks; on both screens, in French and Arabic."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.extensions import db
from app.models import SiteRole, SolveRun
from tests.browser.conftest import DESK, PHONE, Live, Visit
from tests.factories import make_user
from tests.plans import make_scene, store_plan


@pytest.mark.parametrize(("size", "language"), [(DESK, "fr"), (PHONE, "ar")])
def test_a_scenario_is_made_and_two_plans_are_compared(
    live: Live, visit: Callable[..., Visit], size: tuple[int, int], language: str
) -> None:
    with live.app.app_context():
        call, (a, b, c, _d) = make_scene(people=4, stands=2, periods=3)
        one, two = call.places[0].space.stands
        store_plan(call, [(a, one, 0, 1), (b, two, 0, 1)])
        store_plan(call, [(b, two, 0, 1), (c, one, 1, 1)])
        email, plans = make_user((call.site, SiteRole.MANAGER)).email, f"/manage/calls/{call.id}/plans/"
        loser, winner = a.name, c.name
        db.session.commit()
    manager = visit(size, language)
    manager.sign_in(email)
    page = manager.open(plans)
    page.click("form[action$=compare] button")
    page.wait_for_url("**/compare?plan=*")
    manager.check()
    rows = page.locator("#gains ~ table tbody th").all_inner_texts()
    assert rows == [loser, winner], "the older plan is A: who has less in the newer one comes first"
    page = manager.open(plans)
    page.click("a[href$='/scenarios/new']")
    page.fill("[name=name]", "Repos")
    page.fill("[name=rest]", "2")
    manager.check()
    page.click("main .actions button[type=submit]")
    page.wait_for_url("**/manage/runs/*/")
    assert "Repos" in page.inner_text("main")
    manager.check()
    with live.app.app_context():
        assert db.session.query(SolveRun).one().scope["charter"]["rest"] == 2
