"""The members of a cooperative or association."""

from __future__ import annotations

from sqlalchemy import select

from app.errors import Invalid, Refused
from app.extensions import db
from app.fold import trimmed, visible
from app.i18n import _
from app.models import Exhibitor, ExhibitorKind, ExhibitorMember, User, register_key
from app.queries import exhibitor as queries
from app.services import audit

GROUPED = (ExhibitorKind.COOPERATIVE, ExhibitorKind.ASSOCIATION)


def add(actor: User, exhibitor: Exhibitor, name: str, register_number: str = "", craft: str = "") -> ExhibitorMember:
    """Add a member; raises Refused for an exhibitor who has none, Invalid with every fault."""
    if exhibitor.kind not in GROUPED:
        raise Refused(_("Seules les coopératives et les associations ont des membres."))
    _lock(exhibitor)
    name, number = trimmed(name), visible(register_number)
    faults: dict[str, list[str]] = {}
    if not 0 < len(name) <= 160:
        faults["name"] = [_("Écrivez le nom, en %(max)d caractères au plus.", max=160)]
    if len(number) > 40:
        faults["register_number"] = [_("%(max)d caractères au plus : raccourcissez ce texte.", max=40)]
    if number and register_key(number) in {register_key(m.register_number or "") for m in exhibitor.members}:
        faults["register_number"] = [_("Ce numéro est déjà celui d'un membre.")]
    if craft and not queries.crafts([craft]):
        faults["craft"] = [_("Choisissez une activité dans la liste.")]
    if faults:
        raise Invalid(faults)
    member = ExhibitorMember(name=name, register_number=number or None, craft_code=craft or None)
    exhibitor.members.append(member)
    db.session.flush()
    audit.record(None, actor, "exhibitor.add_member", f"exhibitor:{exhibitor.id}", after={"member": member.id})
    db.session.commit()
    return member


def _lock(exhibitor: Exhibitor) -> None:
    """One member is added at a time: two ways of writing a number are one, and only the list so far can tell."""
    db.session.execute(select(Exhibitor.id).where(Exhibitor.id == exhibitor.id).with_for_update())
    db.session.expire(exhibitor, ["members"])


def remove(actor: User, exhibitor: Exhibitor, member_id: int) -> None:
    """Remove a member of this exhibitor."""
    member = next(member for member in exhibitor.members if member.id == member_id)
    exhibitor.members.remove(member)
    audit.record(None, actor, "exhibitor.remove_member", f"exhibitor:{exhibitor.id}", before={"member": member_id})
    db.session.commit()
