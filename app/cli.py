"""The ``dawra`` command: look after an installation without the web."""

from __future__ import annotations

import click

from app.commands.admin import admin
from app.commands.audit import audit
from app.commands.bench import bench
from app.commands.doctor import doctor
from app.commands.i18n import i18n
from app.commands.imports import import_file
from app.commands.installation import installation
from app.commands.serve import serve
from app.commands.worker import worker
from app.errors import UnsafeError
from app.extensions import db


class _Plain(click.Group):
    """A refused start is told in its sentences, without a trace of the code."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except UnsafeError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Plain)
def main() -> None:
    """Dawra: fair turns in craft showrooms."""


@main.command("migrate")
def migrate() -> None:
    """Bring the database to the newest schema."""
    from app.migrate import upgrade

    with installation(any_schema=True):
        upgrade(db.engine)
    click.echo("The database is at the newest schema.")


for command in (admin, audit, bench, doctor, import_file, serve, worker, i18n):
    main.add_command(command)

if __name__ == "__main__":
    main()
