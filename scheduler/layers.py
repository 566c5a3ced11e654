"""What the booleans of a model mean, as arrays: a million possible turns are settled in milliseconds.

A boolean stands for Σ weight · variable ≥ least; one that stands for others comes in a later layer than they.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from scheduler.matrix import Flags, Numbers

if TYPE_CHECKING:
    from scheduler.variables import Terms


@dataclass(frozen=True, slots=True)
class Layer:
    """Booleans that stand for columns and for booleans of earlier layers only.

    `place[n]`: of which of them, by its place in the layer, `term[n]` with `weight[n]` is part.
    """

    booleans: Numbers
    place: Numbers
    term: Numbers
    weight: Numbers
    least: Numbers

    def hold(self, chosen: Numbers) -> Flags:
        """Tell which of the booleans are 1 where so much of each variable is chosen."""
        sums = np.bincount(self.place, weights=self.weight * chosen[self.term], minlength=len(self.booleans))
        holding: Flags = sums >= self.least
        return holding


class Layers:
    """The layers of the booleans numbered from `first` on, in the order in which they are settled."""

    def __init__(self, meanings: Sequence[tuple[Terms, int]], first: int) -> None:
        self.count = first + len(meanings)
        self.layers = list(_layers(meanings, first))

    def settled(self, columns: Iterable[int]) -> list[int]:
        """Return 0 or 1 for each variable where these columns are chosen."""
        chosen = np.zeros(self.count, dtype=np.int64)
        chosen[list(columns)] = 1
        for layer in self.layers:
            chosen[layer.booleans] = layer.hold(chosen)
        settled: list[int] = chosen.tolist()
        return settled


def _layers(meanings: Sequence[tuple[Terms, int]], first: int) -> Iterator[Layer]:
    depth: list[int] = []
    for meaning, _ in meanings:
        depth.append(max((depth[index - first] + 1 for index, _ in meaning if index >= first), default=0))
    for level in range(max(depth, default=-1) + 1):
        here = [number for number, at in enumerate(depth) if at == level]
        terms = [term for number in here for term in meanings[number][0]]
        pairs = np.array(terms, dtype=np.int64).reshape(-1, 2)
        yield Layer(
            np.array(here, dtype=np.int64) + first,
            np.repeat(np.arange(len(here)), [len(meanings[number][0]) for number in here]),
            pairs[:, 0],
            pairs[:, 1],
            np.array([meanings[number][1] for number in here], dtype=np.int64),
        )
