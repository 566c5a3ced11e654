"""What is told about swaps: to the accounts of the two exhibitors, and to managers what waits for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.extensions import db
from app.i18n import _, instant, localized
from app.models import PublishedTurn, Space, Stand, Swap, SwapState, User
from app.notices.offer import MOMENT, reason
from app.notices.outbox import Letter, letter, page, post, send
from app.notices.rotation import Where
from app.queries.rotation import managers
from app.tickets import sign

PURPOSE = "swap"
Worded = Callable[[User], tuple[str, str]]


def where(turn: PublishedTurn) -> str:
    """A turn in words."""
    codes = [db.session.get_one(Stand, stand_id).code for stand_id in (turn.stand_id, *turn.also)]
    return Where(db.session.get_one(Space, turn.space_id), ", ".join(codes), turn.starts_on, turn.ends_on).words()


def answer_link(swap: Swap, user: User) -> str:
    """The address where one person of the other side answers, without signing in."""
    return page("swaps.link", swap_ticket=sign(PURPOSE, swap.id, user.id), lang=str(user.language))


def asked(swap: Swap) -> None:
    """Ask the other."""

    def wording(user: User) -> tuple[str, str]:
        name = localized(swap.turn.exhibitor)
        lines = [
            _("Bonjour %(name)s,", name=localized(swap.other_turn.exhibitor)), "",
            _("%(name)s vous propose d'échanger vos tours.", name=name),
            _("Vous donneriez : %(where)s.", where=where(swap.other_turn)),
            _("Vous auriez : %(where)s.", where=where(swap.turn)), "",
            _("Dites oui ou non avant le %(time)s (heure du Maroc) : %(link)s",
              time=instant(swap.deadline, MOMENT), link=answer_link(swap, user)),
            _("Si vous ne répondez pas, rien ne change."),
        ]  # fmt: skip
        return _("%(name)s vous propose un échange de tours", name=name), "\n".join(lines) + "\n"

    _tell("swap.asked", swap, swap.other_turn, wording)


def agreed(swap: Swap) -> None:
    """Tell who proposed that the other said yes, and the managers that they are to decide."""

    def to_proposer(_user: User) -> tuple[str, str]:
        return _("Échange accepté, le site doit l'approuver"), _body(
            swap.turn, _("L'autre exposant a dit oui. Le site doit encore approuver l'échange.")
        )

    def to_manager() -> tuple[str, str]:
        lines = [
            _("Bonjour,"), "",
            _("Deux exposants sont d'accord pour échanger leurs tours :"),
            f"• {localized(swap.turn.exhibitor)}{_(' : ')}{where(swap.turn)}",
            f"• {localized(swap.other_turn.exhibitor)}{_(' : ')}{where(swap.other_turn)}", "",
            _("Les règles et l'équité le permettent. Approuvez ou refusez : %(link)s",
              link=page("turns.index", call_id=swap.call_id)),
        ]  # fmt: skip
        return _("Un échange de tours attend votre accord"), "\n".join(lines) + "\n"

    _tell("swap.agreed", swap, swap.turn, to_proposer)
    for user in managers(swap.call.site_id):
        post("swap.to_approve", user, to_manager, key=f"swap.to_approve:{swap.id}:{user.id}", site=swap.call.site)


def done(swap: Swap) -> None:
    """Tell both where they are now; ``swap.turn`` and ``swap.other_turn`` are the turns as they were."""
    for before, after in ((swap.turn, swap.other_turn), (swap.other_turn, swap.turn)):

        def wording(_user: User, before: PublishedTurn = before, after: PublishedTurn = after) -> tuple[str, str]:
            return _("L'échange est fait"), _body(
                before, _("L'échange est fait. Votre tour est maintenant : %(where)s.", where=where(after)),
                _("Ce tour n'est plus à vous : %(where)s.", where=where(before)),
            )  # fmt: skip

        _tell("swap.done", swap, before, wording)


def ended(swap: Swap) -> None:
    """Tell those who do not know it yet that a swap ended without being done."""
    for one in ending(swap, swap.state, swap.reason):
        send(one)


def ending(swap: Swap, state: SwapState, why: str) -> list[Letter]:
    """What those who do not know it yet are told when a swap ends so, for a reason."""
    both = (swap.turn, swap.other_turn)
    sides = {SwapState.DECLINED: (swap.turn,), SwapState.CANCELLED: (swap.other_turn,)}.get(state, both)
    found = []
    for side in sides:

        def wording(_user: User, side: PublishedTurn = side) -> tuple[str, str]:
            told = reason(why)
            return _("L'échange n'aura pas lieu"), _body(
                side, _sentence(state), *([_("Raison : %(reason)s", reason=told)] if told else []),
                _("Votre tour reste : %(where)s.", where=where(side)) if state is not SwapState.STALE else "",
            )  # fmt: skip

        found += _letters(f"swap.{state.value}", swap, side, wording)
    return found


def _sentence(state: SwapState) -> str:
    told = {
        SwapState.DECLINED: _("L'autre exposant a dit non à l'échange."),
        SwapState.REFUSED: _("Le site a refusé l'échange."),
        SwapState.CANCELLED: _("La demande d'échange a été retirée."),
        SwapState.EXPIRED: _("La demande d'échange n'a pas eu de réponse à temps."),
    }
    return told.get(state) or _("L'échange demandé n'est plus possible.")


def _body(turn: PublishedTurn, *sentences: str) -> str:
    lines = [_("Bonjour %(name)s,", name=localized(turn.exhibitor)), "", *(one for one in sentences if one), "",
             _("Vos tours et vos réponses : %(link)s", link=page("home.me"))]  # fmt: skip
    return "\n".join(lines) + "\n"


def _tell(kind: str, swap: Swap, side: PublishedTurn, wording: Worded) -> None:
    for one in _letters(kind, swap, side, wording):
        send(one)


def _letters(kind: str, swap: Swap, side: PublishedTurn, wording: Worded) -> list[Letter]:
    return [
        letter(
            kind, user, partial(wording, user), key=f"{kind}:{swap.id}:{side.exhibitor_id}:{user.id}",
            site=swap.call.site,
        )
        for user in (account.user for account in side.exhibitor.accounts)
        if user.active
    ]  # fmt: skip
