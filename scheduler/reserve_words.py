"""Why the reserve has the order it has, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from scheduler.reasons import SHORT
from scheduler.rulebook import RULES
from scheduler.text import N_, Message
from scheduler.wording import where, who

if TYPE_CHECKING:
    from scheduler.exchange import Candidate
    from scheduler.reserve import Waiting

FIRST = N_("{applicant} passe en premier : niveau {level}, billet {ticket}.")
DRAW = N_("{applicant} vient après {other} : égalité en tout, tirage au sort (billet {mine} après {theirs}).")
LIFT = N_("{applicant} vient après {other} : même niveau, mais ce tour porte moins haut ({mine} contre {theirs}).")
BY_TIER = {
    "fairness": N_("{applicant} vient après {other} : niveau {mine} contre {theirs}."),
    "fill": N_("{applicant} vient après {other} : à égalité, mais reprend moins de places ({mine} contre {theirs})."),
    "preferences": N_("{applicant} vient après {other} : à égalité, mais souhait moins fort ({mine} contre {theirs})."),
    "diversity": N_(
        "{applicant} vient après {other} : à égalité, mais activité plus souvent déjà montrée ({mine} contre {theirs})."
    ),
}


def first_of_all(one: Candidate) -> Message:
    """Say that nobody is before."""
    facts = {"applicant": who(one.applicant), "level": one.level, "ticket": one.ticket[:SHORT]}
    return Message(FIRST, facts)


def standing_behind(one: Candidate, other: Candidate, tiers: list[str]) -> Message:
    """Say by what a candidate comes after the one before: the first tier in which they differ, or the draw."""
    names = {"applicant": who(one.applicant), "other": who(other.applicant)}
    for tier in tiers:
        mine, theirs = one.value(tier), other.value(tier)
        if mine == theirs:
            continue
        if tier == "fairness" and mine[0] == theirs[0]:
            return Message(LIFT, {**names, "mine": one.level_after, "theirs": other.level_after})
        return Message(BY_TIER[tier], {**names, "mine": abs(mine[0]), "theirs": abs(theirs[0])})
    return Message(DRAW, {**names, "mine": one.ticket[:SHORT], "theirs": other.ticket[:SHORT]})


def dependence(one: Waiting, position: int, space: str, ahead: Counter[str]) -> tuple[Message, ...]:
    """Say a position and who is before, in numbers only; `ahead` counts them by tier, or "draw"."""
    facts = {"position": position, "space": where(space), "level": one.level, "rank": one.rank}
    said = [Message(POSITION, facts)]
    return (*said, *(Message(AHEAD[tier], {"n": ahead[tier]}) for tier in AHEAD if ahead[tier]))


def prospects(space: str, could: int, turns: int, obstacles: Mapping[str, int]) -> tuple[Message, ...]:
    """Say how many of the turns of a space somebody could take over, and what is in the way of the others."""
    said = [Message(COULD, {"n": could, "turns": turns, "space": where(space)})]
    titles = {rule.code: rule.title for rule in RULES}
    for code, number in sorted(obstacles.items(), key=lambda item: (-item[1], item[0])):
        said.append(Message(IN_THE_WAY, {"n": number, "rule": Message(titles[code])}))
    return tuple(said)


POSITION = N_("Position {position} pour la salle {space} : niveau {level}, choix nº {rank}.")
AHEAD = {
    "fairness": N_("{n} personnes passent avant par un niveau plus bas."),
    "preferences": N_("{n} personnes passent avant par un souhait plus fort."),
    "draw": N_("{n} personnes à égalité passent avant par le tirage au sort."),
}
COULD = N_("Salle {space} : {n} tours sur {turns} pourraient être repris s'ils se libéraient.")
IN_THE_WAY = N_("Pour {n} autres tours, la règle « {rule} » l'empêche.")
