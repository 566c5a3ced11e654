"""Shares of the occupied places for groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from scheduler.plan import Turn
from scheduler.problem import Parameters, Problem, Quota
from scheduler.rules.base import AT_SITE, AT_SPACE, CharterRule, Violation
from scheduler.rules.parameters import counts_in, quotas
from scheduler.text import N_, Message, Name
from scheduler.wording import when, where

if TYPE_CHECKING:
    from scheduler.variables import Variables

Place = tuple[str, int]
"""What a quota is counted over: (space or "", period or -1)."""
Tally = tuple[Counter[Place], Counter[Place]]
"""Occupied stand-periods of the group, and of everybody, by place."""


class Quotas(CharterRule):
    """Of the n occupied stand-periods of a season, of each space, or of each space and period, a group has
    at least (at most) the share n × q, exactly; nothing is asked of a place nobody occupies.

    A quota over the season in a site's own charter is about the site. Quotas for each space, or each space and
    period, hold where no nearer charter gives quotas of its own.
    """

    code = "quotas"
    title = N_("Parts réservées")
    formula = "∀ quota, place of its scope: |{occupied by the group}| ≥ (≤) share × |{occupied}|"
    parameter = "charter.quotas"
    reach = "season"
    overridable = True

    def on(self, charter: Parameters) -> bool:
        """Off when the charter has none."""
        return bool(charter.quotas)

    def post(self, model: Variables) -> None:
        """∀ quota, place: Σ (d·[in group] − n)·held_j·x_j ≥ 0 (≤ 0 if at most), the share being n / d.

        held_j is what the column occupies of the place, in stand-periods. Instead of the share stands the nearest
        fraction a place of its size can show: whatever was written, the numbers stay small enough for an engine.
        """
        season = len(model.problem.periods)
        for quota, spaces in model.charters.shares(model.problem.spaces):
            sizes = {space: len(model.problem.space(space).stands) for space in spaces}
            whole = sum(sizes.values())
            places: dict[tuple[str, int], list[tuple[int, int, bool]]] = {}
            for index, column in enumerate(model.options.columns):
                if column.space not in sizes:
                    continue
                member = quota.group in model.problem.applicant(column.applicant).groups
                held = len(column.kinds)
                if quota.scope == "space-period":
                    for period in column.periods:
                        places.setdefault((column.space, period), []).append((index, held, member))
                else:
                    place = (column.space if quota.scope == "space" else "", 0)
                    places.setdefault(place, []).append((index, held * column.length, member))
            for (space, _), terms in places.items():
                most = sizes.get(space, whole) * (1 if quota.scope == "space-period" else season)
                share = _showable(quota, most)
                row = [(index, held * (share.denominator * member - share.numerator)) for index, held, member in terms]
                if quota.kind == "at_least":
                    model.add(row, low=0)
                else:
                    model.add(row, high=0)

    def check(self, problem: Problem, turns: Sequence[Turn]) -> Iterator[Violation]:
        """Yield one breach for each quota and place that misses it."""
        for quota in quotas(problem):
            group, everybody = tally(problem, quota, turns)
            for place, given in everybody.items():
                if not kept(quota, group[place], given):
                    yield self.missed(problem, quota, place, group[place], given)

    def missed(self, problem: Problem, quota: Quota, place: Place, given: int, occupied: int) -> Violation:
        """Word the breach of one quota in one place."""
        space, period = place
        facts: dict[str, object] = {
            "group": quota.group,
            "given": given,
            "occupied": occupied,
            "share": quota.share,
        }
        if space:
            facts["space"] = where(space)
        elif quota.site:
            facts["site"] = Name("site", quota.site)
        if period >= 0:
            facts["when"] = when(problem, (period,))
        scope = "site" if "site" in facts else quota.scope
        return self.breach(_BREACHES[quota.kind, scope], **facts)

    def sentence(self, problem: Problem) -> Message:
        """Say every quota of the charter."""
        return self._say(problem.charter.quotas)

    def demand(self, quota: Quota) -> Message:
        """Say one quota, with the place whose own charter asks for it."""
        rule = self._say((quota,))
        if quota.site:
            return Message(AT_SITE, {"site": Name("site", quota.site), "rule": rule})
        return Message(AT_SPACE, {"space": where(quota.space), "rule": rule}) if quota.space else rule

    @staticmethod
    def _say(asked: Iterable[Quota]) -> Message:
        said = tuple(
            Message(_SENTENCES[quota.kind, _extent(quota)], {"group": quota.group, "share": quota.share})
            for quota in asked
        )
        return Message(N_("Parts des places occupées : {quotas}."), {"quotas": said})


def _extent(quota: Quota) -> str:
    """Return what the quota is over, as it is said: in a space's own charter there is but that space."""
    return {"space": "season", "space-period": "period"}[quota.scope] if quota.space else quota.scope


