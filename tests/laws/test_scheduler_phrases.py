"""Every sentence of the scheduler is said in French, Arabic and English, with the same facts in each."""

import ast
import json
import string
from pathlib import Path

import pytest

import scheduler

ROOT = Path(scheduler.__file__).parent
CATEGORIES = {"fr": {"one", "other"}, "en": {"one", "other"}, "ar": {"zero", "one", "two", "few", "many", "other"}}


def sources() -> set[str]:
    """The French sentences marked in the source, each once."""
    return {
        node.args[0].value
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
    }


def phrases(lang: str) -> dict:
    return json.loads((ROOT / "phrases" / f"{lang}.json").read_text(encoding="utf-8"))


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def forms(phrase: str | dict[str, str]) -> dict[str, str]:
    return phrase if isinstance(phrase, dict) else {"other": phrase}


def test_there_are_sentences_to_judge():
    assert len(sources()) > 100


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_every_sentence_is_translated_and_none_is_left_over(lang):
    assert set(phrases(lang)) == sources()


def test_french_lists_only_sentences_with_plural_forms():
    french = phrases("fr")
    assert set(french) <= sources()
    assert all(isinstance(phrase, dict) for phrase in french.values())
    counted = {key for lang in ("ar", "en") for key, phrase in phrases(lang).items() if isinstance(phrase, dict)}
    assert set(french) == counted


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_plural_forms_are_complete(lang):
    wrong = {
        key: sorted(phrase)
        for key, phrase in phrases(lang).items()
        if isinstance(phrase, dict) and set(phrase) != CATEGORIES[lang]
    }
    assert wrong == {}


@pytest.mark.parametrize("lang", ["fr", "ar", "en"])
def test_every_form_says_the_same_facts(lang):
    """Only the count may be left out, and only by a form that stands for one number or spells it."""
    wrong = {}
    for key, phrase in phrases(lang).items():
        for category, sentence in forms(phrase).items():
            lost = places(key) ^ places(sentence)
            spelled = category in ("zero", "one", "two") and lost == {"n"}
            if lost and not spelled:
                wrong[key, category] = sorted(lost)
    assert wrong == {}


def test_no_translation_was_forgotten_as_a_copy():
    arabic = {key for key, phrase in phrases("ar").items() if key in forms(phrase).values()}
    english = {key for key, phrase in phrases("en").items() if key in forms(phrase).values()}
    assert (arabic, english) == (set(), set())
