"""What a part's prices say of the whole: how dear each request's turns are, and what the places are worth.

Put a price π on what a space offers (capacity, variety, quotas: every row that several requests share) and a
price λ on each goal kept. Then no plan of the whole has more than::

    Σ_parts worth(π)  +  Σ_requests max over her turns of [goal + Σ λ_k · kept_k − Σ π_j]  −  Σ_k λ_k · reached_k

whatever π, λ ≥ 0 are. The parts give π and the cheapest turn of each request by what it yields; the whole asks
each request once, whatever parts her turns lie in (join.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scheduler.chain import Chain
from scheduler.matrix import Floats, Key, Matrix, Numbers, dense
from scheduler.variables import Goal, Variables
from scheduler.wishes.levels import gain

Yield = tuple[int, ...]
"""What a turn gives: in the measure of fairness, then in each tier before the one that is priced."""


@dataclass(frozen=True, slots=True)
class Priced:
    """One goal of one part. `best`: for each applicant and yield, the largest (goal − π) of a turn.

    `own`: for each applicant, the most that all her turns here can add to a level, rest and all, at the prices of
    `kept`, less what she has already; it says all of who has no turns elsewhere.
    """

    tier: str
    at_least: int | None
    worth: float
    kept: dict[tuple[str, int | None], float]
    best: dict[str, dict[Yield, float]]
    own: dict[str, float]

    def document(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "tier": self.tier,
            "at_least": self.at_least,
            "worth": self.worth,
            "kept": [[*key, price] for key, price in self.kept.items()],
            "best": {who: [[list(key), value] for key, value in best.items()] for who, best in self.best.items()},
            "own": self.own,
        }

    @classmethod
    def read(cls, document: dict[str, Any]) -> Priced:
        """Return what `document` told."""
        kept = {(tier, level): price for tier, level, price in document["kept"]}
        best = {who: {tuple(key): value for key, value in rows} for who, rows in document["best"].items()}
        return cls(document["tier"], document["at_least"], document["worth"], kept, best, document["own"])


def priced(chain: Chain, shut: set[int]) -> list[Priced]:
    """Price every goal the chain has bounded so far; `shut`: the columns no plan of the whole may hold."""
    proofs = chain.bounds.proofs
    model = chain.model
    rows = Matrix(model.rows)
    personal = {index for goal in chain.goals if goal.at_least is not None for index, _ in goal.terms}
    owner = _owners(model, personal)
    shared = _shared(rows, owner)
    columns = model.options.columns
    open_to_all = [index for index in range(len(columns), model.count) if index not in personal]
    offers, people = _Offers(model, owner, shut), _People(model, rows, shared, owner, shut)
    loose: set[Key] = set()  # goals counted by a space's booleans: what they yield is no turn's, so it has no price
    found = []
    for number, goal in enumerate(chain.goals):
        flat = dense(goal.terms if goal.at_least is None else (), model.count)
        if number in proofs:
            proof = proofs[number]
            y = rows.signed(proof.rows) if proof is not None else np.zeros(rows.count)
            net = flat - rows.transposed_times(np.where(shared, y, 0.0), model.count)
            worth = float(rows.worth(np.where(shared, y, 0.0)).sum() + np.maximum(net[open_to_all], 0.0).sum())
            kept = {key: price for key, (price, _) in proof.kept.items() if key not in loose} if proof else {}
            own = people.most(chain.goals, goal, y, kept) if goal.at_least is not None else {}
            found.append(Priced(goal.tier, goal.at_least, worth, kept, offers.best(net), own))
        if goal.at_least is None:
            offers.tell(flat)
            if any(index >= len(columns) for index, _ in goal.terms):
                loose.add((goal.tier, None))
    return found


class _People:
    """The part of each applicant in the sum that row prices prove: her own rows, columns and levels."""

    def __init__(
        self, model: Variables, rows: Matrix, shared: NDArray[np.bool_], owner: Numbers, shut: set[int]
    ) -> None:
        self._model, self._rows, self._owner = model, rows, owner
        self._names = _names(model)
        self._mine = owner >= 0
        self._mine[list(shut)] = False
        whose = np.full(rows.count, -1, dtype=np.int64)
        whose[rows.row] = owner[rows.column]
        self._whose, self._hers = whose, ~shared & (whose >= 0)

    def most(self, goals: Sequence[Goal], goal: Goal, y: Floats, kept: dict[Key, float]) -> dict[str, float]:
        """Return what each can add at most to a goal and, at their prices, to those kept."""
        gains = dense(goal.terms, self._model.count)
        for one in goals:
            price = kept.get((one.tier, one.at_least), 0.0)
            if price:
                gains += price * dense(one.terms, self._model.count)
        net = np.maximum(gains - self._rows.transposed_times(y, self._model.count), 0.0)
        sums = self._rows.worth(y)
        count = len(self._names)
        own = np.bincount(self._owner[self._mine], weights=net[self._mine], minlength=count)
        own += np.bincount(self._whose[self._hers], weights=sums[self._hers], minlength=count)
        return dict(zip(self._names, own.tolist(), strict=True))


class _Offers:
    """The turns of a part that may be given, gathered by applicant and yield."""

    def __init__(self, model: Variables, owner: Numbers, shut: set[int]) -> None:
        columns = model.options.columns
        self._turns = np.array([index for index in range(len(columns)) if index not in shut], dtype=np.int64)
        self._names = _names(model)
        gains = [gain(model.problem, columns[index]) for index in self._turns.tolist()]
        self._keys: Numbers = np.array([owner[self._turns], gains], dtype=np.int64)

    def tell(self, flat: Floats) -> None:
        """Tell turns apart by what they yield in a further tier, too."""
        self._keys = np.vstack([self._keys, flat[self._turns].astype(np.int64)])

    def best(self, net: Floats) -> dict[str, dict[Yield, float]]:
        """Return the largest net of each applicant and yield."""
        kinds, kind = np.unique(self._keys, axis=1, return_inverse=True)
        largest = np.full(kinds.shape[1], -np.inf)
        np.maximum.at(largest, kind.ravel(), net[self._turns])
        best: dict[str, dict[Yield, float]] = {}
        for (owner, *key), value in zip(kinds.T.tolist(), largest.tolist(), strict=True):
            best.setdefault(self._names[owner], {})[tuple(key)] = value
        return best


def _names(model: Variables) -> list[str]:
    return sorted({column.applicant for column in model.options.columns})


def _owners(model: Variables, personal: set[int]) -> Numbers:
    """Return whose each variable is, by place in `_names`; −1 for the booleans of a space."""
    place = {name: number for number, name in enumerate(_names(model))}
    owner = np.full(model.count, -1, dtype=np.int64)
    owner[: len(model.options.columns)] = [place[column.applicant] for column in model.options.columns]
    for boolean in personal:
        owner[boolean] = owner[model.meaning(boolean)[0][0][0]]
    return owner


def _shared(rows: Matrix, owner: Numbers) -> NDArray[np.bool_]:
    """Tell which rows are about more than one request: all but those over one's own columns and levels."""
    low, high = np.full(rows.count, np.iinfo(np.int64).max), np.full(rows.count, -1)
    np.minimum.at(low, rows.row, owner[rows.column])
    np.maximum.at(high, rows.row, owner[rows.column])
    shared: NDArray[np.bool_] = (low < high) | (low < 0)
    return shared
