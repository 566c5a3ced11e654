"""What an exhibitor is told when she is noted absent, excused, or when a note is corrected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from app.i18n import _, localized
from app.i18n import day as in_words
from app.i18n import days as in_days
from app.models import AttendanceState, PublishedTurn, Site, User
from app.notices.outbox import page, post

#: Words how near the charter's limits are, in the language in force.
Warnings = Callable[[], list[str]]


def noted(
    entry_id: int, site: Site, turn: PublishedTurn, day: date, state: AttendanceState | None, warnings: Warnings
) -> int:
    """Tell every account that acts for her; how many messages. ``entry_id``: the audit entry of the decision."""
    for account in turn.exhibitor.accounts:
        _tell(entry_id, site, turn, day, state, warnings, account.user)
    return len(turn.exhibitor.accounts)


def _tell(
    entry_id: int, site: Site, turn: PublishedTurn, day: date, state: AttendanceState | None, warnings: Warnings,
    user: User,
) -> None:  # fmt: skip
    def words() -> tuple[str, str]:
        name, when = localized(site), in_words(day)
        lines = [_("Bonjour %(name)s,", name=localized(turn.exhibitor)), "", _fact(state, when, name), ""]
        lines += warnings()
        lines += [
            "", _("Si c'est une erreur, dites-le à l'accueil du site : elle peut être corrigée."),
            page("ledger.mine", exhibitor_id=turn.exhibitor_id),
        ]  # fmt: skip
        return _subject(state, when, name), "\n".join(lines) + "\n"

    post("attendance", user, words, key=f"attendance:{entry_id}:{user.id}", site=site)


def _subject(state: AttendanceState | None, when: str, site: str) -> str:
    if state is AttendanceState.ABSENT:
        return _("Absence notée le %(day)s : %(site)s", day=when, site=site)
    if state is AttendanceState.EXCUSED:
        return _("Absence excusée le %(day)s : %(site)s", day=when, site=site)
    return _("Absence corrigée le %(day)s : %(site)s", day=when, site=site)


def _fact(state: AttendanceState | None, when: str, site: str) -> str:
    if state is AttendanceState.ABSENT:
        return _("Votre absence du %(day)s à %(site)s est notée.", day=when, site=site)
    if state is AttendanceState.EXCUSED:
        return _("Votre absence du %(day)s à %(site)s est excusée : elle ne compte pas.", day=when, site=site)
    if state is AttendanceState.PRESENT:
        return _("Votre absence du %(day)s à %(site)s est corrigée : vous étiez là.", day=when, site=site)
    return _("Votre absence du %(day)s à %(site)s est retirée : rien n'est noté ce jour-là.", day=when, site=site)


def freed(site: Site, turn: PublishedTurn, first: date, reason: str) -> int:
    """Tell her that the rest of her turn goes to others, and why."""
    for account in turn.exhibitor.accounts:
        _tell_freed(site, turn, first, reason, account.user)
    return len(turn.exhibitor.accounts)


def _tell_freed(site: Site, turn: PublishedTurn, first: date, reason: str, user: User) -> None:
    def words() -> tuple[str, str]:
        rest = in_days(first, turn.ends_on)
        lines = [
            _("Bonjour %(name)s,", name=localized(turn.exhibitor)), "",
            _("Le reste de votre tour à %(site)s (%(days)s) est proposé à d'autres.", site=localized(site), days=rest),
            _("Motif : %(reason)s", reason=reason), "",
            _("Si c'est une erreur, dites-le à l'accueil du site : elle peut être corrigée."),
            page("ledger.mine", exhibitor_id=turn.exhibitor_id),
        ]  # fmt: skip
        return _("Le reste de votre tour est libéré : %(site)s", site=localized(site)), "\n".join(lines) + "\n"

    post("attendance", user, words, key=f"freed:{turn.id}:{user.id}", site=site)
