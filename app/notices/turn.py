"""What is told about a turn given back."""

from __future__ import annotations

from app.i18n import _, localized
from app.models import PublishedTurn
from app.notices.outbox import page, post
from app.notices.swap import where


def returned(turn: PublishedTurn, *, passed_on: bool) -> None:
    """Confirm to the accounts of its exhibitor that a turn is given back; ``passed_on``: somebody else is asked."""

    def wording() -> tuple[str, str]:
        lines = [
            _("Bonjour %(name)s,", name=localized(turn.exhibitor)), "",
            _("Vous avez rendu ce tour : %(where)s. La place est proposée à quelqu'un d'autre.", where=where(turn))
            if passed_on
            else _("Vous avez rendu ce tour : %(where)s. La place est libre : le site le sait.", where=where(turn)),
            "", _("Vos tours et vos réponses : %(link)s", link=page("home.me")),
        ]  # fmt: skip
        return _("Vous avez rendu un tour"), "\n".join(lines) + "\n"

    for account in turn.exhibitor.accounts:
        if account.user.active:
            key = f"turn.returned:{turn.id}:{account.user_id}"
            post("turn.returned", account.user, wording, key=key, site=turn.site)
