"""A promise about a draw, made before anybody can know its seed (`dawra-commitment/1`).

The promise names the case by its hash with an empty seed, the versions that will solve it, the public source the
seed will come from, its day, and until when objections are heard. Once the source has spoken, the seed is put into
the case; everything else must still have the promised hash. See DRAW.md.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from scheduler.codec import case_sha256
from scheduler.errors import BadQuestion
from scheduler.provenance import made_with

FORMAT = "dawra-commitment/1"
Document = dict[str, Any]


def committed_sha256(case: Document) -> str:
    """Return the hash a case document is promised under: that of the same document with `seed` empty."""
    return case_sha256({**case, "seed": ""})


def seed_text(text: str) -> str:
    """Return the one spelling of a seed read off a public source: composed letters, single spaces, none around."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def commit(case: Document, source: str, drawn_on: date, objections_until: date | None = None) -> Document:
    """Return the promise to publish; BadQuestion if it names no source, or hears objections after the draw."""
    if not seed_text(source):
        raise BadQuestion("name the public source the seed will come from")
    if objections_until is not None and objections_until > drawn_on:
        raise BadQuestion(f"objections are heard before the draw: {objections_until} is after {drawn_on}")
    return {
        "format": FORMAT,
        "case_sha256": committed_sha256(case),
        "versions": made_with(),
        "source": seed_text(source),
        "drawn_on": drawn_on.isoformat(),
        "objections_until": (objections_until or drawn_on).isoformat(),
    }


def reveal(case: Document, promise: Document, seed: str, today: date) -> Document:
    """Return the case with its seed; BadQuestion if it is not the promised one, or the day has not come."""
    if promise.get("format") != FORMAT:
        raise BadQuestion(f"the commitment is not a {FORMAT}")
    if promise.get("case_sha256") != committed_sha256(case):
        raise BadQuestion("this is not the case that was committed to: commit to the new one, and publish that")
    if not seed_text(seed):
        raise BadQuestion("the seed is empty")
    if today < _day(promise.get("drawn_on")):
        raise BadQuestion(f"the seed is drawn on {promise['drawn_on']}: no seed of an earlier day counts")
    return {**case, "seed": seed_text(seed)}


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadQuestion("the commitment names no day of the draw") from None
