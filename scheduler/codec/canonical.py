"""The one spelling of a document, so that its hash can be computed by anyone."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical_bytes(document: Any) -> bytes:
    """Return the document as UTF-8 JSON: keys sorted, no spaces, letters as they are, no NaN."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def case_sha256(document: Any) -> str:
    """Return the SHA-256, in hexadecimal, of a case document as given (defaults not filled in)."""
    return hashlib.sha256(canonical_bytes(document)).hexdigest()
