"""Four eyes beside plans: a repair after a closure and a withdrawal are asked for by one person and done by another.

Where a call asks for a second person, whatever a manager decides about the whole rotation takes two. What follows
from the charter or from the exhibitors themselves does not: an answer, a place given back or offered in the
charter's order, a swap (two exhibitors agree, the rules are checked, a manager approves), the rest of a no-show's
turn (the charter's own limit, with a reason she is told). ``planning.life`` says so on the call's page.
"""

from __future__ import annotations

from app.clock import now
from app.errors import Invalid, NotFound, Refused, Stale
from app.extensions import db
from app.i18n import _
from app.models import Call, LookKind, LookState, Publication, RepairState, SecondLook, User
from app.notices import second_look as notices
from app.planning import mending
from app.queries import closing
from app.queries import second_look as queries
from app.services import audit
from app.services.amendment import holding, in_force

LONGEST = 500


def ask_repair(actor: User, repair_id: int, option: str) -> SecondLook:
    """Ask for an option of a repair to be published, in one commit. Raises NotFound, Stale, Refused."""
    repair = closing.repair_by_id(repair_id)
    if repair is None or mending.option_of(repair.options, option) is None:
        raise NotFound
    with holding(repair.call_id) as call:
        db.session.refresh(repair)
        if repair.state is RepairState.DONE or repair.publication_id != in_force(call).id:
            raise Stale(_("La rotation ou ses données ont changé depuis ce calcul : cherchez à nouveau."))
        made = SecondLook(
            call_id=call.id, kind=LookKind.REPAIR, publication_id=repair.publication_id, repair_id=repair_id,
            option=option, asked_by_id=actor.id, asked_at=now(),
        )  # fmt: skip
        return _ask(actor, call, made)


def ask_withdrawal(actor: User, publication_id: int, reason: str) -> SecondLook:
    """Ask for the publication in force to be withdrawn, in one commit. Raises Invalid, NotFound, Stale, Refused."""
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST:
        raise Invalid({"reason": [_("Dites pourquoi, en 500 caractères au plus : tout le monde le lira.")]})
    publication = _publication(publication_id)
    with holding(publication.call_id) as call:
        if in_force(call).id != publication_id:
            raise Stale(_("Cette rotation n'est plus en vigueur : elle est remplacée ou déjà retirée."))
        made = SecondLook(
            call_id=call.id, kind=LookKind.WITHDRAWAL, publication_id=publication_id, reason=reason,
            asked_by_id=actor.id, asked_at=now(),
        )  # fmt: skip
        return _ask(actor, call, made)


def _publication(publication_id: int) -> Publication:
    found = db.session.get(Publication, publication_id)
    if found is None:
        raise NotFound
    return found


def _ask(actor: User, call: Call, made: SecondLook) -> SecondLook:
    if not call.four_eyes:
        raise Refused(_("Cet appel ne demande pas de seconde personne : décidez vous-même."))
    before = queries.waiting_of(call.id)
    if before is not None:
        _end(actor, before, LookState.REPLACED)
    db.session.add(made)
    db.session.flush()
    after = {
        "call": call.id, "kind": made.kind.value, "publication": made.publication_id, "repair": made.repair_id,
        "option": made.option, "reason": made.reason,
    }  # fmt: skip
    audit.record(
        call.site, actor, "look.ask", f"second_look:{made.id}", before={"look": before.id} if before else None,
        after=after,
    )  # fmt: skip
    notices.asked(made, queries.seconds(made))
    return made


def answered(actor: User, call: Call, look_id: int | None, kind: LookKind) -> SecondLook | None:
    """What somebody asked for and this act answers; the call is held. None where the call asks for nobody.

    Raises Refused without one where it does, or for the person who asked; Stale when it has ended.
    """
    if not call.four_eyes:
        return None
    look = None if look_id is None else db.session.get(SecondLook, look_id, populate_existing=True)
    if look is None or look.call_id != call.id or look.kind is not kind:
        raise Refused(_("Cet appel demande une seconde personne : demandez-le, une autre le fera."))
    if look.state is not LookState.OPEN:
        raise Stale(_("Cette demande a déjà reçu sa réponse, ou une autre l'a remplacée."))
    if look.asked_by_id == actor.id:
        raise Refused(_("Vous l'avez demandé : une autre personne doit le faire."))
    return look


def done(actor: User, look: SecondLook | None) -> None:
    """Note that what was asked is done, in the caller's transaction."""
    if look is not None:
        _end(actor, look, LookState.DONE)
        _record(actor, look)


def end(actor: User, look_id: int, answer: str = "") -> SecondLook:
    """Take back what one asked for, or decline another's with a reason she reads; one commit. Raises Invalid, Stale."""
    found = queries.by_id(look_id)
    if found is None:
        raise NotFound
    with holding(found.call_id):
        look = db.session.get_one(SecondLook, look_id, populate_existing=True)
        if look.state is not LookState.OPEN:
            raise Stale(_("Cette demande a déjà reçu sa réponse, ou une autre l'a remplacée."))
        own = look.asked_by_id == actor.id
        if not own and not answer.strip():
            raise Invalid({"reason": [_("Dites pourquoi : qui l'a demandé le lira.")]})
        look.answer = "" if own else answer.strip()[:LONGEST]
        _end(actor, look, LookState.RETRACTED if own else LookState.DECLINED)
        _record(actor, look)
        if not own:
            notices.declined(look)
    return look


def _record(actor: User, look: SecondLook) -> None:
    audit.record(
        look.call.site, actor, f"look.{look.state.value}", f"second_look:{look.id}", before={"state": "open"},
        after={"state": look.state.value, "answer": look.answer},
    )  # fmt: skip


def _end(actor: User, look: SecondLook, state: LookState) -> None:
    look.state, look.ended_at, look.ended_by_id = state, now(), actor.id
    db.session.flush()
