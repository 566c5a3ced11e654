"""Reading a site's journal: its entries, newest first, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.i18n import _l, localized
from app.models import AuditEntry, Call, Craft, Exhibitor, Province, Site, Space, Stand, User

PAGE = 50

ACTIONS = {
    "application.accept": _l("Candidature retenue"),
    "application.edit": _l("Candidature modifiée"),
    "application.leave_list": _l("Sortie de la liste d'attente"),
    "application.refuse": _l("Candidature refusée"),
    "application.rejoin_list": _l("Retour sur la liste d'attente"),
    "application.submit": _l("Candidature déposée"),
    "application.undo": _l("Décision reprise"),
    "application.withdraw": _l("Candidature retirée"),
    "attendance.correct": _l("Présence corrigée"),
    "attendance.free": _l("Reste d'un tour libéré"),
    "attendance.note": _l("Présence notée"),
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
    "decision.undo": _l("Décision retirée"),
    "draw.commit": _l("Engagement sur le tirage"),
    "draw.reveal": _l("Graine du tirage révélée"),
    "event.cancel": _l("Animation annulée"),
    "event.change": _l("Animation modifiée"),
    "event.plan": _l("Animation prévue"),
    "exhibitor.create": _l("Exposant inscrit par le site"),
    "exhibitor.end_help": _l("Aide du site arrêtée"),
    "holiday.confirm": _l("Jour férié confirmé"),
    "ledger.correct": _l("Registre d'équité corrigé"),
    "look.ask": _l("Seconde personne demandée"),
    "look.declined": _l("Refusé par la seconde personne"),
    "look.published": _l("Fait par la seconde personne"),
    "look.replaced": _l("Demande à une seconde personne remplacée"),
    "look.retracted": _l("Demande à une seconde personne reprise"),
    "offer.accepted": _l("Tour accepté"),
    "offer.declined": _l("Tour refusé"),
    "offer.expired": _l("Tour resté sans réponse"),
    "offer.extend": _l("Délai de réponse prolongé"),
    "offer.open": _l("Tour proposé"),
    "offer.withdrawn": _l("Proposition retirée"),
    "plan.allow": _l("Planning : interdiction levée"),
    "plan.close": _l("Planning : fermeture ajoutée"),
    "plan.forbid": _l("Planning : place interdite"),
    "plan.import": _l("Planning : tableau importé"),
    "plan.move": _l("Planning : tour déplacé"),
    "plan.permanent": _l("Planning : décision rendue durable"),
    "plan.pin": _l("Planning : tour gardé"),
    "plan.place": _l("Planning : tour placé"),
    "plan.redo": _l("Planning : geste refait"),
    "plan.refresh": _l("Planning : données rafraîchies"),
    "plan.remove": _l("Planning : tour retiré"),
    "plan.swap": _l("Planning : tours échangés"),
    "plan.undo": _l("Planning : geste annulé"),
    "plan.unpin": _l("Planning : tour libéré"),
    "rotation.amend": _l("Rotation modifiée"),
    "rotation.declined": _l("Publication refusée"),
    "rotation.propose": _l("Publication proposée"),
    "rotation.publish": _l("Rotation publiée"),
    "rotation.retracted": _l("Proposition de publication reprise"),
    "rotation.withdraw": _l("Rotation retirée"),
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
    "swap.agreed": _l("Échange accepté par l'autre"),
    "swap.asked": _l("Échange demandé"),
    "swap.cancelled": _l("Demande d'échange retirée"),
    "swap.declined": _l("Échange refusé par l'autre"),
    "swap.done": _l("Échange fait"),
    "swap.expired": _l("Échange resté sans réponse"),
    "swap.refused": _l("Échange refusé par le site"),
    "swap.stale": _l("Échange devenu impossible"),
    "team.accept": _l("Invitation acceptée"),
    "team.give": _l("Rôle donné"),
    "team.invite": _l("Personne invitée dans l'équipe"),
    "team.remove": _l("Personne retirée de l'équipe"),
    "team.uninvite": _l("Invitation retirée"),
    "vacancy.ended": _l("Place refermée"),
    "vacancy.filled": _l("Place reprise"),
    "vacancy.open": _l("Place libérée"),
}

NOUNS = {
    "application": _l("candidature"),
    "call": _l("appel"),
    "closure": _l("fermeture"),
    "commitment": _l("engagement"),
    "decision": _l("décision"),
    "event": _l("animation"),
    "exhibitor": _l("exposant"),
    "offer": _l("proposition"),
    "plan": _l("planning"),
    "proposal": _l("publication proposée"),
    "publication": _l("rotation"),
    "run": _l("calcul"),
    "second_look": _l("demande à une seconde personne"),
    "site": _l("site"),
    "space": _l("espace"),
    "stand": _l("emplacement"),
    "swap": _l("échange"),
    "turn": _l("tour"),
    "user": _l("compte"),
    "vacancy": _l("place libre"),
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


#: The keys of an entry whose numbers name a row, and the table of each.
NAMED: dict[str, Any] = {
    "animator": User, "call": Call, "calls": Call, "exhibitor": Exhibitor, "exhibitors": Exhibitor,
    "left_by": Exhibitor, "member": Exhibitor, "province": Province, "province_code": Province, "crafts": Craft,
    "space": Space, "space_ids": Space, "spaces": Space, "stand": Stand, "user": User,
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What the rows named in some entries are called."""

    known: dict[tuple[type, Any], str]

    def of(self, key: str, value: Any) -> str | None:
        """The name of a row; its number where it is gone; None where the key names no row."""
        table = NAMED.get(key)
        if table is None or isinstance(value, bool):
            return None
        return self.known.get((table, value), f"nº {value}" if isinstance(value, int) else str(value))


def names_of(entries: Iterable[AuditEntry]) -> Names:
    """The names of every row that some entries speak of, in one query a table."""
    asked: dict[type, set[Any]] = {table: set() for table in NAMED.values()}
    for entry in entries:
        for facts in (entry.before, entry.after):
            for key, value in facts.items() if isinstance(facts, dict) else ():
                if key in NAMED:
                    asked[NAMED[key]].update(value if isinstance(value, list) else [value])
    return Names({(table, _id(row)): _name(row) for table, ids in asked.items() for row in _rows(table, ids - {None})})


def _rows(table: Any, ids: set[Any]) -> Iterable[Any]:
    key = table.code if table in (Province, Craft) else table.id
    return db.session.scalars(select(table).where(key.in_(ids))) if ids else ()


def _id(row: Any) -> Any:
    return row.code if isinstance(row, Province | Craft) else row.id


def _name(row: Any) -> str:
    if isinstance(row, Stand):
        return row.code
    return row.name if isinstance(row, User) else localized(row, "title" if isinstance(row, Call) else "name")
