"""A solve under way in a real browser: what is told appears by itself, by events, and by asking where none pass."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.models import RunState, SiteRole
from app.planning.endings import Ending
from app.services import runs
from tests.app.views.test_plans import PROGRESS
from tests.browser.conftest import PHONE, Live, Visit
from tests.factories import make_user
from tests.plans import make_scene

Open = Callable[..., Visit]


@pytest.mark.parametrize("events", [True, False], ids=["by-events", "by-asking"])
def test_progress_is_seen_without_reloading(live: Live, visit: Open, events: bool) -> None:
    with live.app.app_context():
        call, _people = make_scene(people=4)
        boss = make_user((call.site, SiteRole.MANAGER))
        email = boss.email
        runs.start(boss, call, 30)
        taken = runs.claim("a worker", timedelta(minutes=5))
        assert taken is not None
    browser = visit(size=PHONE)
    if not events:
        browser.page.context.route("**/events", lambda route: route.abort())
    browser.sign_in(email)
    page = browser.open(f"/manage/runs/{taken.run_id}/")
    page.evaluate("window.stayed = true")
    card = page.locator("section.card[data-events]")
    expect(card).not_to_contain_text("Meilleur planning")
    with live.app.app_context():
        assert runs.renew(taken, timedelta(minutes=5), PROGRESS)
    expect(card).to_contain_text("5 tours")
    expect(card.locator("tbody tr")).to_have_count(2)
    assert page.evaluate("window.stayed") is True
    with page.expect_navigation(), live.app.app_context():  # the page comes again by itself, with its end
        assert runs.finish(taken, Ending(RunState.FAILED, "killed:SIGKILL", []), PROGRESS)
    expect(page.locator("p.lead")).to_be_visible()
    assert page.evaluate("window.stayed") is None
    browser.complaints[:] = [one for one in browser.complaints if "ERR_FAILED" not in one]
    browser.check()
