"""A board as a table and back: one line a turn. What is exported is what is imported; every fault has its cell.

A line is read by its hall, its stands, its days and the register number; the other columns are for people. Days must
be those of the season's periods. Rules are not judged here: the board shows what a turn breaks, and a plan that
breaks one is not published.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.fold import fold, latin_digits
from app.i18n import LANGUAGES, _, language
from app.planning.editing import Change, Desk, Turn
from app.planning.keys import Directory
from app.services.imports.columns import Column, words
from app.services.imports.faults import BadFile, Fault
from app.services.imports.table import Cell, read

MOST = 300


def _day(text: str) -> date:
    """2027-01-31, or 31/01/2027 as spreadsheets write it back."""
    text = latin_digits(text)
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
        text = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(_("Écrivez une date : 2027-01-31.")) from None


def _lookup(text: str, among: Mapping[str, str]) -> str | None:
    """What a text names; a spreadsheet may have taken zeros off the front of a number."""
    if fold(text) in among:
        return among[fold(text)]
    alike = {key for name, key in among.items() if name.lstrip("0") == fold(text).lstrip("0")}
    return alike.pop() if len(alike) == 1 and text.strip().isdecimal() else None


COLUMNS = (
    Column("space", ("Espace", "الفضاء", "Space"), words(MOST), "", required=True),
    Column("stand", ("Emplacement", "الجناح", "Stand"), words(MOST), "", required=True),
    Column("first", ("Premier jour", "اليوم الأول", "First day"), _day, "", required=True),
    Column("last", ("Dernier jour", "اليوم الأخير", "Last day"), _day, "", required=True),
    Column("periods", ("Périodes", "الفترات", "Periods"), words(MOST), ""),
    Column("name", ("Exposant", "العارض", "Exhibitor"), words(MOST), ""),
    Column("register", ("Numéro de registre", "رقم السجل", "Register number"), words(MOST), "", required=True),
    Column("craft", ("Activité", "الحرفة", "Craft"), words(MOST), ""),
    Column("level", ("Niveau", "المستوى", "Level"), words(MOST), ""),
    Column("pinned", ("Épinglé", "مثبت", "Pinned"), words(MOST), ""),
)


def titles() -> list[str]:
    """The titles in the reader's language."""
    at = list(LANGUAGES).index(language()) if language() in LANGUAGES else 0
    return [column.titles[at] for column in COLUMNS]


@dataclass
class _Reader:
    """Reads the lines of one plan's table; collects the faults."""

    desk: Desk
    known: Directory
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.people = {fold(one.register_number): key for key, one in self.known.exhibitors.items()}
        self.halls: dict[str, list[str]] = {}
        for key, space in self.known.spaces.items():
            for name in {fold(text) for text in (key, space.code, space.name, space.name_ar) if text}:
                self.halls.setdefault(name, []).append(key)
        self.first = {period.start: n for n, period in enumerate(self.desk.problem.periods)}
        self.last = {period.end: n for n, period in enumerate(self.desk.problem.periods)}

    def line(self, cells: dict[str, Cell]) -> Turn | None:
        """The turn of a line, None with its faults noted."""
        before = len(self.faults)
        who = self._found(cells["register"], self.people, _("Personne de cet appel n'a ce numéro de registre."))
        space = self._hall(cells["space"])
        start = self._period(cells["first"], self.first, _("Aucune période de la saison ne commence ce jour-là."))
        end = self._period(cells["last"], self.last, _("Aucune période de la saison ne finit ce jour-là."))
        stands = self._stands(cells["stand"], space) if space else ()
        if start is not None and end is not None and end < start:
            self._fault(cells["last"], _("Le dernier jour vient avant le premier : corrigez l'un des deux."))
        if len(self.faults) > before or start is None or end is None:
            return None
        return Turn(who, space, stands[0], start, end - start + 1, tuple(sorted(stands[1:])))

    def _fault(self, cell: Cell, sentence: str) -> None:
        self.faults.append(cell.fault(sentence))

    def _filled(self, cell: Cell) -> bool:
        if not cell.text:
            self._fault(cell, _("Remplissez cette cellule."))
        return bool(cell.text)

    def _found(self, cell: Cell, among: dict[str, str], sentence: str) -> str:
        if not self._filled(cell):
            return ""
        found = _lookup(cell.text, among)
        if found is None:
            self._fault(cell, sentence)
        return found or ""

    def _hall(self, cell: Cell) -> str:
        if not self._filled(cell):
            return ""
        found = self.halls.get(fold(cell.text), [])
        if len(found) == 1:
            return found[0]
        several = _("Deux espaces de l'appel portent ce nom : écrivez leur code.")
        self._fault(cell, several if found else _("Cet espace ne fait pas partie de l'appel."))
        return ""

    def _period(self, cell: Cell, among: dict[date, int], sentence: str) -> int | None:
        if not self._filled(cell):
            return None
        try:
            found = among.get(_day(cell.text))
        except ValueError as error:
            self._fault(cell, str(error))
            return None
        if found is None:
            self._fault(cell, sentence)
        return found

    def _stands(self, cell: Cell, space: str) -> tuple[str, ...]:
        if not self._filled(cell):
            return ()
        codes = {fold(stand.code): key for key, stand in self.known.stands.items() if key.startswith(f"{space}-")}
        found = [_lookup(part, codes) for part in cell.text.replace("،", ",").split(",")]
        known = tuple(key for key in found if key is not None)
        if len(known) < len(found) or len(set(known)) < len(known):
            self._fault(cell, _("Cet espace n'a pas d'emplacement de ce numéro, ou il est écrit deux fois."))
            return ()
        return known


def turns(data: bytes, desk: Desk, known: Directory) -> list[Turn]:
    """The turns of a table. Raises BadFile with every fault, by row and column."""
    table = read(data, COLUMNS)
    reader = _Reader(desk, known)
    found = [(cells, reader.line(cells)) for cells in table.rows]
    read_turns = [(cells, turn) for cells, turn in found if turn is not None]
    faults = [*reader.faults, *_twice(read_turns)]
    if faults:
        raise BadFile(faults, table.read_as)
    return [turn for _cells, turn in read_turns]


def _twice(lines: Iterable[tuple[dict[str, Cell], Turn]]) -> Iterable[Fault]:
    """A stand held twice, or somebody in two places, in one period: the later line is at fault."""
    stands: dict[tuple[str, int], int] = {}
    people: dict[tuple[str, int], int] = {}
    for cells, turn in lines:
        row = cells["stand"].row
        held = [(stand, period) for stand in turn.stands for period in turn.periods]
        here = next((stands[one] for one in held if one in stands), None)
        if here is not None:
            yield cells["stand"].fault(_("Cet emplacement est déjà pris ces jours-là à la ligne %(row)s.", row=here))
        there = next((people[turn.applicant, n] for n in turn.periods if (turn.applicant, n) in people), None)
        if there is not None:
            yield cells["register"].fault(_("Cette personne a déjà une place ces jours-là à la ligne %(row)s.",
                                            row=there))  # fmt: skip
        stands |= dict.fromkeys(held, row)
        people |= dict.fromkeys(((turn.applicant, n) for n in turn.periods), row)


def change(desk: Desk, wanted: Iterable[Turn]) -> Change:
    """From the turns on the desk to those of the table."""
    new, old = set(wanted), set(desk.turns)
    return Change(
        tuple(turn for turn in desk.turns if turn not in new),
        tuple(sorted(new - old, key=lambda turn: turn.order)),
    )  # fmt: skip
