"""What a repair does, and why, in sentences; they name people, so they are for managers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from scheduler.aftermath import Aftermath, Loss
from scheduler.board import Board
from scheduler.plan import Move, Turn
from scheduler.problem import Problem
from scheduler.rulebook import RULES
from scheduler.text import N_, Message
from scheduler.verify import verify
from scheduler.wording import stand_name, when, where, who

if TYPE_CHECKING:
    from scheduler.repair import Option


def told(before: Problem, state: Aftermath, option: Option) -> Option:
    """Return the option with its sentences."""
    words = _Words(before, state, option)
    return replace(option, messages=tuple(words.all()))


class _Words:
    """The sentences of one option."""

    def __init__(self, before: Problem, state: Aftermath, option: Option) -> None:
        self.problem, self.state, self.option = before, state, option

    def all(self) -> Iterator[Message]:
        """Yield the head, each change with its reason, and what it costs."""
        yield self._head()
        if self.option.name != "fewest" and not self.option.better:
            return
        again = {move.before: move.after for move in self.option.again}
        for loss in self.state.losses:
            yield from self._loss(loss, again.get(loss.turn))
        pins = {(pin.applicant, pin.space, pin.start, pin.length) for pin in self.state.problem.pins}
        for turn in self.option.placed:
            pinned = (turn.applicant, turn.space, turn.start, turn.length) in pins
            yield self._say(PINNED if pinned else PLACED, turn, **self._levels(turn))
        for move in self.option.moved:
            yield from self._move(move)
        for move in self.option.restood:
            yield self._say(RESTOOD, move.after)
        lost = {loss.turn for loss in self.state.losses}
        for turn in self.option.dropped:
            if turn not in lost:
                yield self._say(DROPPED, turn, rule=self.rule)
        if self.option.empty:
            yield Message(EMPTY, {"n": self.option.empty})

    def _head(self) -> Message:
        option, facts = self.option, {"n": self.option.given_up}
        others = {"n": option.given_up + len(option.restood)}
        if option.name == "fewest":
            if not option.given_up:
                return Message(NOBODY)
            return Message(DEMANDED if option.proven else UNPROVEN, {**facts, "rule": self.rule})
        if not option.better:
            return Message(NO_USE_ONE if option.name == "one" else NO_USE)
        return Message(ONE if option.name == "one" else BEST, others)

    def _loss(self, loss: Loss, again: Turn | None) -> Iterator[Message]:
        if again is not None and (again.space, again.periods) == (loss.turn.space, loss.turn.periods):
            yield self._say(RESTOOD, again)
        elif again is not None:
            yield self._say(AGAIN, again, old=where(loss.turn.space), before=self._when(loss.turn))
        else:
            yield self._say(WITHDRAWN if loss.cause == "withdrawn" else CLOSED, loss.rest)
        if loss.lived is not None:
            yield self._say(LIVED, loss.lived)

    def _move(self, move: Move) -> Iterator[Message]:
        yield self._say(MOVED, move.after, old=where(move.before.space), before=self._when(move.before))
        came = {*self.option.placed, *(move.after for move in (*self.option.moved, *self.option.again))}
        others = sorted({turn.applicant for turn in came if _meet(turn, move.before)} - {move.before.applicant})
        if others:
            names = {"others": tuple(who(name) for name in others)}
            yield Message(MAKES_ROOM, {**names, "applicant": who(move.before.applicant)})
        elif self.option.name == "fewest":
            yield Message(RULE, {"applicant": who(move.before.applicant), "rule": self.rule})

    @cached_property
    def was(self) -> Board:
        """What is left before anybody is placed."""
        return Board(self.state.problem, [*self.state.past, *self.state.kept])

    @cached_property
    def now(self) -> Board:
        """The option's plan."""
        return Board(self.state.problem, self.option.turns)

    @cached_property
    def rule(self) -> Message:
        """Name the first rule that leaving the gaps as they are would break."""
        found = verify(self.state.problem, [*self.state.past, *self.state.kept]).violations
        titles = {rule.code: rule.title for rule in RULES}
        return Message(titles[found[0].rule]) if found else Message(titles["stand_single"])

    def _levels(self, turn: Turn) -> dict[str, object]:
        return {"before": self.was.level(turn.applicant), "after": self.now.level(turn.applicant)}

    def _when(self, turn: Turn) -> object:
        return when(self.problem, turn.periods)

    def _say(self, template: str, turn: Turn, **more: object) -> Message:
        facts = {"applicant": who(turn.applicant), "space": where(turn.space), "when": self._when(turn)}
        stands = tuple(stand_name(turn.space, stand) for stand in turn.stands)
        return Message(template, {**facts, "stand": stands, "n": len(stands), **more})


def _meet(one: Turn, other: Turn) -> bool:
    """Tell whether two turns share a stand in a period."""
    return (
        one.space == other.space
        and not set(one.stands).isdisjoint(other.stands)
        and not set(one.periods).isdisjoint(other.periods)
    )


NOBODY = N_("Personne d'autre ne change de place.")
DEMANDED = N_("{n} tours d'autres personnes changent, pas un de moins : la règle « {rule} » l'exige.")
UNPROVEN = N_("{n} tours d'autres personnes changent pour la règle « {rule} » ; moins serait peut-être possible.")
ONE = N_("Avec un déplacement de plus, la charte y gagne : {n} tours changent.")
BEST = N_("Au mieux pour la charte, sans rien prendre à personne : {n} tours changent.")
NO_USE_ONE = N_("Déplacer un tour de plus : aucun gain pour la charte n'a été trouvé.")
NO_USE = N_("Déplacer plusieurs tours : aucun gain pour la charte n'a été trouvé.")
WITHDRAWN = N_("{applicant} se retire : salle {space}, stand {stand}, {when}.")
CLOSED = N_("{applicant} perd sa place par la fermeture : salle {space}, stand {stand}, {when}.")
LIVED = N_("{applicant} garde au registre ce qui a été vécu : salle {space}, stand {stand}, {when}.")
AGAIN = N_("{applicant} perd la salle {old} ({before}) et reçoit la salle {space}, stand {stand}, {when}.")
PLACED = N_("{applicant} reçoit la salle {space}, stand {stand}, {when} : niveau {before}, puis {after}.")
PINNED = N_(
    "{applicant} est placé par décision : salle {space}, stand {stand}, {when} (niveau {before}, puis {after})."
)
MOVED = N_("{applicant} passe de la salle {old} ({before}) à la salle {space}, stand {stand}, {when}.")
MAKES_ROOM = N_("La place laissée par {applicant} va à {others}.")
RULE = N_("Sans le déplacement de {applicant}, la règle « {rule} » ne tiendrait pas.")
RESTOOD = N_("{applicant} garde sa salle et ses dates, mais change de stand : salle {space}, stand {stand}, {when}.")
DROPPED = N_("{applicant} perd son tour : salle {space}, stand {stand}, {when} ; la règle « {rule} » l'exige.")
EMPTY = N_("{n} places libérées restent vides.")
