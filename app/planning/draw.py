"""The scheduler's side of a promised draw: hashes, the public document, what changed since, the spelling of a seed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from app.i18n import _
from app.models import Call, Commitment, Publication
from app.planning import stale
from app.planning.case import to_problem
from app.planning.keys import directory, exhibitor_id
from app.queries import draw as queries
from app.queries import rotation as rotations
from scheduler.codec import canonical_bytes
from scheduler.commitment import commit, committed_sha256, seed_text

__all__ = ["changes", "frozen", "kept", "promise", "promised", "seed_text"]


def frozen(call: Call) -> tuple[str, str]:
    """A call's case as it is now with an empty seed, and its hash: what is promised."""
    document = _unseeded(call)
    return canonical_bytes(document).decode(), committed_sha256(document)


def _unseeded(call: Call) -> dict[str, Any]:
    return {**to_problem(call), "seed": ""}


def promise(call: Call, source: str, drawn_on: date, objections_until: date) -> dict[str, Any]:
    """The public promise about a call's case as it is now."""
    return commit(_unseeded(call), source, drawn_on, objections_until)


def changes(promise: Commitment) -> list[str]:
    """What changed in the case since it was promised, a sentence each; empty when it is the promised one."""
    call, new = promise.call, _unseeded(promise.call)
    if committed_sha256(new) == promise.case_sha256:
        return []
    old = json.loads(promise.case.text)
    people = {exhibitor_id(one["id"]) for one in (*old["applicants"], *new["applicants"])}
    known = directory(rotations.spaces_of(call), rotations.people(people))
    told = [one.sentence for one in stale.differences(old, new, known.name)]
    if old.get("published") != new.get("published"):
        told.append(_("Une rotation de cet appel a été publiée, changée ou retirée depuis."))
    return told or [_("Le titre de l'appel ou d'autres données du dossier ont changé.")]


def promised(publication: Publication) -> Commitment | None:
    """The revealed promise that a publication's case keeps; None when its draw was not promised."""
    case = json.loads(publication.case.text)
    promise = queries.of_case(publication.call_id, committed_sha256(case))
    return promise if promise is not None and promise.seed == case.get("seed") else None


def kept(promise: Commitment | None) -> str:
    """A promise as its file; "" without one."""
    return "" if promise is None else json.dumps(promise.document, ensure_ascii=False, indent=1) + "\n"
