"""The frame of every page, in French and Arabic, on a phone and a desk, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from app.extensions import db
from tests.browser.conftest import DESK, PHONE, Live, Visit, axe
from tests.factories import make_site, make_user

PAGES = {"home": "/", "login": "/account/login", "reset": "/account/reset", "missing": "/nulle-part"}


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_pages_stand_on_every_screen(visit: Callable[..., Visit], size: tuple[int, int], language: str) -> None:
    opened = visit(size, language)
    for path in PAGES.values():
        page = opened.open(path)
        assert page.title().endswith("· Dawra")
        assert page.title() != "· Dawra"
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        assert page.locator("h1").count() == 1
        opened.check()


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_the_dark_has_contrast_too(visit: Callable[..., Visit], path: str) -> None:
    opened = visit(PHONE, "fr", scheme="dark")
    page = opened.open(path)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 29)"
    opened.check()


def test_letters_come_from_here(visit: Callable[..., Visit]) -> None:
    opened = visit(DESK, "ar")
    page = opened.open("/")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(face => face.status == 'loaded').map(face => face.family)")
    assert {name.strip('"') for name in loaded} >= {"Noto Sans", "Noto Sans Arabic"}
    assert page.evaluate("document.fonts.check('16px \"Noto Sans Arabic\"', 'ع')")


def test_the_keyboard_alone_reaches_the_content(visit: Callable[..., Visit]) -> None:
    page = visit(DESK).open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_button_reached_by_keyboard_has_the_ring(visit: Callable[..., Visit]) -> None:
    page = visit().open("/account/login")
    page.locator("main input[name=password]").focus()
    page.keyboard.press("Tab")
    ring = "getComputedStyle(document.activeElement).outline"
    assert page.evaluate("document.activeElement.className") == "btn"
    assert page.evaluate(f"{ring}Style + ' ' + {ring}Width") == "solid 3px", "Bootstrap takes the outline of buttons"


def test_the_language_switch_keeps_the_page(visit: Callable[..., Visit]) -> None:
    opened = visit(PHONE)
    opened.open("/account/reset")
    page = opened.follow("text=العربية")
    assert page.url.endswith("/account/reset?lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.goto(page.url.split("?")[0])
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_changing_the_language_keeps_what_was_typed(visit: Callable[..., Visit]) -> None:
    opened = visit(PHONE)
    page = opened.open("/account/register")
    page.fill("[name=name]", "Amina Rahali")
    page.fill("[name=password]", "sept tapis dans la cour")
    page.select_option("[name=language]", "ar")
    opened.follow(".languages [hreflang=ar]")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.input_value("[name=name]") == "Amina Rahali"
    assert page.input_value("[name=language]") == "ar"
    assert page.input_value("[name=password]") == "", "a password is never kept"
    page.fill("[name=email]", "nulle part")
    with page.expect_navigation():
        page.locator("main form button.btn").click()
    assert page.locator(".faults").count() == 1
    opened.follow(".languages [hreflang=fr]")
    assert page.url.endswith("/account/register?lang=fr"), (
        "the page refused answers in the other language, not the home"
    )
    assert page.input_value("[name=email]") == "nulle part"
    page.reload()
    assert page.input_value("[name=email]") == "", "given back once"


def test_a_form_pressed_twice_is_sent_once(visit: Callable[..., Visit]) -> None:
    page = visit(PHONE).open("/account/register")
    sent: list[str] = []

    def slowly(route: Route) -> None:
        sent.append(route.request.method)
        page.wait_for_timeout(400)
        route.continue_()

    page.route("**/account/register", slowly)
    button = "document.querySelector('main form button.btn').click()"
    with page.expect_navigation():
        page.evaluate(f"() => {{ {button}; setTimeout(() => {button}, 100); }}")
    assert page.locator(".faults").count() == 1
    assert sent == ["POST"]
    with page.expect_navigation():
        page.locator("main form button.btn").click()
    assert sent == ["POST", "POST"], "what was refused can be sent again"


def test_a_wrong_password_is_told_on_top_and_signing_out_works_by_form(live: Live, visit: Callable[..., Visit]) -> None:
    with live.app.app_context():
        user = make_user()
        db.session.commit()
        email = user.email
    opened = visit(PHONE, scripts=False)
    page = opened.open("/account/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", "pas le bon mot")
    opened.follow("main button[type=submit]")
    assert page.locator(".faults[role=alert]").count() == 1
    assert page.locator("input[name=email]").input_value() == email
    page = opened.sign_in(email)
    page.click(".menu summary")
    opened.follow("text=Se déconnecter")
    assert page.locator("nav a[href='/account/login']").count() == 1


def test_axe_is_awake(live: Live, visit: Callable[..., Visit]) -> None:
    page = visit(DESK).open("/account/login")
    page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")
    assert any(finding.startswith("label") for finding in axe(page))


def test_a_picture_from_elsewhere_is_noticed(live: Live, visit: Callable[..., Visit]) -> None:
    opened = visit(DESK)
    page = opened.open("/")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://example.org/x.png'}))")
    page.wait_for_timeout(300)
    assert any("example.org" in complaint for complaint in opened.complaints)


def test_home_with_sites(live: Live, visit: Callable[..., Visit]) -> None:
    with live.app.app_context():
        make_site(name="Complexe d'artisanat de Marrakech", name_ar="مجمع الصناعة التقليدية بمراكش")
        db.session.commit()
    for language in ("fr", "ar"):
        opened = visit(PHONE, language)
        opened.open("/")
        opened.check()
