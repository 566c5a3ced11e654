"""A trial as its page tells it: each charter's season in figures, its years as pictures and tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.i18n import language, number, percent
from app.models import Trial
from app.planning.charter_changes import Changed, charter_changes
from app.planning.clashes import Told, told
from app.planning.endings import SENTENCES
from app.planning.judge import Namer
from app.planning.wording import render
from scheduler.pictures import line_picture
from scheduler.simulate_words import FIGURES, SEASON, WAIT, WHOLE, described
from scheduler.text import Message

Document = dict[str, Any]
SHARES = ("women", "cooperatives", "newcomers", "fill")


@dataclass(frozen=True)
class Missing:
    """Why one charter has no season or no years: a sentence, with the clashes when rules clash."""

    letter: str
    sentence: str
    clashes: Told | None


@dataclass(frozen=True)
class Page:
    """What came of a trial. ``seasons``, ``years``: documents by letter; ``figures``: the titles of what is drawn."""

    order: Document
    seasons: dict[str, Document]
    years: dict[str, Document]
    missing: list[Missing]
    changes: list[Changed]
    figures: dict[str, str]

    @property
    def levels(self) -> list[int]:
        """Every fairness level some season tells of."""
        return sorted({level[0] for one in self.seasons.values() for level in one["levels"]})

    def level(self, letter: str, at: int) -> list[Any]:
        """[level, count, bound] of a charter's season."""
        return next((one for one in self.seasons[letter]["levels"] if one[0] == at), [at, 0, None])

    @property
    def longest(self) -> int:
        """The most seasons played."""
        return max((len(one["seasons"]) for one in self.years.values()), default=0)

    def waits(self) -> list[str]:
        """The longest wait under each charter, beside what it could be at most."""
        return [
            render(Message(WAIT, {"charter": letter, "n": one["longest_wait"], "most": one["turn_around"]}), language())
            for letter, one in self.years.items()
            if one["turn_around"] is not None
        ]


def page(trial: Trial, names: Namer) -> Page:
    """Read a trial's result."""
    document = json.loads(trial.text)
    order = document["order"]
    figures = {name: render(Message(title), language()) for name, title in FIGURES.items()}
    return Page(
        order, document["seasons"], document["years"],
        [_missing(letter, why, names) for letter, why in document["missing"].items()],
        charter_changes(order["charter"], order["other"]) if order["other"] else [], figures,
    )  # fmt: skip


def _missing(letter: str, why: Document, names: Namer) -> Missing:
    known = told(why["details"], language(), names) if why["code"] == "impossible" else None
    code = "trial_impossible" if why["code"] == "impossible" else why["code"]
    return Missing(letter, str(SENTENCES.get(code.partition(":")[0], SENTENCES["no_plan"])), known)


def picture(trial: Trial, figure: str) -> str | None:
    """A figure's years as a picture; None for a figure there is not, or without years."""
    years = json.loads(trial.text)["years"]
    if figure not in FIGURES or not years:
        return None
    lines = {letter: [float(one[figure]) for one in played["seasons"]] for letter, played in years.items()}
    words = described(FIGURES[figure], lines)
    say: Callable[[Message], str] = lambda message: render(message, language())  # noqa: E731 - one word for it
    return line_picture(
        say(Message(FIGURES[figure])), " ".join(map(say, words)), lines, across=say(Message(SEASON)),
        rtl=language() == "ar", whole=figure in WHOLE, figure=percent if figure in SHARES else number,
    )  # fmt: skip
