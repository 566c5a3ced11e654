"""``dawra doctor``: what is unsafe or stale; ``--settings`` lists every setting."""

from __future__ import annotations

import click
from sqlalchemy import create_engine

from app import environment
from app.doctor import examine, examine_database
from app.settings import Settings, variable


@click.command("doctor")
@click.option("--settings", "list_settings", is_flag=True, help="List every setting with its meaning.")
@click.pass_context
def doctor(context: click.Context, list_settings: bool) -> None:
    """Tell what is unsafe or stale; exit 1 when Dawra would refuse to start."""
    if list_settings:
        _list_settings()
        return
    settings = environment.read()
    findings = [*examine(settings), *examine_database(create_engine(settings.engine_url))]
    for finding in findings:
        click.echo(f"{'REFUSED' if finding.level == 'refuse' else 'notice '}  {finding.sentence}")
    if any(finding.level == "refuse" for finding in findings):
        context.exit(1)
    click.echo("Dawra may start." if findings else "All is well.")


def _list_settings() -> None:
    for name, field in Settings.model_fields.items():
        click.echo(f"{variable(name)}  (default: {field.default!r})\n    {field.description}")
