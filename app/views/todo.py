"""What a person should do next, in the order of what cannot wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from app.i18n import _, days, instant, localized, ngettext
from app.models import ApplicationState, Call, CallState, Offer, Proposal, SecondLook, Swap, SwapState
from app.notices.second_look import what
from app.queries.home import CallWork, OwnExhibitor
from app.queries.steering import Waiting
from app.views.navigation import may


@dataclass(frozen=True)
class Step:
    """A sentence, and the page where it is done."""

    text: str
    label: str
    url: str


def steps(
    own: Sequence[OwnExhibitor], works: Sequence[CallWork], open_calls: Sequence[Call], now: datetime,
    offers: Sequence[Offer] = (), swaps: Sequence[Swap] = (), proposals: Sequence[Proposal] = (),
    looks: Sequence[SecondLook] = (), programme: Waiting | None = None,
) -> list[Step]:  # fmt: skip
    """The next steps of a person: answers awaited, applications, then the calls of her sites."""
    asked = [step for offer in offers if offer.deadline > now for step in _of_offer(offer)]
    asked += [step for swap in swaps if swap.state is SwapState.ASKED for step in _of_swap(swap)]
    asked += [step for proposal in proposals for step in _of_proposal(proposal)]
    asked += [step for look in looks for step in _of_look(look)]
    soonest = sorted(works, key=lambda work: work.call.closes_at)  # a closed call waits longer than an open one
    sites = [step for work in soonest for step in _of_site(work, now)]
    steering = list(_of_programme(programme)) if programme else []
    return [*asked, *_of_artisan(own, open_calls, now), *sites, *steering]


def _of_offer(offer: Offer) -> Iterator[Step]:
    text = _(
        "Un tour vous attend, %(days)s, %(site)s : dites oui ou non avant le %(time)s.",
        days=days(offer.starts_on, offer.ends_on), site=localized(offer.call.site), time=instant(offer.deadline),
    )  # fmt: skip
    yield from _step("offers.mine", offer, text, _("Répondre"), offer_id=offer.id)


def _of_swap(swap: Swap) -> Iterator[Step]:
    text = _("Un échange de tours est demandé : répondez avant le %(time)s.", time=instant(swap.deadline))
    yield from _step("swaps.show", swap, text, _("Voir"), swap_id=swap.id)


def _of_look(look: SecondLook) -> Iterator[Step]:
    text = what(look, look.asked_by.name)
    yield from _step("second_looks.show", look, text, _("Relire"), look_id=look.id)


def _of_proposal(proposal: Proposal) -> Iterator[Step]:
    text = _(
        "« %(call)s », %(site)s : une publication attend une seconde personne.",
        call=localized(proposal.call, "title"), site=localized(proposal.call.site),
    )  # fmt: skip
    yield from _step("publishing.show", proposal, text, _("Relire"), proposal_id=proposal.id)


def _of_artisan(own: Sequence[OwnExhibitor], open_calls: Sequence[Call], now: datetime) -> Iterator[Step]:
    for item in own:
        asked = {application.call_id for application in item.applications}
        for application in item.applications:
            if application.state == ApplicationState.DRAFT and application.call.closes_at > now:
                text = _(
                    "Déposez votre candidature « %(call)s » avant le %(date)s.",
                    call=localized(application.call, "title"),
                    date=instant(application.call.closes_at),
                )
                yield from _step("applications.show", application, text, _("Continuer"), application_id=application.id)
        left = [call for call in open_calls if call.id not in asked]
        if left and not asked:  # who has applied reads of her own application first; other calls stand beneath it
            text = ngettext(
                "Un appel est ouvert, %(name)s n'y a pas encore candidaté.",
                "%(num)s appels sont ouverts, %(name)s n'y a pas encore candidaté.",
                len(left),
                name=localized(item.exhibitor),
            )
            yield from _step("calls.index", None, text, _("Voir les appels"))


def _of_site(work: CallWork, now: datetime) -> Iterator[Step]:
    call = work.call
    title = localized(call, "title")
    if call.state == CallState.DRAFT:
        text = _("L'appel « %(call)s » est un brouillon : complétez-le, puis publiez-le.", call=title)
        yield from _step("calls_admin.show", call, text, _("Ouvrir l'appel"), call_id=call.id)
    elif work.submitted:
        text = ngettext(
            "Une candidature à examiner pour « %(call)s ».",
            "%(num)s candidatures à examiner pour « %(call)s ».",
            work.submitted,
            call=title,
        )
        yield from _step("review.index", call, text, _("Examiner"), call_id=call.id)
    elif work.eligible and not work.published and call.closes_at <= now:
        text = _("« %(call)s » : tous les dossiers sont examinés. Calculez le planning.", call=title)
        yield from _step("plans.index", call, text, _("Ouvrir les plannings"), call_id=call.id)


def _of_programme(waiting: Waiting) -> Iterator[Step]:
    """What waits at the whole programme: each thing one click from where it is settled."""
    for one in waiting.holidays:
        text = _("%(holiday)s, %(days)s : le jour est une estimation, confirmez-le.", holiday=localized(one),
                 days=days(one.starts_on, one.ends_on))  # fmt: skip
        yield from _step("holidays.index", None, text, _("Confirmer"))
    for call, files in waiting.unread.items():
        text = ngettext(
            "« %(call)s », %(site)s : l'appel est clos, un dossier attend la commission.",
            "« %(call)s », %(site)s : l'appel est clos, %(num)s dossiers attendent la commission.",
            files, call=localized(call, "title"), site=localized(call.site),
        )  # fmt: skip
        yield from _step("team.index", call.site, text, _("Voir l'équipe"), slug=call.site.slug)
    for call in waiting.closing:
        text = _("« %(call)s », %(site)s : clôture le %(time)s.", call=localized(call, "title"),
                 site=localized(call.site), time=instant(call.closes_at))  # fmt: skip
        yield from _step("calls.show", call, text, _("Voir l'appel"), call_id=call.id)
    for asked in waiting.invitations:
        if asked.site is not None:
            text = _("%(site)s : l'invitation du gestionnaire attend sa réponse.", site=localized(asked.site))
            yield from _step("team.index", asked.site, text, _("Voir l'équipe"), slug=asked.site.slug)
    if waiting.bare:
        text = ngettext(
            "Un site ouvert n'a pas de gestionnaire.", "%(num)s sites ouverts n'ont pas de gestionnaire.", waiting.bare
        )
        yield from _step("admin.index", None, text, _("Les nommer"), state="open", bare=1)
    if waiting.idle:
        text = ngettext(
            "Un site ouvert n'a aucune rotation publiée pour aujourd'hui ou après.",
            "%(num)s sites ouverts n'ont aucune rotation publiée pour aujourd'hui ou après.",
            waiting.idle,
        )
        yield from _step("admin.index", None, text, _("Voir ces sites"), state="open", idle=1)


def _step(endpoint: str, subject: Any, text: str, label: str, **values: Any) -> Iterator[Step]:
    if may(endpoint, subject):
        yield Step(text, label, url_for(endpoint, **values))
