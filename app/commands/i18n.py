"""``dawra i18n``: the translation catalogues, by Babel."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from app import catalogue


@click.group("i18n")
def i18n() -> None:
    """Texts and their translations (French in the source; Arabic, English)."""


@i18n.command("extract")
def extract() -> None:
    """List every text marked for translation, with where it stands."""
    for message in catalogue.extract():
        if message.id:
            text = message.id if isinstance(message.id, str) else " | ".join(message.id)
            click.echo(f"{message.locations[0][0]}:{message.locations[0][1]}  {text}")


@i18n.command("update")
def update() -> None:
    """Bring the catalogues to the texts of the sources."""
    catalogue.update()
    click.echo("The catalogues hold the texts of the sources.")


@i18n.command("compile")
def compile_() -> None:
    """Compile the catalogues that changed (the start does it by itself)."""
    for path in catalogue.compile_stale():
        click.echo(path)


@i18n.command("check")
@click.pass_context
def check(context: click.Context) -> None:
    """Tell what is untranslated, fuzzy or wrong; exit 1 when anything is."""
    found = catalogue.faults(catalogue.extract(), {lang: catalogue.read(lang) for lang in catalogue.LANGUAGES})
    for fault in found:
        click.echo(fault)
    if found:
        context.exit(1)
    click.echo("Every text is translated.")


@i18n.command("fill", hidden=True)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def fill(context: click.Context, files: tuple[Path, ...]) -> None:
    """Write the translations of JSON files into the catalogues; tell texts given twice, unknown and missing.

    A file maps French texts to ``{"ar": …, "en": …}``; a text with a plural has lists there and its French
    ``plural``.
    """
    words: dict[str, dict[str, object]] = {}
    given: Counter[str] = Counter()
    for path in files:
        for text, translations in json.loads(path.read_text()).items():
            if text in words and words[text] != translations:
                given[text] += 1
            if "plural" in translations or "plural" not in words.get(text, {}):  # its plural says more than one form
                words[text] = translations
    catalogue.update()
    for language in catalogue.LANGUAGES:
        filled = catalogue.read(language)
        catalogue.fill(filled, language, words)
        catalogue.write(filled, language)
    catalogue.compile_stale()
    for text in given:
        click.echo(f"given twice, the last one counts: {text!r}")
    for text in catalogue.unknown(catalogue.read("fr"), words):
        click.echo(f"in no source: {text!r}")
    context.invoke(check)
