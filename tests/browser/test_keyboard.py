"""An artisan applies with the keyboard alone, from the call's page to the receipt; withdraws, and applies again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from app.extensions import db
from tests.browser.conftest import DESK, PHONE, Live, Visit
from tests.factories import make_call, make_exhibitor, make_site, make_space, make_user

#: Whether the focus is on what is wanted; whether one sees it there, with its ring.
ON = "wanted => document.activeElement !== document.body && document.activeElement.matches(wanted)"
SEEN = """() => {
    const on = document.activeElement, box = on.getBoundingClientRect();
    const drawn = on.type === "radio" ? on.nextElementSibling : on;
    return getComputedStyle(drawn).outlineStyle !== "none" && box.top > -2 && box.bottom < innerHeight + 2;
}"""


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on something; it is in sight, and ringed."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(ON, wanted):
            page.wait_for_function(SEEN, timeout=5_000)
            return
    pytest.fail(f"{page.url}: Tab never reaches {wanted}")


def enter(page: Page, wanted: str) -> None:
    """Go to a link or button by Tab, press it, and wait for the page it leads to."""
    tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("size", "language"), [(DESK, "fr"), (PHONE, "ar")], ids=["desk-fr", "phone-ar"])
def test_from_the_call_to_the_receipt_and_back(
    live: Live, visit: Callable[..., Visit], size: tuple[int, int], language: str
) -> None:
    with live.app.app_context():
        site = make_site()
        halls = [make_space(site, 3, name="Grande salle"), make_space(site, 2, name="Petite salle")]
        call = make_call(site, *halls, periods=3, max_turn_length=2, max_turns=2)
        artisan = make_user(name="Zineb")
        make_exhibitor(artisan, name="Zineb")
        email, call_id = artisan.email, call.id
        db.session.commit()
    browser = visit(size=size, language=language)
    browser.sign_in(email)
    page = browser.open(f"/calls/{call_id}")
    enter(page, 'main a[href*="/applications/start/"]')
    for rank in (1, 2):
        tab_to(page, 'select[id^="space_"]')
        for _ in range(rank):
            page.keyboard.press("ArrowDown")
    assert page.locator('select[id^="space_"]').evaluate_all("all => all.map(one => one.value)") == ["1", "2"]
    enter(page, "main form button.btn[type=submit]")
    tab_to(page, 'input[name="period_0"]')
    page.keyboard.press("ArrowUp")  # from possible to impossible
    tab_to(page, 'input[name="period_1"]')
    for _ in range(3):
        page.keyboard.press("ArrowDown")  # to the most wished for
    enter(page, "main form button.btn[type=submit]")
    tab_to(page, "main form textarea")
    page.keyboard.type("Avec mon tour.")
    enter(page, "main form button.btn[type=submit]")
    browser.check()
    enter(page, 'form[action$="/submit"] button')
    assert page.url.endswith("/receipt")
    browser.check()
    number = page.locator(".receipt .big").inner_text()
    assert number.endswith("-0001")
    text = page.locator(".receipt").inner_text()
    assert "★★★" in text
    assert "Avec mon tour." in text
    enter(page, "main .actions a.btn")
    enter(page, 'main a[href$="/withdraw"]')
    browser.check()
    enter(page, 'main form[action$="/withdraw"] button')
    browser.check()
    enter(page, 'main .actions a.btn[href$="/check"]')
    enter(page, 'form[action$="/submit"] button')
    assert page.locator(".receipt .big").inner_text() == number, "the number stays hers"
