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

from app.i18n import _, days
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
    for _space, stand, start, held in targets.taken():
        places[stand][start] = told.taken(held)
    for _space, stand, start, found in targets.moves():
        target = desk.in_time(found)
        if turn is None or target.swap.added != (turn,):
            places[stand][start] = told.of(target, desk)
            length = target.swap.added[0].length
            if length != usual:
                lengths.setdefault(stand, {})[start] = length
        else:
            places[stand][start] = told.index("allowed", _("Sa place actuelle."))
    return {
        "length": usual,
        "places": places,
        "lengths": lengths,
        "cards": {
            f"{other.stand}|{other.start}": told.exchange(desk.in_time(target)) for other, target in targets.exchanges()
        },
        "reserve": told.of(desk.in_time(targets.leaving()), desk) if turn else None,
        "verdicts": told.list,
    }


def _longest(desk: Desk, who: str) -> int:
    return desk.problem.request(who).max_length if desk.problem.has_request(who) else 1


def spot_of(stand: str, start: int, desk: Desk) -> Spot | None:
    """A spot from a stand's key, which names its space; None for a stand the case does not know."""
    space = stand.partition("-")[0]
    return Spot(space, stand, start) if desk.problem.has_stand(space, stand) else None


class _Told:
    """The sentences already worded, each once."""

    def __init__(self, lang: str, names: Namer) -> None:
        self.lang, self.names = lang, names
        self.free = _("Permis.")
        self.exchanged = _("Permis : échanger les deux tours.")
        self.replaced = _("Permis : prendre cette place, qui y est passe en réserve.")
        self.held = _("Déjà pris par %(who)s.")
        self.with_reason = _("%(breach)s Possible avec une raison publiée.")
        self.list: list[tuple[str, str]] = []
        self._known: dict[tuple[str, str], int] = {}
        self._worded: dict[int, tuple[Violation, str]] = {}  # by identity: places share their breaches

    def index(self, state: str, sentence: str) -> int:
        """The number of a verdict."""
        key = (state, sentence)
        if key not in self._known:
            self._known[key] = len(self.list)
            self.list.append(key)
        return self._known[key]

    def taken(self, held: Turn) -> int:
        """The number of a place somebody else holds."""
        return self.index("impossible", self.held % {"who": self.names(who_name(held.applicant))})

    def of(self, target: Target, desk: Desk) -> int:
        """The number of what a move would do."""
        since = next((day for one in target.swap.added if (day := desk.staying.since(desk.problem, one))), None)
        if since is None or target.state == "impossible":
            return self._index(target, self.free)
        end = desk.problem.periods[target.swap.added[0].start + target.swap.added[0].length - 1].end
        late = _("La période a commencé : ses jours seraient %(days)s.", days=days(since, end))
        if target.state == "allowed":
            return self.index("allowed", f"{self.free} {late}")
        state, said = self.list[self._index(target, self.free)]
        return self.index(state, f"{said} {late}")

    def exchange(self, target: Target) -> int:
        """The number of what changing places would do."""
        if target.swap.removed and len(target.swap.removed) == 1 and target.swap.added:
            return self._index(target, self.replaced)
        return self._index(target, self.exchanged)

    def _index(self, target: Target, free: str) -> int:
        state = target.state
        if state == "allowed":
            return self.index(state, free)
        if state == "breach":
            said = " ".join(map(self._word, target.violations))
            return self.index(state, self.with_reason % {"breach": said})
        hard = next(one for one in target.violations if one.rule not in OVERRIDABLE)
        if hard.rule == "stand_single" and len(target.swap.added) == 1:
            mine = target.swap.added[0].applicant
            return self.taken(next((turn for turn in hard.turns if turn.applicant != mine), hard.turns[0]))
        return self.index(state, self._word(hard))

    def _word(self, one: Violation) -> str:
        if id(one) not in self._worded:
            self._worded[id(one)] = one, word([one.message], self.lang, self.names)[0]
        return self._worded[id(one)][1]
