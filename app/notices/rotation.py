"""What a publication tells each exhibitor: placed, moved, dropped, or no turn and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from app.i18n import _, days, localized
from app.models import Exhibitor, Publication, Site, User
from app.notices.outbox import link, post


@dataclass(frozen=True)
class Where:
    """A turn in words: the hall's and stands' names, the days."""

    space: object
    stands: str
    starts_on: date
    ends_on: date

    def words(self) -> str:
        """``Salle A, emplacement 04, 4 – 17 janvier 2027``."""
        return _(
            "%(space)s, emplacement %(stand)s, %(days)s",
            space=localized(self.space), stand=self.stands, days=days(self.starts_on, self.ends_on),
        )  # fmt: skip


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


def published(publication: Publication, site: Site, exhibitor: Exhibitor, news: News) -> int:
    """Tell every account that acts for the exhibitor; how many messages."""
    for account in exhibitor.accounts:
        _tell(publication, site, exhibitor, account.user, news)
    return len(exhibitor.accounts)


def _tell(publication: Publication, site: Site, exhibitor: Exhibitor, user: User, news: News) -> None:
    def words() -> tuple[str, str]:
        return _subject(site, news), _body(publication, site, exhibitor, user, news)

    key = f"rotation:{publication.id}:{exhibitor.id}:{user.id}"
    post("rotation", user, words, key=key, site=site)


def _subject(site: Site, news: News) -> str:
    name = localized(site)
    if news.moved or (news.placed and news.dropped):
        return _("Votre tour a changé : %(site)s", site=name)
    if news.placed:
        return _("Vous avez un tour : %(site)s", site=name)
    if news.dropped:
        return _("Votre tour est annulé : %(site)s", site=name)
    return _("Pas de tour cette fois : %(site)s", site=name)


def _body(publication: Publication, site: Site, exhibitor: Exhibitor, user: User, news: News) -> str:
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
    path = f"/sites/{site.slug}/rotations/{publication.number}"
    lines += ["", _("La rotation publiée, avec ses règles et ses comptes : %(link)s", link=link(path))]
    return "\n".join(lines) + "\n"
