"""A plan as a small aligned summary: what each tier reached beside its proven bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scheduler.plan import Plan


def summary(plan: Plan) -> str:
    """Return the lines to print, aligned; a dash stands for a bound that is not known."""
    rows = list(_rows(plan))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    head = f"{plan.status}: {len(plan.turns)} turns in {plan.seconds:.1f} s"
    if not plan.deterministic and plan.turns:
        head += " (cut short by the clock: another run may differ)"
    lines = [
        f"  {name:<{widths[0]}}  {value:>{widths[1]}}  {bound:>{widths[2]}}  {note}".rstrip()
        for name, value, bound, note in rows
    ]
    return "\n".join([head, *lines])


def _rows(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    yield "tier", "reached", "bound", ""
    for tier in plan.tiers:
        if tier.value is not None:
            yield tier.name, str(tier.value), *_against(tier.value, tier.bound)
        for level in tier.levels:
            yield f"{tier.name} ≥ {level.at_least}", str(level.count), *_against(level.count, level.bound)


def _against(value: int, bound: int | None) -> tuple[str, str]:
    """Return the bound, and whether it is reached."""
    if bound is None:
        return "–", ""
    return str(bound), "proven" if value == bound else f"{bound - value} to go"


def impossible(plan: Plan, lang: str) -> Iterator[str]:
    """Yield the lines that say which rules clash, what would help, and what the plan's turns rest on."""
    facts = plan.solver
    yield "no plan obeys every rule; these cannot hold together:"
    several = any(one.get("clash") for one in _items(facts, "clashes"))
    for one in _items(facts, "clashes"):
        yield f"  {_number(one, several)}{one[lang]}"
    for one in _items(facts, "because"):
        yield f"  {_number(one, several)}{one[lang]} (always)"
    yield (
        "every one of them is needed for the clash" if facts.get("minimal") else "time was short: some may be too many"
    )
    if not facts.get("complete"):
        yield "other clashes may be left"
    relaxations = _items(facts, "relaxations")
    if relaxations:
        of_each = "one change of each number makes a plan possible" if several else "what would make a plan possible"
        yield f"{of_each}, touching the fewest first:"
    for one in relaxations:
        mark = "; done in the plan written" if one["applied"] else ""
        yield f"  {_number(one, several)}{one[lang]} (exhibitors: {one['touches']}{mark})"
    if plan.turns:
        yield f"the plan written keeps all the rest: {len(plan.turns)} turns"


def _number(one: Mapping[str, Any], several: bool) -> str:
    """Return which of several clashes something belongs to."""
    return f"{one.get('clash', 0) + 1}. " if several else ""


def _items(facts: Mapping[str, object], kind: str) -> list[dict[str, Any]]:
    found = facts.get(kind)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
