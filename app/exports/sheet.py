"""Tables as CSV that spreadsheets open as text: no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

#: What a spreadsheet takes for the beginning of a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def shielded(cell: str) -> str:
    """The text with an apostrophe before what a spreadsheet would compute; our imports take it off again."""
    return f"'{cell}" if cell.lstrip().startswith(DANGEROUS) or cell.startswith(("\t", "\r")) else cell


def to_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as CSV with ``;`` between cells, UTF-8 with the mark Excel needs to read Arabic."""
    page = io.StringIO(newline="")
    csv.writer(page, delimiter=";", lineterminator="\r\n").writerows([shielded(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + page.getvalue().encode()
