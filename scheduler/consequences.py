"""The sentences of a counterfactual: what would fall, who would lose, which tickets were drawn, which rules forbid."""

from __future__ import annotations

from scheduler.board import Board
from scheduler.counterfactual import Counterfactual, Fall, first_drawn
from scheduler.errors import BadQuestion
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.reasons import SHORT
from scheduler.rulebook import RULES, TIERS
from scheduler.text import N_, Message
from scheduler.tickets import ticket
from scheduler.wording import who

NAMED = 6
"""Losers named in one sentence; the others are counted."""


def judge_question(problem: Problem, applicant: str, space: str | None, period: int | None) -> None:
    """Refuse a question about what is not there; raises BadQuestion."""
    if not problem.has_request(applicant):
        raise BadQuestion(f"no request of an applicant {applicant!r}")
    if space is not None and not problem.has_space(space):
        raise BadQuestion(f"no such space {space!r}")
    if period is not None and not 0 <= period < len(problem.periods):
        raise BadQuestion(f"no such period {period}: the season has periods 0 to {len(problem.periods) - 1}")


def sentences(problem: Problem, plan: Plan, told: Counterfactual, *, persons: bool = False) -> list[Message]:
    """Word a counterfactual; of other people only levels and tickets are told unless `persons`."""
    name = who(told.applicant)
    if told.kind == "given":
        return [Message(N_("{applicant} a déjà ce tour, ou tous ceux demandés."), {"applicant": name})]
    if told.kind == "unknown":
        template = N_("Dans le temps donné, aucun planning avec un tel tour pour {applicant} n'a été trouvé.")
        return [Message(template, {"applicant": name})]
    if told.kind == "clash":
        return _clash(told)
    said = [_change(told.change, name) if told.change else _draw(problem, told, persons=persons)]
    return [*said, *_losers(problem, plan, told, persons=persons), _proof(told)]


def _clash(told: Counterfactual) -> list[Message]:
    facts: dict[str, object] = {"applicant": who(told.applicant)}
    if not told.rules:
        template = N_("Aucun tour de ce genre ne convient à la demande de {applicant} et au calendrier : c'est prouvé.")
        return [Message(template, facts)]
    titles = {rule.code: rule.title for rule in RULES}
    facts |= {"rules": tuple(Message(titles[code]) for code in told.rules), "n": len(told.rules)}
    template = N_("Aucun planning ne donne un tel tour à {applicant} : {rules} l'excluent ; c'est prouvé.")
    return [Message(template, facts)]


def _change(change: Fall, name: object) -> Message:
    """Say which tier changes, from what to what."""
    facts: dict[str, object] = {"applicant": name, "before": change.before}
    if change.level is not None:
        return Message(_LEVELS[change.after > change.before], facts | {"n": change.after, "level": change.level})
    if change.tier == "travel":
        return Message(_JOURNEYS, {"applicant": name, "before": -change.before, "n": -change.after})
    facts["after"] = change.after
    title = "Remplissage minimal" if change.tier == "min_fill" else TIERS[change.tier].title
    return Message(_TIERS[change.after > change.before], facts | {"tier": Message(title)})


_LEVELS = {
    False: N_("Avec un tel tour pour {applicant}, {n} personnes au lieu de {before} auraient le niveau {level}."),
    True: N_(
        "Avec un tel tour pour {applicant}, le planning serait plus juste : "
        "{n} personnes au lieu de {before} auraient le niveau {level}."
    ),
}
_TIERS = {
    False: N_("Avec un tel tour pour {applicant}, « {tier} » baisserait : {after} au lieu de {before}."),
    True: N_("Avec un tel tour pour {applicant}, « {tier} » monterait : {after} au lieu de {before}."),
}
_JOURNEYS = N_("Avec un tel tour pour {applicant}, {n} tours au lieu de {before} seraient hors région.")


def _draw(problem: Problem, told: Counterfactual, *, persons: bool) -> Message:
    """Say that nothing would fall, and whose ticket came first where somebody would lose."""
    first = first_drawn(problem.seed, told)
    facts: dict[str, object] = {"applicant": who(told.applicant), "mine": ticket(problem.seed, told.applicant)[:SHORT]}
    if not told.losers or first is None:
        template = N_("Un tel tour pour {applicant} ne coûterait rien : tout resterait égal et personne n'y perdrait.")
        return Message(template, facts)
    if first not in told.losers:
        template = N_("À égalité en tout ; au tirage au sort, le billet {mine} de {applicant} ne passe pas après.")
        return Message(template, facts)
    facts |= {"theirs": ticket(problem.seed, first)[:SHORT], "winner": who(first)}
    return Message(_DRAWN[persons], facts)


_DRAWN = {
    False: N_("À égalité en tout : le tirage au sort a placé le billet {theirs} avant {mine}, celui de {applicant}."),
    True: N_(
        "À égalité en tout : le tirage au sort a placé le billet {theirs} de {winner} avant {mine}, "
        "celui de {applicant}."
    ),
}


def _losers(problem: Problem, plan: Plan, told: Counterfactual, *, persons: bool) -> list[Message]:
    """Say who would get less: their number and levels, or their names and what they would have left."""
    lost = {name: pair for name, pair in told.losers.items() if name != told.applicant}
    if not lost:
        return []
    if not persons:
        board = Board(problem, plan.turns)
        levels = tuple(sorted({board.level(name) for name in lost}))
        return [Message(N_("{n} autres y perdraient (niveaux {levels})."), {"n": len(lost), "levels": levels})]
    template = N_("{applicant} ({after} au lieu de {before})")
    named = [
        Message(template, {"applicant": who(name), "before": pair[0], "after": pair[1]})
        for name, pair in sorted(lost.items())[:NAMED]
    ]
    if len(lost) > NAMED:
        named.append(Message(N_("{n} autres"), {"n": len(lost) - NAMED}))
    return [Message(_LOSE[problem.charter.measure], {"losers": tuple(named)})]


_LOSE = {
    "periods": N_("Y perdraient, en périodes : {losers}."),
    "turns": N_("Y perdraient, en tours : {losers}."),
    "points": N_("Y perdraient, en points : {losers}."),
}


def _proof(told: Counterfactual) -> Message:
    """Say what is proven, and never more."""
    if told.proven and told.change is not None:
        return Message(N_("C'est prouvé : sur ce point, aucun planning avec ce tour ne fait mieux."))
    if told.proven:
        return Message(N_("C'est prouvé : aucun planning avec ce tour ne fait mieux."))
    return Message(N_("C'est le mieux trouvé dans le temps donné ; il n'est pas prouvé que rien ne fasse mieux."))
