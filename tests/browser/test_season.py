"""One whole season as its manager lives it, in one go: from the call to the next call that carries the ledger on.

French on a desk for the managers, Arabic on a telephone for the exhibitors. Time is jumped over; jobs run as a worker
does them. Each page is held to its screen and read by axe.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from playwright.sync_api import expect
from sqlalchemy import select

from app.clock import CASABLANCA
from app.extensions import db
from app.jobs import clock, mending, outbox, solving
from app.models import (
    AttendanceState,
    Call,
    Exhibitor,
    ExhibitorAccount,
    Language,
    Offer,
    OfferState,
    Publication,
    PublishedTurn,
    RunKind,
    SiteRole,
    Space,
    User,
)
from app.planning.case import to_problem
from app.planning.wishes import Wish
from app.queries import ledger
from app.services import application, audit, runs
from tests.browser.conftest import DESK, PHONE, Live, Visit
from tests.browser.test_board import lift
from tests.browser.test_main_job import SLUG, applies, first_monday, people  # noqa: F401 - a fixture
from tests.factories import make_exhibitor, make_user

SHOTS = os.environ.get("DAWRA_SHOTS", "")
DAY = timedelta(days=1)
NAMES = [
    ("Aïcha Bennani", "عائشة بناني", "TAP-01"), ("Coopérative Tifawin", "تعاونية تيفاوين", "CUI-01"),
    ("Maâlem Omar El Alaoui", "المعلم عمر العلوي", "MET-01"), ("Youssef Idrissi", "يوسف الإدريسي", "BAT-01"),
    ("Khadija Ouhaddou", "خديجة أوحدو", "POT-01"), ("Rachid Sefrioui", "رشيد الصفريوي", "TAP-02"),
]  # fmt: skip


class Season:
    """The people of one call, and the pages they look at."""

    def __init__(self, live: Live, visit: Callable[..., Visit], mails: dict[str, str]) -> None:
        self.live, self.visit, self.mails, self.shots = live, visit, mails, 0
        self.followed: set[str] = set()
        self.start = first_monday()
        self.call_id = 0
        with live.app.app_context():
            site = db.session.scalars(select(User).where(User.email == mails["manager"])).one().memberships[0].site
            self.site_id = site.id
            self.second = make_user((site, SiteRole.MANAGER), name="Samira, seconde").email
            db.session.scalars(select(User).where(User.email == mails["artisan"])).one().language = Language.AR
            db.session.commit()

    @contextmanager
    def on(self, day: date, hour: int = 9) -> Iterator[None]:
        with time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=CASABLANCA)):
            yield

    def desk(self, email: str) -> Visit:
        opened = self.visit(DESK, "fr")
        opened.sign_in(email)
        return opened

    def phone(self, email: str = "") -> Visit:
        opened = self.visit(PHONE, "ar")
        if email:
            opened.sign_in(email)
        return opened

    def look(self, one: Visit, name: str) -> None:
        """Keep a picture, then hold the page to its screen."""
        if SHOTS:
            self.shots += 1
            one.page.wait_for_load_state()
            one.page.screenshot(path=f"{SHOTS}/season-{self.shots:02d}-{name}.png", full_page=True)
        one.check()

    def work(self) -> None:
        """Do what waits for a worker."""
        settings = self.live.app.extensions["settings"]
        with self.live.app.app_context():
            while (taken := runs.claim("walk", timedelta(minutes=5))) is not None:
                (mending.mend if taken.kind is RunKind.REPAIR else solving.solve)(taken, settings, lambda: False)
            clock.tick()
            while outbox.send_due(settings):
                pass

    def mailed(self, email: str, kind: str) -> str:
        """A path told by mail to somebody that leads to an offer or a swap and was not followed yet."""
        self.work()
        folder = Path(self.live.app.extensions["settings"].data_dir) / "mail"
        for path in sorted(folder.iterdir(), reverse=True):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            links = re.findall(rf"https?://\S+/{kind}/\S+", mail.get_content()) if mail["To"] == email else []
            for parts in map(urlsplit, links):
                if (found := f"{parts.path}?{parts.query}") not in self.followed:
                    self.followed.add(found)
                    return found
        raise AssertionError(f"no mail to {email} with a link to {kind}")

    def turns(self) -> list[tuple[int, str, int, int, int]]:
        """(row, e-mail of its exhibitor, start, length, stand) of the rotation in force, in order of day."""
        with self.live.app.app_context():
            rows = db.session.scalars(
                select(PublishedTurn).join(Publication).where(Publication.superseded_at.is_(None))
                .order_by(PublishedTurn.starts_on, PublishedTurn.stand_id)
            )  # fmt: skip
            return [(r.id, r.exhibitor.accounts[0].user.email, r.start, r.length, r.stand_id) for r in rows]

    def asked(self) -> dict[str, bool]:
        """Who has an offer open, by e-mail; whether it is of a free place."""
        with self.live.app.app_context():
            found = db.session.scalars(select(Offer).where(Offer.state == OfferState.OPEN).order_by(Offer.id))
            return {one.exhibitor.accounts[0].user.email: one.vacancy_id is not None for one in found}

    def says_yes(self, name: str = "") -> None:
        """Everybody who is still asked says yes."""
        while asked := self.asked():
            email, free = next(iter(asked.items()))
            phone = self.phone()
            page = phone.open(self.mailed(email, "offers"))
            if page.locator(".btn.yes").count():
                if name:
                    self.look(phone, f"{name}-{'reserve' if free else 'own'}")
                page.click(".btn.yes")
                page.wait_for_selector(".outcome.ok")


@pytest.mark.skipif(not os.environ.get("DAWRA_SEASON"), reason="minutes long: ./dev test --stress walks it")
def test_a_season_from_call_to_call(
    live: Live,
    visit: Callable[..., Visit],
    people: dict[str, str],  # noqa: F811 - the fixture
) -> None:
    season = Season(live, visit, people)
    start = season.start
    manager = season.desk(people["manager"])
    opens(season, manager)
    with season.on(start - 20 * DAY):
        artisan = season.phone(people["artisan"])
        assert "0001" in applies(artisan, season.call_id)
        season.look(artisan, "receipt")
        others(season)
    with season.on(start - 13 * DAY):
        committee = season.desk(people["committee"])
        reviews(season, committee)
        manager = season.desk(people["manager"])
        plans(season, manager)
        publishes(season, manager)
        answers(season)
    with season.on(start - 6 * DAY):
        manager = season.desk(people["manager"])
        swaps(season, manager)
    with season.on(start + 2 * DAY):
        manager = season.desk(people["manager"])
        presence(season, manager, start + 2 * DAY)
        closes(season, manager, start + 4 * DAY, start + 4 * DAY, "pause")
    with season.on(start + 8 * DAY):
        manager = season.desk(people["manager"])
        absent(season, manager, start + 8 * DAY)
        closes(season, manager, start + 28 * DAY, start + 41 * DAY, "works")
    with season.on(start + 60 * DAY):
        manager = season.desk(people["manager"])
        ends(season, manager)
    with live.app.app_context():
        assert audit.verify(db.session.get_one(Call, season.call_id).site) == []


def opens(season: Season, manager: Visit) -> None:
    """A call with four eyes, offers, a waiting list that fills itself and swaps that are approved."""
    page = manager.open(f"/manage/{SLUG}/calls/choose")
    manager.follow("main form button[type=submit]")
    start = season.start
    page.fill("[name=title]", "Salle d'exposition : printemps")
    page.fill("[name=title_ar]", "قاعة العرض: الربيع")
    page.fill("[name=season_start]", start.isoformat())
    page.fill("[name=season_end]", (start + 55 * DAY).isoformat())
    page.fill("[name=opens_at]", f"{start - 36 * DAY}T09:00")
    page.fill("[name=closes_at]", f"{start - 14 * DAY}T18:00")
    page.fill("[name=absences_running]", "3")
    for name in ("offers", "refill", "four_eyes"):
        page.check(f"[name={name}]")
    season.look(manager, "call-form")
    with page.expect_navigation():
        page.locator("main form[method=post] .actions button.btn[type=submit]").last.click()
    season.look(manager, "call-draft")
    manager.follow('form[action$="/publish"] button')
    season.look(manager, "call-published")
    season.call_id = int(page.url.rstrip("/").rsplit("/", 1)[1])


def others(season: Season) -> None:
    with season.live.app.app_context():
        call = db.session.get_one(Call, season.call_id)
        hall = db.session.scalars(select(Space.id).where(Space.code == "SE")).one()
        for n, (name, name_ar, craft) in enumerate(NAMES):
            user = make_user(name=name_ar)
            user.language = Language.AR
            made: Exhibitor = make_exhibitor(
                user, craft, province_code="07.351", publish_name=True, name=name, name_ar=name_ar
            )
            db.session.commit()
            application.deposit(user, call, made.id, f"other-{n}", Wish(space_ids=(hall,), max_turns=1 + n % 2))


def reviews(season: Season, committee: Visit) -> None:
    page = committee.open(f"/manage/calls/{season.call_id}/applications/")
    season.look(committee, "review")
    for box in page.locator("input[name=chosen]").all():
        box.check()
    committee.follow('form[action$="/applications/accept"] button.btn[type=submit]:visible')
    season.look(committee, "kept")


def plans(season: Season, manager: Visit) -> None:
    """Solve, then move a turn by hand and put it back with the keyboard."""
    manager.open(f"/manage/{SLUG}/")
    season.look(manager, "home")
    page = manager.open(f"/manage/calls/{season.call_id}/plans/")
    page.locator("input[name=seconds]").first.fill("40")
    manager.follow("main form[method=post] button.btn[type=submit]:visible")
    season.look(manager, "solving")
    season.work()
    page.locator('main a.btn[href*="/manage/plans/"]').first.wait_for(timeout=60_000)
    manager.follow('main a.btn[href*="/manage/plans/"]')
    season.look(manager, "board")
    told = page.locator("#board-told")
    first, second = page.locator(".board a.turn").nth(0), page.locator(".board a.turn").nth(1)
    lift(page, first, second)
    expect(told).not_to_be_empty()
    season.look(manager, "dragging")
    page.keyboard.press("Escape")  # lets go of a card in mid-air
    page.mouse.up()
    assert page.locator("[data-verdict], .ghost").count() == 0
    page.locator(".board a.turn").first.focus()
    page.keyboard.press("Enter")
    page.locator("[data-verdict]").first.wait_for()
    page.keyboard.press("ArrowRight")
    expect(told).not_to_be_empty()
    season.look(manager, "keyboard")
    page.keyboard.press("Escape")


def publishes(season: Season, manager: Visit) -> None:
    """One proposes, the other reads every message and publishes."""
    page = manager.page
    manager.follow('a.btn:has-text("Préparer la publication")')
    season.look(manager, "preview")
    manager.follow('form[action$="/propose"] button')
    season.look(manager, "proposed")
    where = urlsplit(page.url).path
    second = season.desk(season.second)
    season.look(second, "second-home")
    second.open(where)
    season.look(second, "second-reads")
    second.follow('form[action$="/publish"] button')
    season.look(second, "rotation")
    public = season.phone()
    public.open(f"/sites/{SLUG}/rotations/1")
    season.look(public, "rotation-ar")


def answers(season: Season) -> None:
    """All say yes but one; the reserve is asked and says yes."""
    asked = list(season.asked())
    assert len(asked) >= 4
    no = asked[1]
    for email in asked[:2]:
        phone = season.phone()
        page = phone.open(season.mailed(email, "offers"))
        word = "no" if email == no else "yes"
        season.look(phone, f"offer-{word}")
        page.click(f".btn.{word}")
        page.wait_for_selector(".outcome.ok" if word == "yes" else ".outcome.off")
        season.look(phone, f"said-{word}")
    season.says_yes("asked")
    manager = season.desk(season.mails["manager"])
    manager.open(f"/manage/calls/{season.call_id}/turns/")
    season.look(manager, "turns")


def swaps(season: Season, manager: Visit) -> None:
    """Whoever can proposes a swap; the other agrees, the manager approves."""
    for row, email, _start, _length, _stand in season.turns():
        phone = season.phone(email)
        page = phone.open(f"/me/turns/{row}/swap")
        if page.locator("main li form button").count():
            break
    season.look(phone, "swap-choose")
    page.locator("main li form button").first.click()
    page.wait_for_url(f"**/me/turns/{row}")
    season.look(phone, "swap-asked")
    for other in {email for _row, email, *_rest in season.turns()} - {email}:
        try:
            link = season.mailed(other, "swaps")
            break
        except AssertionError:
            continue
    answer = season.phone()
    page = answer.open(link)
    season.look(answer, "swap-answer")
    page.locator(".btn.yes, form button").first.click()
    page.wait_for_load_state()
    season.look(answer, "swap-agreed")
    manager.open(f"/manage/calls/{season.call_id}/turns/")
    season.look(manager, "swap-waits")
    manager.follow('form[action$="/approve"] button')
    season.look(manager, "swap-done")


def presence(season: Season, manager: Visit, day: date) -> None:
    """One is met by her code, the others are noted on the list."""
    here = [email for _row, email, start, _length, _stand in season.turns() if start == 0]
    phone = season.phone(here[0])
    with season.live.app.app_context():
        who = exhibitor_of(here[0])
    phone.open(f"/exhibitors/{who}/code")
    season.look(phone, "code")
    manager.open(f"/manage/{SLUG}/")
    season.look(manager, "worklist")
    page = manager.open(f"/manage/{SLUG}/presence/?on={day}")
    season.look(manager, "presence")
    page.locator('form button[value="present"]').first.click()
    page.wait_for_load_state()
    season.look(manager, "noted")


def closes(season: Season, manager: Visit, first: date, last: date, name: str) -> None:
    """Close the hall, take the first option, have the second person do it."""
    page = manager.open(f"/manage/{SLUG}/closures/new")
    with season.live.app.app_context():
        hall = db.session.scalars(select(Space.id).where(Space.code == "SE")).one()
    page.select_option("[name=place]", str(hall))
    page.fill("[name=starts_on]", first.isoformat())
    page.fill("[name=ends_on]", last.isoformat())
    page.fill("[name=note]", "Toiture")
    manager.follow("main form button[type=submit]")
    season.look(manager, f"{name}-confirm")
    manager.follow("main form button[type=submit]")
    season.work()
    page.wait_for_selector(".option")
    season.look(manager, f"{name}-options")
    manager.follow(page.locator(".option.first form button").first)
    season.look(manager, f"{name}-asked")
    where = urlsplit(page.url).path
    second = season.desk(season.second)
    second.open(where)
    season.look(second, f"{name}-second")
    second.follow('form[action$="/do"] button')
    season.look(second, f"{name}-done")


def exhibitor_of(email: str) -> int:
    """The exhibitor an account acts for."""
    mine = Exhibitor.accounts.any(ExhibitorAccount.user.has(email=email))
    return db.session.scalars(select(Exhibitor.id).where(mine)).one()


def absent(season: Season, manager: Visit, day: date) -> None:
    """Somebody is absent three days running: the limit is shown, the rest of her turn goes."""
    row, email, *_rest = next(one for one in season.turns() if one[2] == 0)
    for back in (2, 1, 0):
        page = manager.open(f"/manage/{SLUG}/presence/?on={day - back * DAY}")
        line = page.locator(f'li:has(a[href*="/turns/{row}/presence"]), tr:has(a[href*="/turns/{row}/presence"])').first
        line.locator('button[value="absent"]').first.click()
        page.wait_for_load_state()
        if back in (1, 0):
            season.look(manager, f"absent-{back}")
    manager.open(f"/manage/turns/{row}/presence")
    season.look(manager, "limit")
    manager.page.fill('form[action$="/free"] [name=reason]', "Trois jours sans nouvelles")
    manager.follow('form[action$="/free"] button')
    season.look(manager, "freed")
    season.work()
    phone = season.phone(email)
    season.look(phone, "freed-home")


def ends(season: Season, manager: Visit) -> None:
    """The ledger of the season, a correction, and the next call's case that carries it on."""
    page = manager.open(f"/manage/{SLUG}/ledger/")
    season.look(manager, "ledger")
    manager.follow(page.locator('main tbody a[href*="/ledger/"]').first)
    season.look(manager, "ledger-one")
    phone = season.phone(season.mails["artisan"])
    with season.live.app.app_context():
        mine = exhibitor_of(season.mails["artisan"])
        known = ledger.accounts([mine], season.start + 60 * DAY)
        lived = known[mine].seasons[season.call_id].lived if season.call_id in known[mine].seasons else None
    phone.open(f"/exhibitors/{mine}/ledger")
    season.look(phone, "ledger-mine")
    season.start += 84 * DAY
    old = season.call_id
    opens(season, manager)
    with season.live.app.app_context():
        person = db.session.get_one(Exhibitor, mine)
        call = db.session.get_one(Call, season.call_id)
        hall = db.session.scalars(select(Space.id).where(Space.code == "SE")).one()
        user = person.accounts[0].user
        sent = application.deposit(user, call, mine, "next", Wish(space_ids=(hall,)))
        db.session.execute(db.update(type(sent)).where(type(sent).id == sent.id).values(state="eligible"))
        db.session.commit()
        carried = {one["id"]: one["received"] for one in to_problem(call)["applicants"]}
    assert old != season.call_id
    assert carried == {f"E{mine}": lived.periods if lived else 0}
    manager.open(f"/manage/calls/{season.call_id}/trials/")
    season.look(manager, "trial")
    assert AttendanceState.ABSENT
