"""The catalogues: what is extracted, what is missed, what is filled; compiled when the sources changed."""

import gettext
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import catalogue
from app.commands import i18n

WORDS = {
    "Bonjour %(name)s": {"ar": "مرحباً %(name)s", "en": "Hello %(name)s"},
    "Ouvert": {"ar": "مفتوح", "en": "Open"},
    "Un tour": {
        "plural": "%(num)s tours",
        "ar": ["لا دور", "دور واحد", "دوران", "%(num)s أدوار", "%(num)s دوراً", "%(num)s دور"],
        "en": ["One turn", "%(num)s turns"],
    },
    "Nulle part": {"ar": "لا مكان", "en": "Nowhere"},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "views.py").write_text('A = _l("Ouvert")\nB = ngettext("Un tour", "%(num)s tours", 2)\n')
    (tmp_path / "templates/a.html").write_text('{{ _("Bonjour %(name)s", name=x) }}{% trans %}Ouvert{% endtrans %}')
    return tmp_path


def found(root: Path) -> list[str]:
    catalogues = {language: catalogue.read(language, root) for language in catalogue.LANGUAGES}
    return catalogue.faults(catalogue.extract(root), catalogues)


def filled(root: Path, words: dict[str, object]) -> list[str]:
    catalogue.update(root)
    for language in catalogue.LANGUAGES:
        one = catalogue.read(language, root)
        catalogue.fill(one, language, words)  # type: ignore[arg-type]
        catalogue.write(one, language, root)
    return found(root)


def test_every_marked_text_is_extracted(root: Path) -> None:
    texts = {message.id for message in catalogue.extract(root) if message.id}
    assert texts == {"Ouvert", ("Un tour", "%(num)s tours"), "Bonjour %(name)s"}


def test_an_empty_catalogue_lacks_all_but_french(root: Path) -> None:
    assert len(found(root)) == 9
    catalogue.update(root)
    assert sorted({fault.split(":")[0] for fault in found(root)}) == ["ar", "en"]
    assert len(found(root)) == 6


def test_a_full_catalogue_has_no_fault_and_speaks(root: Path) -> None:
    assert filled(root, WORDS) == []
    assert len(catalogue.compile_stale(root)) == 3
    arabic = gettext.translation("messages", root / "translations", ["ar"])
    assert [arabic.ngettext("Un tour", "%(num)s tours", n) % {"num": n} for n in (0, 1, 2, 3, 11, 100)] == [
        "لا دور", "دور واحد", "دوران", "3 أدوار", "11 دوراً", "100 دور",
    ]  # fmt: skip
    french = gettext.translation("messages", root / "translations", ["fr"])
    assert [french.ngettext("Un tour", "%(num)s tours", n) for n in (0, 1, 2)] == [
        "Un tour",
        "Un tour",
        "%(num)s tours",
    ]


@pytest.mark.parametrize(
    ("text", "language", "wrong", "told"),
    [
        ("Ouvert", "ar", "", "untranslated"),
        ("Bonjour %(name)s", "en", "Hello", "placeholders differ"),
        ("Bonjour %(name)s", "ar", "مرحباً %(nom)s", "placeholders differ"),
        ("Un tour", "ar", ["دور"] * 2, "6 plural forms asked"),
        ("Un tour", "en", ["A turn", "turns"], "the number is missing"),
        ("Un tour", "en", ["A turn", "%(n)s turns"], "placeholders differ"),
    ],
)
def test_what_is_wrong_is_told(root: Path, text: str, language: str, wrong: object, told: str) -> None:
    faults = filled(root, {**WORDS, text: {**WORDS[text], language: wrong}})
    assert [fault for fault in faults if fault.startswith(f"{language}: {told}")]
    assert {fault.split(":")[0] for fault in faults} == {language}


def test_a_fuzzy_text_is_told(root: Path) -> None:
    filled(root, WORDS)
    arabic = catalogue.read("ar", root)
    arabic["Ouvert"].flags.add("fuzzy")
    catalogue.write(arabic, "ar", root)
    assert found(root) == ["ar: fuzzy: 'Ouvert'"]


def test_a_new_text_is_missed_and_a_gone_one_dropped(root: Path) -> None:
    filled(root, WORDS)
    (root / "views.py").write_text('A = _("Fermé")\n')
    assert sorted(found(root)) == [f"{language}: not in the catalogue: 'Fermé'" for language in ("ar", "en", "fr")]
    catalogue.update(root)
    assert catalogue.read("ar", root).get("Un tour") is None


def test_only_what_changed_is_compiled(root: Path) -> None:
    filled(root, WORDS)
    assert len(catalogue.compile_stale(root)) == 3
    assert catalogue.compile_stale(root) == []
    source = catalogue.path_of("en", root)
    later = source.stat().st_mtime + 5
    os.utime(source, (later, later))
    assert catalogue.compile_stale(root) == [source.with_suffix(".mo")]


def _here(original: Callable[..., object], root: Path, *args: object) -> object:
    return original(*args) if root in args else original(*args, root)


def test_filling_tells_what_is_unknown_twice_or_missing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("extract", "read", "write", "update", "compile_stale"):
        original = getattr(catalogue, name)
        monkeypatch.setattr(catalogue, name, partial(_here, original, root))
    first, second = root / "a.json", root / "b.json"
    first.write_text(json.dumps(WORDS))
    second.write_text(json.dumps({"Ouvert": {"ar": "مفتوحة", "en": ""}}))
    answer = CliRunner().invoke(i18n.i18n, ["fill", str(first), str(second)])
    assert answer.exit_code == 1
    assert answer.output.splitlines() == [
        "given twice, the last one counts: 'Ouvert'",
        "in no source: 'Nulle part'",
        "en: untranslated: 'Ouvert'",
    ]
    assert CliRunner().invoke(i18n.i18n, ["fill", str(second), str(first)]).exit_code == 0


def test_one_word_for_a_plural_stands_in_every_form_never_its_letters() -> None:
    made = catalogue.read("ar")
    catalogue.fill(made, "ar", {"Emplacement": {"ar": "الجناح"}})
    (message,) = [one for one in made if one.id == ("Emplacement", "Emplacements")]
    assert message.string == ("الجناح",) * 6
    message.string = tuple("الجناح")
    template = [one for one in catalogue.extract() if one.id == message.id]
    assert [fault for fault in catalogue.faults(template, {"ar": made}) if "a letter alone: 'ج'" in fault]
