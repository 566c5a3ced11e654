"""The code an exhibitor shows (QR): it names her and is signed; it opens nothing by itself.

Whoever scans it lands on a page that only people on duty at a site where she is expected may see, and there *they*
say that she has come. So an address copied, photographed or guessed proves nothing from home: what counts is the
agent who stands before her. The signature keeps strangers from making codes for others, and the register number out
of the picture. A code lasts as long as the installation's secret: labels may be printed for a season.
"""

from __future__ import annotations

import io

import segno
from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="attendance-code")


def code_of(exhibitor_id: int) -> str:
    """Her code."""
    return str(_signer().dumps(exhibitor_id))


def read_code(code: str) -> int | None:
    """Whom a code names; None when nobody of ours signed it."""
    try:
        found = _signer().loads(code)
    except BadSignature:
        return None
    return found if isinstance(found, int) else None


def picture(address: str, label: str) -> Markup:
    """An address as a QR code: SVG to stand in a page, black on white whatever the theme."""
    drawn = io.BytesIO()
    segno.make(address, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=True, border=4, light="#fff", dark="#000", svgclass="qr",
        lineclass=None,
        omitsize=True, title=label,
    )  # fmt: skip
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn by the library, the label escaped by it
