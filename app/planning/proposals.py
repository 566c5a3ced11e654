"""The options of a repair as the manager reads them: what each changes, for whom, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.i18n import _, language, localized, ngettext
from app.models import Exhibitor, PublishedTurn, Repair
from app.planning import mending
from app.planning.endings import sentence
from app.planning.keys import Directory, directory, exhibitor_id
from app.queries.rotation import people, spaces_of

Document = dict[str, Any]


@dataclass(frozen=True)
class Option:
    """One option: ``again`` are placed again, ``others`` change place to make room, ``lost`` are left without."""

    name: str
    title: str
    sentences: tuple[str, ...]
    again: int
    others: int
    lost: tuple[Exhibitor, ...]
    placed: int

    @property
    def figures(self) -> list[tuple[str, str]]:
        """A word for its shape, and a count in words, each."""
        told = [("ok", ngettext("%(num)s tour replacé", "%(num)s tours replacés", self.again))] if self.again else []
        if self.others:
            told.append(("wait", ngettext("%(num)s autre tour change", "%(num)s autres tours changent", self.others)))
        else:
            told.append(("ok", _("Personne d'autre ne change")))
        if self.placed:
            told.append(("ok", ngettext("%(num)s nouveau tour", "%(num)s nouveaux tours", self.placed)))
        if self.lost:
            told.append(("alert", ngettext("%(num)s personne perd un tour", "%(num)s personnes perdent un tour",
                                           len(self.lost))))  # fmt: skip
        return told


@dataclass(frozen=True)
class Proposal:
    """A repair with its options in words, and the turns of its call still on closed days."""

    repair: Repair
    touched: list[PublishedTurn]
    options: tuple[Option, ...]

    @property
    def seeking(self) -> bool:
        """Whether its job has not ended."""
        return self.repair.run is not None and not self.repair.run.state.ended

    @property
    def ended(self) -> str:
        """How its job ended, in words; empty where there was none, or where options were found."""
        run = self.repair.run
        return sentence(run) if run is not None and run.message != "done" else ""


def proposal(repair: Repair, touched: list[PublishedTurn]) -> Proposal:
    """Word what was worked out for a call."""
    ids = {exhibitor_id(turn.applicant) for one in repair.options for turn in mending.turns_in(one)}
    ids |= {exhibitor_id(turn["applicant"]) for one in repair.options for turn in one["dropped"]}
    known = directory(spaces_of(repair.call), people(ids))
    return Proposal(repair, touched, tuple(_option(one, known) for one in repair.options))


def _option(one: Document, known: Directory) -> Option:
    lost = dict.fromkeys(turn["applicant"] for turn in one["dropped"])
    return Option(
        one["name"], _title(one), tuple(_sentences(one, known)), len(one["again"]),
        len(one["moved"]) + len(one["restood"]),
        tuple(known.exhibitors[key] for key in lost if key in known.exhibitors), len(one["placed"]),
    )  # fmt: skip


def _title(one: Document) -> str:
    if one["name"] == mending.LEAVE and not one["dropped"]:
        return _("Interrompre, puis reprendre")
    return {
        mending.FEWEST: _("Le moins de changements"),
        "one": _("Un déplacement de plus"),
        "best": _("Le mieux pour la charte"),
    }.get(one["name"]) or _("Ne replacer personne")


def _sentences(one: Document, known: Directory) -> Iterable[str]:
    if one["name"] == mending.LEAVE:
        if not one["dropped"]:
            yield _("Les tours touchés s'interrompent les jours fermés, puis reprennent à la même place.")
        else:
            yield _("Les tours touchés s'arrêtent à la fermeture ; les autres restent comme ils sont.")
        return
    names = {key: localized(who) for key, who in known.exhibitors.items()}
    names |= {key: localized(space) for key, space in known.spaces.items()}
    names |= {key: stand.code for key, stand in known.stands.items()}
    keys = "|".join(re.escape(key) for key in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{keys})(?!\w)") if keys else None
    for told in one["sentences"]:
        text = told[language()]
        yield pattern.sub(lambda found: _unsaid(names[found[0]], found), text) if pattern else text


def _unsaid(name: str, found: re.Match[str]) -> str:
    """A name without the word that stands before it already ("la salle Salle A": "la salle A")."""
    before = found.string[: found.start()].rstrip("\u2068 ").rpartition(" ")[2]
    first, _space, rest = name.partition(" ")
    return rest if rest and first.casefold() == before.casefold() else name
