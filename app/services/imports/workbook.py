"""Read the first sheet of a workbook, after making sure that it is no bomb.

The reader lays a sheet out as a dense grid, so the furthest cell and what the parts really unzip to are measured
first, without believing what the file says of itself.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from app.i18n import _
from app.services.imports import cells, limits
from app.services.imports.faults import BadFile, whole

_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{0,3})(\d{1,9})["']""")
_DECLARED = re.compile(rb"<\0?!\0?(?:DOCTYPE|ENTITY|D\0O\0C\0T\0Y\0P\0E)")
_CHUNK = 1 << 16


def rows(data: bytes) -> tuple[list[list[Any]], str]:
    """The rows of the first sheet, from its first row, and the sheet's name. Raises BadFile."""
    _measure(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = book.sheet_names[0]
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False), name
    except (CalamineError, IndexError, ValueError, OSError) as error:
        raise whole(_("Ce classeur ne s'ouvre pas : enregistrez-le de nouveau en XLSX ou en CSV.")) from error


def _measure(data: bytes) -> None:
    """Refuse a workbook that would unzip or spread beyond the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > limits.PARTS:
                raise whole(_("Ce classeur a trop de feuilles : gardez-en une seule."))
            left = limits.UNZIPPED
            for part in parts:
                left -= _measure_part(archive, part, left)
            if found := cells.faults(archive):
                raise BadFile(found)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise whole(_("Ce classeur est abîmé ou protégé : enregistrez-le de nouveau, sans mot de passe.")) from error


def _measure_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """The real size of a part in bytes; what it declares is not believed."""
    part.file_size = left + _CHUNK
    sheet = part.filename.startswith("xl/worksheets/")
    size, tail = 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > left:
                most = limits.UNZIPPED // 1_000_000
                raise whole(_("Ce classeur se déplie au-delà de %(most)d Mo : découpez-le.", most=most))
            window = tail + chunk
            if _DECLARED.search(window):
                raise whole(_("Ce classeur contient des déclarations interdites : enregistrez-le de nouveau."))
            if sheet:
                _measure_places(window)
            tail = window[-64:]
    return size


def _measure_places(window: bytes) -> None:
    for column, row in _PLACE.findall(window):
        if int(row) > limits.ROWS + 1:
            raise whole(_("Au plus %(most)d lignes par fichier : découpez-le.", most=limits.ROWS))
        if cells.number(column.decode()) > limits.COLUMNS:
            raise whole(_("Au plus %(most)d colonnes par fichier : retirez les colonnes vides.", most=limits.COLUMNS))


def as_text(cell: Any) -> str:
    """A cell as it would be typed: whole numbers without a point, days as 2027-01-31, yes and no in words."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
