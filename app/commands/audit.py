"""``dawra audit``: check a site's journal, or read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select

from app.commands.installation import installation
from app.database import reading
from app.extensions import db
from app.models import AuditEntry, Site
from app.services import audit as chains


@click.group("audit")
def audit() -> None:
    """Check and read the journals of decisions."""


@audit.command("verify")
@click.argument("site", required=False)
@click.option("--all", "every", is_flag=True, help="Every site's journal, and the programme's.")
@click.option("--checkpoint", help="POSITION:HASH noted earlier by `dawra audit head`, kept outside this database.")
@click.pass_context
def verify(context: click.Context, site: str | None, every: bool, checkpoint: str | None) -> None:
    """Find changed, removed or reordered entries of SITE's journal (its short name); exit 1 when there are any."""
    if every == (site is not None) or (every and checkpoint):
        raise click.UsageError("give either one SITE (with --checkpoint if you noted one) or --all")
    with _reading():
        sites = [None, *db.session.scalars(select(Site).order_by(Site.slug))] if every else [_site(site or "")]
        sound = True
        for one in sites:
            faults = chains.verify(one, _checkpoint(checkpoint))
            sound = sound and not faults
            _report(one, faults)
    context.exit(0 if sound else 1)


@audit.command("show")
@click.argument("site")
@click.option("--last", default=50, show_default=True, help="How many entries, the latest ones.")
def show(site: str, last: int) -> None:
    """Print the latest entries of SITE's journal, oldest first."""
    with _reading():
        chain = chains.chain_of(_site(site))
        query = select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.position.desc()).limit(last)
        for entry in reversed(db.session.scalars(query).all()):
            before, after = (json.dumps(value, ensure_ascii=False) for value in (entry.before, entry.after))
            click.echo(
                f"{entry.position:>6}  {entry.at:%Y-%m-%d %H:%M:%SZ}  {entry.actor}  {entry.action}  {entry.subject}"
                f"  {before} -> {after}"
            )


@audit.command("head")
@click.argument("site")
def head(site: str) -> None:
    """Print the checkpoint of SITE's journal as it is now: keep it elsewhere."""
    with _reading():
        position, last = chains.head(_site(site))
        click.echo(f"{position}:{last}")


@contextmanager
def _reading() -> Iterator[None]:
    """An application that promises not to write, its connections closed at the end."""
    with installation(), reading():
        yield
        db.session.remove()
        db.engine.dispose()


def _site(slug: str) -> Site:
    found = db.session.scalars(select(Site).where(Site.slug == slug)).first()
    if found is None:
        raise click.ClickException(f"no site {slug!r}: give its short name, as in its address")
    return found


def _checkpoint(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    position, colon, last = text.partition(":")
    if not (position.isdigit() and colon and len(last) == 64):
        raise click.ClickException("a checkpoint reads POSITION:HASH, as `dawra audit head` prints it")
    return int(position), last


def _report(site: Site | None, faults: list[str]) -> None:
    name = site.slug if site else "programme"
    for fault in faults:
        click.echo(f"{name}: {fault}")
    if not faults:
        click.echo(f"{name}: sound, {chains.head(site)[0]} entries")
