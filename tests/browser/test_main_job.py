"""The main job by the people it is for, in a real browser: from an open call to a published rotation and an event.

The manager opens a call, an artisan applies on her phone, the committee keeps the files, the manager has the rotation
solved by a real worker process, pins a turn, solves again, asks why, publishes; the animator plans a workshop with
those on show; a visitor finds it all. Every page on the way is held to its screen and read by axe. French, then Arabic.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from app.clock import today
from app.commands.serve import _environment
from app.extensions import db
from app.models import Call, Exhibitor, Site, SiteRole, Space, SpaceKind, User
from app.planning.wishes import Wish
from app.services import application, audit, reference
from app.settings import Settings
from tests.browser.conftest import DESK, PHONE, Live, Visit
from tests.factories import make_exhibitor, make_space, make_user

Open = Callable[..., Visit]
SLUG = "marrakech-complexe"


@pytest.fixture
def worker(live: Live) -> Iterator[None]:
    """A worker process beside the web, as in production."""
    settings: Settings = live.app.extensions["settings"]
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "worker", "--until-stdin-closes"],
        env=_environment(settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    yield
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=10)


@pytest.fixture
def people(live: Live) -> dict[str, str]:
    """The site's rooms and the e-mail of each role; the artisan has no profile yet."""
    with live.app.app_context():
        reference.load()
        site = db.session.scalars(select(Site).where(Site.slug == SLUG)).one()
        make_space(site, 4, code="SE", name="Salle d'exposition", name_ar="قاعة العرض", area_m2=120)
        make_space(site, 0, code="FO", name="Salle d'animation", name_ar="قاعة التنشيط", kind=SpaceKind.TRAINING_ROOM)
        roles = {role: make_user((site, role)).email for role in SiteRole}
        artisan = make_user(name="Zineb").email
        db.session.commit()
        return {**{role.value: email for role, email in roles.items()}, "artisan": artisan}


def first_monday() -> date:
    """The season's first day: a Monday some weeks from today."""
    return today() + timedelta(days=35 - today().weekday())


def send(page: Page, form: str = "main form[method=post]") -> None:
    """Press a form's main button and wait for the page that answers."""
    with page.expect_navigation():
        page.locator(form).first.locator("button.btn[type=submit]:visible").first.click()


def press(page: Page, action_end: str) -> None:
    """Press the button that posts to an address ending so."""
    with page.expect_navigation():
        page.locator(f'form[action$="{action_end}"] button').first.click()


def opens_a_call(manager: Visit) -> int:
    page = manager.open(f"/manage/{SLUG}/calls/choose")
    manager.check()
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    start = first_monday()
    page.fill("[name=title]", "Salle d'exposition : printemps")
    page.fill("[name=title_ar]", "قاعة العرض: الربيع")
    page.fill("[name=season_start]", start.isoformat())
    page.fill("[name=season_end]", (start + timedelta(days=55)).isoformat())
    page.fill("[name=opens_at]", f"{today() - timedelta(days=1)}T09:00")
    page.fill("[name=closes_at]", f"{start - timedelta(days=7)}T18:00")
    manager.check()
    with page.expect_navigation():
        page.locator("main form[method=post] .actions button.btn[type=submit]").last.click()
    manager.check()
    press(page, "/publish")
    manager.check()
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def applies(artisan: Visit, call_id: int) -> str:
    """The artisan writes her profile on the way, applies in four steps, and gets a receipt."""
    page = artisan.open(f"/calls/{call_id}")
    artisan.check()
    artisan.follow(f'a[href*="/me/applications/start/{call_id}"]')
    artisan.follow('main a[href*="/me/exhibitors/new"]')
    artisan.check()
    page.fill("[name=name]", "Zineb Aït Ouarab")
    page.fill("[name=name_ar]", "زينب آيت وعراب")
    page.fill("[name=register_number]", "RNA 07 / 4412")
    page.select_option("[name=craft]", "POT-01")
    page.select_option("[name=province_code]", "07.351")
    page.check("[name=publish_name]")
    send(page)
    assert f"/me/applications/start/{call_id}" in page.url
    artisan.check()
    page.locator("select[id^=space_]").first.select_option("1")
    send(page)
    artisan.check()
    page.locator("fieldset label.no").nth(0).click()  # the first fortnight is impossible
    page.locator("fieldset").nth(2).locator("label.star").last.click()  # the third is the best
    send(page)
    artisan.check()
    send(page)
    artisan.check()
    press(page, "/submit")
    artisan.check()
    assert "/receipt" in page.url
    return page.locator("main").inner_text()


def others_apply(live: Live, call_id: int) -> None:
    with live.app.app_context():
        call = db.session.get_one(Call, call_id)
        hall = db.session.scalars(select(Space.id).where(Space.code == "SE")).one()
        for craft in ("TAP-01", "CUI-01", "MET-01", "BAT-01", "POT-01", "TAP-02"):
            user = make_user()
            made: Exhibitor = make_exhibitor(user, craft, province_code="07.351", publish_name=True)
            db.session.commit()
            application.deposit(user, call, made.id, f"other-{made.id}", Wish(space_ids=(hall,), max_turns=2))