def _showable(quota: Quota, most: int) -> Fraction:
    """Return the nearest fraction with a denominator up to `most` that asks the same of up to `most` stand-periods.

    Every share of them is such a fraction: at least the quota means at least the first one from it on.
    """
    if quota.kind == "at_least":
        return _first_from(quota.share, most)
    return 1 - _first_from(1 - quota.share, most)


def _first_from(share: Fraction, most: int) -> Fraction:
    """Return the least n / d ≥ share with d ≤ `most`: the nearest one, or its successor among them (Farey)."""
    near = share.limit_denominator(most)
    if near >= share:
        return near
    inverse = pow(-near.numerator, -1, near.denominator)
    d = most - (most - inverse) % near.denominator
    return Fraction((d * near.numerator + 1) // near.denominator, d)


def kept(quota: Quota, given: int, occupied: int) -> bool:
    """Tell whether `given` of `occupied` stand-periods keep the quota, in whole numbers."""
    group, due = given * quota.share.denominator, occupied * quota.share.numerator
    return group >= due if quota.kind == "at_least" else group <= due


def tally(problem: Problem, quota: Quota, turns: Iterable[Turn]) -> Tally:
    """Count occupied stand-periods in each place of the quota's scope."""
    group: Counter[Place] = Counter()
    everybody: Counter[Place] = Counter()
    for turn in turns:
        if not counts_in(problem, quota, turn.space):
            continue
        member = quota.group in problem.applicant(turn.applicant).groups
        stands = 1 + len(turn.also)
        if quota.scope == "space-period":
            for period in turn.periods:
                everybody[turn.space, period] += stands
                if member:
                    group[turn.space, period] += stands
        else:
            place = (turn.space if quota.scope == "space" else "", -1)
            everybody[place] += stands * turn.length
            if member:
                group[place] += stands * turn.length
    return group, everybody


_SENTENCES = {
    ("at_least", "season"): N_("{group} : au moins {share} sur la saison"),
    ("at_most", "season"): N_("{group} : au plus {share} sur la saison"),
    ("at_least", "space"): N_("{group} : au moins {share} dans chaque salle"),
    ("at_most", "space"): N_("{group} : au plus {share} dans chaque salle"),
    ("at_least", "space-period"): N_("{group} : au moins {share} dans chaque salle, à chaque période"),
    ("at_most", "space-period"): N_("{group} : au plus {share} dans chaque salle, à chaque période"),
    ("at_least", "period"): N_("{group} : au moins {share} à chaque période"),
    ("at_most", "period"): N_("{group} : au plus {share} à chaque période"),
}
_BREACHES = {
    ("at_least", "season"): N_("{group} : {given} sur {occupied} places occupées, il en faut au moins {share}."),
    ("at_most", "season"): N_("{group} : {given} sur {occupied} places occupées, il en faut au plus {share}."),
    ("at_least", "site"): N_(
        "{group}, site {site} : {given} sur {occupied} places occupées, il en faut au moins {share}."
    ),
    ("at_most", "site"): N_(
        "{group}, site {site} : {given} sur {occupied} places occupées, il en faut au plus {share}."
    ),
    ("at_least", "space"): N_(
        "{group}, salle {space} : {given} sur {occupied} places occupées, il en faut au moins {share}."
    ),
    ("at_most", "space"): N_(
        "{group}, salle {space} : {given} sur {occupied} places occupées, il en faut au plus {share}."
    ),
    ("at_least", "space-period"): N_(
        "{group}, salle {space} {when} : {given} sur {occupied} places occupées, il en faut au moins {share}."
    ),
    ("at_most", "space-period"): N_(
        "{group}, salle {space} {when} : {given} sur {occupied} places occupées, il en faut au plus {share}."
    ),
}
