"""What is wrong with a file, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.errors import Invalid
from app.i18n import _


def letters(column: int) -> str:
    """A column's letters in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@dataclass(frozen=True, order=True)
class Fault:
    """A sentence about a place of the file: row from 1 and column from 0 as spreadsheets count; None: all of it."""

    row: int | None
    column: int | None
    title: str
    sentence: str

    @property
    def place(self) -> str:
        """``B7``, a row, a column, or the file."""
        if self.row is None and self.column is None:
            return _("Fichier")
        if self.column is None:
            return _("Ligne %(row)s", row=self.row)
        if self.row is None:
            return _("Colonne %(column)s", column=letters(self.column))
        return f"{letters(self.column)}{self.row}"

    def __str__(self) -> str:
        return f"{self.place}{f' ({self.title})' if self.title else ''}{_(' : ')}{self.sentence}"


class BadFile(Invalid):
    """A file that was refused; nothing was written.

    ``list``: its faults in reading order; ``read_as``: how the file was read.
    """

    def __init__(self, faults: Iterable[Fault], read_as: str = "") -> None:
        self.list = sorted(faults, key=lambda fault: (fault.row or 0, -1 if fault.column is None else fault.column))
        self.read_as = read_as
        super().__init__({"file": [str(fault) for fault in self.list]})


def whole(sentence: str, read_as: str = "") -> BadFile:
    """A fault of the whole file."""
    return BadFile([Fault(None, None, "", sentence)], read_as)
