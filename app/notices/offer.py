"""What is told about offers: to the accounts of the exhibitor concerned, and to managers what waits for them.

Nobody else is told anything: not who was before her, nor who comes next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from app.extensions import db
from app.i18n import _, days, instant, localized, ngettext
from app.models import Call, Offer, Space, Stand, User, Vacancy
from app.notices.outbox import Letter, letter, page, post, send
from app.notices.rotation import Where
from app.tickets import sign

PURPOSE = "offer"
#: How long before the seconds matter: a deadline is told to the minute.
MOMENT = "EEEE d MMMM yyyy, HH:mm"


def where(place: Offer | Vacancy) -> Where:
    """A place in words."""
    codes = [db.session.get_one(Stand, stand_id).code for stand_id in (place.stand_id, *place.also)]
    return Where(db.session.get_one(Space, place.space_id), ", ".join(codes), place.starts_on, place.ends_on)


def answer_link(offer: Offer, user: User) -> str:
    """The address where one person answers one offer, without signing in; nobody else is shown it beforehand."""
    if offer.id is None:
        return _("[son lien personnel]")
    return page("offers.show", ticket=sign(PURPOSE, offer.id, user.id), lang=str(user.language))


def offered(offer: Offer) -> None:
    """Offer a turn or a free place, with the link to answer."""

    def wording(user: User) -> tuple[str, str]:
        subject = _("Un tour vous est proposé : répondez avant le %(time)s", time=instant(offer.deadline, MOMENT))
        return subject, _ask(offer, user, _("Un tour vous est proposé : %(where)s.", where=where(offer).words()))

    _to_exhibitor("offer.open", offer, wording)


def reminder(offer: Offer) -> None:
    """Remind her that she has not answered."""

    def wording(user: User) -> tuple[str, str]:
        subject = _("Rappel : répondez avant le %(time)s", time=instant(offer.deadline, MOMENT))
        return subject, _ask(offer, user, _("Nous attendons votre réponse pour ce tour : %(where)s.",
                                            where=where(offer).words()))  # fmt: skip

    _to_exhibitor(f"offer.reminder:{int(offer.deadline.timestamp())}:{offer.reminders}", offer, wording)


def extended(offer: Offer) -> None:
    """Tell her that she has more time."""

    def wording(user: User) -> tuple[str, str]:
        subject = _("Vous avez plus de temps : répondez avant le %(time)s", time=instant(offer.deadline, MOMENT))
        return subject, _ask(offer, user, _("Un tour vous est proposé : %(where)s.", where=where(offer).words()))

    _to_exhibitor(f"offer.extended:{int(offer.deadline.timestamp())}", offer, wording)


def _ask(offer: Offer, user: User, sentence: str) -> str:
    return "\n".join([_hello(offer), "", sentence, "", *ask_lines(offer, user)]) + "\n"


def ask_lines(offer: Offer, user: User) -> list[str]:
    """The lines of a message that ask for the answer."""
    return [
        _("Dites oui ou non avant le %(time)s (heure du Maroc) : %(link)s",
          time=instant(offer.deadline, MOMENT), link=answer_link(offer, user)),
        _("Ce lien est pour vous : ne le donnez à personne. Sans réponse, la place est proposée à quelqu'un d'autre."),
    ]  # fmt: skip


def accepted(offer: Offer) -> None:
    """Confirm her yes."""

    def wording(_user: User) -> tuple[str, str]:
        subject = _("Votre tour est confirmé : %(days)s", days=days(offer.starts_on, offer.ends_on))
        sentence = _("Vous avez dit oui. Votre tour est confirmé : %(where)s.", where=where(offer).words())
        return subject, _told(offer, sentence)

    _to_exhibitor("offer.accepted", offer, wording)


def declined(offer: Offer) -> None:
    """Confirm her no."""

    def wording(_user: User) -> tuple[str, str]:
        sentence = _("Vous avez dit non. Vous n'avez plus ce tour : %(where)s.", where=where(offer).words())
        return _("Vous avez refusé un tour"), _told(offer, sentence)

    _to_exhibitor("offer.declined", offer, wording)


def expired(offer: Offer) -> None:
    """Tell her that her place was released."""

    def wording(_user: User) -> tuple[str, str]:
        sentence = _(
            "Nous n'avons pas reçu de réponse avant le %(time)s. Cette place est rendue : %(where)s.",
            time=instant(offer.deadline, MOMENT), where=where(offer).words(),
        )  # fmt: skip
        return _("Délai passé : la place est rendue"), _told(offer, sentence)

    _to_exhibitor("offer.expired", offer, wording)


def withdrawn(offer: Offer) -> None:
    """Tell her that the offer was taken back, and why."""
    for one in withdrawal(offer, offer.reason):
        send(one)


def withdrawal(offer: Offer, why: str) -> list[Letter]:
    """What she is told when an offer is taken back for a reason."""

    def wording(_user: User) -> tuple[str, str]:
        sentence = _("Cette proposition est retirée : %(where)s.", where=where(offer).words())
        return _("Une proposition est retirée"), _told(offer, sentence, reason(why))

    return _letters("offer.withdrawn", offer, wording)


def reason(text: str) -> str:
    """The reason of an end, worded where it is one of the house's codes."""
    known = {
        "changed": _("Le tour a changé ou n'a plus lieu."),
        "taken": _("La place n'est plus libre, ou une règle ne le permet plus."),
        "shut": _("La place est fermée ces jours-là."),
    }
    return known.get(text, text)


def vacant(call: Call, places: Sequence[Vacancy], managers: Iterable[User]) -> None:
    """Tell the managers of places that are free and that nobody is being asked for."""

    def wording() -> tuple[str, str]:
        subject = ngettext("Une place s'est libérée", "%(num)s places se sont libérées", len(places))
        lines = [
            _("Bonjour,"), "",
            _("Dans « %(call)s », personne n'est sollicité pour :", call=localized(call, "title")),
            *(f"• {where(one).words()}" for one in places), "",
            _("Voir qui peut la prendre : %(link)s", link=page("turns.index", call_id=call.id)),
        ]  # fmt: skip
        return subject, "\n".join(lines) + "\n"

    for user in managers:
        post("vacancy.open", user, wording, site=call.site)


def _told(offer: Offer, *sentences: str) -> str:
    lines = [_hello(offer), "", *(one for one in sentences if one), "",
             _("Vos tours et vos réponses : %(link)s", link=page("home.me"))]  # fmt: skip
    return "\n".join(lines) + "\n"


def _hello(offer: Offer) -> str:
    return _("Bonjour %(name)s,", name=localized(offer.exhibitor))


def _to_exhibitor(kind: str, offer: Offer, wording: Callable[[User], tuple[str, str]]) -> None:
    for one in _letters(kind, offer, wording):
        send(one)


def _letters(kind: str, offer: Offer, wording: Callable[[User], tuple[str, str]]) -> list[Letter]:
    return [
        letter(
            kind.partition(":")[0], user, partial(wording, user), key=f"{kind}:{offer.id}:{user.id}",
            site=offer.call.site,
        )
        for user in (account.user for account in offer.exhibitor.accounts)
        if user.active
    ]  # fmt: skip
