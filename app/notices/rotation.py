"""What a publication tells each exhibitor: placed, moved, dropped, or no turn and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from app.i18n import _, days, interruption, localized
from app.models import Exhibitor, Publication, Site, User
from app.notices.outbox import Letter, letter, link


@dataclass(frozen=True)
class Where:
    """A turn in words: the hall's and stands' names, the days."""

    space: object
    stands: str
    starts_on: date
    ends_on: date
    pauses: Sequence[date] = ()

    def words(self) -> str:
        """``Salle A, emplacement 04, 4 – 17 janvier 2027``."""
        told = _(
            "%(space)s, emplacement %(stand)s, %(days)s",
            space=localized(self.space), stand=self.stands, days=days(self.starts_on, self.ends_on),
        )  # fmt: skip
        return f"{told} ({interruption(self.pauses)})" if self.pauses else told


@dataclass
class News:
    """What one exhibitor is told of a publication; ``why`` words the reasons in a language when she has no turn.

    ``ask`` words what an account of hers is asked to answer, where turns are offered.
    """

    placed: list[Where] = field(default_factory=list)
    moved: list[tuple[Where, Where]] = field(default_factory=list)
    dropped: list[Where] = field(default_factory=list)
    why: Callable[[str], list[str]] | None = None
    ask: Callable[[User], list[str]] | None = None


def letters(number: int, site: Site, exhibitor: Exhibitor, news: News, key: str = "") -> list[Letter]:
    """What every account that acts for the exhibitor is told of the site's rotation of that number."""

    def words(user: User) -> tuple[str, str]:
        return _subject(site, news), _body(number, site, exhibitor, user, news)

    return [
        letter(
            "rotation", user, partial(words, user), site=site, key=f"{key}:{exhibitor.id}:{user.id}" if key else ""
        )
        for user in (account.user for account in exhibitor.accounts)
        if user.active
    ]  # fmt: skip


def _subject(site: Site, news: News) -> str:
    name = localized(site)
    if news.moved or (news.placed and news.dropped):
        return _("Votre tour a changé : %(site)s", site=name)
    if news.placed:
        return _("Vous avez un tour : %(site)s", site=name)
    if news.dropped:
        return _("Votre tour est annulé : %(site)s", site=name)
    if news.ask and not news.why:
        return _("Votre tour attend votre réponse : %(site)s", site=name)
    return _("Pas de tour cette fois : %(site)s", site=name)


def _body(number: int, site: Site, exhibitor: Exhibitor, user: User, news: News) -> str:
    lines = [_("Bonjour %(name)s,", name=exhibitor.name), ""]
    lines += [_("Vous avez un tour : %(where)s.", where=one.words()) for one in news.placed]
    for before, after in news.moved:
        lines.append(_("Votre tour est déplacé : %(where)s.", where=after.words()))
        lines.append(_("Il était prévu ici : %(where)s.", where=before.words()))
    lines += [_("Ce tour n'a plus lieu : %(where)s.", where=one.words()) for one in news.dropped]
    if news.why is not None:
        lines.append(_("Vous n'avez pas de tour dans cette rotation."))
        lines += news.why(str(user.language))[:1]
    if news.ask is not None:
        lines += ["", *news.ask(user)]
    path = f"/sites/{site.slug}/rotations/{number}"
    lines += ["", _("La rotation publiée, avec ses règles et ses comptes : %(link)s", link=link(path))]
    return "\n".join(lines) + "\n"


def withdrawn(publication: Publication, exhibitor: Exhibitor, stays: list[Where], reason: str) -> list[Letter]:
    """What every account of an exhibitor is told of a rotation withdrawn; ``stays``: hers that no longer take place."""
    site = publication.site

    def words() -> tuple[str, str]:
        lines = [
            _("Bonjour %(name)s,", name=exhibitor.name), "",
            _("La rotation nº %(number)s de %(site)s est retirée.", number=publication.number, site=localized(site)),
            _("Raison : %(reason)s", reason=reason),
            *(_("Ce tour n'a plus lieu : %(where)s.", where=one.words()) for one in stays), "",
            _("La rotation retirée reste lisible : %(link)s",
              link=link(f"/sites/{site.slug}/rotations/{publication.number}")),
        ]  # fmt: skip
        return _("Votre tour est annulé : %(site)s", site=localized(site)), "\n".join(lines) + "\n"

    return [
        letter("rotation.withdrawn", user, words, site=site, key=f"withdrawn:{publication.id}:{exhibitor.id}:{user.id}")
        for user in (account.user for account in exhibitor.accounts)
        if user.active
    ]
