"""What a repair after a closure tells: to those whose turns change, and to nobody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from app.extensions import db
from app.i18n import _, localized
from app.i18n import days as in_days
from app.models import Closure, Exhibitor, Offer, Publication, Space, Stand, User
from app.notices.offer import ask_lines
from app.notices.outbox import page, post
from app.notices.rotation import Where
from app.phrases import closure_note, phrase


class Spot(Protocol):
    """Whose place, and its days."""

    @property
    def exhibitor_id(self) -> int:
        """Who has it."""

    @property
    def space_id(self) -> int:
        """The space."""

    @property
    def stand_ids(self) -> tuple[int, ...]:
        """Every stand."""

    @property
    def starts_on(self) -> date:
        """The first day."""

    @property
    def ends_on(self) -> date:
        """The last day."""

    @property
    def pauses(self) -> Sequence[date]:
        """The days between on which it is interrupted."""


class News(Protocol):
    """What changes for one exhibitor (``planning.mended.News``)."""

    @property
    def cut(self) -> Sequence[tuple[Spot, Spot]]:
        """Turns at the same place with other days: before, after."""

    @property
    def moved(self) -> Sequence[tuple[Spot, Spot]]:
        """Turns elsewhere: before, after."""

    @property
    def placed(self) -> Sequence[Spot]:
        """New turns."""

    @property
    def dropped(self) -> Sequence[Spot]:
        """Turns lost."""


def mended(publication: Publication, closure: Closure, news: Mapping[int, News], offers: Sequence[Offer]) -> int:
    """Tell every account that acts for somebody concerned; how many messages."""
    count = 0
    for exhibitor_id, told in news.items():
        exhibitor = db.session.get_one(Exhibitor, exhibitor_id)
        own = [offer for offer in offers if offer.exhibitor_id == exhibitor_id]
        for account in exhibitor.accounts:
            _tell(publication, closure, exhibitor, told, own, account.user)
            count += 1
    return count


def _tell(
    publication: Publication, closure: Closure, exhibitor: Exhibitor, news: News, offers: Sequence[Offer], user: User
) -> None:  # fmt: skip
    def words() -> tuple[str, str]:
        site = localized(publication.site)
        subject = _("Votre tour a changé : %(site)s", site=site) if not _only_lost(news) else _(
            "Votre tour est annulé : %(site)s", site=site
        )  # fmt: skip
        lines = [_("Bonjour %(name)s,", name=localized(exhibitor)), "", reason(closure), "", *_changes(news)]
        for offer in offers:
            lines += ["", *ask_lines(offer, user)]
        return subject, "\n".join([*lines, "", _("Vos tours et vos réponses : %(link)s", link=page("home.me"))]) + "\n"

    key = f"closure:{publication.id}:{exhibitor.id}:{user.id}"
    post("closure", user, words, key=key, site=publication.site)


def resumed(publication: Publication, stay: Spot) -> None:
    """Tell whoever acts for somebody that her turn has days back."""
    exhibitor = db.session.get_one(Exhibitor, stay.exhibitor_id)

    def words() -> tuple[str, str]:
        lines = [
            _("Bonjour %(name)s,", name=localized(exhibitor)), "",
            _("Une fermeture est levée : votre tour a de nouveau ces jours. %(where)s.", where=_where(stay)), "",
            _("Vos tours et vos réponses : %(link)s", link=page("home.me")),
        ]  # fmt: skip
        return _("Votre tour a changé : %(site)s", site=localized(publication.site)), "\n".join(lines) + "\n"

    for account in exhibitor.accounts:
        key = f"closure:{publication.id}:{exhibitor.id}:{account.user.id}"
        post("closure", account.user, words, key=key, site=publication.site)


def _only_lost(news: News) -> bool:
    return bool(news.dropped) and not (news.moved or news.placed or news.cut)


def reason(closure: Closure) -> str:
    """What closes, when and why, in the language in force."""
    where = localized(closure.space) if closure.space else localized(closure.site)
    why = phrase(closure.reason)
    note = closure_note(closure.note)
    return _(
        "Fermeture : %(where)s, %(days)s. %(why)s.",
        where=where, days=in_days(closure.starts_on, closure.ends_on), why=f"{why}{_(' : ')}{note}" if note else why,
    )  # fmt: skip


def _changes(news: News) -> list[str]:
    lines = []
    for old, new in news.cut:
        if new.pauses != old.pauses:
            lines.append(_("Votre tour s'interrompt, puis reprend : %(where)s.", where=_where(new)))
        else:
            lines.append(_("Votre tour est écourté : %(where)s.", where=_where(new)))
    for old, new in news.moved:
        lines.append(_("Votre tour est déplacé : %(where)s.", where=_where(new)))
        lines.append(_("Il était prévu ici : %(where)s.", where=_where(old)))
    lines += [_("Vous avez un tour : %(where)s.", where=_where(one)) for one in news.placed]
    lines += [_("Ce tour n'a plus lieu : %(where)s.", where=_where(one)) for one in news.dropped]
    if news.dropped:
        lines.append(
            _("Vous restez sur la liste d'attente : une place libérée est proposée dans l'ordre de la charte.")
        )
    return lines


def _where(stay: Spot) -> str:
    codes = [db.session.get_one(Stand, stand_id).code for stand_id in stay.stand_ids]
    return Where(
        db.session.get_one(Space, stay.space_id), ", ".join(codes), stay.starts_on, stay.ends_on, stay.pauses
    ).words()
