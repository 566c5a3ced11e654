"""Messages about an application, to the accounts acting for its exhibitor."""

from __future__ import annotations

from app.i18n import _, days, instant
from app.models import Application
from app.notices.outbox import link, post
from app.phrases import phrase


def receipt(application: Application) -> None:
    """The receipt: number, time, where to follow. One per deposit (a second one after a withdrawal)."""

    def wording() -> tuple[str, str]:
        call = application.call
        return (
            _("Candidature reçue : %(number)s", number=application.receipt),
            _(
                "Bonjour,\n\nLa candidature de %(name)s à l'appel « %(call)s » est bien reçue.\n"
                "Numéro : %(number)s\nReçue le : %(time)s\nSaison : %(season)s\n\n"
                "Vous pouvez la modifier ou la retirer jusqu'au %(closing)s :\n%(link)s\n",
                name=application.exhibitor.name, call=call.title, number=application.receipt,
                time=instant(application.updated_at), season=days(call.season_start, call.season_end),
                closing=instant(call.closes_at), link=_page(application),
            ),
        )  # fmt: skip

    _post("application.receipt", application, wording)


def refusal(application: Application) -> None:
    """The refusal with its reason and the one way to contest it (law 55-19)."""

    def wording() -> tuple[str, str]:
        return (
            _("Candidature %(number)s : réponse", number=application.receipt),
            _(
                "Bonjour,\n\nLa candidature de %(name)s à l'appel « %(call)s » n'est pas retenue.\n"
                "Motif : %(reason)s.\n%(text)s\n\n%(appeal)s\n\n%(link)s\n",
                name=application.exhibitor.name, call=application.call.title, reason=phrase(application.reason),
                text=application.reason_text, appeal=appeal(), link=_page(application),
            ),
        )  # fmt: skip

    _post("application.refusal", application, wording)


def appeal() -> str:
    """The one way to contest a refusal."""
    return _(
        "Vous pouvez contester cette décision par une seule voie : un recours écrit et motivé, avec ce numéro, "
        "à la direction du site, qui répond dans les 60 jours (loi 55-19)."
    )


def _post(kind: str, application: Application, wording: object) -> None:
    moment = f"{(application.decided_at or application.updated_at).timestamp():.6f}"
    for account in application.exhibitor.accounts:
        post(
            kind, account.user, wording,  # type: ignore[arg-type]
            key=f"{kind}:{application.id}:{account.user_id}:{moment}", site=application.call.site,
        )  # fmt: skip


def _page(application: Application) -> str:
    return link(f"/me/applications/{application.id}")
