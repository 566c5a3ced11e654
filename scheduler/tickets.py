"""The tickets of the draw among equals: anyone with the published seed and the list can compute them.

ticket(a) = HMAC-SHA256(key: seed, message: applicant id), both UTF-8; the lowest goes first. It depends on
nothing else: not on the order of arrival, not on how often a plan was made.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def ticket(seed: str, applicant: str) -> str:
    """Return an applicant's ticket, 64 hexadecimal digits."""
    return hmac.new(seed.encode(), applicant.encode(), hashlib.sha256).hexdigest()


def drawn_order(seed: str, applicants: Iterable[str]) -> list[str]:
    """Return the applicants, lowest ticket first."""
    return sorted(applicants, key=lambda applicant: (ticket(seed, applicant), applicant))
