"""Every text a person sees is translated in French, Arabic and English, its placeholders kept, its plurals complete."""

from app import catalogue


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
