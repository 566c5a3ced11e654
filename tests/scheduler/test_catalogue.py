"""The catalogue in scheduler/README.md is what the rulebook says today, and leads to real files."""

import re
from pathlib import Path

import scheduler
from scheduler.catalogue import README, text
from scheduler.rulebook import RULES, TIERS

ROOT = Path(scheduler.__file__).parent


def test_the_catalogue_is_up_to_date():
    assert README.read_text(encoding="utf-8") == text(), "run: python -m scheduler.catalogue"


def test_every_link_leads_to_a_file():
    links = re.findall(r"\]\(([^)]+)\)", text())
    assert len(links) == 2 * (len(RULES) + len(TIERS))
    assert [link for link in links if not (README.parent / link).resolve().is_file()] == []


def test_every_rule_file_is_in_the_rulebook():
    files = {path.stem for path in (ROOT / "rules").glob("*.py")} - {"__init__", "base", "grouping", "parameters"}
    assert {rule.code for rule in RULES} == files
    assert len({rule.code for rule in RULES}) == len(RULES)


def test_every_rule_says_what_it_is():
    for rule in RULES:
        assert all((rule.title, rule.formula, rule.parameter)), rule.code
        assert rule.reach in ("turn", "applicant", "space", "season")


def test_what_solving_names_is_there() -> None:
    told = (ROOT / "SOLVING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_/]+\.py|[a-z]+/)`", told))
    assert len(named) > 20
    assert [name for name in sorted(named) if not any((home / name).exists() for home in (ROOT, ROOT.parent))] == []
