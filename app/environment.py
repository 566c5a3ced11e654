"""The settings of the environment, read for a start: every fault at once, each in a sentence with its remedy."""

from __future__ import annotations

import difflib
import os
import tempfile
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from app.errors import UnsafeError
from app.local import with_secrets
from app.settings import Settings, variable

#: What is read is never repeated for these: it may be, or hold, a secret.
SECRET = frozenset({"secret_key", "password_salt", "smtp_password", "database_url", "rate_storage"})
_PREFIX = "DAWRA_"


def read(*, no_demo: bool = False, **changes: object) -> Settings:
    """The settings of the environment with some changes, their folder made and its secrets there.

    ``no_demo`` makes the demo a local installation. Raises UnsafeError with every fault.
    """
    faults = _unknown()
    try:
        settings = Settings().model_copy(update=changes)
    except ValidationError as error:
        raise UnsafeError([*(_fault(dict(one)) for one in error.errors()), *faults]) from None
    if faults and settings.environment != "test":  # tests have names of their own
        raise UnsafeError(faults)
    if no_demo and settings.environment == "demo":
        settings = settings.model_copy(update={"environment": "local"})
    prepare(settings.data_dir)
    try:
        return with_secrets(settings)
    except (OSError, ValueError, KeyError, TypeError) as error:
        path = settings.data_dir / "secrets.json"
        raise UnsafeError(
            [
                f"The secrets of this machine in {path} cannot be read ({_why(error)}). Give the file back to the "
                "account that runs Dawra, or restore it from a copy; without it nobody can sign in with a password."
            ]
        ) from None


def prepare(folder: Path) -> None:
    """Make the data folder and try it; raises UnsafeError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        next(folder.iterdir(), None)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"tried")
    except OSError as error:
        raise UnsafeError(
            [
                f"The data folder {folder} cannot be used ({_why(error)}). Give another one (--data DIR or "
                "DAWRA_DATA_DIR), or let the account that runs Dawra read and write it."
            ]
        ) from None


def _why(error: Exception) -> str:
    return (getattr(error, "strerror", None) or f"it is damaged: {type(error).__name__}").lower()


def _unknown() -> list[str]:
    known = {variable(name) for name in Settings.model_fields} | {"DAWRA_DATABASE_URL"}
    found = []
    for name in sorted(os.environ):
        if not name.upper().startswith(_PREFIX) or name.upper() in known:
            continue
        near = difflib.get_close_matches(name.upper(), sorted(known), 1, 0.75)
        hint = f"Did you mean {near[0]}?" if near else "Remove it; `dawra doctor --settings` lists every setting."
        found.append(f"{name} is no setting of Dawra. {hint}")
    return found


def _fault(error: dict[str, Any]) -> str:
    name = str(error["loc"][0])
    field = next((field for field in Settings.model_fields if name in (field, variable(field))), name)
    got = "" if field in SECRET else f" (it is {str(error['input'])[:60]!r})"
    return f"{variable(field)} {_wanted(error, field)}{got}."


def _wanted(error: dict[str, Any], field: str) -> str:
    limits = error.get("ctx", {})
    match error["type"]:
        case "int_parsing" | "int_from_float" | "int_parsing_size":
            return "must be a whole number"
        case "float_parsing":
            return "must be a number"
        case "bool_parsing" | "bool_type":
            return "must be true or false"
        case "literal_error":
            return f"must be one of {', '.join(get_args(Settings.model_fields[field].annotation))}"
        case "greater_than_equal":
            return f"must be at least {limits['ge']}"
        case "less_than_equal":
            return f"must be at most {limits['le']}"
        case "greater_than":
            return f"must be more than {limits['gt']:g}"
        case "value_error":
            return str(limits["error"])
        case _:
            return f"is not right: {error['msg']}"
