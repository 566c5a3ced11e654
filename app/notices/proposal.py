"""What is told about a plan proposed for publication: to those who may publish it, and to who proposed it."""

from __future__ import annotations

from collections.abc import Iterable

from app.i18n import _, localized
from app.models import Proposal, User
from app.notices.outbox import page, post


def proposed(proposal: Proposal, seconds: Iterable[User]) -> None:
    """Ask the second person."""
    call = proposal.call

    def wording() -> tuple[str, str]:
        lines = [
            _("Bonjour,"), "",
            _("%(name)s propose de publier la rotation de « %(call)s ».", name=proposal.proposed_by.name,
              call=localized(call, "title")),
            _("Une seconde personne doit la relire et la publier : ce qui change et chaque message sont montrés."), "",
            _("Relire : %(link)s", link=page("publishing.show", proposal_id=proposal.id)),
        ]  # fmt: skip
        return _("Une publication vous attend : %(site)s", site=localized(call.site)), "\n".join(lines) + "\n"

    for user in seconds:
        post("rotation.proposed", user, wording, key=f"rotation.proposed:{proposal.id}:{user.id}", site=call.site)


def declined(proposal: Proposal) -> None:
    """Tell who proposed that it will not be published, and why."""
    call, user = proposal.call, proposal.proposed_by

    def wording() -> tuple[str, str]:
        lines = [
            _("Bonjour %(name)s,", name=user.name), "",
            _("La rotation que vous avez proposée pour « %(call)s » n'est pas publiée.", call=localized(call, "title")),
            _("Raison : %(reason)s", reason=proposal.reason), "",
            _("Le planning : %(link)s", link=page("plans.show", plan_id=proposal.plan_id)),
        ]  # fmt: skip
        return _("Votre proposition n'est pas publiée : %(site)s", site=localized(call.site)), "\n".join(lines) + "\n"

    if user.active:
        post("rotation.declined", user, wording, key=f"rotation.declined:{proposal.id}:{user.id}", site=call.site)