def keeps_the_files(committee: Visit, call_id: int) -> None:
    page = committee.open(f"/manage/calls/{call_id}/applications/")
    committee.check()
    boxes = page.locator("input[name=chosen]")
    assert boxes.count() == 7
    for box in boxes.all():
        box.check()
    send(page, 'form[action$="/applications/accept"]')
    committee.check()
    assert page.locator("input[name=chosen]").count() == 0


def solves(manager: Visit, call_id: int) -> str:
    """Start a solve, watch it without reloading, follow it to its plan; the plan's address."""
    page = manager.open(f"/manage/calls/{call_id}/plans/")
    manager.check()
    page.locator("input[name=seconds], select[name=seconds]").first.fill("8")
    send(page)
    page.locator('a[href*="/manage/plans/"]').first.wait_for(timeout=60_000)
    manager.check()
    with page.expect_navigation():
        page.locator('main a.btn[href*="/manage/plans/"]').first.click()
    manager.check()
    return page.url


def pins_asks_and_publishes(manager: Visit, call_id: int) -> None:
    page = manager.page
    page.goto(page.locator(".board a.turn").first.evaluate("card => card.href"))
    manager.check()
    with page.expect_navigation():
        page.locator('form[action*="/pins"] button:visible').first.click()
    manager.check()
    board = solves(manager, call_id)
    page.goto(page.locator(".board a.turn").first.evaluate("card => card.href"))
    manager.check()
    with page.expect_navigation():
        page.locator('a[href*="/why"]').first.click()
    manager.check()
    assert page.locator("main section.card li").count() > 0
    page.goto(board)
    with page.expect_navigation():
        page.locator('a[href$="/publish"]').first.click()
    manager.check()
    press(page, "/publish")
    manager.check()


def plans_a_workshop(animator: Visit, live: Live) -> None:
    page = animator.open(f"/manage/{SLUG}/events/new?day={first_monday()}")
    page.fill("[name=starts_on]", (first_monday() + timedelta(days=5)).isoformat())
    page.fill("[name=title]", "Tourner un bol")
    page.fill("[name=title_ar]", "صنع وعاء على الدولاب")
    page.fill("[name=from_time]", "10:00")
    page.fill("[name=to_time]", "12:00")
    with live.app.app_context():
        room = db.session.scalars(select(Space.id).where(Space.code == "FO")).one()
    page.select_option("[name=space_id]", str(room))
    with page.expect_navigation():
        page.locator("button[name=look]").last.click()
    animator.check()
    on_show = page.locator("fieldset#exhibitor_ids input[type=checkbox]")
    assert on_show.count() >= 4
    on_show.first.check()
    plan = page.locator("form.event-form p.actions button[type=submit]")
    with page.expect_navigation():
        plan.click()
    animator.check()
    animator.open(f"/manage/{SLUG}/events/?view=week&from={first_monday()}")
    animator.check()
    assert page.get_by_text("Tourner un bol").or_(page.get_by_text("صنع وعاء على الدولاب")).count() >= 1


def looks_around(visitor: Visit, language: str) -> None:
    page = visitor.open(f"/sites/{SLUG}/?on={first_monday() + timedelta(days=28)}")
    visitor.check()
    name = {"fr": "Zineb Aït Ouarab", "ar": "زينب آيت وعراب"}[language]
    titles = {"fr": "Tourner un bol", "ar": "صنع وعاء على الدولاب"}
    text = page.locator("main").inner_text()
    rotation = visitor.open(f"/sites/{SLUG}/rotations/1").locator("main").inner_text()
    visitor.check()
    assert name in rotation
    assert "4412" not in text + rotation
    assert page.locator("html").get_attribute("dir") == {"fr": "ltr", "ar": "rtl"}[language]
    visitor.open(f"/sites/{SLUG}/?on={first_monday()}")
    visitor.check()
    assert titles[language] in page.locator("main").inner_text()
    feed = page.request.get(f"{visitor.base}/sites/{SLUG}/calendar.ics?lang={language}")
    assert feed.status == 200
    assert titles[language] in feed.text().replace("\r\n ", "")


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.usefixtures("worker")
def test_the_main_job(live: Live, visit: Open, people: dict[str, str], language: str) -> None:
    manager = visit(size=DESK, language=language)
    manager.sign_in(people["manager"])
    call_id = opens_a_call(manager)
    artisan = visit(size=PHONE, language=language)
    artisan.sign_in(people["artisan"])
    assert "0001" in applies(artisan, call_id)
    others_apply(live, call_id)
    committee = visit(size=DESK, language=language)
    committee.sign_in(people["committee"])
    keeps_the_files(committee, call_id)
    solves(manager, call_id)
    pins_asks_and_publishes(manager, call_id)
    animator = visit(size=DESK, language=language)
    animator.sign_in(people["animator"])
    plans_a_workshop(animator, live)
    looks_around(visit(size=PHONE, language=language), language)
    artisan.open("/me/")
    artisan.check()
    with live.app.app_context():
        assert audit.verify(db.session.scalars(select(Site).where(Site.slug == SLUG)).one()) == []
        assert db.session.scalars(select(User.id)).first() is not None
