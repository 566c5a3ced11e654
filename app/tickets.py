"""Signed links for one purpose: they say which thing, and whose mailbox they were sent to.

A ticket opens no session and grants nothing but its one purpose (answer *this* offer, *this* swap). It is read only
together with the row it names, which says until when it serves. Changing the secret key ends every ticket.
"""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

LONGEST = 200  # characters: ours are shorter


def sign(purpose: str, thing_id: int, user_id: int) -> str:
    """The ticket of a person for a thing."""
    return str(_signer(purpose).dumps([thing_id, user_id]))


def read(purpose: str, ticket: str) -> tuple[int, int] | None:
    """(thing, person) of a ticket we signed for this purpose; None for any other text."""
    if len(ticket) > LONGEST:
        return None
    try:
        thing_id, user_id = _signer(purpose).loads(ticket)
    except (BadSignature, ValueError, TypeError):
        return None
    return (thing_id, user_id) if isinstance(thing_id, int) and isinstance(user_id, int) else None


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"dawra.{purpose}")
