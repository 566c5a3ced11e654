"""The reference data shipped with Dawra (see README.md here)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def read(name: str) -> Any:
    """A shipped file's content; it is read once, so do not change what comes back."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
