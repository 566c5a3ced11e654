"""A season as large as a city's: five halls of eight stands, 26 fortnights, 700 invented applicants, and a published
plan of 640 turns. Nothing of the demo: it is made to measure the board on.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

from flask_security import hash_password

from app.clock import now
from app.demo.people import Crowd, invent
from app.demo.stories import CRAFTS
from app.demo_logins import PASSWORD
from app.extensions import db
from app.models import (
    Application,
    ApplicationSpace,
    ApplicationState,
    Call,
    CallPeriod,
    CallSpace,
    CallState,
    Exhibitor,
    Membership,
    Site,
    SiteCategory,
    SiteRole,
    SiteState,
    SiteType,
    Space,
    SpaceKind,
    Stand,
    StoredPlan,
    User,
)
from app.planning.case import freeze
from app.planning.figures import digest
from app.planning.judge import problem_of
from app.services import freezing, rotation
from scheduler.board import Board
from scheduler.codec import canonical_bytes, encode_plan
from scheduler.plan import Plan, Turn
from scheduler.problem import Problem
from scheduler.targets import Targets

HALLS, STANDS, PERIODS, DAYS, PEOPLE, TURNS = 5, 8, 26, 14, 700, 640
FIRST_DAY = date(2027, 1, 4)
MANAGER = "grande-saison@dawra.example"
CHARTER: dict[str, Any] = {
    "measure": "periods", "max_same_activity": 2, "min_activities": 3, "rest": 3, "rivals_apart": True,
    "quotas": [{"group": "women", "at_least": 0.3}], "tiers": ["fairness", "fill", "preferences", "diversity"],
}  # fmt: skip


def make() -> tuple[StoredPlan, User]:
    """Make the season in an empty installation; its plan, and a manager of its site. Reference data must be there."""
    rng = random.Random(600)  # noqa: S311 - repeatable on purpose
    site, manager = _site()
    halls = [_hall(site, number) for number in range(HALLS)]
    call = _call(site, halls)
    crowd = invent(rng, PEOPLE, Crowd({"07.351": 60, "07.041": 20, "07.211": 20}, CRAFTS), "BIG")
    db.session.add_all(_application(rng, call, one, halls, manager, n) for n, one in enumerate(crowd, 1))
    db.session.commit()
    db.session.refresh(call)
    plan = _plan(call)
    rotation.publish(manager, plan.id)
    return plan, manager


def _site() -> tuple[Site, User]:
    site = Site(
        slug="grande-saison", name="Complexe de la grande saison", city="Marrakech", region_code="07",
        province_code="07.351", category=SiteCategory.SALE, type=SiteType.EXHIBITION_SPACE, state=SiteState.OPEN,
    )  # fmt: skip
    manager = User(
        email=MANAGER, name="Gestion", password=hash_password(PASSWORD), created_at=now(),
        fs_uniquifier=uuid4().hex,
    )  # fmt: skip
    db.session.add_all([site, manager])
    db.session.flush()
    db.session.add(Membership(user_id=manager.id, site_id=site.id, role=SiteRole.MANAGER))
    return site, manager


def _hall(site: Site, number: int) -> Space:
    hall = Space(
        site_id=site.id, code=f"H{number + 1}", name=f"Salle {number + 1}", name_ar=f"القاعة {number + 1}",
        kind=SpaceKind.HALL,
    )  # fmt: skip
    hall.stands = [
        Stand(
            code=f"{n + 1:02d}", position=n, area_m2=12 if n < 3 else 8, features=["power"], x=n % 4, y=n // 4
        )
        for n in range(STANDS)
    ]  # fmt: skip
    db.session.add(hall)
    db.session.flush()
    return hall


def _call(site: Site, halls: list[Space]) -> Call:
    end = FIRST_DAY + timedelta(days=PERIODS * DAYS - 1)
    call = Call(
        site_id=site.id, number=1, title="La grande saison", state=CallState.PUBLISHED, season_start=FIRST_DAY,
        season_end=end, period_days=DAYS, opens_at=now() - timedelta(days=60), closes_at=now() - timedelta(days=20),
        published_at=now() - timedelta(days=61), created_at=now(), seed="grande-saison", charter=CHARTER,
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    db.session.add_all(CallSpace(call_id=call.id, space_id=hall.id, site_id=site.id) for hall in halls)
    for n in range(PERIODS):
        first = FIRST_DAY + timedelta(days=n * DAYS)
        last = first + timedelta(days=DAYS - 1)
        db.session.add(CallPeriod(call_id=call.id, position=n, starts_on=first, ends_on=last))
    db.session.flush()
    return call


def _application(
    rng: random.Random, call: Call, who: Exhibitor, halls: list[Space], author: User, number: int
) -> Application:
    length = rng.choice((1, 1, 2))
    away = rng.sample(range(PERIODS), rng.randint(0, 5))
    made = Application(
        call_id=call.id, exhibitor_id=who.id, client_key=uuid4().hex, state=ApplicationState.ELIGIBLE, number=number,
        submitted_at=now(), updated_at=now(), entered_by_id=author.id, min_length=1, max_length=length,
        max_turns=rng.choice((1, 2, 2, 3)), area_m2=rng.choice((0, 6, 8, 8, 10)), unavailable=sorted(away),
        preferred={str(p): rng.randint(1, 3) for p in rng.sample(range(PERIODS), 3) if p not in away},
    )  # fmt: skip
    wanted = rng.sample(halls, rng.choice((1, 2, 3)))
    made.wishes = [ApplicationSpace(space_id=hall.id, call_id=call.id, rank=n) for n, hall in enumerate(wanted, 1)]
    return made


def _plan(call: Call) -> StoredPlan:
    """One turn each in the order of the list as long as a place is allowed, then the next round."""
    text, sha256 = freeze(call)
    problem = problem_of(text)
    plan = Plan(sha256, "feasible", tuple(islice(_turns(problem), TURNS)))
    freezing.keep(call.id, text, sha256)
    written = canonical_bytes(encode_plan(plan)).decode()
    stored = StoredPlan(
        call_id=call.id, case_sha256=sha256, text=written, sha256=hashlib.sha256(written.encode()).hexdigest(),
        status="feasible", digest=digest(text, plan), created_at=now(),
    )  # fmt: skip
    db.session.add(stored)
    db.session.commit()
    return stored


def _turns(problem: Problem) -> Iterator[Turn]:
    board, helped = Board(problem, ()), True
    while helped:
        helped = False
        for request in problem.requests:
            allowed = (
                target.swap.added[0]
                for *_place, target in Targets(board, request.applicant).moves()
                if target.state == "allowed"
            )
            if turn := next(allowed, None):
                board.add(turn)
                helped = True
                yield turn
