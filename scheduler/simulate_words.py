"""The words of a simulation: figures, pictures, what came of each charter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheduler.simulate import Simulation
from scheduler.text import N_, Message

SEASON = N_("Saison")
FIGURES = {
    "people": N_("Personnes"),
    "shown": N_("Exposées"),
    "waiting_mean": N_("Attente moyenne"),
    "waiting_worst": N_("Attente la plus longue"),
    "worst_off": N_("Niveau le plus bas"),
    "gini": N_("Gini"),
    "women": N_("Part des femmes"),
    "cooperatives": N_("Part des coopératives"),
    "newcomers": N_("Part des nouveaux venus"),
    "fill": N_("Taux de remplissage"),
}
"""What is told of each season, by its name in SeasonFacts."""
WHOLE = frozenset(("people", "shown", "waiting_worst", "worst_off"))
"""The figures that count people, seasons or levels."""


def headline(name: str, one: Simulation, asked: int) -> list[Message]:
    """Say the longest wait beside the theoretical maximum, how it was made, and whether time ran out."""
    facts: dict[str, object] = {"charter": name, "n": one.longest}
    if one.turn_around is None:
        said = [Message(N_("Charte {charter} : attente la plus longue de {n} saisons."), facts)]
    else:
        said = [Message(WAIT, {**facts, "most": one.turn_around})]
    if any(not season.exact for season in one.seasons):
        said.append(Message(N_("Charte {charter} : saisons distribuées par l'heuristique équitable."), facts))
    if not one.complete:
        done = {"charter": name, "n": len(one.seasons), "asked": asked}
        said.append(Message(N_("Charte {charter} : temps écoulé, {n} saisons jouées sur {asked}."), done))
    return said


def described(title: str, lines: Mapping[str, Sequence[float]]) -> list[Message]:
    """Say what a picture shows: where each line begins, ends, and its highest point."""
    return [
        Message(
            N_("{figure}, charte {charter} : {first} à la première saison, {last} à la dernière, au plus {most}."),
            {
                "figure": Message(title),
                "charter": name,
                "first": round(values[0], 3),
                "last": round(values[-1], 3),
                "most": round(max(values), 3),
            },
        )
        for name, values in lines.items()
        if values
    ]


WAIT = N_(
    "Charte {charter} : attente la plus longue de {n} saisons "
    "(à disponibilité égale, {most} au plus d'un tour au suivant)."
)
