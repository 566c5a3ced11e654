"""The verifier that is handed out beside every published rotation: one file that needs nothing of Dawra."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

NAME = "dawra_verify.py"


@lru_cache(maxsize=1)
def verifier() -> str:
    """Its source text."""
    return (files("scheduler") / NAME).read_text(encoding="utf-8")
