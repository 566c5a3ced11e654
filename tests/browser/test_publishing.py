"""Publishing by two people, withdrawing, the versions, the promised draw: on a desk in French, a phone in Arabic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from app.clock import now, today
from app.extensions import db
from app.models import SiteRole
from app.services import draw
from tests.browser.conftest import DESK, PHONE, Live, Visit
from tests.factories import make_user
from tests.living import user_of
from tests.plans import make_scene, store_plan


def prepare(live: Live) -> tuple[str, str, int, int]:
    """(first manager, second manager, call, plan); a draw promised with a source of a long name, and held."""
    with live.app.app_context():
        call, people = make_scene(four_eyes=True, opens_at=now() - timedelta(days=9), closes_at=now())
        call.site.name, call.site.name_ar = "Complexe de Marrakech", "مجمع مراكش"
        first, second = (make_user((call.site, SiteRole.MANAGER)) for _n in range(2))
        user_of(people[2]).active = False
        db.session.commit()
        source = "Loterie nationale, tirage du 3 décembre, les six numéros dans l'ordre croissant"
        promise = draw.commit(first, call, source, today() + timedelta(days=2), today())
        promise.drawn_on, promise.objections_until = today(), today() - timedelta(days=1)
        db.session.commit()
        draw.reveal(first, promise, "04 11 19 23 37 42")
        plan = store_plan(call, [(people[0], call.places[0].space.stands[0], 0, 1)])
        return first.email, second.email, call.id, plan.id


def test_from_the_preview_to_the_versions(live: Live, visit: Callable[..., Visit]) -> None:
    first, second, call_id, plan_id = prepare(live)
    desk, phone = visit(DESK, "fr"), visit(PHONE, "ar")
    desk.sign_in(first)
    phone.sign_in(second)

    def both(path: str) -> None:
        for one in (desk, phone):
            one.open(path).evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
            one.check()

    both(f"/manage/calls/{call_id}/draw")
    both(f"/manage/plans/{plan_id}/publish")
    assert desk.page.locator("details.letter[open] pre").count() == 2
    desk.page.locator("form[action$='/propose'] button").click()
    desk.page.wait_for_url("**/manage/proposals/*")
    both(desk.page.url.removeprefix(live.url))
    assert desk.page.locator("form[action$='/publish']").count() == 0
    phone.page.locator("form[action$='/publish'] button").click()
    phone.page.wait_for_url("**/rotations/1")
    both("/manage/rotations/1/withdraw")
    desk.follow("main form button[type=submit]")
    assert desk.page.locator(".faults a").count() == 1
    desk.page.fill("[name=reason]", "La salle ferme.")
    desk.page.click("main form button[type=submit]")
    desk.page.wait_for_url("**/manage/looks/*")  # two people for this too
    both(desk.page.url.removeprefix(live.url))
    assert desk.page.locator("form[action$='/do']").count() == 0
    phone.page.locator("form[action$='/do'] button").click()
    phone.page.wait_for_url("**/rotations/1")
    desk.open(urlsplit(phone.page.url).path)
    both(f"/calls/{call_id}")
    both(desk.page.locator("main a[href$='/rotations/']").get_attribute("href") or "")
    assert desk.page.locator("ol.versions > li.withdrawn").count() == 1
