"""Run an import: read, find every fault, write all rows or none; and make the template of each table."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.errors import NotFound, Refused
from app.exports.sheet import to_csv
from app.extensions import db
from app.i18n import _
from app.models import User
from app.services import audit
from app.services.imports import crafts, exhibitors, sites
from app.services.imports.columns import Column
from app.services.imports.faults import BadFile, Fault
from app.services.imports.rows import Row, parse
from app.services.imports.table import Table, read

NOUNS: dict[str, ModuleType] = {"sites": sites, "crafts": crafts, "exhibitors": exhibitors}


@dataclass(frozen=True)
class Report:
    """What an import did, or would do (``written`` False): counts of rows, and how the file was read."""

    noun: str
    read_as: str
    created: int
    updated: int
    unchanged: int
    written: bool


def columns(noun: str) -> list[Column]:
    """The columns of a noun's table. Raises NotFound for an unknown noun."""
    if noun not in NOUNS:
        raise NotFound
    found: list[Column] = NOUNS[noun].columns()
    return found


def run(actor: User | None, noun: str, data: bytes, *, dry: bool = False) -> Report:
    """Import a file in one commit; ``dry`` finds every fault, counts, and writes nothing. Raises BadFile, Refused."""
    wanted, module = columns(noun), NOUNS[noun]
    table = read(data, wanted, days=False)
    rows = parse(table, wanted, module.KEY, module.same, module.check)
    known: dict[str, Any] = module.known(rows)
    if faults := _faults(module, rows, known):
        raise BadFile(faults, table.read_as)
    try:
        report = _write(actor, noun, rows, known, table, hashlib.sha256(data).hexdigest(), dry)
    except IntegrityError as error:
        db.session.rollback()
        raise Refused(_("Quelqu'un vient d'écrire les mêmes lignes : importez de nouveau.")) from error
    return report


def _faults(module: ModuleType, rows: list[Row], known: dict[str, Any]) -> list[Fault]:
    """What only the rows together, or the rows that are new, can lack."""
    faults: list[Fault] = module.faults_together(rows) if hasattr(module, "faults_together") else []
    if hasattr(module, "faults_of_new"):
        faults += [fault for row in rows if row.key not in known for fault in module.faults_of_new(row)]
    return faults


def _write(
    actor: User | None, noun: str, rows: list[Row], known: dict[str, Any], table: Table, sha256: str, dry: bool
) -> Report:
    written = [(row.key in known, *NOUNS[noun].write(row, known.get(row.key))) for row in rows]
    created = [thing for there, thing, _changed in written if not there]
    updated = [(thing, changed) for there, thing, changed in written if there and changed]
    db.session.flush()
    report = Report(noun, table.read_as, len(created), len(updated), len(rows) - len(created) - len(updated), not dry)
    if dry:
        db.session.rollback()
        return report
    if created or updated:
        after = {
            "created": [_id(thing) for thing in created],
            "updated": {str(_id(thing)): changed for thing, changed in updated},
        }
        audit.record(None, actor, f"import.{noun}", f"file:{sha256[:16]}", after=after)
    db.session.commit()
    return report


def _id(thing: Any) -> int | str:
    number: int | str = thing.code if hasattr(thing, "code") else thing.id
    return number


def template(noun: str) -> bytes:
    """A table ready to be filled in, importable as it is; sites and crafts come with the rows there are."""
    wanted, module = columns(noun), NOUNS[noun]
    rows = [[column.titles[0] for column in wanted]]
    for thing in module.everything():
        told = module.export(thing)
        rows.append([told[column.name] for column in wanted])
    return to_csv(rows)
