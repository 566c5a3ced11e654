"""``dawra admin create EMAIL``: a programme administrator, the first one of an installation above all."""

from __future__ import annotations

import click

from app.commands.installation import installation
from app.errors import Invalid
from app.services import administrator


@click.group("admin")
def admin() -> None:
    """Programme administrators."""


@admin.command("create")
@click.argument("email")
@click.option("--name", default="", help="The person's name; asked for when the account is new.")
@click.option("--password", default="", help="At least 10 characters; asked for when the account is new.")
def create(email: str, name: str, password: str) -> None:
    """Let EMAIL administer the programme; opens the account when there is none."""
    with installation():
        try:
            if administrator.existing(email) is None:
                name = name or click.prompt("Name")
                password = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
            made = administrator.appoint(email, name, password)
        except Invalid as error:
            raise click.ClickException(" ".join(text for texts in error.faults.values() for text in texts)) from None
        click.echo(f"Account {made.id} administers the programme.")
