"""Swap two turns: proposed, checked, asked of the other, agreed, approved where the call says so, done in one step.

Rules and fairness are asked *before* the other is: a swap that would newly break a rule, or leave the worst-off with
less, is refused with its reasons and nobody is disturbed. They are asked again when the other says yes and when the
manager approves; if something changed meanwhile the swap ends as stale, both are told why, and nothing moves.

Only turns that are still to come, that nobody is being asked to confirm, and that stand in no other open swap.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from app.clock import now
from app.errors import Invalid, NotFound, Refused, Stale
from app.extensions import db
from app.i18n import _, language
from app.models import Call, DecisionKind, PublicationCause, PublishedTurn, Swap, SwapPolicy, SwapState, User
from app.notices import swap as notices
from app.permissions import manages, may_act_for
from app.planning.exchange import Exchange
from app.planning.living import Ground
from app.queries import offer as queries
from app.queries.planning import decisions
from app.services import audit
from app.services.amendment import Change, amend, holding, in_force, locked_turn, refuse, stay_at
from app.services.offering import deadline
from app.services.settling import CHANGED, end_swap


def propose(actor: User, turn_id: int, other_turn_id: int) -> Swap:
    """Propose one's turn for another's. Raises Refused with every reason, Stale when a turn is no longer in force."""
    at = now()
    with holding(_call_of_turn(turn_id)) as call:
        turn, other = locked_turn(call, turn_id), locked_turn(call, other_turn_id)
        if not may_act_for(actor, turn.exhibitor):
            raise NotFound
        refuse(obstacles(call, turn, other, at))
        until = deadline(call, min(turn.starts_on, other.starts_on), at)
        if until is None:
            raise Refused(_("Un des deux tours commence trop tôt pour qu'on réponde à temps."))
        swap = Swap(
            call_id=call.id, turn_id=turn.id, other_turn_id=other.id, proposed_at=at, proposed_by_id=actor.id,
            deadline=until,
        )  # fmt: skip
        db.session.add(swap)
        db.session.flush()
        audit.record(
            call.site, actor, "swap.asked", f"swap:{swap.id}",
            after={"state": SwapState.ASKED.value, "turn": turn.id, "other_turn": other.id},
        )  # fmt: skip
        notices.asked(swap)
    return swap


def obstacles(call: Call, turn: PublishedTurn, other: PublishedTurn, at: datetime) -> list[str]:
    """Why two turns in force may not be swapped; empty when they may."""
    if call.swaps is SwapPolicy.NONE:
        return [_("Cet appel ne permet pas d'échanger les tours.")]
    if turn.exhibitor_id == other.exhibitor_id:
        return [_("Les deux tours sont à la même personne.")]
    if any(deadline(call, one.starts_on, at) is None for one in (turn, other)):
        return [_("Un des deux tours a commencé, ou commence trop tôt.")]
    if queries.open_for_turns((turn.id, other.id)):
        return [_("Un des deux tours attend encore d'être accepté.")]
    if queries.open_swaps_about((turn.id, other.id)):
        return [_("Un des deux tours est déjà dans une demande d'échange.")]
    if any(_pinned(call, one) for one in (turn, other)):
        return [_("Un des deux tours est fixé par le site : appelez-le pour l'échanger.")]
    return Exchange.of(call, in_force(call)).obstacles(turn, other, language())


def _pinned(call: Call, turn: PublishedTurn) -> bool:
    return any(
        (one.kind, one.exhibitor_id, one.space_id) == (DecisionKind.PIN, turn.exhibitor_id, turn.space_id)
        and (one.permanent or one.start == turn.start)
        for one in decisions(call.id)
    )


def agree(actor: User, swap_id: int) -> Swap:
    """The other says yes; the swap is done at once where the call lets it pass, else the managers are asked.

    Raises NotFound, Refused when it ended otherwise or too late, Stale with the reasons when it is no longer possible.
    """
    at = now()

    def work(call: Call, swap: Swap) -> None:
        if not may_act_for(actor, swap.other_turn.exhibitor):
            raise NotFound
        if swap.state is not SwapState.ASKED or swap.deadline <= at:
            if swap.state in (SwapState.AGREED, SwapState.DONE):
                return
            raise Refused(ended_sentence(swap))
        base = refuse_stale(call, swap)
        if call.swaps is SwapPolicy.FREE:
            _do(call, swap, at, actor, SwapState.ASKED, base)
        elif _to_agreed(swap, at, actor):
            notices.agreed(swap)

    return _change(swap_id, work)


def approve(actor: User, swap_id: int) -> Swap:
    """A manager approves: the swap is done. Raises as ``agree`` does."""
    at = now()

    def work(call: Call, swap: Swap) -> None:
        if not manages(actor, swap):
            raise NotFound
        if swap.state is SwapState.DONE:
            return
        if swap.state is not SwapState.AGREED or swap.deadline <= at:
            raise Refused(ended_sentence(swap))
        _do(call, swap, at, actor, SwapState.AGREED, refuse_stale(call, swap))

    return _change(swap_id, work)


def _do(call: Call, swap: Swap, at: datetime, actor: User, held: SwapState, base: Ground) -> None:
    """Both turns change hands in one publication; both calendars follow, since each keeps her own entry."""
    if not end_swap(swap, SwapState.DONE, at, actor, held=(held,)):
        raise Refused(ended_sentence(swap))
    turn, other = swap.turn, swap.other_turn
    new = [stay_at(call, one.exhibitor_id, place, place.starts_on) for one, place in ((turn, other), (other, turn))]
    amend(actor, call, Change(PublicationCause.SWAPPED, removed=[turn, other], added=new, confirmed=new), base)
    notices.done(swap)


def refuse_stale(call: Call, swap: Swap) -> Ground:
    """Raise Stale with the reasons when a swap is no longer possible; what it was judged on when it is."""
    ids = {row.id for row in in_force(call).turns}
    if not {swap.turn_id, swap.other_turn_id} <= ids:
        raise Stale(_("Un des deux tours a changé ou n'a plus lieu."))
    exchange = Exchange.of(call, in_force(call))
    reasons = exchange.obstacles(swap.turn, swap.other_turn, language())
    if reasons:
        raise Stale(*reasons)
    return exchange.base


def decline(actor: User, swap_id: int) -> Swap:
    """The other says no. Raises NotFound, Refused when it ended otherwise."""
    return _end(swap_id, SwapState.DECLINED, lambda swap: may_act_for(actor, swap.other_turn.exhibitor), actor)


def cancel(actor: User, swap_id: int) -> Swap:
    """Who proposed it takes it back. Raises NotFound, Refused when it ended otherwise."""
    return _end(swap_id, SwapState.CANCELLED, lambda swap: may_act_for(actor, swap.turn.exhibitor), actor)


def refuse_swap(actor: User, swap_id: int, reason: str) -> Swap:
    """A manager refuses, with a reason both are told. Raises Invalid, NotFound, Refused."""
    if not reason.strip():
        raise Invalid({"reason": [_("Donnez une raison : elle est dite aux deux exposants.")]})
    return _end(swap_id, SwapState.REFUSED, lambda swap: manages(actor, swap), actor, reason.strip()[:500])


def _end(swap_id: int, state: SwapState, may: object, actor: User, reason: str = "") -> Swap:
    at = now()

    def work(_call: Call, swap: Swap) -> None:
        if not may(swap):  # type: ignore[operator]
            raise NotFound
        if swap.state is state:
            return
        if not end_swap(swap, state, at, actor, reason=reason):
            raise Refused(ended_sentence(swap))
        notices.ended(swap)

    return _change(swap_id, work)


def _change(swap_id: int, work: object) -> Swap:
    """Do something to a swap that is held; one that proves stale is ended as such, both are told, and Stale raised."""
    call_id = db.session.scalar(select(Swap.call_id).where(Swap.id == swap_id))
    if call_id is None:
        raise NotFound
    try:
        with holding(call_id) as call:
            swap = db.session.get_one(Swap, swap_id, populate_existing=True)
            work(call, swap)  # type: ignore[operator]
    except Stale:
        _lapse(call_id, swap_id)
        raise
    return swap


def _lapse(call_id: int, swap_id: int) -> None:
    """End a swap that is really no longer possible (one that only lost a race for a lock stays open)."""
    with holding(call_id) as call:
        swap = db.session.get_one(Swap, swap_id, populate_existing=True)
        try:
            refuse_stale(call, swap)
        except Stale:
            if end_swap(swap, SwapState.STALE, now(), None, reason=CHANGED):
                notices.ended(swap)


def expire_due(call: Call, at: datetime) -> int:
    """End the swaps of a call that is held whose deadline has passed; how many."""
    due = Swap.call_id == call.id, Swap.deadline <= at, Swap.state.in_((SwapState.ASKED, SwapState.AGREED))
    found: Sequence[Swap] = db.session.scalars(select(Swap).where(*due).order_by(Swap.id)).all()
    ended = [swap for swap in found if end_swap(swap, SwapState.EXPIRED, at, None, due=True)]
    for swap in ended:
        notices.ended(swap)
    return len(ended)


def _to_agreed(swap: Swap, at: datetime, actor: User) -> bool:
    statement = (
        update(Swap)
        .where(Swap.id == swap.id, Swap.state == SwapState.ASKED)
        .values(state=SwapState.AGREED, agreed_at=at, agreed_by_id=actor.id)
    )
    done = db.session.execute(statement.execution_options(synchronize_session=False))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    db.session.refresh(swap)
    audit.record(
        swap.call.site, actor, "swap.agreed", f"swap:{swap.id}", before={"state": SwapState.ASKED.value},
        after={"state": SwapState.AGREED.value, "turn": swap.turn_id, "other_turn": swap.other_turn_id},
    )  # fmt: skip
    return True


def _call_of_turn(turn_id: int) -> int:
    row = queries.turn_in_force(turn_id)
    if row is None:
        raise NotFound
    return row.publication.call_id


def ended_sentence(swap: Swap) -> str:
    """Why a swap can no longer be answered."""
    told = {
        SwapState.DONE: _("Cet échange est déjà fait."),
        SwapState.DECLINED: _("L'autre exposant a dit non."),
        SwapState.REFUSED: _("Le site a refusé cet échange."),
        SwapState.CANCELLED: _("Cette demande d'échange a été retirée."),
        SwapState.STALE: _("Cet échange n'est plus possible : un des deux tours a changé."),
    }
    return told.get(swap.state) or _("Le délai pour cet échange est passé.")
