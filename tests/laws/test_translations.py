"""Every text a person sees is translated in French, Arabic and English, its placeholders kept, its plurals complete."""

import json
import re

from app import catalogue
from scheduler.text import PHRASES


def test_every_text_is_translated() -> None:
    template = catalogue.extract()
    assert len(template) > 300
    assert catalogue.faults(template, {lang: catalogue.read(lang) for lang in catalogue.LANGUAGES}) == []


def test_the_catalogues_hold_nothing_else() -> None:
    known = {message.id for message in catalogue.extract()}
    for language in catalogue.LANGUAGES:
        assert {message.id for message in catalogue.read(language)} == known


def test_plural_rules_follow_the_order_of_the_forms() -> None:
    assert [catalogue.read(language).num_plurals for language in catalogue.LANGUAGES] == [2, 6, 2]


def test_arabic_keeps_the_order_of_numbers_in_parts() -> None:
    """After an Arabic letter ``06 12 34`` and ``2027-01-31`` are shown from their end: they need an isolate."""
    isolated = re.compile("\u2066[^\u2066\u2069]*\u2069")
    parts = re.compile(r"\d[ -]\d")
    texts = [text for message in catalogue.read("ar") if message.id for text in _forms(message.string)]
    texts += [text for said in json.loads((PHRASES / "ar.json").read_text()).values() for text in _forms(said)]
    assert [text for text in texts if parts.search(isolated.sub("", text))] == []


def _forms(said: object) -> list[str]:
    if isinstance(said, dict):
        said = tuple(said.values())
    return [said] if isinstance(said, str) else [str(one) for one in said]  # type: ignore[attr-defined]
