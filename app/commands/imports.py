"""``dawra import``: sites, crafts or exhibitors from a CSV or XLSX file."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

from app import i18n
from app.commands.installation import installation
from app.errors import Refused
from app.services import imports
from app.services.imports import limits
from app.services.imports.run import columns


class _Documented(click.Command):
    """Tells the columns of each table at the end of its help."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the columns, with their titles in three languages; a star marks what must be filled."""
        words = Flask("app")
        i18n.init(words)
        with words.app_context():
            for noun in imports.NOUNS:
                with formatter.section(f"Colonnes de « {noun} » (* : obligatoire)"):
                    formatter.write_dl(
                        [(f"{'* ' if c.required else ''}{' / '.join(c.titles)}", str(c.about)) for c in columns(noun)]
                    )


@click.command("import", cls=_Documented)
@click.argument("noun", type=click.Choice(list(imports.NOUNS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only look for faults; write nothing.")
def import_file(noun: str, file: Path, dry_run: bool) -> None:
    """Import FILE (CSV or XLSX): all its rows or none; importing it twice changes nothing."""
    with installation():
        try:
            report = imports.run(None, noun, _bytes(file), dry=dry_run)
        except imports.BadFile as bad:
            for fault in bad.list:
                click.echo(str(fault), err=True)
            raise click.ClickException(f"{len(bad.list)} fault(s), nothing was imported. {bad.read_as}") from bad
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
    verb = "would be " if dry_run else ""
    click.echo(f"Read as {report.read_as}.")
    click.echo(f"{report.created} {verb}created, {report.updated} {verb}updated, {report.unchanged} unchanged.")


def _bytes(file: Path) -> bytes:
    """At most one byte more than a file may have: enough to refuse it."""
    with file.open("rb") as stream:
        return stream.read(limits.BYTES + 1)
