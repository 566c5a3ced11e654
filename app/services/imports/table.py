"""A table as read: its titles recognised in three languages, its cells tidied, its size bounded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from app.exports.sheet import shielded
from app.fold import fold, trimmed
from app.i18n import _
from app.services.imports import limits, text, workbook
from app.services.imports.columns import Column
from app.services.imports.faults import BadFile, Fault, whole

_IDENTITY = frozenset({"cin", "cnie", "cine", "carte nationale", "numero de cin", "بطاقه التعريف الوطنيه"})


@dataclass(frozen=True)
class Cell:
    """A tidied text and its place."""

    row: int
    column: int
    title: str
    text: str

    def fault(self, sentence: object) -> Fault:
        """A fault of this cell."""
        return Fault(self.row, self.column, self.title, str(sentence))


@dataclass(frozen=True)
class Table:
    """Rows of recognised cells by column name; ``read_as`` tells how the file was read."""

    rows: list[dict[str, Cell]]
    numbers: list[int]
    read_as: str


def read(data: bytes, columns: Sequence[Column], *, days: bool = True) -> Table:
    """Read a file. Raises BadFile with every fault of its shape: size, titles, empty.

    ``days`` False: no column takes a day, so that one in a workbook is what it made of something else.
    """
    if len(data) > limits.BYTES:
        raise whole(_("Le fichier dépasse %(most)d Mo : découpez-le.", most=limits.BYTES // 1_000_000))
    if not data.strip(b"\0 \r\n\t"):
        raise whole(_("Le fichier est vide."))
    grid, read_as = _grid(data, days)
    filled = [(number, row) for number, row in enumerate(grid, start=1) if any(cell.strip() for cell in row)]
    if not filled:
        raise whole(_("Le fichier est vide."), read_as)
    (header_row, header), *below = filled
    faults = _size_faults(filled)
    names, more = _titles(header, header_row, columns, below)
    if faults + more:
        raise BadFile(faults + more, read_as)
    if not below:
        raise whole(_("Il n'y a aucune ligne sous les titres."), read_as)
    rows = [{name: _cell(number, at, header[at], row) for name, at in names.items()} for number, row in below]
    return Table(rows, [number for number, _row in below], read_as)


def _grid(data: bytes, days: bool) -> tuple[list[list[str]], str]:
    if data.startswith(b"PK"):
        raw, sheet = workbook.rows(data)
        if not days and (dated := list(_dated(raw))):
            raise BadFile(dated)
        return [[_tidy(workbook.as_text(cell)) for cell in row] for row in raw], _(
            "XLSX, feuille « %(sheet)s »", sheet=sheet
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise whole(_("C'est un ancien classeur XLS : enregistrez-le en XLSX ou en CSV."))
    decoded, encoding = text.decode(data)
    found, separator = text.rows(decoded)
    shown = {"\t": _("tabulation")}.get(separator, separator)
    read_as = _("CSV, %(encoding)s, séparateur « %(separator)s »", encoding=encoding, separator=shown)
    return [[_tidy(cell) for cell in row] for row in found], read_as


def _dated(raw: list[list[Any]]) -> Iterator[Fault]:
    told = _("Le tableur a fait de cette cellule une date ou une heure : mettez-la au format texte et récrivez-la.")
    for number, row in enumerate(raw, start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, date | time | timedelta):
                yield Fault(number, at, "", told)


def _tidy(cell: str) -> str:
    """Composed letters, nothing unseen around; the apostrophe that shields a formula in our exports is taken off."""
    tidied = trimmed(unicodedata.normalize("NFC", cell).replace("\u00a0", " "))
    return trimmed(tidied[1:]) if shielded(tidied[1:]) == tidied else tidied


def _size_faults(filled: list[tuple[int, list[str]]]) -> list[Fault]:
    faults: list[Fault] = []
    if len(filled) > limits.ROWS + 1:
        faults.append(Fault(None, None, "", _("Au plus %(most)d lignes par fichier : découpez-le.", most=limits.ROWS)))
    for number, row in filled:
        if len(row) > limits.COLUMNS and any(row[limits.COLUMNS :]):
            faults.append(Fault(number, limits.COLUMNS, "", _("Au plus %(most)d colonnes.", most=limits.COLUMNS)))
        faults += [
            Fault(number, at, "", _("Au plus %(most)d caractères par cellule.", most=limits.CELL))
            for at, cell in enumerate(row)
            if len(cell) > limits.CELL
        ]
    return faults


def _titles(
    header: list[str], row: int, columns: Sequence[Column], below: list[tuple[int, list[str]]]
) -> tuple[dict[str, int], list[Fault]]:
    """The place of each recognised column, and the faults of the titles."""
    known = {fold(title): column for column in columns for title in (column.name, *column.titles)}
    names: dict[str, int] = {}
    faults: list[Fault] = []
    for at, title in enumerate(header):
        column = known.get(fold(title))
        if column is not None and column.name in names:
            faults.append(Fault(row, at, title, _("Cette colonne est là deux fois : gardez-en une.")))
        elif column is not None:
            names[column.name] = at
        elif title or any(at < len(cells) and cells[at] for _number, cells in below):
            faults.append(Fault(row, at, title, _unknown(title, columns)))
    missing = [column for column in columns if column.required and column.name not in names]
    faults += [Fault(row, None, column.titles[0], _("Il manque cette colonne.")) for column in missing]
    return names, faults


def _unknown(title: str, columns: Sequence[Column]) -> str:
    if fold(title) in _IDENTITY:
        return _("Le numéro de la carte nationale ne s'importe pas (loi 09-08) : retirez cette colonne.")
    if not title:
        return _("Cette colonne n'a pas de titre : donnez-lui en un, ou videz-la.")
    offered = _(", ").join(column.titles[0] for column in columns)
    return _("Colonne inconnue. Retirez-la, ou choisissez parmi : %(offered)s.", offered=offered)


def _cell(number: int, at: int, title: str, row: list[Any]) -> Cell:
    return Cell(number, at, title, row[at] if at < len(row) else "")
