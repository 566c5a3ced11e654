"""The bundle of a publication: everything a stranger needs to judge it again, and nobody's name."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from app.models import Commitment, Publication

README = """Dawra: rotation {number} of {site}, published {day}.

case.json        what was known: periods, stands, requests, charter, seed (SHA-256 {case})
plan.json        what was decided: turns, with the proven bound of every level (SHA-256 {plan})
dawra_verify.py  judges them: one file of 150 lines, for any Python from 3.9, without Dawra

To judge it again, with nothing but Python:

    python3 dawra_verify.py case.json plan.json

With the same version of Dawra, also why, and the whole computation once more:

    python -m scheduler why case.json plan.json APPLICANT
    python -m scheduler verify case.json plan.json --recompute
"""


STATED = """
overrides.json   the rules this plan was decided against, each with the reason that was published. The verifier
                 names the same breaches and ends with an error: nothing else must be wrong.
"""

PROMISED = """
commitment.json  what was promised in public before the seed could be known: the SHA-256 of the case with an empty
                 seed, the source and the day of the draw. Given as a third file, the verifier checks it:

    python3 dawra_verify.py case.json plan.json commitment.json
"""

DRAW = """Dawra: the draw of {call} at {site}, promised {day}.

case.json        what is known, with an empty seed: periods, stands, requests, charter (SHA-256 {case})
commitment.json  what was promised: that hash, the public source of the seed, its day, and until when objections are
                 heard ({objections})
dawra_verify.py  checks the plan against both, once it is made

The hash of the case, on any machine with Python:

    python3 -c "import hashlib; print(hashlib.sha256(open('case.json', 'rb').read()).hexdigest())"

Nobody is named: every applicant is told her own number. The draw is described in scheduler/DRAW.md.
"""


def promised(commitment: Commitment, promise: str, verifier: str) -> bytes:
    """A zip of a promised case and its promise (``planning.draw.kept``); the same bytes each time."""
    call = commitment.call
    about = DRAW.format(
        call=call.id, site=call.site.slug, day=commitment.committed_at.date().isoformat(),
        case=commitment.case_sha256, objections=commitment.objections_until.isoformat(),
    )  # fmt: skip
    contents = {"case.json": commitment.case.text, "commitment.json": promise, "dawra_verify.py": verifier}
    return _packed(contents | {"README.txt": about}, commitment.committed_at)


def bundle(publication: Publication, verifier: str, overrides: str = "", promise: str = "") -> bytes:
    """A zip of the frozen case, the plan as published and the program that checks them; the same bytes each time.

    ``overrides``: what is stated of the rules decided against (``planning.overrides.stated``), "" when none was.
    ``promise``: the commitment to the draw that was kept (``planning.draw.kept``), "" without one.
    """
    about = README.format(
        number=publication.number, site=publication.site.slug, day=publication.published_at.date().isoformat(),
        case=publication.case_sha256, plan=publication.plan_sha256,
    )  # fmt: skip
    about += (PROMISED if promise else "") + (STATED if overrides else "")
    contents = {"case.json": publication.case.text, "plan.json": publication.plan_text}
    contents |= {"dawra_verify.py": verifier, "README.txt": about}
    contents |= {"overrides.json": overrides} if overrides else {}
    contents |= {"commitment.json": promise} if promise else {}
    return _packed(contents, publication.published_at)


def _packed(contents: dict[str, str], day: datetime) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, day.hour, day.minute, day.second))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return packed.getvalue()


def filename(publication: Publication) -> str:
    """The bundle's file name."""
    return f"dawra-{publication.site.slug}-{publication.number}.zip"
