"""Every setting of Dawra, typed and documented; read from the environment (``DAWRA_…``) or given in code."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from limits import parse_many
from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

DEMO_SALT = "demo-salt-not-for-production"
DEMO_SECRET = "demo-secret-not-for-production"  # noqa: S105 - `dawra doctor` refuses it outside the demo

#: The databases Dawra runs on, as the first part of an address.
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgres", "postgresql", "postgresql+psycopg")


def variable(field: str) -> str:
    """The environment variable of a setting."""
    return "DATABASE_URL" if field == "database_url" else f"DAWRA_{field.upper()}"


class Settings(BaseSettings):
    """The settings; each field's description is its documentation (see ``dawra doctor --settings``)."""

    model_config = SettingsConfigDict(env_prefix="DAWRA_", extra="ignore", frozen=True, populate_by_name=True)

    environment: Literal["demo", "local", "production", "test"] = Field(
        "demo",
        description="What this installation is: demo (invented people), local (one machine, no demo), "
        "production, or test.",
    )
    debug: bool = Field(False, description="Flask's debugger. Refused in production.")
    secret_key: str = Field(DEMO_SECRET, description="Signs sessions and links; at least 32 characters in production.")
    password_salt: str = Field(
        DEMO_SALT, description="Peppers password hashes (HMAC); set once, at least 16 characters."
    )
    data_dir: Path = Field(Path("var"), description="Folder of the SQLite file, photos and the mail spool.")
    database_url: str = Field(
        "",
        validation_alias=AliasChoices("DATABASE_URL", "DAWRA_DATABASE_URL", "database_url"),
        description="SQLAlchemy address; empty means SQLite in the data folder.",
    )
    base_url: str = Field("http://127.0.0.1:8000", description="Public address used in mails, feeds and QR codes.")
    trusted_proxies: int = Field(0, ge=0, description="Reverse proxies in front whose X-Forwarded-* count.")
    mail_backend: Literal["spool", "smtp"] = Field(
        "spool", description="spool writes .eml files in the data folder; smtp sends."
    )
    mail_from: str = Field("Dawra <ne-pas-repondre@dawra.example>", description="Sender of every message.")
    smtp_host: str = Field("localhost", description="SMTP server, when mail_backend is smtp.")
    smtp_port: int = Field(587, ge=1, le=65535, description="SMTP port.")
    smtp_user: str = Field("", description="SMTP user; empty means no login.")
    smtp_password: str = Field("", description="SMTP password.")
    smtp_starttls: bool = Field(True, description="Encrypt the SMTP connection; the host's certificate is checked.")
    session_hours: int = Field(12, ge=1, le=8760, description="Hours after which a session must sign in again.")
    max_upload_mb: int = Field(8, ge=1, le=1024, description="Largest request body, in MiB.")
    rate_limits: bool = Field(True, description="Limit sign-in, reset and submission rates.")
    rate_storage: str = Field("memory://", description="Where rate counters live; redis:// for several hosts.")
    login_rate: str = Field("10 per minute; 60 per hour", description="Sign-in attempts from one address.")
    submit_rate: str = Field("30 per minute", description="Submissions by one account.")
    solve_seconds: int = Field(60, ge=1, description="Time a solve may take, all included.")
    solve_memory_mb: int = Field(6144, ge=256, description="Memory a solving process may take, in MiB.")
    solver_command: str = Field(
        "", description="Command line of another solver for the same case and plan files; empty means our own."
    )
    lease_seconds: int = Field(15, ge=2, description="Silence after which a worker's job is taken up again.")
    poll_seconds: float = Field(0.5, gt=0, description="How often an idle worker looks for work.")

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, text: str) -> str:
        try:
            sound = not text or make_url(text).drivername in DRIVERS
        except (ArgumentError, ValueError):
            sound = False
        if not sound:
            raise ValueError(
                "must be empty (SQLite in the data folder) or an address like "
                "postgresql://user:password@host:5432/dawra or sqlite:////folder/dawra.db"
            )
        return text

    @field_validator("base_url")
    @classmethod
    def _is_address(cls, text: str) -> str:
        try:
            parts = urlsplit(text)
            sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            sound = False
        if not sound:
            raise ValueError("must be an address like https://dawra.example")
        return text

    @field_validator("login_rate", "submit_rate")
    @classmethod
    def _is_rate(cls, text: str) -> str:
        try:
            parse_many(text)
        except ValueError:
            raise ValueError("must be a rate like 10 per minute; 60 per hour") from None
        return text

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, text: str) -> str:
        if "@" not in parseaddr(text)[1]:
            raise ValueError("must be a sender like Dawra <no-reply@dawra.example>")
        return text

    @property
    def engine_url(self) -> str:
        """The database address in use, with psycopg as the PostgreSQL driver."""
        url = self.database_url or f"sqlite:///{(self.data_dir / 'dawra.db').resolve()}"
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @property
    def session_lifetime(self) -> timedelta:
        """How long a session lasts."""
        return timedelta(hours=self.session_hours)
