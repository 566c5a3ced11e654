"""What made a plan: the release, the very code, and the solver; enough to find all of them again."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


@lru_cache(maxsize=1)
def code() -> str:
    """Return the SHA-256 (hexadecimal) of every source file of the scheduler, by name, each with its bytes."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def made_with() -> dict[str, str]:
    """Return the versions a plan names: OR-Tools, Dawra, and Dawra's code (see `code`)."""
    return {"ortools": version("ortools"), "dawra": _release(), "code": code()}


def _release() -> str:
    try:
        return version("dawra")
    except PackageNotFoundError:
        return "unreleased"
