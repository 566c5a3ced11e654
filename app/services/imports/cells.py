"""What a workbook's first sheet says of its cells that the reader of values keeps silent about.

A formula in error, a formula whose result was not saved (a program wrote the file, no spreadsheet calculated it) and
cells under a merged one would all read as empty, and clear what was known.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from app.i18n import _
from app.services.imports.faults import Fault

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_SHEET = "xl/worksheets/sheet1.xml"


def faults(archive: zipfile.ZipFile) -> list[Fault]:
    """The faults of the first sheet's cells; its size was measured before. Raises ValueError for XML that is none."""
    cells = _Cells()
    for _name, _attributes in _elements(archive, _first_sheet(archive), cells):
        pass
    return cells.faults


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The part that holds the sheet shown first, which need not be the one numbered first."""
    wanted = next((a.get("r:id") for name, a in _elements(archive, "xl/workbook.xml") if name == "sheet"), None)
    for name, attributes in _elements(archive, "xl/_rels/workbook.xml.rels"):
        if name == "Relationship" and attributes.get("Id") == wanted:
            return posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
    return _SHEET


def _elements(archive: zipfile.ZipFile, part: str, into: _Cells | None = None) -> Iterator[tuple[str, dict[str, str]]]:
    if part not in archive.namelist():
        return
    found: list[tuple[str, dict[str, str]]] = []
    parser = ParserCreate()
    parser.buffer_text = True
    if into is None:
        parser.StartElementHandler = lambda name, attributes: found.append((_bare(name), attributes))
    else:
        parser.StartElementHandler = lambda name, attributes: into.start(_bare(name), attributes)
        parser.EndElementHandler = lambda name: into.end(_bare(name))
        parser.CharacterDataHandler = into.text
    try:
        with archive.open(part) as stream:
            parser.ParseFile(stream)
    except ExpatError as error:
        raise ValueError(str(error)) from error
    yield from found


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


class _Cells:
    """Reads the sheet's elements one by one; cells may leave their place out, and then follow one another."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._row = self._column = 0
        self._kind = ""
        self._formula = self._value = self._in_value = False

    def start(self, name: str, attributes: dict[str, Any]) -> None:
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = number(place[1]) if place else self._column + 1
            self._row = int(place[2]) if place else self._row
            self._kind, self._formula, self._value = attributes.get("t", "n"), False, False
        elif name == "f":
            self._formula = True
        elif name == "v":
            self._in_value = True
        elif name == "mergeCell":
            self._merged(attributes.get("ref", ""))

    def text(self, text: str) -> None:
        self._value = self._value or (self._in_value and bool(text.strip()))

    def end(self, name: str) -> None:
        if name == "v":
            self._in_value = False
        elif name == "c" and self._kind == "e":
            self._fault(_("La formule de cette cellule est en erreur : corrigez-la ou videz-la."))
        elif name == "c" and self._formula and not self._value and self._kind != "str":
            self._fault(
                _("Le résultat de cette formule n'est pas dans le fichier : ouvrez-le, enregistrez-le et recommencez.")
            )

    def _fault(self, sentence: str) -> None:
        self.faults.append(Fault(self._row, self._column - 1, "", sentence))

    def _merged(self, area: str) -> None:
        if place := _PLACE.match(area):
            sentence = _("Les cellules %(area)s sont fusionnées : séparez-les et remplissez chacune.", area=area)
            self.faults.append(Fault(int(place[2]), number(place[1]) - 1, "", sentence))


def number(column: str) -> int:
    """A column's number from its letters: A is 1."""
    counted = 0
    for letter in column:
        counted = counted * 26 + ord(letter) - ord("A") + 1
    return counted
