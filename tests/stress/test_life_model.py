"""A published rotation lived at random, against a plain model: publish, answer, lapse, swap, return, close, republish,
come or stay away.

The model is a set of (exhibitor, stand, week), who stood where at the end of each day that has passed, and what was
noted of whom. After each step: the turns are the model's; no stand twice, nobody in two places; the days held are
those of the turns, no more; every offer that is not open ended exactly once; the plan in force says the same as the
rows; the journal, read from its first entry, leads to the same states; the list of the day names who stands there;
and the ledger counts the weeks that were lived and, where the charter says so, not missed.
This is looked at whenever a statement that may change a row was sent, or time has passed: after a step that did
neither, nothing can be other than it was.

``DAWRA_LIFE_RUNS`` and ``DAWRA_LIFE_STEPS`` set how long (``./dev test --stress``: 2,000 runs of 40 steps), and
``DAWRA_LIFE_SEED`` which; the lives are counted by the machine itself, those of the full length apart.
"""

import gc
import os
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import permutations
from typing import NamedTuple

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Text, cast, literal, select, union_all
from sqlalchemy.exc import IntegrityError

from app.clock import at_wall, local, pretending
from app.errors import Invalid, Refused
from app.extensions import db
from app.jobs import clock
from app.models import (
    Application,
    Attendance,
    AttendanceState,
    AuditEntry,
    Closure,
    ClosureReason,
    MissedPeriods,
    Occupancy,
    Offer,
    OfferState,
    Presence,
    Publication,
    PublishedTurn,
    Swap,
    SwapPolicy,
    SwapState,
    Vacancy,
    VacancyState,
)
from app.planning.judge import turns_of
from app.queries import attendance as days
from app.queries import closing, ledger
from app.services import (
    absence,
    attendance,
    audit,
    closing_days,
    leftover,
    occupancy,
    offer,
    repairing,
    rotation,
    seeking,
    swap,
    turn,
)
from app.services.attendance import Mark
from app.services.closure import ClosureFacts
from tests.living import NOW, Ids, Living, make_living, user_of
from tests.plans import store_plan
from tests.stress.again import Writes, bring_back, keep, quickly

RUNS = int(os.environ.get("DAWRA_LIFE_RUNS", "3"))
STEPS = int(os.environ.get("DAWRA_LIFE_STEPS", "14"))
SEED = os.environ.get("DAWRA_LIFE_SEED")
WEEKS, STANDS = 4, 2
ANY = st.integers(0, 10_000)
DAY = timedelta(days=1)
ABSENCES = 2  # in a row, and the rest of the turns may go to others
ABSENT = AttendanceState.ABSENT
HAPPENS = (
    "accept", "decline", "turns that lapsed", "give back", "give back refused", "close", "republish",
    "works over a turn", "filled in a week under way", "propose a swap refused", "propose what may be", "swap agree",
    "swap approve", "swap decline", "swap cancel", "swaps done", "leave the list", "rejoin the list", "note present",
    "note absent", "note absent refused", "correct", "free the rest", "free the rest refused", "weeks missed",
    "open again",
)  # fmt: skip
Kind = tuple[bool, SwapPolicy, MissedPeriods]
pytestmark = pytest.mark.stress


class Week(NamedTuple):
    """A period of the season."""

    starts_on: date
    ends_on: date


