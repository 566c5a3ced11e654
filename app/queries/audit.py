"""Reading a site's journal: its entries, newest first, in words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.i18n import _l
from app.models import AuditEntry, Site, User

PAGE = 50

ACTIONS = {
    "application.accept": _l("Candidature retenue"),
    "application.edit": _l("Candidature modifiée"),
    "application.refuse": _l("Candidature refusée"),
    "application.submit": _l("Candidature déposée"),
    "application.undo": _l("Décision reprise"),
    "application.withdraw": _l("Candidature retirée"),
    "attendance.free": _l("Reste d'un tour libéré"),
    "call.cancel": _l("Appel annulé"),
    "call.correct": _l("Appel corrigé"),
    "call.discard": _l("Brouillon d'appel supprimé"),
    "call.draft": _l("Brouillon d'appel"),
    "call.extend": _l("Appel prolongé"),
    "call.publish": _l("Appel publié"),
    "call.revise": _l("Appel modifié"),
    "closure.change": _l("Fermeture modifiée"),
    "closure.create": _l("Fermeture ajoutée"),
    "closure.delete": _l("Fermeture levée"),
    "closure.draft": _l("Réparation gardée en brouillon"),
    "closure.repair": _l("Rotation réparée après une fermeture"),
    "closure.seek": _l("Réparation cherchée"),
    "decision.forbid": _l("Place interdite"),
    "decision.forbid.remove": _l("Interdiction levée"),
    "decision.pin": _l("Tour épinglé"),
    "decision.pin.remove": _l("Épingle retirée"),
    "event.cancel": _l("Animation annulée"),
    "event.change": _l("Animation modifiée"),
    "event.plan": _l("Animation prévue"),
    "holiday.confirm": _l("Jour férié confirmé"),
    "rotation.publish": _l("Rotation publiée"),
    "run.cancel": _l("Calcul arrêté"),
    "run.end": _l("Calcul terminé"),
    "run.start": _l("Calcul lancé"),
    "site.edit": _l("Fiche du site modifiée"),
    "space.create": _l("Espace ajouté"),
    "space.delete": _l("Espace supprimé"),
    "space.edit": _l("Espace modifié"),
    "stand.add": _l("Emplacement ajouté"),
    "stand.delete": _l("Emplacement supprimé"),
    "stand.edit": _l("Emplacement modifié"),
    "team.accept": _l("Invitation acceptée"),
    "team.invite": _l("Personne invitée dans l'équipe"),
    "team.remove": _l("Personne retirée de l'équipe"),
}

NOUNS = {
    "application": _l("candidature"),
    "call": _l("appel"),
    "closure": _l("fermeture"),
    "decision": _l("décision"),
    "event": _l("animation"),
    "exhibitor": _l("exposant"),
    "publication": _l("rotation"),
    "run": _l("calcul"),
    "site": _l("site"),
    "space": _l("espace"),
    "stand": _l("emplacement"),
    "user": _l("compte"),
}


def entries(site: Site, before: int | None = None) -> list[tuple[AuditEntry, str]]:
    """A page of the site's journal, newest first, each with the name of who did it ("" for the system itself)."""
    query = (
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.chain == f"site:{site.id}")
        .order_by(AuditEntry.position.desc())
        .limit(PAGE)
    )
    if before is not None:
        query = query.where(AuditEntry.position < before)
    return [(entry, name or "") for entry, name in db.session.execute(query)]


def action(code: str) -> str:
    """An action in words; the code itself where there are none."""
    return str(ACTIONS.get(code, code))


def subject(code: str) -> str:
    """What an entry is about: ``appel 12``."""
    noun, _colon, number = code.partition(":")
    return f"{NOUNS.get(noun, noun)} {number}".strip()


def facts(value: Any) -> str:
    """The values of an entry on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {facts(item)}" for key, item in value.items() if item not in (None, "", [], {}))
    if isinstance(value, list):
        return " ".join(facts(item) for item in value)
    return str(value)
