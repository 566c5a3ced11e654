"""Templates are charters the scheduler reads, and each rule of theirs is one sentence."""

import pytest
from flask import Flask

from app.planning.charter import aims, always, charter_faults, charter_sentences, rules
from app.planning.charter_templates import TEMPLATES, one_place


@pytest.mark.parametrize("code", TEMPLATES)
@pytest.mark.parametrize("stands", [0, 1, 29, 60, 1001])
def test_a_template_is_read_without_a_fault(code: str, stands: int) -> None:
    assert charter_faults(TEMPLATES[code].build(stands)) == []


def test_a_bad_charter_tells_every_fault() -> None:
    faults = charter_faults({"measure": "coins", "rest": -1, "quotas": [{"group": "women"}]})
    assert [fault.split(":")[0] for fault in faults] == ["charter.measure", "charter.rest", "charter.quotas[0]"]


@pytest.mark.parametrize(("stands", "share"), [(1, 1.0), (3, 0.333), (29, 0.034), (60, 0.016), (0, 1.0)])
def test_one_place_never_asks_for_two(stands: int, share: float) -> None:
    assert one_place(stands) == share
    assert share * stands <= 1


def test_the_fair_of_fquih(app: Flask) -> None:
    quotas = TEMPLATES["fquih_quotas"].build(60)["quotas"]
    assert [(quota["group"], quota["at_least"] * 60) for quota in quotas] == [
        ("local", 30), ("women", 12), ("rural", 6), ("outside_region", 12),
    ]  # fmt: skip


def test_each_rule_is_one_sentence(app: Flask) -> None:
    charter = TEMPLATES["pilat"].build(8)
    assert [clause.code for clause in rules(charter, "fr")] == [
        "rest", "max_same_activity", "max_same_family", "min_activities", "rivals_apart", "quotas",
    ]  # fmt: skip
    assert [clause.code for clause in aims(charter, "fr")] == charter["tiers"]
    assert "Nouveaux exposants : au moins 12,5 % sur la saison" in rules(charter, "fr")[-1].text.replace("\u00a0", " ")
    assert len(charter_sentences(charter, "fr")) == 11


def test_a_rule_that_is_off_is_not_told(app: Flask) -> None:
    codes = {clause.code for clause in rules({"measure": "turns"}, "fr")}
    assert codes == set()
    assert {"stand_single", "one_place", "turn_length"} <= {clause.code for clause in always("fr")}


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_every_sentence_is_worded_in_each_language(app: Flask, lang: str) -> None:
    for template in TEMPLATES.values():
        charter = template.build(12)
        french = charter_sentences(charter, "fr")
        worded = charter_sentences(charter, lang)
        assert len(worded) == len(french)
        assert not set(worded) & set(french)
