"""The text ids of case files and their rows: ``E12`` exhibitor 12, ``S3`` space 3, ``S3-04`` its stand 04."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.models import Exhibitor, Space, Stand


def exhibitor_key(exhibitor_id: int) -> str:
    """The id of an exhibitor in case files."""
    return f"E{exhibitor_id}"


def space_key(space_id: int) -> str:
    """The id of a space in case files."""
    return f"S{space_id}"


def stand_key(space_id: int, code: str) -> str:
    """The id of a stand in case files: its space's, then its number in the space."""
    return f"S{space_id}-{code}"


def exhibitor_id(key: str) -> int:
    """The row an exhibitor's id stands for; ValueError for anything else."""
    if not key.startswith("E"):
        raise ValueError(f"not an exhibitor: {key!r}")
    return int(key[1:])


def space_id(key: str) -> int:
    """The row a space's id stands for; ValueError for anything else."""
    if not key.startswith("S"):
        raise ValueError(f"not a space: {key!r}")
    return int(key[1:])


@dataclass(frozen=True)
class Directory:
    """The rows behind the ids of one case."""

    exhibitors: dict[str, Exhibitor] = field(default_factory=dict)
    spaces: dict[str, Space] = field(default_factory=dict)
    stands: dict[str, Stand] = field(default_factory=dict)

    def name(self, key: str) -> str:
        """What an id is called; what is no longer there keeps what its id tells."""
        if key in self.exhibitors:
            return self.exhibitors[key].name
        if key in self.spaces:
            return self.spaces[key].name
        return self.stands[key].code if key in self.stands else key.partition("-")[2] or key


def directory(spaces: Iterable[Space], exhibitors: Iterable[Exhibitor]) -> Directory:
    """Name the rows; the stands of the spaces come along."""
    places = list(spaces)
    return Directory(
        exhibitors={exhibitor_key(one.id): one for one in exhibitors},
        spaces={space_key(space.id): space for space in places},
        stands={stand_key(space.id, stand.code): stand for space in places for stand in space.stands},
    )