class Life(RuleBasedStateMachine):
    """One call lived on; ``model`` is the set of (exhibitor, stand number, week)."""

    living: Living
    writes: Writes
    beginnings: dict[Kind, tuple[str, list[str], Ids]]
    lives: Counter[int]
    done: Counter[str]

    @classmethod
    def fresh(cls, writes: Writes) -> type["Life"]:
        """A machine that counts anew."""
        fields = {"writes": writes, "beginnings": {}, "lives": Counter(), "done": Counter()}
        return type("Life", (cls,), fields)

    @initialize(
        refill=st.booleans(), policy=st.sampled_from((SwapPolicy.FREE, SwapPolicy.APPROVED)),
        missed=st.sampled_from((MissedPeriods.COUNT, MissedPeriods.NEVER)), settled=st.booleans(),
    )  # fmt: skip
    def publish(self, refill: bool, policy: SwapPolicy, missed: MissedPeriods, settled: bool) -> None:
        """A call with four people on two stands in two weeks, and three who wait."""
        self.at = NOW
        self.steps, self.looked, self.counted = -1, (-1, NOW), date.min
        self.never = missed is MissedPeriods.NEVER
        self.living = self._begin((refill, policy, missed))
        self.people = {who.id: who for who in (*self.living.placed, *self.living.waiting)}
        self.weeks = [Week(one.starts_on, one.ends_on) for one in self.living.call.periods]
        self.numbers = {stand.id: n for n, stand in enumerate(self.living.stands)}
        self.codes = {stand.code: n for n, stand in enumerate(self.living.stands)}
        self.model = {(who.id, n % STANDS, n // STANDS) for n, who in enumerate(self.living.placed)}
        self.lived: set[tuple[int, int, date]] = set()
        self.shut: set[tuple[int, date]] = set()
        self.since: dict[tuple[int, int, int], date] = {}  # filled in a week under way: from that day on
        self.noted: dict[tuple[int, date], AttendanceState] = {}
        if settled:
            self.everybody_accepts()

    def _begin(self, kind: Kind) -> Living:
        """The published rotation, made once for each kind of call and brought back for the next life."""
        refill, policy, missed = kind
        if kind not in self.beginnings:
            if self.beginnings:  # one site in the database at a time
                bring_back("empty", [])
            with pretending(self.at):
                made = make_living(
                    4, 3, periods=WEEKS, refill=refill, swaps=policy, offer_days=3, max_turns=1,
                    absences_running=ABSENCES, missed_periods=missed,
                )  # fmt: skip
            name = f"kept{len(self.beginnings)}"
            self.beginnings[kind] = name, keep(name), made.ids()
        else:
            bring_back(*self.beginnings[kind][:2])
        return Living.of(self.beginnings[kind][2])

    def teardown(self) -> None:
        """Count a life by its steps."""
        if hasattr(self, "living"):
            self.lives[self.steps] += 1

    def _rows(self) -> list[PublishedTurn]:
        db.session.expire_all()
        query = (
            select(PublishedTurn).join(PublishedTurn.publication)
            .where(Publication.call_id == self.living.call.id, Publication.superseded_at.is_(None))
            .order_by(PublishedTurn.id)
        )  # fmt: skip
        return list(db.session.scalars(query))

    def _all(self, table: type, state: object) -> list:
        query = select(table).where(table.call_id == self.living.call.id, table.state == state)
        return list(db.session.scalars(query.order_by(table.id)))

    def _place(self, one: PublishedTurn | Offer) -> tuple[int, int, int]:
        return (one.exhibitor_id, self.numbers[one.stand_id], one.start)

    def _try(self, work: Callable[[], object], what: str) -> bool:
        with pretending(self.at):
            try:
                work()
            except Refused:
                self.done[f"{what} refused"] += 1
                return False
            finally:
                db.session.rollback()
        self.done[what] += 1
        return True

    @rule(which=ANY)
    def accept(self, which: int) -> None:
        """Somebody says yes."""
        asked = self._all(Offer, OfferState.OPEN)
        if asked:
            self._accept(asked[which % len(asked)])

    @rule()
    def everybody_accepts(self) -> None:
        """All who are asked say yes."""
        for one in self._all(Offer, OfferState.OPEN):
            self._accept(one)

    def _accept(self, one: Offer) -> None:
        place, free, first = self._place(one), one.vacancy_id is not None, one.starts_on
        taken = self._try(lambda: offer.accept(user_of(one.exhibitor), one.id), "accept")
        assert taken, "what is on offer can be had"
        if free:
            self.model.add(place)
            self._holds_from(place, first)

    def _holds_from(self, place: tuple[int, int, int], first: date) -> None:
        self.since.pop(place, None)
        if first > self.weeks[place[2]].starts_on:
            self.since[place] = first
            self.done["filled in a week under way"] += 1

    @rule(which=ANY)
    def decline(self, which: int) -> None:
        """Somebody says no."""
        asked = self._all(Offer, OfferState.OPEN)
        if asked:
            one = asked[which % len(asked)]
            place, mine = self._place(one), one.turn_id is not None
            if self._try(lambda: offer.decline(user_of(one.exhibitor), one.id), "decline") and mine:
                self.model.remove(place)

    @rule(which=ANY)
    def accept_twice(self, which: int) -> None:
        """Answering what has ended changes nothing."""
        query = select(Offer).where(Offer.call_id == self.living.call.id, Offer.state != OfferState.OPEN)
        past = list(db.session.scalars(query.order_by(Offer.state, Offer.id)))
        if past:
            one = past[which % len(past)]
            self._try(lambda: offer.accept(user_of(one.exhibitor), one.id), "accept what has ended")

    @rule(hours=st.one_of(st.integers(1, 100), st.integers(200, 600)))
    def time_passes(self, hours: int) -> None:
        """The clock's work: what lapsed is released."""
        self._until(self.at + timedelta(hours=hours))

    @rule(later=st.integers(-1, 5), hour=st.integers(8, 20))
    def the_next_week_comes(self, later: int, hour: int) -> None:
        """Some day of the next week that somebody has, or the eve of it."""
        coming = [self.weeks[week].starts_on + later * DAY for _who, _stand, week in self.model]
        if coming := [day for day in coming if day > self._today()]:
            self._until(at_wall(min(coming), time(hour)))

    def _until(self, at: datetime) -> None:
        """Whoever stood there at the end of a day has lived it."""
        before, self.at = self._today(), at
        for n in range((self._today() - before).days):
            self.lived |= {(who, stand, before + n * DAY) for who, stand in self._standing(before + n * DAY)}
        lapsing = [one for one in self._all(Offer, OfferState.OPEN) if one.deadline <= self.at]
        gone = {self._place(one) for one in lapsing if one.turn_id is not None}
        with pretending(self.at):
            clock.tick()
            clock.tick()
        self.model -= gone
        self.done["turns that lapsed"] += len(gone)

    def _today(self) -> date:
        return local(self.at).date()

    def _standing(self, day: date) -> set[tuple[int, int]]:
        """(exhibitor, stand) of a day."""
        return {
            (who, stand) for who, stand, week in self.model
            if self.weeks[week].starts_on <= day <= self.weeks[week].ends_on and (stand, day) not in self.shut
            and self.since.get((who, stand, week), day) <= day
        }  # fmt: skip

    @rule(which=ANY)
    def give_back(self, which: int) -> None:
        """Somebody gives her turn back."""
        rows = self._rows()
        if rows:
            row = rows[which % len(rows)]
            place = self._place(row)
            if self._try(lambda: turn.give_back(user_of(row.exhibitor), row.id), "give back"):
                self.model.remove(place)

    @rule(one=ANY, other=ANY)
    def propose(self, one: int, other: int) -> None:
        """Somebody proposes a swap."""
        rows = self._rows()
        if len(rows) > 1:
            mine, theirs = rows[one % len(rows)], rows[other % len(rows)]
            self._try(lambda: swap.propose(user_of(mine.exhibitor), mine.id, theirs.id), "propose a swap")

    @rule(which=ANY, answers=st.integers(0, 3))
    def propose_what_may_be(self, which: int, answers: int) -> None:
        """Somebody proposes a swap against which nothing speaks: then it is asked, and may be answered at once."""
        pairs = list(permutations(self._rows(), 2))
        pairs = pairs[which % len(pairs) :] + pairs[: which % len(pairs)] if pairs else []
        with pretending(self.at):
            free = (pair for pair in pairs if not swap.obstacles(self.living.call, *pair, self.at))
            mine, theirs = next(free, (None, None))
        if mine and theirs:
            until = min(mine.starts_on, theirs.starts_on)
            assert self._try(lambda: swap.propose(user_of(mine.exhibitor), mine.id, theirs.id), "propose what may be")
            assert until > self._today()
            for _n in range(answers - 1):
                self.a_swap_goes_on(which)

    @rule(which=ANY)
    def a_swap_goes_on(self, which: int) -> None:
        """The other agrees, or the manager approves what is agreed."""
        agreed = self._all(Swap, SwapState.AGREED)
        self.answer_swap(which, "approve" if agreed else "agree", agreed)

    @rule(which=ANY, how=st.sampled_from(("agree", "agree", "decline", "cancel", "approve")))
    def answer_any_swap(self, which: int, how: str) -> None:
        """A swap goes on, or ends."""
        self.answer_swap(which, how)

    def answer_swap(self, which: int, how: str, among: list[Swap] | None = None) -> None:
        """One of these swaps, or of all that are open, is answered."""
        found = among or self._all(Swap, SwapState.ASKED) + self._all(Swap, SwapState.AGREED)
        if not found:
            return
        one = found[which % len(found)]
        mine, theirs = self._place(one.turn), self._place(one.other_turn)
        actor = {
            "agree": user_of(one.other_turn.exhibitor), "decline": user_of(one.other_turn.exhibitor),
            "cancel": user_of(one.turn.exhibitor), "approve": self.living.boss,
        }[how]  # fmt: skip
        verb = {"agree": swap.agree, "decline": swap.decline, "cancel": swap.cancel, "approve": swap.approve}[how]
        self._try(lambda: verb(actor, one.id), f"swap {how}")
        if db.session.get(Swap, one.id, populate_existing=True).state is SwapState.DONE:
            self.model -= {mine, theirs}
            for who, old in ((mine[0], theirs), (theirs[0], mine)):
                self.model.add((who, *old[1:]))
                self.since.pop((who, *old[1:]), None)
                if old in self.since:  # the days of the place, whoever holds it
                    self.since[who, *old[1:]] = self.since[old]
            self.done["swaps done"] += 1

    @rule(which=ANY, leaving=st.booleans())
    def waiting_list(self, which: int, leaving: bool) -> None:
        """Somebody leaves the list, or comes back."""
        query = select(Application).where(Application.call_id == self.living.call.id).order_by(Application.id)
        files = list(db.session.scalars(query))
        one = files[which % len(files)]
        verb = turn.leave_list if leaving else turn.rejoin_list
        self._try(lambda: verb(user_of(one.exhibitor), one), "leave the list" if leaving else "rejoin the list")

    @rule(stand=st.integers(0, STANDS - 1), week=st.integers(0, WEEKS - 1))
    def close(self, stand: int, week: int) -> None:
        """A stand is closed for a day, where nobody stands."""
        place = self.living.stands[stand]
        day = self.weeks[week].starts_on
        facts = ClosureFacts(day, day, ClosureReason.WORKS, place.space_id, place.id)
        held = any(one[1] == stand for one in self._standing(day))
        try:
            done = self._try(lambda: closing_days.create(self.living.boss, self.living.call.site, facts), "close")
        except Exception as error:
            if type(error).__name__ != "Invalid":
                raise
            done = False
        assert not (done and held)

    @rule(stand=st.integers(0, STANDS - 1), week=st.integers(0, WEEKS - 1), later=st.integers(0, 6))
    def works(self, stand: int, week: int, later: int) -> None:
        """A stand closes for a day whoever stands there: a turn to come is lost, one under way interrupted."""
        place, period = self.living.stands[stand], self.weeks[week]
        day = period.starts_on + later * DAY
        facts = ClosureFacts(day, day, ClosureReason.WORKS, place.space_id, place.id)
        if (stand, day) in self.shut or day < self._today():
            return
        site = self.living.call.site
        with pretending(self.at):
            try:
                made = closing_days.create(self.living.boss, site, facts, over_turns=True)
            except Invalid:  # closed already
                db.session.rollback()
                return
            self.shut.add((stand, day))
            if closing.touched(site.id, facts, self._today()):
                (repair,) = seeking.seek(self.living.boss, made)
                repairing.carry_out(self.living.boss, repair.id, "none")
                self.done["works over a turn"] += 1
        if period.starts_on > self._today():
            self.model = {one for one in self.model if one[1:] != (stand, week)}

    @precondition(lambda self: db.session.query(Closure).first())
    @rule(which=ANY)
    def open_again(self, which: int) -> None:
        """A closure is removed: what it interrupts goes on, what it took is offered."""
        closures = list(db.session.scalars(select(Closure).order_by(Closure.id)))
        one = closures[which % len(closures)]
        stand, day = self.numbers[one.stand_id], one.starts_on
        if self._try(lambda: closing_days.delete(self.living.boss, one), "open again") and day > self._today():
            self.shut.discard((stand, day))

    @rule(which=ANY, week=st.integers(0, WEEKS - 1), stand=st.integers(0, STANDS - 1))
    def republish(self, which: int, week: int, stand: int) -> None:
        """A new plan: the same, with one person's turn put elsewhere, where the rules allow it."""
        people = sorted(self.people)
        who = people[which % len(people)]
        if any(one[1:] == (stand, week) for one in self.model):
            return
        wanted = {one for one in self.model if one[0] != who} | {(who, stand, week)}
        given = [(self.people[a], self.living.stands[b], c, 1) for a, b, c in sorted(wanted)]
        with pretending(self.at):
            try:
                plan = store_plan(self.living.call, given)
            except AssertionError:  # a rule forbids it
                db.session.rollback()
                return
        if self._try(lambda: rotation.publish(self.living.boss, plan.id), "republish"):
            self.model = wanted
            self._holds_from((who, stand, week), max(self.weeks[week].starts_on, self._tomorrow()))

    def _tomorrow(self) -> date:
        return self._today() + DAY

    def _stood(self, day: date) -> set[tuple[int, int]]:
        """(exhibitor, stand) of a day that has come: what was given up on a day was still held on it."""
        kept = {(who, stand) for who, stand, other in self.lived if other == day}
        return kept | (self._standing(day) if day == self._today() else set())

    @precondition(lambda self: self._today() >= self.weeks[0].starts_on)
    @rule(which=ANY, ago=st.integers(0, 4), state=st.sampled_from((AttendanceState.PRESENT, ABSENT, ABSENT)))
    def note(self, which: int, ago: int, state: AttendanceState) -> None:
        """Somebody came or did not: the first note of a day stands."""
        day, site = self._today() - ago * DAY, self.living.call.site
        if not self._stood(day):  # nor does the list, which is looked at after each step
            return
        if found := days.day_list(site, day).rows:
            who, row = (one := found[which % len(found)]).turn.exhibitor_id, one.turn
            first = self.noted.get((who, day), state)
            done = self._try(lambda: attendance.note(self.living.boss, site, Mark(row.id, day, state)), f"note {state}")
            assert done == (ago <= days.NOTED_FREELY and first is state)
            if done:
                self.noted[who, day] = state

    @precondition(lambda self: self._today() >= self.weeks[0].starts_on)
    @rule(which=ANY)
    def nobody_comes(self, which: int) -> None:
        """Somebody stays away as long as the list goes back."""
        for ago in range(days.NOTED_FREELY, -1, -1):
            self.note(which, ago, ABSENT)

    @precondition(lambda self: self._today() >= self.weeks[0].starts_on)
    @rule(which=ANY, state=st.sampled_from((*AttendanceState, None)))
    def correct(self, which: int, state: AttendanceState | None) -> None:
        """What was noted is corrected with a reason."""
        rows = list(db.session.scalars(select(Attendance).order_by(Attendance.day, Attendance.exhibitor_id)))
        if rows:
            row, site = rows[which % len(rows)], self.living.call.site
            who, day, mark = row.exhibitor_id, row.day, Mark(row.turn_id, row.day, state, "Vérifié")
            if self._try(lambda: attendance.correct(self.living.boss, site, mark), "correct"):
                self.noted.pop((who, day))
                self.noted |= {(who, day): state} if state else {}

    @rule(which=ANY)
    def free_the_rest(self, which: int) -> None:
        """The rest of a turn goes to others exactly when she was absent last, or too often."""
        rows = self._rows()
        if rows:
            row = rows[which % len(rows)]
            place, first, last = self._place(row), row.starts_on, row.ends_on
            who, said = place[0], sorted(day for one, day in self.noted if one == place[0])
            absent = [self.noted[who, day] is ABSENT for day in said if first <= day <= last][-1:] == [True]
            may = last > self._today() and (absent or self._running(who) >= ABSENCES)
            assert may == self._try(lambda: absence.free_rest(self.living.boss, row.id, "Absente"), "free the rest")
            if may:
                self.lived |= {(*one, self._today()) for one in self._standing(self._today()) if one == place[:2]}
                self.model.remove(place)

    def _running(self, who: int) -> int:
        """Her absences in a row, up to the last day that was hers or noted."""
        stood = {day for one, _stand, day in self.lived if one == who and day < self._today()}
        count = 0
        for day in sorted(stood | {day for one, day in self.noted if one == who}, reverse=True):
            if self.noted.get((who, day)) is ABSENT:
                count += 1
            elif self.noted.get((who, day)) is not AttendanceState.EXCUSED:
                break
        return count

    @invariant()
    def everything_holds(self) -> None:
        """Looked at after each step that sent a statement which may write, or let time pass."""
        self.steps += 1
        if self.looked == (self.writes.count, self.at):
            self.done["steps that wrote nothing"] += 1
            return
        self.looked = self.writes.count, self.at
        self.the_turns_are_the_models()
        self.the_list_of_the_day_is_who_stands_there()
        self.the_ledger_counts_what_was_lived()
        self.the_plan_says_the_same()
        self.what_is_closed_is_not_on_offer()
        self.the_journal_leads_here()

    def the_turns_are_the_models(self) -> None:
        """And no stand or person is taken twice."""
        rows = self._rows()
        assert {self._place(row) for row in rows} == self.model
        assert len(rows) == len(self.model) == len({one[1:] for one in self.model})
        assert max(Counter((row.exhibitor_id, row.start) for row in rows).values(), default=1) == 1
        days = {
            (row.stand_id, row.starts_on + timedelta(days=n), row.id, row.exhibitor_id)
            for row in rows for n in range((row.ends_on - row.starts_on).days + 1)
            if row.holds(row.starts_on + n * DAY)
        }  # fmt: skip
        held = select(Occupancy.stand_id, Occupancy.day, Occupancy.turn_id, Occupancy.exhibitor_id)
        assert {tuple(one) for one in db.session.execute(held.where(Occupancy.stand_id.in_(self.numbers)))} == days
        there = select(Presence.day, Presence.turn_id, Presence.exhibitor_id)
        found = db.session.execute(there.where(Presence.exhibitor_id.in_(self.people)))
        assert {tuple(one) for one in found} == {one[1:] for one in days}

    def the_list_of_the_day_is_who_stands_there(self) -> None:
        """Of today and the days before that may still be noted; and what was noted is what is kept."""
        for day in (self._today() - ago * DAY for ago in range(days.NOTED_FREELY + 1)):
            if day < min(self._today(), self.weeks[0].starts_on):  # looked at when it was today
                continue
            rows = [row.turn for row in days.day_list(self.living.call.site, day).rows]
            assert sorted((row.exhibitor_id, self.numbers[row.stand_id]) for row in rows) == sorted(self._stood(day))
        kept = db.session.execute(select(Attendance.exhibitor_id, Attendance.day, Attendance.state))
        assert {(who, day): state for who, day, state in kept} == self.noted

    def the_ledger_counts_what_was_lived(self) -> None:
        """A week that is over counts for whoever stood there on at least half of its days, unless she missed most."""
        if self._today() <= self.weeks[0].ends_on and self.counted == self._today():
            return  # nothing was lived yet, and it was looked at today
        self.counted = self._today()
        told = ledger.accounts(self.people, self._today())
        said = {who: sum(one.lived.periods for one in told[who].seasons.values()) for who in self.people}
        counted, missed = Counter[int](), Counter[int]()
        for who in self.people:
            for week in self.weeks:
                if week.ends_on >= self._today():
                    continue
                stood = [day for one, _, day in self.lived if one == who and week.starts_on <= day <= week.ends_on]
                away = sum((who, day) in self.noted and self._away(who, day) for day in stood)
                whole = 2 * len(stood) >= 7
                missed[who] += self.never and whole and 2 * away > len(stood)
                counted[who] += whole and not (self.never and 2 * away > len(stood))
        assert said == {who: counted[who] for who in self.people}
        seasons = {who: sum(one.missed for one in told[who].seasons.values()) for who in self.people}
        assert all(seasons[who] >= missed[who] for who in self.people)
        self.done["weeks missed"] += missed.total()

    def _away(self, who: int, day: date) -> bool:
        return self.noted[who, day] is not AttendanceState.PRESENT

    def the_plan_says_the_same(self) -> None:
        """The plan of the publication in force has the turns of the rows."""
        (row,) = db.session.scalars(
            select(Publication).where(Publication.call_id == self.living.call.id, Publication.superseded_at.is_(None))
        ).all()
        said = {(int(t.applicant[1:]), self.codes[t.stand.partition("-")[2]], t.start) for t in turns_of(row.plan_text)}
        assert said == self.model
        assert (row.turn_count, len(said)) == (len(self.model), len(self.model))

    def what_is_closed_is_not_on_offer(self) -> None:
        """Nobody is asked about a free place on a day on which it is closed."""
        asked = (
            select(Offer.id).join(Closure, Closure.stand_id == Offer.stand_id)
            .where(Offer.state == OfferState.OPEN, Offer.vacancy_id.is_not(None))
            .where(Closure.starts_on <= Offer.ends_on, Offer.starts_on <= Closure.ends_on)
        )  # fmt: skip
        assert db.session.scalars(asked).all() == []

    def the_journal_leads_here(self) -> None:
        """Every offer, swap and vacancy is in the state its last entry says, and ended once; the plan too."""
        site = self.living.call.site
        assert audit.verify(site) == []
        entries = db.session.execute(
            select(AuditEntry.subject, AuditEntry.after)
            .where(AuditEntry.chain == audit.chain_of(site)).order_by(AuditEntry.position)
        ).all()  # fmt: skip
        states: dict[str, str] = {}
        ends: Counter[str] = Counter()
        plan = ""
        for entry in entries:
            noun, after = entry.subject.partition(":")[0], entry.after or {}
            if noun in ("offer", "swap", "vacancy") and "state" in after:
                states[entry.subject] = after["state"]
                ends[entry.subject] += after["state"] not in ("open", "asked", "agreed")
            plan = after["plan_sha256"] if noun == "publication" else plan
        rows = union_all(
            *(
                select(literal(table.__tablename__), table.id, cast(table.state, Text))
                .where(table.call_id == self.living.call.id)
                for table in (Offer, Swap, Vacancy)
            )
        )  # fmt: skip
        told = {f"{noun}:{row_id}": state for noun, row_id, state in db.session.execute(rows)}
        assert states == told
        open_states = {OfferState.OPEN.value, SwapState.ASKED.value, SwapState.AGREED.value, VacancyState.OPEN.value}
        assert {subject: ends[subject] for subject in told} == {
            subject: int(state not in open_states) for subject, state in told.items()
        }
        in_force = select(Publication.plan_sha256).where(
            Publication.call_id == self.living.call.id, Publication.superseded_at.is_(None)
        )
        assert db.session.scalars(in_force).one() == plan


def live(runs: int, steps: int, phases: tuple[Phase, ...] = (Phase.generate, Phase.shrink)) -> type[Life]:
    """Live so many lives of so many steps after their publication; the machine, with what it counted."""
    gc.freeze()  # what is there by now stays, and is not looked through again and again
    with quickly(), Writes() as writes:
        machine = Life.fresh(writes)
        if SEED is not None:
            machine = seed(int(SEED))(machine)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=runs, stateful_step_count=steps + 1, deadline=None, phases=phases,
                suppress_health_check=list(HealthCheck), database=None,
            ),
        )  # fmt: skip
    return machine


