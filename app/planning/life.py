"""What a call says of answers, free places and swaps, in plain sentences."""

from __future__ import annotations

from app.i18n import _, ngettext
from app.models import Call
from app.phrases import phrase
from app.planning.charter import Clause


def life_clauses(call: Call) -> list[Clause]:
    """The sentences a call's page shows."""
    found = []
    if call.offers:
        text = ngettext(
            "Chaque tour est proposé : on dit oui ou non en %(num)s jour, sinon la place est rendue.",
            "Chaque tour est proposé : on dit oui ou non en %(num)s jours, sinon la place est rendue.",
            call.offer_days,
        )
        found.append(Clause("offers", "", text))
    if call.four_eyes:
        text = _("La rotation est publiée à deux : une personne la propose, une autre la relit et la publie.")
        found.append(Clause("four_eyes", "", text))
        also = _(
            "Une réparation après une fermeture et le retrait d'une rotation se décident aussi à deux. Un échange, une "
            "réponse ou une place proposée dans l'ordre de la charte n'en demandent pas : les exposants et la règle en "
            "décident."
        )
        found.append(Clause("four_eyes_life", "", also))
    told = _("Une place libérée est proposée tout de suite à la liste d'attente, dans l'ordre de la charte.")
    waits = _("Une place libérée est proposée à la liste d'attente par le site, dans l'ordre de la charte.")
    return [*found, Clause("refill", "", told if call.refill else waits), Clause("swaps", "", f"{phrase(call.swaps)}.")]
