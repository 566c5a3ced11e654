"""Write README.md, the catalogue of rules and tiers, from the rulebook: `python -m scheduler.catalogue`."""

from __future__ import annotations

import inspect
from pathlib import Path

from scheduler.codec import decode_case
from scheduler.problem import Problem
from scheduler.rulebook import RULES, TIERS
from scheduler.rules.base import Rule
from scheduler.text import Message, render
from scheduler.wishes.base import Objective

README = Path(__file__).parent / "README.md"
TESTS = "../tests/scheduler"

HEAD = """# The scheduler

Who shows where and when, fairly, and with the proof. Pure Python and OR-Tools, no web; the judging half (verify,
why_not, the codec) never loads the solver.

<!-- Written by `python -m scheduler.catalogue` from the rulebook; a test compares. Edit the rule files instead. -->

```
python -m scheduler solve CASE --out PLAN     the best plan the time allows, with proven bounds
python -m scheduler verify CASE PLAN          every rule checked, every claim recounted
python -m scheduler why CASE PLAN APPLICANT   why somebody has no (further) turn; --if: what it would cost
python -m scheduler repair CASE PLAN --out P2 after a withdrawal, closure or pin: fewest moves, who and why
python -m scheduler commit CASE --source TEXT --date DAY    a promise before the seed can be known (DRAW.md)
python -m scheduler reveal CASE PROMISE --seed TEXT --out C the promised case with the seed that was drawn
python3 dawra_verify.py CASE PLAN [PROMISE]   the same judgement in one file that needs only Python
python -m scheduler simulate CASE --seasons N  seasons under one charter or two: waiting, equality, shares, fill
```

A case is read by `codec/`, its defaults are listed in `codec/cases.py`. The order of the rules is that of
`rulebook.py`: what a plan is made of, what is always on, the manager's decisions, the charter's parameters.

## The charter of a place

A site or a space may have its own parameters: `charter.sites` and `charter.spaces` are objects by id: `{"sites":
{"fes-1": {"max_same_activity": 1}}}`. A site or space may have otherwise: `max_same_activity`, `max_same_family`,
`min_activities`, `rest`, `return_after`, `quotas`, `rivals_apart`, a site also `max_turns_per_site`. For a space
counts what its own charter gives, else what its site's gives, else the general charter; here null switches the
rule off in that place. After a turn the `rest` of the space that was left counts. In a site's charter a quota of
scope `season` is about the site's places (the general ones hold as well), in a space's about the space; quotas of
scope `space` and `space-period` hold where no nearer charter gives `quotas`.

## How to add a rule

As it was done for `return_after`, the last rule to come.

1. `rules/NAME.py`: a class with `code`, `title`, `formula`, `parameter`, `reach`, `overridable`; a `CharterRule` with
   `on` if the charter feeds it. Write `check` first, in plain Python, then `sentence`, and last `post`, which must
   share no helper with `check`: a check reads its parameter by `rules/parameters.py`, a post by `model.charters`.
2. The parameter: a field of `Parameters` in `problem.py` (of `Charter` if no place may have it otherwise), its least
   value in `codec/charters.py`, its name in `rules/parameters.py`; a value in `EXAMPLE` of `catalogue.py`.
3. One line in `rulebook.py`.
4. `dawra_verify.py`: the rule once more, from the formula alone, within its 150 lines. No test of the project's own
   judge asks for it: the comparison of the two in `tests/scheduler/test_both_verifiers.py` does, once
   `tests/scheduler/anything.py` gives the parameter by chance; a breach of it in `PLANTED` of `test_dawra_verify.py`.
5. A number can be moved, not only left out, where it clashes: its values from the strictest to the loosest in
   `relaxations.py`.
6. `tests/scheduler/rules/test_NAME.py` with exact violations, and its near misses. In
   `tests/laws/test_rules_enumerate.py` a tight and a loose value: the law that posting and check allow the same plans,
   in general and where a place has it otherwise, fails until they are there. A chance of it in
   `tests/scheduler/strategies.py` and `tests/scheduler/solving/brute.py`, for the properties and for the enumerated
   optimum; a value in `tests/scheduler/codec/test_cases.py`.
7. Its sentences in `phrases/ar.json` and `phrases/en.json`, plural forms in `phrases/fr.json` too; then
   `python -m scheduler.catalogue`.
8. In the application: a field and its name in `app/forms/charter.py`, its place in
   `templates/calls_admin/_charter.html`, an empty value in `app/planning/charter_templates.py`; `dawra i18n update`.
9. `tests/scheduler/MUTANTS.md` says how to see what its tests do not notice, and lists what is left.
"""

EXAMPLE = {
    "format": "dawra-case/1",
    "periods": [{"start": "2027-01-04", "end": "2027-01-17"}],
    "spaces": [{"id": "S", "stands": [{"id": "1"}]}],
    "applicants": [{"id": "A", "activity": "zellige"}],
    "requests": [{"applicant": "A", "spaces": [{"id": "S"}]}],
    "pins": [{"applicant": "A", "space": "S", "start": 0, "length": 1}],
    "forbidden": [{"applicant": "A", "periods": []}],
    "charter": {
        "max_same_activity": 2,
        "max_same_family": 3,
        "min_activities": 3,
        "rest": 3,
        "return_after": 2,
        "quotas": [
            {"group": "femmes", "at_least": 0.35},
            {"group": "hors région", "at_most": 0.2, "scope": "space"},
        ],
        "rivals_apart": True,
        "max_turns_per_site": 2,
        "min_fill": 0.98,
    },
}
"""A case with every parameter set, so that each sentence shows one."""


def text() -> str:
    """Return the whole catalogue."""
    problem = decode_case(EXAMPLE)
    parts = [HEAD, "## Rules\n"]
    parts += [_rule(rule, problem) for rule in RULES]
    parts += ["## Tiers, in the usual order\n"]
    parts += [_tier(tier, problem) for tier in TIERS.values()]
    return "\n".join(parts)


def _rule(rule: Rule, problem: Problem) -> str:
    return "\n".join(
        [
            f"### {rule.title} · `{rule.code}`",
            "",
            _doc(rule),
            "",
            f"- **Formula**: {rule.formula}",
            f"- **Fed by**: `{rule.parameter}`",
            f"- **A manager may decide against it**: {'with a reason, published' if rule.overridable else 'never'}",
            *_sentences(rule.sentence(problem)),
            f"- **Code and tests**: [rules/{rule.code}.py](rules/{rule.code}.py), "
            f"[test_{rule.code}.py]({TESTS}/rules/test_{rule.code}.py)",
            "",
        ]
    )


def _tier(tier: Objective, problem: Problem) -> str:
    return "\n".join(
        [
            f"### {tier.title} · `{tier.name}`",
            "",
            _doc(tier),
            "",
            f"- **Formula**: {tier.formula}",
            *_sentences(tier.sentence(problem)),
            f"- **Code and tests**: [wishes/{tier.name}.py](wishes/{tier.name}.py), "
            f"[test_measures.py]({TESTS}/wishes/test_measures.py)",
            "",
        ]
    )


def _doc(thing: Rule | Objective) -> str:
    return inspect.getdoc(type(thing)) or ""


def _sentences(message: Message) -> list[str]:
    marks = (("fr", "Said"), ("ar", "In Arabic"), ("en", "In English"))
    return [f"- **{mark}**: {render(message, lang)}" for lang, mark in marks]


if __name__ == "__main__":
    README.write_text(text(), encoding="utf-8")
