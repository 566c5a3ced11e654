"""What changed between the case a plan was made for and the case as it is now, a sentence each.

A plan may be published when its turns obey every rule of the fresh case and nothing that fairness rests on has
changed. What stops a publication by itself: the charter, the seed, the periods, a new applicant, another request,
another profile, another ledger. What does not, so long as the plan still holds: a closure or a stand gone where
nobody was placed, an applicant gone who had no turn, a new stand, a decision the plan obeys. All are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from app.i18n import _, days
from app.planning.journal_labels import LABELS

Document = dict[str, Any]
Names = Callable[[str], str]
PROFILE = ("kind", "activity", "family", "region", "groups", "share")


@dataclass(frozen=True)
class Difference:
    """One thing that changed; ``stops``: whether it alone makes a plan too old to publish.

    ``about``: ``charter``, ``seed``, ``lifted`` (a pin or a ban that is no longer there).
    """

    sentence: str
    stops: bool = False
    about: str = ""


def differences(old: Document, new: Document, name: Names) -> list[Difference]:
    """Everything that changed, in the order of the file; ``name`` words an id of the case."""
    return [
        *_season(old, new),
        *_places(old, new, name),
        *_people(old, new, name),
        *_decisions(old, new, name),
    ]


def _season(old: Document, new: Document) -> Iterator[Difference]:
    if old["charter"] != new["charter"]:
        keys = sorted(k for k in old["charter"] | new["charter"] if old["charter"].get(k) != new["charter"].get(k))
        yield Difference(
            _(
                "Le règlement de l'appel a changé (%(rules)s).",
                rules=_(", ").join(str(LABELS.get(key, key)) for key in keys),
            ),
            stops=True,
            about="charter",
        )
    if old["seed"] != new["seed"]:
        yield Difference(_("La graine du tirage au sort a changé."), stops=True, about="seed")
    if old["periods"] != new["periods"]:
        yield Difference(_("Les périodes de la saison ont changé."), stops=True)


def _places(old: Document, new: Document, name: Names) -> Iterator[Difference]:
    before, after = _by_id(old["spaces"]), _by_id(new["spaces"])
    for key in sorted(before.keys() - after.keys()):
        yield Difference(_("%(space)s ne fait plus partie de l'appel.", space=name(key)))
    for key in sorted(after.keys() - before.keys()):
        yield Difference(_("%(space)s a été ajouté à l'appel.", space=name(key)))
    for key in sorted(before.keys() & after.keys()):
        if before[key]["weight"] != after[key]["weight"]:
            yield Difference(_("La valeur de %(space)s a changé.", space=name(key)), stops=True)
        yield from _closed(before[key], after[key], name(key), new["periods"])
        yield from _stands(before[key], after[key], name, new["periods"])


def _stands(old: Document, new: Document, name: Names, periods: list[Document]) -> Iterator[Difference]:
    before, after = _by_id(old["stands"]), _by_id(new["stands"])
    space = name(new["id"])
    for key in sorted(before.keys() - after.keys()):
        yield Difference(_("L'emplacement %(stand)s (%(space)s) n'existe plus.", stand=name(key), space=space))
    for key in sorted(after.keys() - before.keys()):
        yield Difference(_("L'emplacement %(stand)s (%(space)s) a été ajouté.", stand=name(key), space=space))
    for key in sorted(before.keys() & after.keys()):
        if {**before[key], "closed": 0} != {**after[key], "closed": 0}:
            yield Difference(_("L'emplacement %(stand)s (%(space)s) a été modifié.", stand=name(key), space=space))
        place = _("L'emplacement %(stand)s (%(space)s)", stand=name(key), space=space)
        yield from _closed(before[key], after[key], place, periods)


def _closed(old: Document, new: Document, place: str, periods: list[Document]) -> Iterator[Difference]:
    for start, end in _stretches(set(new["closed"]) - set(old["closed"]), periods):
        yield Difference(_("%(place)s n'est plus libre : %(days)s.", place=place, days=days(start, end)))
    for start, end in _stretches(set(old["closed"]) - set(new["closed"]), periods):
        yield Difference(_("%(place)s est de nouveau libre : %(days)s.", place=place, days=days(start, end)))


def _people(old: Document, new: Document, name: Names) -> Iterator[Difference]:
    before, after = _by_id(old["applicants"]), _by_id(new["applicants"])
    wishes = {one["applicant"]: one for one in old["requests"]}, {one["applicant"]: one for one in new["requests"]}
    for key in sorted(before.keys() - after.keys()):
        yield Difference(_("La candidature de %(who)s n'est plus retenue.", who=name(key)))
    for key in sorted(after.keys() - before.keys()):
        yield Difference(_("La candidature de %(who)s a été retenue depuis.", who=name(key)), stops=True)
    for key in sorted(before.keys() & after.keys()):
        if any(before[key][field] != after[key][field] for field in PROFILE):
            yield Difference(_("Le profil de %(who)s a changé.", who=name(key)), stops=True)
        if before[key]["received"] != after[key]["received"]:
            yield Difference(
                _("Le registre d'équité de %(who)s a changé : %(before)s avant, %(after)s maintenant.", who=name(key),
                  before=before[key]["received"], after=after[key]["received"]), stops=True,
            )  # fmt: skip
        yield from _wishes(wishes[0][key], wishes[1][key], name(key), new["periods"])


def _wishes(old: Document, new: Document, who: str, periods: list[Document]) -> Iterator[Difference]:
    for start, end in _stretches(set(new["unavailable"]) - set(old["unavailable"]), periods):
        yield Difference(_("%(who)s n'est plus disponible : %(days)s.", who=who, days=days(start, end)))
    freed = set(old["unavailable"]) - set(new["unavailable"])
    if freed or {**old, "unavailable": 0} != {**new, "unavailable": 0}:
        yield Difference(_("La demande de %(who)s a changé.", who=who), stops=True)


def _decisions(old: Document, new: Document, name: Names) -> Iterator[Difference]:
    for key, added, removed in (
        ("pins", _("Un tour a été épinglé pour %(who)s."), _("Un tour n'est plus épinglé pour %(who)s.")),
        ("forbidden", _("Une place a été interdite à %(who)s."), _("Une interdiction a été levée pour %(who)s.")),
    ):
        for one in new[key]:
            if one not in old[key]:
                yield Difference(added % {"who": name(one["applicant"])})
        for one in old[key]:
            if one not in new[key]:
                yield Difference(removed % {"who": name(one["applicant"])}, about="lifted")


def _by_id(items: list[Document]) -> dict[str, Document]:
    return {item["id"]: item for item in items}


def _stretches(indices: set[int], periods: list[Document]) -> list[tuple[date, date]]:
    """The days of some periods, consecutive ones together."""
    order = sorted(n for n in indices if n < len(periods))
    breaks = [0, *(n for n, (a, b) in enumerate(pairwise(order), start=1) if b != a + 1), len(order)]
    return [
        (date.fromisoformat(periods[order[a]]["start"]), date.fromisoformat(periods[order[b - 1]]["end"]))
        for a, b in pairwise(breaks)
        if b > a
    ]