def test_a_rotation_lived_at_random(app: Flask) -> None:
    lived = live(RUNS, STEPS)
    full, steps = lived.lives[STEPS], sum(count * length for length, count in lived.lives.items())
    print(f"\n{full} lives of {STEPS} steps, {lived.lives.total() - full} shorter ones, {steps} steps in all")
    print(f"seed {SEED}: {dict(sorted(lived.done.items()))}")
    assert lived.lives.total() >= RUNS
    if RUNS >= 1000:
        assert [kind for kind in HAPPENS if not lived.done[kind]] == [], "each kind of step really happens"


def _keep_days(_turn_ids: object) -> None:
    """A turn that is over keeps its days."""


def _end_in_silence(row: Offer, state: OfferState, at: datetime, *_: object, **__: object) -> bool:
    """An offer ends, and the journal is not told."""
    row.state, row.ended_at = state, at
    db.session.flush()
    return True


@pytest.mark.parametrize(
    ("where", "guard", "instead"),
    [(occupancy, "free", _keep_days), (offer, "end_offer", _end_in_silence)],
    ids=["days are kept", "an offer ends in silence"],
)
def test_what_is_wrong_is_seen(
    app: Flask, monkeypatch: pytest.MonkeyPatch, where: object, guard: str, instead: object
) -> None:
    """Control: with a guard taken away, a life goes wrong and the machine says so."""
    monkeypatch.setattr(where, guard, instead)
    with pytest.raises((AssertionError, IntegrityError)):
        live(30, 14, (Phase.generate,))


def test_what_closes_and_stays_on_offer_is_seen(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: a life of three steps, which chance meets once in some hundred."""
    monkeypatch.setattr(leftover, "shut", lambda *_given: None)
    with quickly(), Writes() as writes:
        life = Life.fresh(writes)()
        life.publish(refill=True, policy=SwapPolicy.FREE, missed=MissedPeriods.COUNT, settled=False)
        life.everything_holds()
        life.decline(which=0)
        life.everything_holds()
        (asked,) = [one for one in life._all(Offer, OfferState.OPEN) if one.vacancy_id]
        life.close(stand=life.numbers[asked.stand_id], week=asked.start)
        with pytest.raises(AssertionError):
            life.everything_holds()
