"""Number the stands of a space, one by one or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from app.errors import Invalid, Refused
from app.extensions import db
from app.i18n import _
from app.models import CallState, Closure, Decision, FrozenCase, PublishedTurn, Space, Stand, User
from app.services import audit
from app.services.space import calls_of

MOST_STANDS = 400  # of a space
GRID = 200  # squares a side


@dataclass(frozen=True)
class StandFacts:
    """One stand: its number as people read it, m², features, and its square (column ``x``, row ``y``, from 0)."""

    code: str
    area_m2: int
    features: tuple[str, ...]
    x: int
    y: int


def add_many(
    actor: User, space: Space, *, count: int, area_m2: int, per_row: int, features: Sequence[str] = ()
) -> list[Stand]:
    """Add ``count`` stands in rows of ``per_row`` below those there are, numbered on. Raises Invalid, Refused."""
    _check_room(space, count)
    first_row = max((stand.y for stand in space.stands), default=-1) + 1
    if first_row + -(-count // per_row) > GRID:
        raise Invalid({"per_row": [_("Le plan n'a plus assez de lignes : mettez plus d'emplacements par ligne.")]})
    position = max((stand.position for stand in space.stands), default=-1) + 1
    stands = [
        Stand(
            space_id=space.id, code=code, position=position + n, area_m2=area_m2, features=list(features),
            x=n % per_row, y=first_row + n // per_row,
        )
        for n, code in enumerate(_next_codes(space, count))
    ]  # fmt: skip
    db.session.add_all(stands)
    _flush(_("D'autres emplacements viennent d'être ajoutés : rechargez la page."))
    after = {"count": count, "area_m2": area_m2, "per_row": per_row, "features": list(features)}
    audit.record(space.site, actor, "stand.add", f"space:{space.id}", after=after | {"stands": [s.id for s in stands]})
    db.session.commit()
    return stands


def edit(actor: User, stand: Stand, facts: StandFacts) -> Stand:
    """Write a stand's facts. Raises Invalid where its number or its square is taken."""
    faults = _faults(stand, facts)
    if faults:
        raise Invalid(faults)
    wanted = asdict(facts) | {"features": list(facts.features)}
    changed = {name: value for name, value in wanted.items() if getattr(stand, name) != value}
    before = {name: getattr(stand, name) for name in changed}
    for name, value in changed.items():
        setattr(stand, name, value)
    _flush(_("Ce numéro ou cette case vient d'être pris : rechargez la page."))
    if changed:
        audit.record(stand.site, actor, "stand.edit", f"stand:{stand.id}", before=before, after=changed)
    db.session.commit()
    return stand


def delete(actor: User, stand: Stand) -> None:
    """Remove a stand. Raises Refused with every use that keeps it."""
    if reasons := kept_by(stand):
        raise Refused(*reasons)
    site, subject = stand.site, f"stand:{stand.id}"
    before = {"space": stand.space_id, "code": stand.code, "area_m2": stand.area_m2}
    db.session.delete(stand)
    _flush(_("Cet emplacement vient d'être utilisé : rechargez la page."))
    audit.record(site, actor, "stand.delete", subject, before=before)
    db.session.commit()


def kept_by(stand: Stand) -> list[str]:
    """A sentence for each thing that keeps a stand from being removed; empty when nothing does.

    A call binds its stands once it is published (people apply for them) or once a plan was asked for (frozen).
    """
    reasons = [
        _(
            "L'emplacement %(code)s est offert dans l'appel nº %(number)s : fermez-le au lieu de le supprimer.",
            code=stand.code, number=call.number,
        )
        for call in calls_of(stand.space)
        if call.state != CallState.DRAFT or _count(FrozenCase, FrozenCase.call_id == call.id)
    ]  # fmt: skip
    if _is_held(stand):
        reasons.append(_("Des tours y ont été publiés : fermez-le au lieu de le supprimer."))
    if _count(Decision, Decision.stand_id == stand.id):
        reasons.append(_("Une décision du planning le nomme : retirez-la d'abord."))
    if _count(Closure, Closure.stand_id == stand.id):
        reasons.append(_("Des fermetures y sont inscrites : supprimez-les d'abord."))
    return reasons


def _is_held(stand: Stand) -> bool:
    turns = select(PublishedTurn.stand_id, PublishedTurn.also).where(PublishedTurn.space_id == stand.space_id)
    return any(stand.id == main or stand.id in also for main, also in db.session.execute(turns))


def _count(table: type, where: object) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(where)) or 0  # type: ignore[arg-type]


def _check_room(space: Space, count: int) -> None:
    left = MOST_STANDS - len(space.stands)
    if count > left:
        sentence = _("Un espace a au plus %(most)d emplacements : il en reste %(left)d.", most=MOST_STANDS, left=left)
        raise Invalid({"count": [sentence]})


def _next_codes(space: Space, count: int) -> list[str]:
    """Numbers after the highest there is: 01, 02 … 99, 100."""
    used = {stand.code for stand in space.stands}
    number = max((int(code) for code in used if code.isdecimal()), default=0)
    codes: list[str] = []
    while len(codes) < count:
        number += 1
        if (code := f"{number:02d}") not in used:
            codes.append(code)
    return codes


def _faults(stand: Stand, facts: StandFacts) -> dict[str, list[str]]:
    same_place = (Stand.x == facts.x) & (Stand.y == facts.y)
    query = select(Stand).where(Stand.space_id == stand.space_id, Stand.id != stand.id)
    faults: dict[str, list[str]] = {}
    for other in db.session.scalars(query.where(or_(Stand.code == facts.code, same_place))):
        if other.code == facts.code:
            faults["code"] = [_("Le numéro %(code)s est déjà pris dans cet espace.", code=facts.code)]
        if (other.x, other.y) == (facts.x, facts.y):
            faults["x"] = [_("Cette case du plan est prise par l'emplacement %(code)s.", code=other.code)]
    return faults


def _flush(sentence: str) -> None:
    """Two people may write at once: the database decides."""
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise Refused(sentence) from error
