"""The bundle of a publication: everything a stranger needs to judge it again, and nobody's name."""

from __future__ import annotations

import io
import zipfile

from app.models import Publication

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


def bundle(publication: Publication, verifier: str, overrides: str = "") -> bytes:
    """A zip of the frozen case, the plan as published and the program that checks them; the same bytes each time.

    ``overrides``: what is stated of the rules decided against (``planning.overrides.stated``), "" when none was.
    """
    about = README.format(
        number=publication.number, site=publication.site.slug, day=publication.published_at.date().isoformat(),
        case=publication.case_sha256, plan=publication.plan_sha256,
    )  # fmt: skip
    about += STATED if overrides else ""
    day = publication.published_at
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        contents = {"case.json": publication.case.text, "plan.json": publication.plan_text}
        contents |= {"dawra_verify.py": verifier, "README.txt": about}
        contents |= {"overrides.json": overrides} if overrides else {}
        for name, text in contents.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, day.hour, day.minute, day.second))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text)
    return packed.getvalue()


def filename(publication: Publication) -> str:
    """The bundle's file name."""
    return f"dawra-{publication.site.slug}-{publication.number}.zip"
