"""Run Alembic from code: upgrade to head, and tell whether the schema is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

FOLDER = Path(__file__).parent.parent / "migrations"


def config(engine: Engine) -> Config:
    """Alembic's configuration for an engine, without an ini file."""
    made = Config()
    made.set_main_option("script_location", str(FOLDER))
    made.attributes["engine"] = engine
    return made


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema to a revision."""
    command.upgrade(config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to a revision."""
    command.downgrade(config(engine), revision)


def at_head(engine: Engine) -> bool:
    """Whether the schema is at the newest revision."""
    heads = set(ScriptDirectory(str(FOLDER)).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads


def from_the_future(engine: Engine) -> bool:
    """Whether the schema is at a revision that this code does not know."""
    known = {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}
    with engine.connect() as connection:
        return not set(MigrationContext.configure(connection).get_current_heads()) <= known
