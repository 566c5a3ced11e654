"""Personal columns are marked; no national identity number is kept anywhere (law 09-08)."""

import re
from pathlib import Path

from sqlalchemy import Column, MetaData, String, Table, Text

from app.models import Base
from app.models.base import PERSONAL

ROOT = Path(__file__).parents[2] / "app"
PEOPLE = (
    "user_account", "exhibitor", "exhibitor_member", "invitation", "registration", "application", "notice",
    "attendance", "ledger_correction",
)  # fmt: skip
#: Text columns of people's tables that tell nothing about a person, and why.
NOT_PERSONAL = {
    "language", "kind", "state", "source", "key", "error",  # codes of ours
    "region_code", "province_code",  # published with every turn, too wide to tell a person
    "client_key", "token_sha256", "fs_uniquifier", "password",  # random or hashed
    "reason", "reason_text", "cancel_reason",  # the committee's words
    "craft_code",
}  # fmt: skip
IDENTITY = re.compile(r"\b(cin|cnie|carte[_ ]nationale|national_id|numero_cin)\b", re.IGNORECASE)


def unmarked(table: Table) -> list[str]:
    return [
        column.name
        for column in table.columns
        if isinstance(column.type, String | Text)
        and column.type.__class__.__name__ != "Enum"
        and not column.info.get("personal")
        and column.name not in NOT_PERSONAL
    ]


def test_what_tells_of_a_person_is_marked() -> None:
    assert {table: names for table in PEOPLE if (names := unmarked(Base.metadata.tables[table]))} == {}


def test_an_unmarked_column_is_seen() -> None:
    table = Table("person", MetaData(), Column("nickname", String(20)), Column("name", String(20), info=PERSONAL))
    assert unmarked(table) == ["nickname"]


def columns() -> list[str]:
    return [f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns]


def test_no_column_is_named_like_a_national_identity_number() -> None:
    assert [name for name in columns() if IDENTITY.search(name.replace(".", " ").replace("_", " "))] == []
    assert IDENTITY.search("exhibitor cin")


def test_no_form_asks_for_one() -> None:
    asked = re.compile(r"^\s*(\w+) = \w*Field\(", re.MULTILINE)
    fields = [name for path in (ROOT / "forms").glob("*.py") for name in asked.findall(path.read_text())]
    assert len(fields) > 40
    assert [name for name in fields if IDENTITY.search(name.replace("_", " "))] == []
