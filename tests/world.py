"""A populated database: two sites with everything on them, and one person for each role."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from app.clock import now
from app.codes import code_of
from app.extensions import db
from app.models import (
    ApplicationState,
    Assistance,
    CallState,
    Closure,
    ClosureReason,
    Commitment,
    Decision,
    DecisionKind,
    Event,
    EventKind,
    Exhibitor,
    ExhibitorKind,
    ExhibitorMember,
    FrozenCase,
    Invitation,
    Language,
    LookKind,
    Offer,
    Proposal,
    Publication,
    PublishedTurn,
    Registration,
    Repair,
    RunState,
    SecondLook,
    Site,
    SiteRole,
    SolveRun,
    StoredPlan,
    Swap,
    User,
    Vacancy,
    VacancyCause,
    Worker,
)
from app.planning.case import freeze
from app.tickets import sign
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user

TOKEN = {"a": "token-of-side-a", "b": "token-of-side-b"}


@dataclass
class Person:
    """Who signs in (see ``tests.factories.sign_in``)."""

    email: str


@dataclass
class Side:
    """What is at home at one site, by the name of a route's argument."""

    ids: dict[str, Any]


@dataclass
class World:
    """Side a is home to the people of ``HOME``; side b is everybody else's."""

    a: Side
    b: Side
    people: dict[str, Person | None]
    draft_call_id: int


#: The roles swept, and the side at which each is at home (None: nowhere).
HOME = {
    "anonymous": None, "artisan": "a", "other artisan": "b", "manager": "a", "other manager": "b", "committee": "a",
    "animator": "a", "agent": "a", "administrator": None, "ex-member": None,
}  # fmt: skip


def make_world() -> World:
    """Make and commit it."""
    artisan, other_artisan = make_user(), make_user()
    a, b = make_site(), make_site()
    people: dict[str, User | None] = {
        "anonymous": None, "artisan": artisan, "other artisan": other_artisan,
        "manager": make_user((a, SiteRole.MANAGER)), "other manager": make_user((b, SiteRole.MANAGER)),
        "committee": make_user((a, SiteRole.COMMITTEE)), "animator": make_user((a, SiteRole.ANIMATOR)),
        "agent": make_user((a, SiteRole.AGENT)), "administrator": make_user(is_administrator=True),
        "ex-member": _left(a),
    }  # fmt: skip
    sides = {"a": _side("a", a, artisan), "b": _side("b", b, other_artisan)}
    _kept(Worker(name="worker", seen_at=now()))
    draft = make_call(b, state=CallState.DRAFT, published_at=None)
    known = {role: Person(user.email) if user else None for role, user in people.items()}
    world = World(sides["a"], sides["b"], known, draft.id)
    db.session.commit()
    return world


def _left(site: Site) -> User:
    user = make_user((site, SiteRole.MANAGER))
    user.memberships.clear()
    db.session.flush()
    return user


def _side(name: str, site: Site, artisan: User) -> Side:
    hall = make_space(site)
    author = make_user((site, SiteRole.MANAGER))
    exhibitor = make_exhibitor(artisan, kind=ExhibitorKind.COOPERATIVE, publish_name=True, photo=f"{name}.jpg")
    call = make_call(site, hall)
    application = make_application(call, exhibitor, hall, entered_by=artisan, state=ApplicationState.ELIGIBLE)
    member = _kept(ExhibitorMember(exhibitor_id=exhibitor.id, name="Membre"))
    closure = _kept(
        Closure(site_id=site.id, starts_on=date(2027, 5, 1), ends_on=date(2027, 5, 1), reason=ClosureReason.HOLIDAY)
    )
    event = _kept(
        Event(
            site_id=site.id, space_id=hall.id, kind=EventKind.WORKSHOP, title="Atelier", starts_on=date(2027, 1, 5),
            ends_on=date(2027, 1, 5), from_time=time(10), to_time=time(12), animator_id=author.id, uid=f"event-{name}",
            updated_at=now(),
        )
    )  # fmt: skip
    _kept(Assistance(exhibitor_id=exhibitor.id, site_id=site.id, consent="oral", since=now(), recorded_by_id=author.id))
    invitation = _kept(
        Invitation(
            exhibitor_id=exhibitor.id, email="invitee@dawra.example", invited_by_id=artisan.id,
            token_sha256=hashlib.sha256(TOKEN[name].encode()).hexdigest(), expires_at=now() + timedelta(days=3),
        )
    )  # fmt: skip
    _kept(
        Registration(
            email=f"asked-{name}@dawra.example", name="Demandée", password=artisan.password, language=Language.FR,
            token_sha256=hashlib.sha256(TOKEN[name].encode()).hexdigest(), expires_at=now() + timedelta(days=1),
        )
    )  # fmt: skip
    ids = {
        "slug": site.slug, "space_id": hall.id, "stand_id": hall.stands[0].id, "closure_id": closure.id,
        "call_id": call.id, "application_id": application.id, "exhibitor_id": exhibitor.id, "event_id": event.id,
        "user_id": author.id, "member_id": member.id, "token": TOKEN[name], "role": "manager",
        "invitation_id": invitation.id, "filename": exhibitor.photo, **_planned(name, call, exhibitor, hall, author),
    }  # fmt: skip
    repair = Repair(
        closure_id=closure.id, call_id=call.id, publication_id=ids["publication_id"], case_sha256="0" * 64,
        made_at=now(), made_by_id=author.id,
    )  # fmt: skip
    return Side({**ids, "repair_id": _kept(repair).id})


