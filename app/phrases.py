"""The words of each code: enumerations and reason codes as the reader sees them."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from flask import Flask

from app.data import read
from app.i18n import _, _l, language, ngettext
from app.models import (
    ApplicationState,
    AttendanceSource,
    AttendanceState,
    CallState,
    ClosureReason,
    DecisionKind,
    EventKind,
    EventState,
    ExhibitorKind,
    Group,
    LookKind,
    LookState,
    Management,
    MissedPeriods,
    NewcomerPolicy,
    OfferState,
    ProposalState,
    PublicationCause,
    RefusalReason,
    RunState,
    SiteCategory,
    SiteRole,
    SiteState,
    SiteType,
    SpaceKind,
    SwapPolicy,
    SwapState,
    VacancyCause,
)

PHRASES: tuple[tuple[enum.StrEnum, Any], ...] = (
    (OfferState.OPEN, _l("Réponse attendue")),
    (OfferState.ACCEPTED, _l("Accepté")),
    (OfferState.DECLINED, _l("Refusé")),
    (OfferState.EXPIRED, _l("Sans réponse, place rendue")),
    (OfferState.WITHDRAWN, _l("Proposition retirée")),
    (VacancyCause.DECLINED, _l("place refusée")),
    (VacancyCause.EXPIRED, _l("pas de réponse à temps")),
    (VacancyCause.RETURNED, _l("tour rendu")),
    (VacancyCause.ABSENT, _l("absence")),
    (VacancyCause.CLOSED, _l("fermeture")),
    (VacancyCause.OPENED, _l("place ouverte")),
    (LookKind.REPAIR, _l("réparation")),
    (LookKind.WITHDRAWAL, _l("retrait de la rotation")),
    (LookState.OPEN, _l("Attend une seconde personne")),
    (LookState.DONE, _l("Faite")),
    (LookState.DECLINED, _l("Refusée")),
    (LookState.RETRACTED, _l("Reprise")),
    (LookState.REPLACED, _l("Remplacée")),
    (ProposalState.OPEN, _l("Attend une seconde personne")),
    (ProposalState.PUBLISHED, _l("Publiée")),
    (ProposalState.DECLINED, _l("Non publiée")),
    (ProposalState.RETRACTED, _l("Reprise")),
    (ProposalState.REPLACED, _l("Remplacée")),
    (PublicationCause.PLAN, _l("Planning")),
    (PublicationCause.RELEASED, _l("Place rendue")),
    (PublicationCause.FILLED, _l("Place reprise")),
    (PublicationCause.SWAPPED, _l("Échange de tours")),
    (PublicationCause.ABSENT, _l("Absence")),
    (PublicationCause.CLOSED, _l("Fermeture")),
    (PublicationCause.MOVED, _l("Déplacement")),
    (SwapState.ASKED, _l("Réponse de l'autre attendue")),
    (SwapState.AGREED, _l("Attend l'accord du site")),
    (SwapState.DONE, _l("Échange fait")),
    (SwapState.DECLINED, _l("L'autre a dit non")),
    (SwapState.REFUSED, _l("Refusé par le site")),
    (SwapState.CANCELLED, _l("Demande retirée")),
    (SwapState.EXPIRED, _l("Délai passé")),
    (SwapState.STALE, _l("N'est plus possible")),
    (SwapPolicy.NONE, _l("Pas d'échange entre exposants")),
    (SwapPolicy.APPROVED, _l("Échange permis avec l'accord du site")),
    (SwapPolicy.FREE, _l("Échange permis s'il respecte les règles")),
    (SiteCategory.PRODUCTION_SALE, _l("Production et commercialisation")),
    (SiteCategory.SALE, _l("Commercialisation")),
    (SiteCategory.PRODUCTION, _l("Production")),
    (SiteType.VILLAGE, _l("Village d'artisanat")),
    (SiteType.COMPLEX, _l("Complexe d'artisanat")),
    (SiteType.ENSEMBLE, _l("Ensemble d'artisanat")),
    (SiteType.DAR_SANAA, _l("Dar sanâa")),
    (SiteType.EXHIBITION_SPACE, _l("Espace d'exposition-vente")),
    (SiteType.FOUNDOUK, _l("Foundouk")),
    (SiteType.ACTIVITY_ZONE, _l("Zone d'activités artisanales")),
    (SiteType.TANNERY, _l("Tannerie")),
    (SiteType.DRAZ, _l("Draz")),
    (SiteType.TRAINING_CENTRE, _l("Centre de formation")),
    (SiteState.STUDY, _l("À l'étude")),
    (SiteState.WORKS, _l("En travaux")),
    (SiteState.COMMISSIONING, _l("En cours de mise en service")),
    (SiteState.OPEN, _l("Ouvert")),
    (SiteState.CLOSED, _l("Fermé")),
    (Management.DIRECT, _l("Gestion directe")),
    (Management.ASSOCIATION, _l("Association des bénéficiaires")),
    (Management.COOPERATIVE, _l("Coopérative")),
    (Management.CHAMBER, _l("Chambre d'artisanat")),
    (Management.CONVENTION, _l("Convention")),
    (SpaceKind.SHOWROOM, _l("Showroom")),
    (SpaceKind.HALL, _l("Salle d'exposition")),
    (SpaceKind.WORKSHOP, _l("Atelier")),
    (SpaceKind.UNIT, _l("Local")),
    (SpaceKind.TRAINING_ROOM, _l("Salle de formation")),
    (ClosureReason.WORKS, _l("Travaux")),
    (ClosureReason.HOLIDAY, _l("Jour férié")),
    (ClosureReason.EVENT, _l("Animation")),
    (SiteRole.MANAGER, _l("Gestionnaire")),
    (SiteRole.COMMITTEE, _l("Membre de la commission")),
    (SiteRole.ANIMATOR, _l("Animateur")),
    (SiteRole.AGENT, _l("Agent d'accueil")),
    (ExhibitorKind.ARTISAN, _l("Artisan")),
    (ExhibitorKind.MAALEM, _l("Maâlem")),
    (ExhibitorKind.COOPERATIVE, _l("Coopérative artisanale")),
    (ExhibitorKind.ENTERPRISE, _l("Entreprise")),
    (ExhibitorKind.ASSOCIATION, _l("Association")),
    (Group.WOMEN, _l("Femmes")),
    (Group.RURAL, _l("Monde rural")),
    (Group.YOUTH, _l("Jeunes")),
    (Group.DISABILITY, _l("Personnes en situation de handicap")),
    (Group.NEWCOMER, _l("Nouveaux exposants")),
    (CallState.DRAFT, _l("Brouillon")),
    (CallState.PUBLISHED, _l("Publié")),
    (CallState.CANCELLED, _l("Annulé")),
    (MissedPeriods.COUNT, _l("compte comme les autres")),
    (MissedPeriods.UNLESS_EXCUSED, _l("ne compte pas avec une excuse")),
    (MissedPeriods.NEVER, _l("ne compte pas")),
    (NewcomerPolicy.ZERO, _l("à zéro")),
    (NewcomerPolicy.LOWEST, _l("au plus bas de ceux qui ont déjà exposé")),
    (NewcomerPolicy.MEDIAN, _l("à la médiane de ceux qui ont déjà exposé")),
    (NewcomerPolicy.AVERAGE, _l("à la moyenne de ceux qui ont déjà exposé")),
    (AttendanceState.PRESENT, _l("Présence")),
    (AttendanceState.ABSENT, _l("Absence")),
    (AttendanceState.EXCUSED, _l("Absence excusée")),
    (AttendanceSource.LIST, _l("sur la liste")),
    (AttendanceSource.CODE, _l("par le code")),
    (ApplicationState.DRAFT, _l("Brouillon")),
    (ApplicationState.SUBMITTED, _l("Déposée")),
    (ApplicationState.WITHDRAWN, _l("Retirée")),
    (ApplicationState.ELIGIBLE, _l("Retenue pour le planning")),
    (ApplicationState.REFUSED, _l("Refusée")),
    (RefusalReason.OUT_OF_SCOPE, _l("Hors de l'objet de l'appel")),
    (RefusalReason.REGISTER_UNKNOWN, _l("Numéro de registre introuvable")),
    (RefusalReason.INCOMPLETE, _l("Dossier incomplet")),
    (RefusalReason.DUPLICATE, _l("Déjà représenté par une autre candidature")),
    (RefusalReason.NEEDS_NOT_MET, _l("Aucun emplacement ne répond aux besoins")),
    (RefusalReason.OTHER, _l("Autre motif")),
    (DecisionKind.PIN, _l("Tour gardé")),
    (DecisionKind.FORBID, _l("Place interdite")),
    (RunState.QUEUED, _l("En attente")),
    (RunState.RUNNING, _l("En cours")),
    (RunState.DONE, _l("Terminé")),
    (RunState.IMPOSSIBLE, _l("Impossible")),
    (RunState.CANCELLED, _l("Arrêté")),
    (RunState.TIMED_OUT, _l("Temps écoulé")),
    (RunState.OUT_OF_MEMORY, _l("Mémoire épuisée")),
    (RunState.BAD_CASE, _l("Données refusées")),
    (RunState.FAILED, _l("Échec")),
    (EventKind.WORKSHOP, _l("Atelier d'initiation")),
    (EventKind.DEMONSTRATION, _l("Démonstration")),
    (EventKind.FESTIVAL, _l("Festival")),
    (EventKind.TALK, _l("Conférence")),
    (EventKind.TRAINING, _l("Séance de formation")),
    (EventState.PLANNED, _l("Prévue")),
    (EventState.CANCELLED, _l("Annulée")),
)

FEATURES = {
    "power": _l("Électricité"),
    "water": _l("Eau"),
    "wall": _l("Mur d'accrochage"),
    "light": _l("Éclairage d'ambiance"),
    "storage": _l("Réserve"),
    "street_front": _l("Côté rue"),
}


# By kind and value: members of two kinds with the same value are equal as text.
_WORDS = {(type(code), code.value): words for code, words in PHRASES}


def phrase(code: enum.StrEnum | None) -> str:
    """The words of an enumeration's value; empty for None."""
    return "" if code is None else str(_WORDS[type(code), code.value])


def feature(code: str) -> str:
    """The words of a stand's feature; free words stay as given."""
    return str(FEATURES.get(code, code))


def time_left(until: datetime, at: datetime) -> str:
    """How long is left, in one unit rounded down; empty once it is over."""
    seconds = int((until - at).total_seconds())
    if until <= at:
        return ""
    if seconds >= 2 * 86400:
        return ngettext("Il reste %(num)s jour", "Il reste %(num)s jours", seconds // 86400)
    if seconds >= 3600:
        return ngettext("Il reste %(num)s heure", "Il reste %(num)s heures", seconds // 3600)
    if seconds >= 60:
        return ngettext("Il reste %(num)s minute", "Il reste %(num)s minutes", seconds // 60)
    return _("Il reste moins d'une minute")


def closure_note(text: str) -> str:
    """A closure's note; the name of a public holiday is told in the reader's language."""
    named = {row["fr"]: row for kind in ("fixed", "islamic") for row in read("holidays")[kind]}
    return str(named[text][language()]) if text in named else text


def init(app: Flask) -> None:
    """Offer the words to templates."""
    app.jinja_env.filters.update(phrase=phrase, feature=feature, closure_note=closure_note)
