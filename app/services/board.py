"""Edit a draft plan by hand: place, move, exchange, take away; each edit judged, logged and told in one commit.

Whoever edits says which version she saw. When somebody was faster nothing is written: ``Stale`` tells what changed.
A rule may be decided against only where it says so, with a reason that will be published; any other breach refuses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.clock import now
from app.errors import Invalid, NotFound, Refused, Stale
from app.extensions import db
from app.i18n import _, language
from app.models import EditKind, PlanEdit, StoredPlan, User
from app.planning import overrides
from app.planning.editing import Change, Desk, Spot, Target, desk, rewrite, spoken_turn, written_turn
from app.planning.figures import digest
from app.planning.judge import namer, word
from app.planning.keys import Directory, directory, exhibitor_key
from app.planning.proof import proof_of
from app.planning.staying import staying
from app.queries import edits, rotation
from app.queries.planning import decisions
from app.queries.plans import people_of
from app.services import audit
from app.services.public_words import public_reason


@dataclass(frozen=True)
class Ask:
    """An edit as asked. ``at``: where her turn is now (None: from the reserve); ``to``: where it shall start, or whose
    place it shall exchange with. ``length`` in periods, None: as it is, or the longest that fits.
    """

    kind: EditKind
    exhibitor_id: int
    at: Spot | None = None
    to: Spot | None = None
    length: int | None = None
    reason: str = ""


class NeedsReason(Invalid):
    """The edit breaks rules that may be decided against; ``breaches`` are their sentences."""

    def __init__(self, breaches: list[str], faults: list[str]) -> None:
        self.breaches = breaches
        super().__init__({"reason": faults})


@dataclass(frozen=True)
class Draft:
    """A plan with its row locked, and the desk it lies on."""

    plan: StoredPlan
    desk: Desk
    known: Directory = field(repr=False)

    def sentences(self, target: Target) -> list[str]:
        """What a change would break, in the reader's words."""
        return word(tuple(one.message for one in target.violations), language(), namer(self.known))


def edit(actor: User, plan_id: int, version: int, ask: Ask) -> PlanEdit:
    """Make an edit; raises Stale, Refused, or NeedsReason when only overridable rules stand in the way."""
    draft = open_draft(plan_id, version)
    target = aim(draft, ask)
    told = permit(draft, target, ask.reason)
    made = write(actor, draft, ask.kind, target.swap, overrides=told, reason=ask.reason.strip() if told else "")
    db.session.commit()
    return made


def open_draft(plan_id: int, version: int | None = None) -> Draft:
    """Lock a plan; raises Stale when it is no longer at the version somebody saw (None: whichever it is at)."""
    plan = edits.plan_for_update(plan_id)
    if plan is None:
        raise NotFound
    if version is not None and plan.version != version:
        db.session.rollback()
        raise Stale(_("Ce planning a changé depuis que vous l'avez ouvert."))
    return lay_out(plan)


def lay_out(plan: StoredPlan) -> Draft:
    """The plan on its desk, with the names of all it speaks of."""
    known = directory(rotation.spaces_of(plan.call), rotation.people(people_of(plan)))
    return Draft(plan, desk(plan.case.text, plan.text, decisions(plan.call_id), staying(plan)), known)


def aim(draft: Draft, ask: Ask) -> Target:
    """What an edit would do; raises Refused when it speaks of a turn or a person that is not there."""
    table, who = draft.desk, exhibitor_key(ask.exhibitor_id)
    turn = table.held(ask.at, who) if ask.at else None
    if not table.knows(who) or (ask.at and turn is None) or (ask.to is None) != (ask.kind is EditKind.REMOVE):
        raise Refused(_("Ce tour n'est plus à cette place. Rechargez le tableau."))
    if ask.kind is EditKind.REMOVE:
        return table.judged(Change(removed=(turn,) if turn else ()))
    assert ask.to is not None  # noqa: S101 - judged above
    if ask.kind is EditKind.SWAP:
        other = table.held(ask.to)
        if other is None or other.applicant == who:
            raise Refused(_("Il n'y a pas de tour à échanger à cette place."))
        return table.exchanged(who, turn, other)
    return table.to(who, turn, ask.to, ask.length)


def permit(draft: Draft, target: Target, reason: str) -> list[dict[str, Any]]:
    """The overrides to be kept with a change; raises Refused, or NeedsReason."""
    if target.state == "allowed":
        return []
    said = draft.sentences(target)
    if target.state == "impossible":
        raise Refused(*said)
    people = draft.known.exhibitors
    concerned = {turn.applicant for turn in (*target.swap.removed, *target.swap.added)}
    try:
        public_reason(reason, people.values(), [people[key] for key in concerned if key in people])
    except Invalid as error:
        raise NeedsReason(said, error.faults["reason"]) from error
    return overrides.documents(target.violations)


def write(
    actor: User, draft: Draft, kind: EditKind, change: Change, *, overrides: Iterable[dict[str, Any]] = (),
    reason: str = "", about: dict[str, Any] | None = None, of_version: int | None = None,
) -> PlanEdit:  # fmt: skip
    """Change the plan and log it, in the caller's transaction."""
    plan = draft.plan
    retell(plan, draft.desk.after(change))
    plan.version += 1
    made = PlanEdit(
        plan_id=plan.id, version=plan.version, kind=kind, of_version=of_version, about=about or {},
        removed=[written_turn(turn) for turn in change.removed], added=[written_turn(turn) for turn in change.added],
        overrides=list(overrides), reason=reason, made_by_id=actor.id, made_at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record(
        plan.call.site, actor, f"plan.{kind.value}", f"plan:{plan.id}",
        before={"version": plan.version - 1, "turns": made.removed},
        after={
            "version": plan.version, "turns": made.added, "plan_sha256": plan.sha256, "about": made.about,
            "overrides": [one["rule"] for one in made.overrides], "reason": reason,
            **({"of": of_version} if of_version else {}),
        },
    )  # fmt: skip
    return made


def retell(plan: StoredPlan, turns: Iterable[Any]) -> None:
    """Write other turns into the plan's file, with its figures."""
    if not plan.proof:
        plan.proof = proof_of(plan.text)
    plan.text, told = rewrite(plan.case.text, plan.text, turns, plan.proof)
    plan.sha256 = hashlib.sha256(plan.text.encode()).hexdigest()
    plan.status, plan.digest = told.status, digest(plan.case.text, told)


def change_of(removed: Iterable[dict[str, Any]], added: Iterable[dict[str, Any]]) -> Change:
    """A change from the documents of the log."""
    return Change(tuple(spoken_turn(one) for one in removed), tuple(spoken_turn(one) for one in added))