def _planned(name: str, call: Any, exhibitor: Exhibitor, hall: Any, author: User) -> dict[str, Any]:
    db.session.refresh(call)
    text, digest = freeze(call)
    case = _kept(FrozenCase(sha256=digest, call_id=call.id, text=text, frozen_at=now()))
    stand = hall.stands[0]
    placed = {"applicant": f"E{exhibitor.id}", "space": f"S{hall.id}", "stand": f"S{hall.id}-{stand.code}", "start": 0}
    planned = json.dumps({"format": "dawra-plan/1", "case_sha256": digest, "turns": [{**placed, "length": 1}]})
    run = _kept(
        SolveRun(
            call_id=call.id, case_sha256=case.sha256, state=RunState.DONE, seconds_limit=5, created_by_id=author.id,
            created_at=now(), ended_at=now(),
        )
    )  # fmt: skip
    plan = _kept(
        StoredPlan(
            call_id=call.id, run_id=run.id, case_sha256=case.sha256, text=planned, sha256="0" * 64, status="feasible",
            created_at=now(),
        )
    )  # fmt: skip
    decision = _kept(
        Decision(
            call_id=call.id, exhibitor_id=exhibitor.id, kind=DecisionKind.PIN, space_id=hall.id, start=0, length=1,
            created_by_id=author.id, created_at=now(),
        )
    )  # fmt: skip
    publication = _kept(
        Publication(
            site_id=call.site_id, call_id=call.id, number=1, case_sha256=case.sha256, plan_text=planned,
            plan_sha256="0" * 64, changes={}, published_at=now(), published_by_id=author.id,
        )
    )  # fmt: skip
    turn = _kept(
        PublishedTurn(
            publication_id=publication.id, exhibitor_id=exhibitor.id, space_id=hall.id, stand_id=stand.id, start=0,
            length=1, starts_on=call.periods[0].starts_on, ends_on=call.periods[0].ends_on, uid=f"turn-{name}",
        )
    )  # fmt: skip
    first = call.periods[0].starts_on
    promise = _kept(
        Commitment(
            call_id=call.id, case_sha256=digest, document={}, source="loterie", drawn_on=first,
            objections_until=first - timedelta(days=1), committed_at=now(), committed_by_id=author.id,
            superseded_at=now(),
        )
    )  # fmt: skip
    proposal = _kept(
        Proposal(
            call_id=call.id, plan_id=plan.id, plan_version=0, plan_sha256=digest, proposed_by_id=author.id,
            proposed_at=now(),
        )
    )  # fmt: skip
    look = _kept(
        SecondLook(
            call_id=call.id, kind=LookKind.WITHDRAWAL, publication_id=publication.id, reason="Toiture",
            asked_by_id=author.id, asked_at=now(),
        )
    )  # fmt: skip
    return {
        "look_id": look.id, "commitment_id": promise.id, "proposal_id": proposal.id, "publication_id": publication.id,
        "run_id": run.id, "plan_id": plan.id, "decision_id": decision.id, "number": 1,
        "code": code_of(exhibitor.id),
        **_living(name, call, turn, hall, author),
    }  # fmt: skip


def _living(name: str, call: Any, turn: PublishedTurn, hall: Any, author: User) -> dict[str, Any]:
    """What lives in a rotation: an offer, a free place, a swap asked."""
    owner = turn.exhibitor.accounts[0].user
    place = {"call_id": call.id, "space_id": hall.id, "stand_id": turn.stand_id, "start": 0, "length": 1}
    days = {"starts_on": turn.starts_on, "ends_on": turn.ends_on}
    offer = _kept(
        Offer(
            **place, **days, exhibitor_id=turn.exhibitor_id, turn_id=turn.id, offered_at=now(),
            deadline=now() + timedelta(days=7),
        )
    )  # fmt: skip
    free = {**place, "stand_id": hall.stands[2].id}
    vacancy = _kept(Vacancy(**free, **days, cause=VacancyCause.OPENED, opened_at=now()))
    other = make_exhibitor(make_user(), craft="MET-01", name=f"Voisine {name}")
    make_application(call, other, hall, entered_by=author, state=ApplicationState.ELIGIBLE)
    other_turn = _kept(
        PublishedTurn(
            publication_id=turn.publication_id, exhibitor_id=other.id, space_id=hall.id, stand_id=hall.stands[1].id,
            start=1, length=1, starts_on=call.periods[1].starts_on, ends_on=call.periods[1].ends_on,
            uid=f"other-{name}",
        )
    )  # fmt: skip
    swap = _kept(
        Swap(
            call_id=call.id, turn_id=other_turn.id, other_turn_id=turn.id, proposed_at=now(),
            proposed_by_id=other.accounts[0].user_id, deadline=now() + timedelta(days=7),
        )
    )  # fmt: skip
    return {
        "turn_id": turn.id, "offer_id": offer.id, "vacancy_id": vacancy.id, "swap_id": swap.id,
        "ticket": sign("offer", offer.id, owner.id), "swap_ticket": sign("swap", swap.id, owner.id),
    }  # fmt: skip


def _kept(thing: Any) -> Any:
    db.session.add(thing)
    db.session.flush()
    return thing
