"""From cells to values: every fault of every row, and twins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.i18n import _
from app.services.imports.columns import Column
from app.services.imports.faults import BadFile, Fault
from app.services.imports.table import Table


@dataclass(frozen=True)
class Row:
    """A row's values by column name, its key, and a way to tell a fault of one of its cells."""

    number: int
    key: str
    values: dict[str, Any]
    fault: Callable[[str, object], Fault]


def parse(
    table: Table,
    columns: Sequence[Column],
    key: str,
    same: Callable[[str], str],
    check: Callable[[Row], list[Fault]] = lambda _row: [],
) -> list[Row]:
    """Every row of a table. ``same`` gives the form in which two keys are one. Raises BadFile with all faults."""
    faults: list[Fault] = []
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, cells in zip(table.numbers, table.rows, strict=True):
        values: dict[str, Any] = {}
        wrong: list[Fault] = []
        for column in columns:
            cell = cells.get(column.name)
            if cell is None:
                continue
            if column.required and not cell.text:
                wrong.append(cell.fault(_("Remplissez cette cellule.")))
                continue
            try:
                values[column.name] = column.read(cell.text)
            except ValueError as error:
                wrong.append(cell.fault(error))

        def fault(name: str, sentence: object, cells: Any = cells, number: int = number) -> Fault:
            return cells[name].fault(sentence) if name in cells else Fault(number, None, name, str(sentence))

        if key in values:
            first = seen.setdefault(same(values[key]), number)
            if first != number:
                wrong.append(fault(key, _("Déjà à la ligne %(row)s : gardez une seule des deux.", row=first)))
            row = Row(number, same(values[key]), values, fault)
            wrong += check(row)
            rows.append(row)
        faults += wrong
    if faults:
        raise BadFile(faults, table.read_as)
    return rows
