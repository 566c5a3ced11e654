"""The sentences of why_not: facts gathered move by move, said once for all moves they hold for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from scheduler.board import Board, Judgement, Swap
from scheduler.plan import Turn
from scheduler.problem import Problem, Request, Space
from scheduler.rulebook import RULES, TIERS
from scheduler.rules.base import Violation
from scheduler.text import N_, Message
from scheduler.tickets import drawn_order, ticket
from scheduler.wording import when, where, who

SHORT = 8
"""Digits of a ticket that are shown; they tell any two of a call apart."""
NAMED = 6
"""Holders named in one sentence; the others are counted."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence with its `code`: of a rule, or one of those below; `swaps`: the moves it was found on.

    standing, no_request: no obstacle, how things are. season: the turn is longer than the time asked about.
    held: no fitting stand is free. not_fairer: and giving one up would make the plan less fair or only
    equally so. swap:RULE: an exchange would break a rule. tier:NAME: it would lower an objective (travel: a free
    place as well). equal: it would give nobody anything.
    emptier: better, but with more empty places under a charter that sets a minimum fill, which one move cannot
    be judged by. draw: equal in everything, and lost on the draw. possible, possible:swap, possible:draw:
    nothing stands in the way of a free place, of an exchange that betters the plan, of one the draw prefers.
    """

    code: str
    message: Message
    swaps: tuple[Swap, ...] = ()


class Sentences:
    """The sentences about one applicant as a whole. `persons`: other people are named, not only their levels."""

    def __init__(self, problem: Problem, board: Board, applicant: str, *, persons: bool = False) -> None:
        self.problem, self.board, self.applicant, self.persons = problem, board, applicant, persons
        self.own = board.by_applicant.get(applicant, [])
        self.by_fairness = problem.charter.tiers[:1] == ("fairness",)

    def no_request(self) -> Reason:
        """Nothing was asked."""
        return Reason(
            "no_request", Message(N_("{applicant} n'a fait aucune demande."), {"applicant": who(self.applicant)})
        )

    def standing(self) -> Reason:
        """Say what the plan gives already."""
        facts = {
            "applicant": who(self.applicant),
            "n": len(self.own),
            "level": self.board.level(self.applicant),
        }
        return Reason("standing", Message(N_("{applicant} a {n} tours dans ce planning : niveau {level}."), facts))

    def not_wanted(self, space: str) -> Reason:
        """Say that this space was not asked for."""
        facts = {"applicant": who(self.applicant), "space": where(space)}
        return Reason("wanted_spaces", Message(N_("{applicant} n'a pas demandé la salle {space}."), facts))

    def nowhere(self) -> Reason:
        """Say that no space was asked for at all."""
        template = N_("{applicant} n'a demandé aucune salle.")
        return Reason("wanted_spaces", Message(template, {"applicant": who(self.applicant)}))

    def enough(self) -> Reason:
        """Say that all turns asked for are given."""
        facts = {"applicant": who(self.applicant), "n": self.problem.request(self.applicant).max_turns}
        none = N_("{applicant} n'a demandé aucun tour.")
        return Reason(
            "max_turns", Message(N_("{applicant} a déjà les {n} tours demandés.") if facts["n"] else none, facts)
        )

    def no_room(self, space: Space, request: Request) -> Reason:
        """Say that a turn is longer than the season."""
        facts = {"space": where(space.id), "n": request.min_length}
        return Reason("season", Message(N_("Salle {space} : un tour de {n} périodes dépasse la saison."), facts))

    def no_fit(self, space: Space, request: Request) -> Reason:
        """Say what no stand, or no set of neighbouring stands, of a space has."""
        facts: dict[str, object] = {
            "space": where(space.id),
            "area": request.area_m2,
            "n": request.stands,
            "features": tuple(sorted(request.features)),
        }
        if request.stands > 1:
            return Reason(
                "together", Message(N_("Salle {space} : il n'y a pas {n} stands voisins qui conviennent."), facts)
            )
        if request.features and request.area_m2:
            template = N_("Salle {space} : aucun stand n'a à la fois {area} m² et {features}.")
        elif request.features:
            template = N_("Salle {space} : aucun stand n'a {features}.")
        else:
            template = N_("Salle {space} : aucun stand n'a {area} m².")
        return Reason("fit", Message(template, facts))


@dataclass(slots=True)
class Note:
    """One kind of fact in one space: the periods and moves it holds for, and who holds, with their levels."""

    template: str
    facts: dict[str, object]
    periods: set[int] = field(default_factory=set)
    swaps: list[Swap] = field(default_factory=list)
    holders: dict[str, int] = field(default_factory=dict)

    def reason(self, problem: Problem, code: str, **facts: object) -> Reason:
        """Word the fact."""
        said = {**self.facts, **facts, "when": when(problem, self.periods)}
        if self.holders:
            levels = tuple(sorted(set(self.holders.values())))
            said = {"n": len(levels), **said, "levels": levels}
            said["holders"] = self._named()
        return Reason(code, Message(self.template, said), tuple(self.swaps))

    def _named(self) -> tuple[Message, ...]:
        """Name the holders, those with the fewest first, at most NAMED."""
        ranked = sorted(self.holders.items(), key=lambda item: (item[1], item[0]))
        named = [
            Message(N_("{applicant} (niveau {level})"), {"applicant": who(name), "level": level})
            for name, level in ranked[:NAMED]
        ]
        if len(ranked) > NAMED:
            named.append(Message(N_("{n} autres"), {"n": len(ranked) - NAMED}))
        return tuple(named)


Found = dict[tuple[str, str], Note]
"""Notes by code and facts: what is said of one group, or against one ticket, is not said of another."""


class Notes:
    """The facts found in one space, in the order found; those about her alone are noted once for all spaces."""

    def __init__(self, say: Sentences, space: Space, alone: Found) -> None:
        self.say, self.space, self.alone = say, space, alone
        self.notes: Found = {}

    def reasons(self) -> list[Reason]:
        """Return one sentence for each kind of fact, what is possible first."""
        ordered = sorted(self.notes.items(), key=lambda item: not item[0][0].startswith("possible"))
        return [note.reason(self.say.problem, code, space=where(self.space.id)) for (code, _), note in ordered]

    def _note(self, code: str, swap: Swap, template: str, periods: set[int] | None = None, **facts: object) -> None:
        notes = self.alone if code in ("availability", "one_place") else self.notes
        note = notes.setdefault((code, repr(sorted(facts.items()))), Note(template, facts))
        note.periods |= {p for turn in swap.added for p in turn.periods} if periods is None else periods
        note.swaps.append(swap)
        for turn in swap.removed:
            if turn.applicant not in note.holders:
                note.holders[turn.applicant] = self.say.board.level(turn.applicant)

    def obstacle(self, violation: Violation, swap: Swap) -> None:
        """Note that a move would break a rule."""
        code = violation.rule
        window = {period for turn in swap.added for period in turn.periods}
        facts = {"applicant": who(self.say.applicant), "rule": Message(_TITLES[code])}
        facts |= {key: value for key, value in violation.message.params.items() if key in _KEPT}
        template = _OBSTACLES.get(code, N_("Salle {space}, {when} : la règle « {rule} » l'empêche."))
        if code == "open_stands" and self.space.closed.isdisjoint(window):
            template = N_("Salle {space} : les stands qui conviennent sont fermés {when}.")
            code = "open_stands:stands"
        if code == "forbidden" and facts.get("reason"):
            template = N_("Salle {space} : exclue par décision {when} ({reason}).")
        self._note(code, swap, template, self._named(violation, window), **facts)

    def _named(self, violation: Violation, window: set[int]) -> set[int]:
        """Return the periods of a window that a violation names; all of it if it names none."""
        stretches = violation.message.params.get("when")
        if not isinstance(stretches, tuple):
            return window
        periods = self.say.problem.periods
        return {
            index
            for index in window
            if any(stretch.start <= periods[index].start <= stretch.end for stretch in stretches)
        }

    def held(self, swap: Swap, *, judged: bool) -> None:
        """Note that a stand is held, and if judged, that giving it up would not be fairer."""
        code = "not_fairer" if judged else "held"
        self._note(code, swap, _HELD[code, self.say.persons])

    def judged(self, swap: Swap, judgement: Judgement) -> None:
        """Note what speaks against a swap, or that nothing does."""
        if judgement.violations:
            rule = judgement.violations[0].rule
            template = N_("Salle {space}, {when} : prendre une place déjà donnée irait contre la règle « {rule} ».")
            self._note(f"swap:{rule}", swap, template, rule=Message(_TITLES[rule]))
        elif judgement.better > 0 and self._emptier(swap):
            self._note("emptier", swap, _EMPTIER)
        elif judgement.better > 0:
            self.possible(swap)
        elif judgement.better == 0:
            self._drawn(swap)
        elif self._first_loss(judgement) == "fairness":
            self.held(swap, judged=True)
        else:
            tier = self._first_loss(judgement)
            template = N_("Salle {space}, {when} : un échange, aussi juste, ferait baisser « {tier} ».")
            if tier == "travel":
                template = N_("Salle {space}, {when} : un échange, aussi juste, mettrait un tour de plus hors région.")
            self._note(f"tier:{tier}", swap, template, tier=Message(_AIMS[tier]))

    def _emptier(self, swap: Swap) -> bool:
        """Tell whether a swap leaves more places empty where the charter wants a minimum filled."""
        return bool(self.say.problem.charter.min_fill) and _places(swap.added) < _places(swap.removed)

    def _drawn(self, swap: Swap) -> None:
        """Note who the draw prefers when all else is equal: the lowest ticket among those who get less or more."""
        seed, me = self.say.problem.seed, self.say.applicant
        people = {me, *(turn.applicant for turn in swap.removed)}
        changed = [name for name in people if self.say.board.total(name, swap) != self.say.board.total(name)]
        if not changed:
            self._note("equal", swap, N_("Salle {space}, {when} : un échange ne donnerait rien de plus à personne."))
            return
        first = drawn_order(seed, changed)[0]
        mine = ticket(seed, me)[:SHORT]
        if first == me:
            template = N_(
                "Salle {space}, {when} : à égalité en tout, le billet {mine} passerait d'abord au tirage au sort."
            )
            self._note("possible:draw", swap, template, mine=mine)
        else:
            theirs = ticket(seed, first)[:SHORT]
            self._note("draw", swap, _LOST[self.say.persons], mine=mine, theirs=theirs, winner=who(first))

    @staticmethod
    def _first_loss(judgement: Judgement) -> str:
        return next(gain.tier for gain in judgement.gains if gain.after != gain.before)

    def away(self, swap: Swap) -> None:
        """Note that a place is free, but in another region, where the charter would rather not send anybody."""
        template = N_(
            "Salle {space}, {when} : une place est libre, mais hors de sa région ; "
            "la charte évite d'abord les déplacements."
        )
        self._note("tier:travel", swap, template)

    def possible(self, swap: Swap) -> None:
        """Note that nothing is in the way."""
        if swap.removed:
            template = N_("Salle {space}, {when} : un échange est possible et améliorerait le planning.")
            self._note("possible:swap", swap, template)
        else:
            self._note("possible", swap, N_("Salle {space}, {when} : une place est libre et rien ne s'y oppose."))


def _places(turns: Iterable[Turn]) -> int:
    """Return the stand-periods some turns occupy."""
    return sum(turn.length * len(turn.stands) for turn in turns)


_HELD = {
    ("not_fairer", False): N_(
        "Salle {space}, {when} : stands pris (niveaux {levels}) ; un échange ne serait pas plus juste."
    ),
    ("not_fairer", True): N_(
        "Salle {space}, {when} : stands pris par {holders} ; un échange ne serait pas plus juste."
    ),
    ("held", False): N_("Salle {space}, {when} : stands pris (niveaux {levels})."),
    ("held", True): N_("Salle {space}, {when} : stands pris par {holders}."),
}
_LOST = {
    False: N_("Salle {space}, {when} : à égalité en tout, tirage au sort perdu (billet {mine}, après {theirs})."),
    True: N_(
        "Salle {space}, {when} : à égalité en tout, tirage au sort perdu (billet {mine}, après {theirs} de {winner})."
    ),
}
_EMPTIER = N_(
    "Salle {space}, {when} : un échange laisserait plus de places vides ; la charte fixe un remplissage minimal."
)
_TITLES = {rule.code: rule.title for rule in RULES}
_AIMS = {name: tier.title for name, tier in TIERS.items()}
_KEPT = ("n", "activity", "family", "group", "site", "reason")
"""The facts of a violation that its sentence here repeats."""
_OBSTACLES = {
    "availability": N_("{applicant} ne peut pas venir {when}."),
    "open_stands": N_("Salle {space} : fermée {when}."),
    "forbidden": N_("Salle {space} : exclue par décision {when}."),
    "one_place": N_("{applicant} a déjà un tour {when}."),
    "rest": N_("Salle {space}, {when} : trop près d'un autre tour de {applicant} ({n} périodes de repos)."),
    "max_turns_per_site": N_("Salle {space} : {applicant} a déjà ses {n} tours sur ce site."),
    "max_same_activity": N_("Salle {space}, {when} : l'activité {activity} a déjà ses {n} stands."),
    "max_same_family": N_("Salle {space}, {when} : la filière {family} a déjà ses {n} stands."),
    "rivals_apart": N_("Salle {space}, {when} : chaque stand libre touche un stand de la même activité."),
    "quotas": N_("Salle {space}, {when} : la part réservée « {group} » ne tiendrait plus."),
}
