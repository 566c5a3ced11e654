"""Secrets of a local installation, made at its first start and kept in its data folder."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from app.settings import DEMO_SALT, DEMO_SECRET, Settings


def with_secrets(settings: Settings) -> Settings:
    """The settings with this machine's own secrets where none were given; other environments stay as they are.

    A data folder that holds such secrets belongs to a local installation, unless the environment is named.
    """
    if "environment" not in settings.model_fields_set and (settings.data_dir / "secrets.json").exists():
        settings = settings.model_copy(update={"environment": "local"})
    if settings.environment != "local":
        return settings
    kept = _kept(settings.data_dir / "secrets.json")
    missing = {}
    if settings.secret_key == DEMO_SECRET:
        missing["secret_key"] = kept["secret_key"]
    if settings.password_salt == DEMO_SALT:
        missing["password_salt"] = kept["password_salt"]
    return settings.model_copy(update=missing)


def _kept(path: Path) -> dict[str, str]:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {"secret_key": secrets.token_hex(32), "password_salt": secrets.token_hex(32)}
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(made, file)
    kept: dict[str, str] = json.loads(path.read_text())
    return kept
