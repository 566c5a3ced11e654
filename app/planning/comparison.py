"""Plans of a season side by side: what each reaches, what its charter changes, who gains and who loses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.i18n import language, localized
from app.models import Call, StoredPlan
from app.planning import stale
from app.planning.case import freeze
from app.planning.charter_changes import Changed, charter_changes
from app.planning.judge import judge_again, namer, plan_of, problem_of, word
from app.planning.keys import Directory, directory, exhibitor_id, exhibitor_key
from app.planning.measures import Measures, amounts_of, measure
from app.planning.variant import scenario_name, variant_of
from app.queries import plans as queries
from app.queries import rotation
from app.queries.ledger import Amount

MOST = 4
LETTERS = "ABCD"


@dataclass(frozen=True)
class Side:
    """One plan. ``breaches``: sentences, of its own charter; ``publishable``: breaks of the call's charter today."""

    letter: str
    plan: StoredPlan
    name: str
    measures: Measures
    changed: list[Changed]
    other_seed: bool
    without: int
    breaches: list[str]
    against_call: int

    @property
    def counted_in(self) -> str:
        """What its charter counts fairness in."""
        return str(problem_of(self.plan.case.text).charter.measure)

    @property
    def follows(self) -> bool:
        """Whether a rotation was in force when it was solved: without one, no turn could stay."""
        return bool(problem_of(self.plan.case.text).published)


@dataclass(frozen=True)
class Comparison:
    """All sides, in the order asked; ``data``: facts that differ between their cases, as sentences."""

    sides: list[Side]
    known: Directory
    data: list[str]

    @property
    def levels(self) -> list[int]:
        """Every fairness level some plan tells of."""
        return sorted({level.at_least for side in self.sides for level in side.measures.figures.levels})

    @property
    def one_measure(self) -> bool:
        """Whether fairness is counted alike everywhere."""
        return len({side.counted_in for side in self.sides}) == 1

    def pair(self, before: int | None, after: int | None) -> tuple[Side, Side]:
        """The two plans compared person by person; the first and the second unless asked otherwise."""
        by_id = {side.plan.id: side for side in self.sides}
        first = by_id.get(before or 0, self.sides[0])
        others = [side for side in self.sides if side is not first]
        return first, by_id[after] if after in by_id and by_id[after] is not first else others[0]


@dataclass(frozen=True)
class Gain:
    """What somebody has in one plan and in another; ``difference`` in the measure of the first plan's charter."""

    name: str
    before: Amount
    after: Amount
    difference: int


@dataclass(frozen=True)
class Gains:
    """Who has not the same, the greatest loss first; ``steps``: how many people by difference."""

    rows: list[Gain]
    same: int
    steps: list[tuple[int, int]]

    @property
    def losers(self) -> int:
        """How many have less."""
        return sum(count for step, count in self.steps if step < 0)

    @property
    def winners(self) -> int:
        """How many have more."""
        return sum(count for step, count in self.steps if step > 0)


def comparison(call: Call, plans: Iterable[StoredPlan]) -> Comparison:
    """Measure plans of a call; a fixed number of queries whatever their size."""
    chosen = list(plans)
    people = {who for plan in chosen for who in queries.people_of(plan)}
    known = directory(rotation.spaces_of(call), rotation.people(people))
    groups = {exhibitor_key(who): found for who, found in queries.groups_of(people).items()}
    fresh, _sha256 = freeze(call)
    sides = [
        _side(letter, plan, call, known, groups, fresh) for letter, plan in zip(LETTERS, chosen, strict=False)
    ]  # fmt: skip
    return Comparison(sides, known, _data(chosen, known))


def _side(
    letter: str, plan: StoredPlan, call: Call, known: Directory, groups: dict[str, set[str]], fresh: str
) -> Side:  # fmt: skip
    problem, found, scope = problem_of(plan.case.text), plan_of(plan.text), plan.run.scope if plan.run else {}
    variant = variant_of(scope)
    own = json.loads(plan.case.text)
    again = judge_again(fresh, found)
    breaches = judge_again(plan.case.text, found).violations
    return Side(
        letter, plan, scenario_name(scope), measure(problem, found, groups),
        charter_changes(call.charter, own["charter"]), own["seed"] != json.loads(fresh)["seed"],
        len(variant.without) if variant else 0, word(breaches, language(), namer(known)), len(again.violations),
    )  # fmt: skip


def _data(plans: list[StoredPlan], known: Directory) -> list[str]:
    """What the cases of the plans do not share, charter and seed aside."""
    first = json.loads(plans[0].case.text)
    told: dict[str, None] = {}
    for plan in plans[1:]:
        if plan.case_sha256 != plans[0].case_sha256:
            found = stale.differences(first, json.loads(plan.case.text), known.name)
            told |= dict.fromkeys(one.sentence for one in found if not one.about)
    return list(told)


def gains(told: Comparison, before: Side, after: Side) -> Gains:
    """Who has more and who has less in one plan than in another."""
    counted = before.counted_in
    had, has = (amounts_of(problem_of(s.plan.case.text), plan_of(s.plan.text).turns) for s in (before, after))
    rows = []
    for key in sorted(had | has, key=exhibitor_id):
        old, new = had.get(key, Amount()), has.get(key, Amount())
        who = told.known.exhibitors.get(key)
        rows.append(Gain(localized(who) if who else key, old, new, new.of(counted) - old.of(counted)))
    steps = sorted(Counter(row.difference for row in rows).items())
    changed = [row for row in rows if row.before != row.after]
    changed.sort(key=lambda row: (row.difference, row.name))
    return Gains(changed, len(rows) - len(changed), steps)
