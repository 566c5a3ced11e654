"""A published rotation with people who wait, for tests of what happens to its turns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.models import (
    ApplicationState,
    Call,
    Exhibitor,
    Notice,
    Occupancy,
    Offer,
    OfferState,
    Publication,
    PublishedTurn,
    SiteRole,
    Stand,
    User,
)
from app.services import rotation
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user
from tests.plans import store_plan

#: The season begins five weeks after the offers are made.
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
START = date(2027, 1, 4)

Ids = tuple[int, int, tuple[list[int], ...]]


@dataclass
class Living:
    """A hall of two stands, three weeks; ``placed`` hold turns, ``waiting`` have none. All are told by mail."""

    call: Call
    boss: User
    placed: list[Exhibitor]
    waiting: list[Exhibitor]
    stands: list[Stand]

    def ids(self) -> Ids:
        """What it takes to find it again."""
        rows = (self.placed, self.waiting, self.stands)
        return self.call.id, self.boss.id, tuple([row.id for row in some] for some in rows)  # type: ignore[attr-defined]

    @classmethod
    def of(cls, ids: Ids) -> Living:
        """The same, read anew."""
        call, boss = db.session.get_one(Call, ids[0]), db.session.get_one(User, ids[1])
        kinds = zip((Exhibitor, Exhibitor, Stand), ids[2], strict=True)
        placed, waiting, stands = ([db.session.get_one(kind, one) for one in some] for kind, some in kinds)
        return cls(call, boss, placed, waiting, stands)

    def offer_of(self, exhibitor: Exhibitor, state: OfferState = OfferState.OPEN) -> Offer | None:
        """Her last offer in a state."""
        query = select(Offer).where(Offer.exhibitor_id == exhibitor.id, Offer.state == state)
        return db.session.scalars(query.order_by(Offer.id.desc())).first()

    def turns(self) -> list[tuple[int, str, int, int]]:
        """(exhibitor, stand code, start, length) of the publication in force."""
        db.session.expire_all()
        rows = db.session.scalars(
            select(PublishedTurn).join(Publication)
            .where(Publication.call_id == self.call.id, Publication.superseded_at.is_(None))
            .order_by(PublishedTurn.start, PublishedTurn.stand_id)
        )  # fmt: skip
        return [(row.exhibitor_id, row.stand.code, row.start, row.length) for row in rows]


def user_of(exhibitor: Exhibitor) -> User:
    """The account that acts for her."""
    return exhibitor.accounts[0].user


def make_living(placed: int = 2, waiting: int = 2, periods: int = 3, stands: int = 2, **given: Any) -> Living:
    """Publish a rotation in which each of ``placed`` holds a stand in the first week."""
    site = make_site()
    boss = make_user((site, SiteRole.MANAGER))
    space = make_space(site, stands=stands)
    values = {"offers": True, "offer_days": 7, "reminder_days": [2], "refill": True, "start": START} | given
    call = make_call(site, space, periods=periods, days=7, **values)
    people = []
    for n in range(placed + waiting):
        user = make_user()
        people.append(make_exhibitor(user, craft=f"POT-{n:02d}"))
        make_application(call, people[-1], space, entered_by=user, state=ApplicationState.ELIGIBLE)
    db.session.commit()
    turns = [(who, space.stands[n % stands], n // stands, 1) for n, who in enumerate(people[:placed])]
    rotation.publish(boss, store_plan(call, turns).id)
    return Living(call, boss, people[:placed], people[placed:], list(space.stands))


def told() -> Counter[tuple[str, int]]:
    """How many messages of each kind went to each account since the last time it was asked."""
    found = Counter((notice.kind, notice.user_id) for notice in db.session.scalars(select(Notice)))
    db.session.query(Notice).delete()
    db.session.commit()
    return found


def held() -> Counter[int]:
    """Days held on stands, by exhibitor."""
    return Counter(db.session.scalars(select(Occupancy.exhibitor_id)))
