"""Every place of the board told before a card is dropped: one answer a card picked up.

::

    {"version": 3, "length": 2, "places": {"S1-03": [0, 0, 2, …]}, "cards": {"S1-03|4": 5}, "reserve": 0,
     "verdicts": [["allowed", "…"], ["breach", "…"], ["impossible", "…"]]}

``places``: for each stand, the verdict of starting in each period (an index into ``verdicts``); ``lengths`` likewise,
where the turn would be of another length than ``length``; ``cards``: of changing places with the turn that starts
there; ``reserve``: of taking the turn away.
"""

from __future__ import annotations

from typing import Any

from app.i18n import _
from app.planning.editing import Desk, Spot
from app.planning.judge import Namer, word
from scheduler.plan import Turn
from scheduler.rules.base import Violation
from scheduler.targets import OVERRIDABLE, Target, Targets
from scheduler.wording import who as who_name


def verdicts(desk: Desk, who: str, turn: Turn | None, lang: str, names: Namer) -> dict[str, Any]:
    """Judge every place for somebody's turn, or (None) for a further turn of hers."""
    targets = Targets(desk.board, who, turn)
    told = _Told(lang, names)
    season = len(desk.problem.periods)
    outside = told.index("impossible", _("Le tour sortirait de la saison."))
    places = {stand.id: [outside] * season for space in desk.problem.spaces for stand in space.stands}
    lengths: dict[str, dict[int, int]] = {}
    usual = turn.length if turn else _longest(desk, who)
    for _space, stand, start, target in targets.moves():
        if turn is None or target.swap.added != (turn,):
            places[stand][start] = told.of(target)
            length = target.swap.added[0].length
            if length != usual:
                lengths.setdefault(stand, {})[start] = length
        else:
            places[stand][start] = told.index("allowed", _("Sa place actuelle."))
    return {
        "length": usual,
        "places": places,
        "lengths": lengths,
        "cards": {f"{other.stand}|{other.start}": told.exchange(target) for other, target in targets.exchanges()},
        "reserve": told.of(targets.leaving()) if turn else None,
        "verdicts": told.list,
    }


def _longest(desk: Desk, who: str) -> int:
    return desk.problem.request(who).max_length if desk.problem.has_request(who) else 1


def spot_of(stand: str, start: int, desk: Desk) -> Spot | None:
    """A spot from a stand's key, which names its space; None for a stand the case does not know."""
    space = stand.partition("-")[0]
    return Spot(space, stand, start) if desk.problem.has_stand(space, stand) else None


def sentence_of(target: Target, lang: str, names: Namer) -> str:
    """What forbids a change, or what it would break, in words."""
    if taken := _holder(target):
        return _("Déjà pris par %(who)s.", who=names(who_name(taken)))
    hard = [one for one in target.violations if one.rule not in OVERRIDABLE]
    shown: list[Violation] = hard[:1] if target.state == "impossible" else list(target.violations)
    said = " ".join(word(tuple(one.message for one in shown), lang, names))
    return said if target.state == "impossible" else _("%(breach)s Possible avec une raison publiée.", breach=said)


def _holder(target: Target) -> str:
    """Who holds the stand, where that is what forbids a place; else empty."""
    first = target.violations[0]
    if first.rule != "stand_single" or len(target.swap.added) != 1:
        return ""
    mine = target.swap.added[0].applicant
    return next((turn.applicant for turn in first.turns if turn.applicant != mine), "")


class _Told:
    """The sentences already worded, each once."""

    def __init__(self, lang: str, names: Namer) -> None:
        self.lang, self.names = lang, names
        self.free = _("Permis.")
        self.exchanged = _("Permis : échanger les deux tours.")
        self.replaced = _("Permis : prendre cette place, qui y est passe en réserve.")
        self.list: list[tuple[str, str]] = []
        self._known: dict[tuple[str, str], int] = {}
        self._kept: list[Target] = []  # alive, so that no other object takes an id of theirs
        self._worded: dict[tuple[int, ...], int] = {}

    def index(self, state: str, sentence: str) -> int:
        """The number of a verdict."""
        key = (state, sentence)
        if key not in self._known:
            self._known[key] = len(self.list)
            self.list.append(key)
        return self._known[key]

    def of(self, target: Target) -> int:
        """The number of what a move would do."""
        return self._index(target, self.free)

    def exchange(self, target: Target) -> int:
        """The number of what changing places would do."""
        if target.swap.removed and len(target.swap.removed) == 1 and target.swap.added:
            return self._index(target, self.replaced)
        return self._index(target, self.exchanged)

    def _index(self, target: Target, free: str) -> int:
        if not target.violations:
            return self.index("allowed", free)
        alike = tuple(map(id, target.violations))  # places that share their breaches share the sentence
        if alike not in self._worded:
            said = sentence_of(target, self.lang, self.names)
            self._worded[alike] = self.index(target.state, said)
            self._kept.append(target)
        return self._worded[alike]
