"""The declarative base: names for every constraint, aware instants, enumerations checked by the database."""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import DateTime, Enum, MetaData
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: ``info=PERSONAL`` marks a column that tells something about a person (law 09-08): exported, erased, not logged.
PERSONAL = {"personal": True}


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive datetimes; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table's base."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[type, type]] = {datetime: Instant}


def choice(kind: type[enum.StrEnum], name: str) -> Enum:
    """A text column that holds one of ``kind``'s values, by a named CHECK constraint."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=max(len(member.value) for member in kind) + 8,
        values_callable=_values,
        validate_strings=True,
    )


def _values(kind: Any) -> list[str]:
    return [member.value for member in kind]
