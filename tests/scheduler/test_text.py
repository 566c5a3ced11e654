"""Sentences in three languages."""

from datetime import date
from fractions import Fraction

import pytest

from scheduler.text import Dates, Message, Name, plural, render

SPACE = Name("space", "S-1")


def say(template, lang="fr", **facts):
    return render(Message(template, facts), lang)


def test_a_sentence_in_each_language():
    message = Message("La salle {space} n'existe pas.", {"space": SPACE})
    assert render(message) == "La salle S-1 n'existe pas."
    assert render(message, "en") == "There is no space S-1."
    assert render(message, "ar") == "الفضاء \u2068S-1\u2069 غير موجود."


def test_names_may_be_swapped_for_real_ones():
    message = Message("La salle {space} n'existe pas.", {"space": SPACE})
    assert render(message, names=lambda name: f"{name.kind} {name.id}!") == "La salle space S-1! n'existe pas."


@pytest.mark.parametrize(
    ("called", "fr", "en"),
    [
        ("Salle d'exposition", "(salle d'exposition) : la salle d'exposition", "space Salle d'exposition"),
        ("Salle", "(salle Salle) : la salle Salle", "space Salle"),
        ("Space 2", "(salle Space 2) : la salle Space 2", "space 2"),
        ("Salles basses", "(salle Salles basses) : la salle Salles basses", "space Salles basses"),
    ],
)
def test_a_name_does_not_repeat_the_word_before_it(called, fr, en):
    def called_so(_name):
        return called

    twice = Message("(salle {space}) : {told}", {"space": SPACE, "told": Message("la salle {space}", {"space": SPACE})})
    assert render(twice, names=called_so) == fr
    assert render(Message("La salle {space} n'existe pas.", {"space": SPACE}), "en", called_so) == f"There is no {en}."


def test_braces_in_a_name_are_just_text():
    assert (
        say("{applicant} n'est pas dans la liste.", applicant=Name("applicant", "{n}"))
        == "{n} n'est pas dans la liste."
    )


@pytest.mark.parametrize(
    ("n", "fr", "en", "ar"),
    [
        (0, "0 période reste libre", "0 periods stay free", "لا راحة مطلوبة"),
        (1, "1 période reste libre", "1 period stays free", "فترة واحدة"),
        (2, "2 périodes restent libres", "2 periods stay free", "فترتان"),
        (3, "3 périodes restent libres", "3 periods stay free", "3 فترات"),
        (11, "11 périodes restent libres", "11 periods stay free", "11 فترة"),
        (100, "100 périodes restent libres", "100 periods stay free", "100 فترة"),
    ],
)
def test_plural_forms(n, fr, en, ar):
    template = "Entre deux tours d'une même personne, {n} périodes restent libres."
    assert fr in say(template, n=n)
    assert en in say(template, "en", n=n)
    assert ar in say(template, "ar", n=n)


def test_plural_categories_of_arabic():
    assert [plural("ar", n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 102, 103, 111, 200)] == [
        "zero", "one", "two", "few", "few", "many", "many", "other", "other", "few", "many", "other",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "fr", "ar", "en"),
    [
        ((2027, 1, 4), (2027, 1, 17), "du 4 au 17 janvier 2027", "من 4 إلى 17 يناير 2027", "from 4 to 17 January 2027"),
        ((2027, 8, 1), (2027, 9, 1), "du 1er août au 1er septembre 2027", "من 1 غشت إلى 1 شتنبر 2027",
         "from 1 August to 1 September 2027"),
        ((2026, 12, 28), (2027, 1, 3), "du 28 décembre 2026 au 3 janvier 2027",
         "من 28 دجنبر 2026 إلى 3 يناير 2027", "from 28 December 2026 to 3 January 2027"),
        ((2027, 11, 5), (2027, 11, 5), "le 5 novembre 2027", "يوم 5 نونبر 2027", "on 5 November 2027"),
    ],
)  # fmt: skip
def test_dates_in_words(start, end, fr, ar, en):
    dates = Dates(date(*start), date(*end))
    assert (say("{when}", when=dates), say("{when}", "ar", when=dates), say("{when}", "en", when=dates)) == (fr, ar, en)


def test_lists_numbers_and_shares():
    assert say("{x}", x=(1, 2, 3)) == "1, 2 et 3"
    assert say("{x}", "ar", x=(1, 2, 3)) == "1، 2 و3"
    assert say("{x}", "en", x=("a",)) == "a"
    assert say("{x}", x=()) == "—"
    assert [say("{x}", lang, x=Fraction(125, 1000)) for lang in ("fr", "ar", "en")] == ["12,5\u00a0%", "12,5%", "12.5%"]
    assert [say("{x}", lang, x=7.5) for lang in ("fr", "en")] == ["7,5", "7.5"]


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="no language 'tz': one of fr, ar, en"):
        say("{x}", "tz", x=1)
