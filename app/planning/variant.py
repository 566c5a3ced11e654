"""How a scenario differs from its call: another charter, another seed, some of the manager's decisions left out.

It is kept in the scope of the run that solves it; the call and its decisions stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from app.i18n import _
from app.planning.stale import Difference
from app.queries.planning import CallFacts

Charter = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """``without``: ids of the decisions left out."""

    name: str
    charter: Charter
    seed: str
    without: tuple[int, ...] = ()

    def scope(self) -> dict[str, Any]:
        """As the run keeps it."""
        return {
            "scenario": self.name, "charter": self.charter, "seed": self.seed, "without": list(self.without),
        }  # fmt: skip

    def of(self, known: CallFacts) -> CallFacts:
        """The facts of a call with the differences made."""
        kept = [one for one in known.decisions if one.id not in self.without]
        return replace(known, charter=self.charter, seed=self.seed, decisions=kept)


def variant_of(scope: dict[str, Any]) -> Variant | None:
    """The scenario a run was asked for; None for any other run."""
    if "scenario" not in scope:
        return None
    return Variant(scope["scenario"], scope["charter"], scope["seed"], tuple(scope["without"]))


def scenario_name(scope: dict[str, Any]) -> str:
    """What a draft that is not simply the call's is called; empty for the call's own."""
    if "relaxed" in scope:
        return _("Essai d'assouplissement du calcul %(id)s", id=scope["relaxed"])
    return str(scope.get("scenario", ""))


def merged(own: Charter, given: Charter) -> Charter:
    """A call's charter with the parameters of a form: what the form does not change stays as it was written."""
    changed = {key: value for key, value in given.items() if value != own.get(key) and (value or own.get(key))}
    return own | changed


def told(scope: dict[str, Any], found: Iterable[Difference]) -> list[Difference]:
    """What changed since a draft was solved, where the charter or the seed was the draft's own from the start.

    A solve that left a part as it was (``planning.partial``, ``planning.under_way``) pinned that part and kept
    everybody else out of it, in its own case only: these pins and bans were nobody's decisions.
    """
    if scope.keys() & {"plan", "since"}:
        found = [one for one in found if one.about != "lifted"]
    name = scenario_name(scope)
    words = {
        "charter": _(
            "Ce planning est le brouillon « %(name)s » : sa charte n'est pas celle de l'appel. Des artisans ont "
            "candidaté sous la charte publiée, qui ne change plus : pour appliquer celle-ci, annulez l'appel avec son "
            "motif, puis publiez-en un autre sous cette charte.", name=name,
        ),
        "seed": _(
            "Ce planning est le brouillon « %(name)s » : son tirage n'est pas celui de l'appel. Seule la graine "
            "publiée avec l'appel départage les ex æquo.", name=name,
        ),
    }  # fmt: skip
    return [replace(one, sentence=words[one.about]) if name and one.about in words else one for one in found]
