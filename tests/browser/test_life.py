"""The life of a turn on a telephone, in French and in Arabic: offers by mail, the waiting list, a swap, a turn back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import icalendar
import pytest
from sqlalchemy import select

from app.clock import today
from app.extensions import db
from app.jobs import outbox
from app.models import Application, Language, PublishedTurn, SwapPolicy, User
from app.services import offer_desk
from tests.browser.conftest import PHONE, Live, Visit
from tests.browser.test_main_job import first_monday
from tests.living import Living, make_living, user_of

#: Where to leave pictures of every page for a person to look at, if anywhere.
SHOTS = os.environ.get("DAWRA_SHOTS", "")
NAMES = [
    ("Aïcha Bennani", "عائشة بناني"), ("Coopérative Tifawin", "تعاونية تيفاوين"),
    ("Maâlem Omar El Alaoui", "المعلم عمر العلوي"), ("Zineb Amrani", "زينب العمراني"),
]  # fmt: skip


class Village:
    """Two turns of a stand and two people who wait, all told by mail; telephones to read it on."""

    def __init__(self, live: Live, visit: Callable[..., Visit], language: str) -> None:
        self.live, self.visit, self.language, self.shots = live, visit, language, 0
        with live.app.app_context():
            swaps = SwapPolicy.APPROVED if language == "fr" else SwapPolicy.FREE
            living = make_living(waiting=2, stands=1, periods=4, swaps=swaps, start=first_monday(), offers=False)
            self._named(living)
            offer_desk.offer_all(living.boss, living.call.id, 7)
            self.call_id, self.boss = living.call.id, living.boss.email
            self.a, self.b = (who.id for who in living.placed)
            self.email = {who.id: user_of(who).email for who in (*living.placed, *living.waiting)}

    def _named(self, living: Living) -> None:
        for user in db.session.scalars(select(User)):
            user.language = Language(self.language)
        for person, (name, name_ar) in zip((*living.placed, *living.waiting), NAMES, strict=True):
            person.name, person.name_ar, person.publish_name = name, name_ar, True
            user_of(person).name = name_ar if self.language == "ar" else name
        living.call.title, living.call.title_ar = "Saison d'hiver", "موسم الشتاء"
        living.call.site.name, living.call.site.name_ar = "Complexe artisanal de Marrakech", "مجمع الصناعة التقليدية"
        living.stands[0].space.name, living.stands[0].space.name_ar = "Salle des zelliges", "قاعة الزليج"
        db.session.commit()

    def phone(self, email: str = "") -> Visit:
        opened = self.visit(PHONE, self.language)
        if email:
            opened.sign_in(email)
        return opened

    def check(self, one: Visit, name: str) -> None:
        one.check()
        if SHOTS:
            self.shots += 1
            one.page.screenshot(path=f"{SHOTS}/life-{self.language}-{self.shots:02d}-{name}.png", full_page=True)

    def deliver(self) -> None:
        """Send what waits in the outbox to the spool."""
        with self.live.app.app_context():
            while outbox.send_due(self.live.app.extensions["settings"]):
                pass

    def link(self, exhibitor_id: int, kind: str) -> str:
        """The path in the newest mail to an exhibitor that leads to one of her offers or swaps."""
        self.deliver()
        folder = Path(self.live.app.extensions["settings"].data_dir) / "mail"
        for path in sorted(folder.iterdir(), reverse=True):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            found = re.search(rf"https?://\S+/{kind}/\S+", mail.get_content())
            if mail["To"] == self.email[exhibitor_id] and found:
                parts = urlsplit(found[0])
                return f"{parts.path}?{parts.query}"
        raise AssertionError(f"no mail with a link to {kind}")

    def asked(self) -> int:
        """Who of the waiting was asked about the place that fell free."""
        return next(one for one in self.email if one not in (self.a, self.b) and self._asked(one))

    def _asked(self, exhibitor_id: int) -> bool:
        try:
            return bool(self.link(exhibitor_id, "offers"))
        except AssertionError:
            return False

    def turn(self, exhibitor_id: int) -> int:
        with self.live.app.app_context():
            mine = PublishedTurn.exhibitor_id == exhibitor_id, PublishedTurn.publication.has(superseded_at=None)
            return db.session.scalars(select(PublishedTurn.id).where(*mine)).one()

    def calendar(self, exhibitor_id: int) -> list[tuple[int, str]]:
        """The turns of an exhibitor's public feed: weeks from the first, and the status where one is told."""
        with urlopen(f"{self.live.url}/exhibitors/{exhibitor_id}/calendar.ics") as answer:
            entries = icalendar.Calendar.from_ical(answer.read()).walk("VEVENT")
        return sorted(
            ((one["dtstart"].dt - first_monday()).days // 7, str(one.get("status", ""))) for one in entries
        )  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_from_the_offer_to_the_turn_given_back(live: Live, visit: Callable[..., Visit], language: str) -> None:
    village = Village(live, visit, language)
    a, b = village.a, village.b
    c = answer_the_offers(village)
    d = next(one for one in village.email if one not in (a, b, c))
    leave_the_waiting_list(village, d)
    swap(village, a, c)
    give_back(village, a)


def answer_the_offers(village: Village) -> int:
    """One says yes with the mail's link, one says no, who was next says yes; her id."""
    answered = {"yes": village.a, "no": village.b}
    for word, who in answered.items():
        phone = village.phone()
        page = phone.open(village.link(who, "offers"))
        village.check(phone, f"offer-{word}")
        page.click(f".btn.{word}")
        page.wait_for_selector(".outcome.ok" if word == "yes" else ".outcome.off")
        village.check(phone, f"said-{word}")
    c = village.asked()
    phone = village.phone()
    page = phone.open(village.link(c, "offers"))
    page.click(".btn.yes")
    page.wait_for_selector(".outcome.ok")
    assert village.calendar(village.a) == [(0, "")]
    assert village.calendar(c) == [(1, "")]
    return c


def leave_the_waiting_list(village: Village, who: int) -> None:
    phone = village.phone(village.email[who])
    village.check(phone, "home-waiting")
    with village.live.app.app_context():
        number = db.session.scalars(select(Application.id).where(Application.exhibitor_id == who)).one()
    page = phone.open(f"/me/applications/{number}")
    assert page.locator(".positions li").count() == 1
    village.check(phone, "waiting")
    phone.follow("a[href$='/leave-list']")
    village.check(phone, "leave")
    page.click("main form[action$='/leave-list'] button")
    page.wait_for_url(f"**/me/applications/{number}")
    village.check(phone, "left")
    with village.live.app.app_context():
        assert db.session.get_one(Application, number).left_list_at is not None


def swap(village: Village, a: int, c: int) -> None:
    phone, mine = village.phone(village.email[a]), village.turn(a)
    village.check(phone, "home")
    page = phone.open(f"/me/turns/{mine}")
    village.check(phone, "turn")
    phone.follow("a[href$='/swap']")
    village.check(phone, "choose")
    page.click("main li form button")
    page.wait_for_url(f"**/me/turns/{mine}")
    village.check(phone, "asked")
    other = village.phone()
    page = other.open(village.link(c, "swaps"))
    village.check(other, "swap")
    page.click(".btn.yes")
    page.wait_for_selector(".btn.yes", state="detached")
    village.check(other, "agreed")
    if village.language == "fr":
        assert village.calendar(c) == [(1, "")], "nothing moves before the manager approves"
        manager = village.phone(village.boss)
        page = manager.open(f"/manage/calls/{village.call_id}/turns/")
        village.check(manager, "approve")
        page.click("form[action$='/approve'] button")
        page.wait_for_selector("form[action$='/approve']", state="detached")
    assert (village.calendar(a), village.calendar(c)) == ([(1, "")], [(0, "")])


def give_back(village: Village, who: int) -> None:
    phone = village.phone(village.email[who])
    page = phone.open(f"/me/turns/{village.turn(who)}")
    phone.follow("a[href$='/give-back']")
    village.check(phone, "give-back")
    page.click(".btn.no")
    page.wait_for_url("**/me/")
    village.check(phone, "given-back")
    assert village.calendar(who) == [(1, "CANCELLED")]
    assert today() < first_monday()
