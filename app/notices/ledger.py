"""What an exhibitor is told when her ledger is corrected."""

from __future__ import annotations

from app.i18n import _, localized, ngettext
from app.models import Exhibitor, LedgerCorrection, Site, User
from app.notices.outbox import page, post


def corrected(row: LedgerCorrection, site: Site, exhibitor: Exhibitor) -> int:
    """Tell every account that acts for her; how many messages."""
    for account in exhibitor.accounts:
        _tell(row, site, exhibitor, account.user)
    return len(exhibitor.accounts)


def _tell(row: LedgerCorrection, site: Site, exhibitor: Exhibitor, user: User) -> None:
    def words() -> tuple[str, str]:
        lines = [
            _("Bonjour %(name)s,", name=localized(exhibitor)), "",
            _("Votre registre d'équité à %(site)s est corrigé : %(what)s.", site=localized(site), what=told(row)),
            _("Motif : %(reason)s", reason=row.reason), "",
            _("Votre registre : %(link)s", link=page("ledger.mine", exhibitor_id=exhibitor.id)),
        ]  # fmt: skip
        return _("Votre registre d'équité est corrigé : %(site)s", site=localized(site)), "\n".join(lines) + "\n"

    post("ledger", user, words, key=f"ledger:{row.id}:{user.id}", site=site)


def told(row: LedgerCorrection) -> str:
    """``+2 périodes, -1 tour``: what a correction adds and takes away."""
    parts = (
        (row.turns, ngettext("%(sign)s%(num)s tour", "%(sign)s%(num)s tours", abs(row.turns), sign=_sign(row.turns))),
        (row.periods, ngettext(
            "%(sign)s%(num)s période", "%(sign)s%(num)s périodes", abs(row.periods), sign=_sign(row.periods)
        )),
        (row.points, ngettext(
            "%(sign)s%(num)s point", "%(sign)s%(num)s points", abs(row.points), sign=_sign(row.points)
        )),
    )  # fmt: skip
    return _(", ").join(text for count, text in parts if count)


def _sign(count: int) -> str:
    return "−" if count < 0 else "+"
