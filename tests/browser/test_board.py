"""The board: real dragging, the keyboard alone, forms without scripts, two managers at once; French and Arabic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from app.extensions import db
from app.models import PlanEdit, SiteRole, StoredPlan
from app.planning.judge import turns_of
from tests.browser.conftest import DESK, PHONE, Live, Visit
from tests.factories import make_user
from tests.plans import make_scene, store_plan

Open = Callable[..., Visit]
Place = tuple[str, str, int, int]
TOLD = {
    "allowed": {"fr": "Permis.", "ar": "مسموح."},
    "taken": {"fr": "Déjà pris par", "ar": "يشغله"},
    "breach": {"fr": "Possible avec une raison publiée", "ar": "ممكن مع ذكر سبب يُنشر"},
    "swap": {"fr": "échanger les deux tours", "ar": "تبادل الدورين"},
}


@dataclass
class Scene:
    """A plan of three turns on two stands over four periods, one person waiting; whose keys are ``people``."""

    plan_id: int
    people: list[int]
    hall: int
    email: str
    other: str

    @property
    def path(self) -> str:
        return f"/manage/plans/{self.plan_id}/"

    def stand(self, code: str) -> str:
        return f"S{self.hall}-{code}"


@pytest.fixture
def scene(live: Live) -> Scene:
    with live.app.app_context():
        call, people = make_scene(people=4, stands=2, periods=4)
        call.charter = {**call.charter, "max_same_activity": None, "rest": 0}
        one, two = call.places[0].space.stands
        plan = store_plan(call, [(people[0], one, 0, 1), (people[1], two, 1, 1), (people[2], one, 1, 1)])
        boss, other = make_user((call.site, SiteRole.MANAGER)), make_user((call.site, SiteRole.MANAGER))
        db.session.commit()
        return Scene(plan.id, [one.id for one in people], call.places[0].space_id, boss.email, other.email)


def held(live: Live, scene: Scene) -> set[Place]:
    with live.app.app_context():
        text = db.session.get_one(StoredPlan, scene.plan_id).text
        return {(t.applicant, t.stand.split("-")[1], t.start, t.length) for t in turns_of(text)}


def edits(live: Live, scene: Scene) -> list[str]:
    with live.app.app_context():
        return [one.kind.value for one in db.session.query(PlanEdit).order_by(PlanEdit.version)]


def card(page: Page, scene: Scene, code: str, start: int):
    return page.locator(f'.board a.turn[data-at="{scene.stand(code)}|{start}"]')


def cell(page: Page, scene: Scene, code: str, start: int):
    return page.locator(f'tr[data-stand="{scene.stand(code)}"] td[data-start="{start}"]')


def lift(page: Page, what, over) -> None:
    """Press on a card and carry it over something, as a hand does; not yet let go."""
    what.scroll_into_view_if_needed()
    start = what.bounding_box()
    page.mouse.move(start["x"] + 12, start["y"] + 12)
    page.mouse.down()
    page.mouse.move(start["x"] + 24, start["y"] + 20, steps=3)
    page.locator("[data-verdict]").first.wait_for()
    end = over.bounding_box()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=6)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_dragging_says_first_and_then_does(live: Live, visit: Open, scene: Scene, language: str) -> None:
    browser = visit(size=DESK, language=language)
    browser.sign_in(scene.email)
    page = browser.open(scene.path)
    browser.check()
    told = page.locator("#board-told")
    a = f"E{scene.people[0]}"
    lift(page, card(page, scene, "01", 0), cell(page, scene, "02", 3))
    expect(told).to_contain_text(TOLD["allowed"][language])
    assert cell(page, scene, "02", 3).get_attribute("data-verdict") == "allowed"
    page.mouse.up()
    card(page, scene, "02", 3).wait_for()
    assert (a, "02", 3, 1) in held(live, scene)
    lift(page, card(page, scene, "02", 3), card(page, scene, "02", 1))
    expect(told).to_contain_text(TOLD["swap"][language])
    page.mouse.up()
    expect(page.locator("[data-part=tools] .tools")).to_have_attribute("data-version", "2")
    assert (a, "02", 1, 1) in held(live, scene)
    waiting = page.locator(f'.reserve a.turn[data-who="{scene.people[3]}"]')
    lift(page, waiting, cell(page, scene, "01", 2))
    expect(told).to_contain_text(TOLD["allowed"][language])
    page.mouse.up()
    card(page, scene, "01", 2).wait_for()
    assert (f"E{scene.people[3]}", "01", 2, 1) in held(live, scene)
    lift(page, card(page, scene, "01", 2), page.locator(".reserve h2"))
    page.mouse.up()
    waiting.wait_for()
    assert edits(live, scene) == ["move", "swap", "place", "remove"]
    page.locator('form[data-step="undo"] button').click()
    card(page, scene, "01", 2).wait_for()
    page.reload()
    page.locator('form[data-step="redo"] button').click()
    waiting.wait_for()
    assert edits(live, scene)[-2:] == ["undo", "redo"]
    browser.check()


def test_what_is_impossible_is_not_sent(live: Live, visit: Open, scene: Scene) -> None:
    browser = visit(size=DESK)
    browser.sign_in(scene.email)
    page = browser.open(scene.path)
    before = held(live, scene)
    lift(page, page.locator(f'.reserve a.turn[data-who="{scene.people[3]}"]'), page.locator(".reserve h2"))
    page.mouse.up()
    assert held(live, scene) == before
    lift(page, card(page, scene, "01", 0), page.locator("h1"))
    page.mouse.up()
    expect(page.locator("#board-told")).to_contain_text("Rien n’a changé")
    assert held(live, scene) == before
    assert page.locator("[data-verdict]").count() == 0


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_keyboard_alone(live: Live, visit: Open, scene: Scene, language: str) -> None:
    browser = visit(size=DESK, language=language)
    browser.sign_in(scene.email)
    page = browser.open(scene.path)
    told = page.locator("#board-told")
    ahead = {"fr": "ArrowRight", "ar": "ArrowLeft"}[language]
    a, d = f"E{scene.people[0]}", f"E{scene.people[3]}"
    card(page, scene, "01", 0).focus()
    page.keyboard.press("Enter")
    page.locator("[data-verdict]").first.wait_for()
    page.keyboard.press("ArrowDown")
    expect(told).to_contain_text(TOLD["allowed"][language])
    page.keyboard.press(ahead)
    expect(told).to_contain_text(TOLD["swap"][language])
    page.keyboard.press("Escape")
    assert page.locator("[data-verdict]").count() == 0
    assert page.evaluate("document.activeElement.dataset.at") == f"{scene.stand('01')}|0"
    page.keyboard.press(" ")
    page.locator("[data-verdict]").first.wait_for()
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=tools] .tools")).to_have_attribute("data-version", "1")
    assert (a, "01", 2, 1) in held(live, scene)
    assert page.evaluate("document.activeElement.dataset.who") == str(scene.people[0])
    page.keyboard.press("Enter")
    page.locator("[data-verdict]").first.wait_for()
    page.keyboard.press("r")
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=tools] .tools")).to_have_attribute("data-version", "2")
    assert not any(turn[0] == a for turn in held(live, scene))
    page.locator(f'.reserve a.turn[data-who="{scene.people[3]}"]').focus()
    page.keyboard.press("Enter")
    page.locator("[data-verdict]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=tools] .tools")).to_have_attribute("data-version", "3")
    assert any(turn[0] == d for turn in held(live, scene))
    with_d = held(live, scene)
    page.keyboard.press("Control+z")
    expect(page.locator("[data-part=tools] .tools")).to_have_attribute("data-version", "4")
    assert not any(turn[0] == d for turn in held(live, scene))
    page.keyboard.press("Control+y")
    expect(page.locator("[data-part=tools] .tools")).to_have_attribute("data-version", "5")
    assert held(live, scene) == with_d
    assert edits(live, scene) == ["move", "remove", "place", "undo", "redo"]
    browser.check()


def test_the_letters_of_the_board_on_an_arabic_keyboard(live: Live, visit: Open, scene: Scene) -> None:
    """Its keys write no Latin letters: N is the key beside B, Z the first of the lowest row."""
    browser = visit(size=DESK, language="ar")
    browser.sign_in(scene.email)
    page = browser.open(scene.path)
    before, tools = held(live, scene), page.locator("[data-part=tools] .tools")
    card(page, scene, "01", 0).focus()
    page.keyboard.press("Enter")
    page.locator("[data-verdict]").first.wait_for()
    arabic(page, "ى", "KeyN")
    page.keyboard.press("Enter")
    expect(tools).to_have_attribute("data-version", "1")
    assert held(live, scene) != before
    arabic(page, "ئ", "KeyZ", ctrl=True)
    expect(tools).to_have_attribute("data-version", "2")
    assert held(live, scene) == before
    arabic(page, "ئ", "KeyZ", ctrl=True, shift=True)
    expect(tools).to_have_attribute("data-version", "3")
    assert edits(live, scene) == ["move", "undo", "redo"]


def arabic(page: Page, key: str, code: str, *, ctrl: bool = False, shift: bool = False) -> None:
    """Press a key as an Arabic keyboard does."""
    page.evaluate(
        "event => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', event))",
        {"key": key, "code": code, "ctrlKey": ctrl, "shiftKey": shift, "bubbles": True, "cancelable": True},
    )


def test_a_breach_asks_for_a_reason_and_says_so(live: Live, visit: Open, scene: Scene) -> None:
    with live.app.app_context():
        call = db.session.get_one(StoredPlan, scene.plan_id).call
        call.charter = {**call.charter, "rest": 3}
        call.max_turns = 2
        db.session.commit()
    browser = visit(size=DESK)
    browser.sign_in(scene.email)
    page = browser.open(scene.path)
    page.get_by_text("Autres actions").click()
    browser.follow(page.get_by_role("button", name="Reprendre les données"))
    page.goto(f"{browser.base}{scene.path}turn?exhibitor={scene.people[0]}")
    page.select_option("#stand", scene.stand("02"))
    page.select_option("#start", "3")
    with page.expect_navigation():
        page.locator('form[data-form="place"] button.btn').click()
    assert "Une raison est demandée" in page.locator("#faults").inner_text()
    assert page.locator("#stand").input_value() == scene.stand("02")
    browser.check()
    page.fill("#reason-place", "Atelier demandé par la délégation")
    with page.expect_navigation():
        page.locator('form[data-form="place"] button.btn').click()
    assert (f"E{scene.people[0]}", "02", 3, 1) in held(live, scene)
    assert "dérogations motivées" in page.locator('[data-figure="rules"]').inner_text()
    lift(page, card(page, scene, "02", 3), cell(page, scene, "02", 2))
    expect(page.locator("#board-told")).to_contain_text(TOLD["breach"]["fr"])
    page.mouse.up()
    dialog = page.locator("dialog.ask")
    dialog.wait_for()
    page.fill("#ask-reason", "Salle en travaux la dernière période")
    dialog.locator("button[value=yes]").click()
    card(page, scene, "02", 2).wait_for()
    browser.complaints[:] = [one for one in browser.complaints if not one.startswith("422: ")]
    browser.check()


def test_two_managers_and_nothing_lost(live: Live, visit: Open, scene: Scene) -> None:
    first, second = visit(size=DESK), visit(size=DESK)
    first.sign_in(scene.email)
    second.sign_in(scene.other)
    one, two = first.open(scene.path), second.open(scene.path)
    lift(one, card(one, scene, "01", 0), cell(one, scene, "02", 3))
    one.mouse.up()
    card(one, scene, "02", 3).wait_for()
    lift(two, card(two, scene, "01", 1), cell(two, scene, "01", 3))
    two.mouse.up()
    dialog = two.locator("dialog.ask")
    dialog.wait_for()
    assert "Le tableau a changé" in dialog.inner_text()
    assert "déplacement" in dialog.inner_text()
    assert card(two, scene, "02", 3).count() == 1  # she sees what changed before she decides
    dialog.locator("button[value=yes]").click()
    card(two, scene, "01", 3).wait_for()
    assert held(live, scene) == {
        (f"E{scene.people[0]}", "02", 3, 1), (f"E{scene.people[1]}", "02", 1, 1), (f"E{scene.people[2]}", "01", 3, 1),
    }  # fmt: skip
    assert [c for c in second.complaints if not c.startswith("409: ")] == []


def test_two_managers_without_scripts(live: Live, visit: Open, scene: Scene) -> None:
    first, second = visit(size=DESK), visit(size=PHONE, scripts=False)
    first.sign_in(scene.email)
    second.sign_in(scene.other)
    path = f"{scene.path}turn?exhibitor={scene.people[2]}&at={scene.stand('01')}%7C1"
    two = second.open(path)
    second.open(path)
    one = first.open(scene.path)
    lift(one, card(one, scene, "01", 0), cell(one, scene, "02", 3))
    one.mouse.up()
    card(one, scene, "02", 3).wait_for()
    two.select_option("#start", "2")
    two.fill("#reason-move", "une raison longue à écrire")
    second.follow(two.locator('form[data-form="move"] button.btn'))
    assert "Le tableau a changé" in two.locator("h1").inner_text()
    assert two.locator("input[name=reason]").get_attribute("value") == "une raison longue à écrire"
    second.follow(two.locator("main form button.btn").first)
    assert (f"E{scene.people[2]}", "01", 2, 1) in held(live, scene)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_on_a_phone_the_board_is_a_list(live: Live, visit: Open, scene: Scene, language: str) -> None:
    browser = visit(size=PHONE, language=language)
    browser.sign_in(scene.email)
    page = browser.open(scene.path)
    browser.check()
    assert not page.locator(".board table").is_visible()
    link = page.locator(".board-list a.turn:visible").first
    assert link.bounding_box()["height"] >= 44
    with page.expect_navigation():
        link.click()
    browser.check()
    page.select_option("#stand", scene.stand("02"))
    page.select_option("#start", "2")
    with page.expect_navigation():
        page.locator('form[data-form="move"] button.btn').click()
    assert (f"E{scene.people[0]}", "02", 2, 1) in held(live, scene)
    for path in ("close", "permanent"):
        browser.open(f"{scene.path}{path}")
        browser.check()
