"""Exhibitor profiles: who may hold a stand, written once and used for every application."""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.errors import Invalid
from app.extensions import db
from app.fold import trimmed, visible
from app.i18n import _
from app.models import (
    Assistance,
    Exhibitor,
    ExhibitorAccount,
    ExhibitorCraft,
    ExhibitorGroup,
    ExhibitorKind,
    Group,
    Site,
    User,
    register_key,
)
from app.queries import exhibitor as queries
from app.services import audit

#: What the national identity card's number looks like; the register's has no published format.
_CARD = re.compile(r"[A-Z]{1,2}[0-9]{5,6}")

_LONGEST = {"name": 160, "name_ar": 160, "register_number": 40, "about": 2000, "about_ar": 2000}


@dataclass(frozen=True)
class Profile:
    """What a profile says; ``crafts`` are codes, the main one first. The region follows from the province."""

    kind: ExhibitorKind
    name: str
    register_number: str
    province_code: str
    crafts: tuple[str, ...]
    name_ar: str = ""
    groups: frozenset[Group] = frozenset()
    phone: str = ""
    about: str = ""
    about_ar: str = ""
    publish_name: bool = False
    publish_photo: bool = False
    publish_phone: bool = False


def looks_like_card(number: str) -> bool:
    """Whether a register number looks like a national identity card's, which is never asked for (law 09-08)."""
    return bool(_CARD.fullmatch(register_key(number).upper()))


def telephone(text: str) -> str:
    """A telephone number in international form, Moroccan unless it says otherwise; ValueError when it is none."""
    text = visible(text)
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, "MA")
    except phonenumbers.NumberParseException as error:
        raise ValueError from error
    if not phonenumbers.is_valid_number(number):
        raise ValueError
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def create(actor: User, profile: Profile, *, site: Site | None = None, consent: str = "") -> Exhibitor:
    """Write a new profile: the actor's own, or at a site's desk with the person's consent.

    ``consent`` tells how she gave it. Raises Invalid with every fault.
    """
    faults = faults_of(profile)
    if site is not None and not 0 < len(consent.strip()) <= 200:
        faults["consent"] = [_("Écrivez comment la personne a donné son accord, en 200 caractères au plus.")]
    if faults:
        raise Invalid(faults)
    exhibitor = Exhibitor(created_at=now())
    _write(exhibitor, profile)
    db.session.add(exhibitor)
    _flush()
    if site is None:
        db.session.add(ExhibitorAccount(exhibitor_id=exhibitor.id, user_id=actor.id, since=now()))
    else:
        db.session.add(
            Assistance(
                exhibitor_id=exhibitor.id, site_id=site.id, consent=consent.strip(), since=now(),
                recorded_by_id=actor.id,
            )
        )  # fmt: skip
    after = _codes(exhibitor) | {"helped_by": site.id if site else None}
    audit.record(site, actor, "exhibitor.create", f"exhibitor:{exhibitor.id}", after=after)
    db.session.commit()
    return exhibitor


def edit(actor: User, exhibitor: Exhibitor, profile: Profile) -> None:
    """Change a profile; raises Invalid with every fault."""
    faults = faults_of(profile)
    if faults:
        raise Invalid(faults)
    before, texts = _codes(exhibitor), _texts(exhibitor)
    with db.session.no_autoflush:
        _write(exhibitor, profile)
    _flush()
    after = _codes(exhibitor) | {"changed": [k for k, v in _texts(exhibitor).items() if v != texts[k]]}
    audit.record(None, actor, "exhibitor.edit", f"exhibitor:{exhibitor.id}", before=before, after=after)
    db.session.commit()


def end_help(actor: User, exhibitor: Exhibitor, slug: str) -> None:
    """Take back the consent that a site's desk acts for the exhibitor."""
    ended = next(desk for desk in exhibitor.assistances if desk.site.slug == slug)
    exhibitor.assistances.remove(ended)
    audit.record(
        ended.site, actor, "exhibitor.end_help", f"exhibitor:{exhibitor.id}", before={"helped_by": ended.site_id}
    )
    db.session.commit()


def faults_of(profile: Profile) -> dict[str, list[str]]:
    """What is wrong with a profile, by field; empty when it may be written."""
    found: dict[str, list[str]] = {}
    kept = {field: trimmed(getattr(profile, field)) for field in _LONGEST}
    kept["register_number"] = visible(profile.register_number)
    for field, longest in _LONGEST.items():
        if len(kept[field]) > longest:
            found[field] = [_("%(max)d caractères au plus : raccourcissez ce texte.", max=longest)]
    for field in ("name", "register_number"):
        if not kept[field]:
            found[field] = [_("Remplissez ce champ.")]
    if queries.province(profile.province_code) is None:
        found["province_code"] = [_("Choisissez une province dans la liste.")]
    if not profile.crafts or queries.crafts(list(profile.crafts)) != set(profile.crafts):
        found["craft"] = [_("Choisissez une activité dans la liste.")]
    try:
        telephone(profile.phone)
    except ValueError:
        found["phone"] = [_("Ce numéro n'est pas complet : il s'écrit comme 06 12 34 56 78 ou +212 6 12 34 56 78.")]
    return found


def _write(exhibitor: Exhibitor, profile: Profile) -> None:
    province = queries.province(profile.province_code)
    assert province is not None  # noqa: S101 - checked by faults_of
    exhibitor.kind = profile.kind
    exhibitor.name, exhibitor.name_ar = trimmed(profile.name), trimmed(profile.name_ar)
    exhibitor.register_number = visible(profile.register_number)
    exhibitor.province_code, exhibitor.region_code = province.code, province.region_code
    exhibitor.phone = telephone(profile.phone)
    exhibitor.about, exhibitor.about_ar = profile.about.strip(), profile.about_ar.strip()
    exhibitor.publish_name, exhibitor.publish_photo = profile.publish_name, profile.publish_photo
    exhibitor.publish_phone = profile.publish_phone
    _write_crafts(exhibitor, list(dict.fromkeys(profile.crafts)))
    kept = {row.group: row for row in exhibitor.groups}
    exhibitor.groups = [kept.get(group) or ExhibitorGroup(group=group) for group in sorted(profile.groups)]


def _write_crafts(exhibitor: Exhibitor, codes: list[str]) -> None:
    if [row.craft_code for row in exhibitor.crafts] == codes:
        return
    if exhibitor.id is not None:  # positions are unique: the old rows leave first
        exhibitor.crafts = []
        db.session.flush()
    exhibitor.crafts = [ExhibitorCraft(craft_code=code, position=position) for position, code in enumerate(codes)]


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        taken = _(
            "Ce numéro est déjà celui d'un profil. S'il est à vous, demandez à la personne qui tient ce profil de vous "
            "inviter, ou adressez-vous à l'accueil d'un site."
        )
        raise Invalid({"register_number": [taken]}) from error


def _codes(exhibitor: Exhibitor) -> dict[str, object]:
    return {
        "kind": exhibitor.kind, "province": exhibitor.province_code,
        "crafts": [row.craft_code for row in exhibitor.crafts], "groups": [row.group for row in exhibitor.groups],
        "publish": [f for f in ("name", "photo", "phone") if getattr(exhibitor, f"publish_{f}")],
    }  # fmt: skip


def _texts(exhibitor: Exhibitor) -> dict[str, str]:
    return {f: getattr(exhibitor, f) for f in ("name", "name_ar", "register_number", "phone", "about", "about_ar")}
