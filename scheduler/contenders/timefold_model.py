"""The draft of timefold.py as a Timefold model; importing it starts Java.

Annotations are read by Timefold when a class is made, so they are no strings here; the number of score levels is
part of a class, so the classes are made for each case.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Annotated, Any

from timefold.solver import SolverFactory
from timefold.solver.config import EnvironmentMode, ScoreDirectorFactoryConfig, SolverConfig
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import BendableScore, ConstraintCollectors, Joiners, constraint_provider

from scheduler.contenders.timefold import Draft

# Of what Timefold offers without its commercial edition, tabu search came furthest on village-200: its default, late
# acceptance, with or without ruin and recreate, stays below at the third level. Timefold's incremental calculators
# would be quicker than constraint streams, but cannot return a bendable score from Python.
PHASES = """
<solver xmlns="https://timefold.ai/xsd/solver">
  <constructionHeuristic>
    <constructionHeuristicType>FIRST_FIT</constructionHeuristicType>
    <forager><pickEarlyType>FIRST_FEASIBLE_SCORE_OR_NON_DETERIORATING_HARD</pickEarlyType></forager>
  </constructionHeuristic>
  <localSearch><localSearchType>TABU_SEARCH</localSearchType></localSearch>
</solver>
"""


@dataclass(eq=False)
class Cell:
    """The stands of one kind in one period."""

    stands: int


@dataclass(eq=False)
class Hall:
    """A space in a period."""

    wanted: int
    most: int


@dataclass(eq=False)
class Offer:
    """A place and time a turn may have."""

    number: int
    space: int
    start: int
    end: int
    free_from: int
    gain: int
    fill: int
    cells: list[Cell]
    halls: list[Hall]


NO_TURN = Offer(-1, 0, 0, 0, 0, 0, 0, [], [])


@dataclass(eq=False)
class Person:
    """Who asks."""

    number: int
    activity: str
    received: int
    share: int
    credits: list[int]
    liked: list[int]


@planning_entity
@dataclass(eq=False)
class Slot:
    """The nth turn a person may be given: which of her offers; the last one is no turn at all.

    Timefold's own «unassigned» is tried before all offers, so a first fit would never assign anything.
    """

    id: Annotated[int, PlanningId]
    person: Person
    offers: Annotated[list[Offer], ValueRangeProvider(id="offers")]
    offer: Annotated[Offer | None, PlanningVariable(value_range_provider_refs=["offers"])] = None


def solve(draft: Draft, until: float) -> list[tuple[int, int]]:
    """Return (person, offer) of each turn of the best plan found until then (monotonic seconds)."""
    size = len(draft.tiers) + (draft.levels - 1 if "fairness" in draft.tiers else 0)

    @planning_solution
    @dataclass(eq=False)
    class Season:
        slots: Annotated[list[Slot], PlanningEntityCollectionProperty]
        people: Annotated[list[Person], ProblemFactCollectionProperty]
        score: Annotated[
            BendableScore | None, PlanningScore(bendable_hard_levels_size=1, bendable_soft_levels_size=size)
        ] = None

    rules = constraint_provider(_constraints(draft, size))
    config = SolverConfig(
        xml_source_text=PHASES,
        environment_mode=EnvironmentMode.NO_ASSERT,
        solution_class=Season,
        entity_class_list=[Slot],
        score_director_factory_config=ScoreDirectorFactoryConfig(constraint_provider_function=rules),
    )
    solver = SolverFactory.create(config).build_solver()
    season = Season(*_facts(draft))
    ended = Event()
    Thread(target=_end_at, args=(until, solver, ended), daemon=True).start()
    found = solver.solve(season)
    ended.set()
    return [(slot.person.number, slot.offer.number) for slot in found.slots if slot.offer and slot.offer.cells]


def _end_at(until: float, solver: Any, ended: Event) -> None:
    """End the search then, or as soon as it has begun: Timefold forgets what it is told before."""
    wait = max(0.0, until - time.monotonic())
    while not ended.wait(wait):
        solver.terminate_early()
        wait = 0.1


def _facts(draft: Draft) -> tuple[list[Slot], list[Person]]:
    """Make the facts, and the slots in the order they are first given a turn: by the level they would lift."""
    cells = [Cell(stands) for stands in draft.cells]
    halls = [Hall(*told) for told in draft.halls]
    offers = [
        Offer(number, *told[:-2], [cells[cell] for cell in told.cells], [halls[hall] for hall in told.halls])
        for number, told in enumerate(draft.offers)
    ]
    people: list[Person] = []
    slots: list[tuple[int, int, int, Person, list[Offer]]] = []
    for number, told in enumerate(draft.people):
        person = Person(number, told.activity, told.received, told.share, list(told.credits), list(told.liked))
        people.append(person)
        own = [*(offers[offer] for offer in told.offers), NO_TURN]
        least = min(draft.offers[offer].gain for offer in told.offers)
        levels = [(told.received + turn * least) // told.share for turn in range(told.turns)]
        slots += [(level, turn, number, person, own) for turn, level in enumerate(levels)]
    slots.sort(key=lambda slot: slot[:3])
    return [Slot(place, person, own) for place, (*_, person, own) in enumerate(slots)], people


def _constraints(draft: Draft, size: int) -> Callable[[Any], list[Any]]:
    """Return the rules as hard constraints and the charter's tiers as soft ones, a score level each."""

    def constraints(factory: Any) -> list[Any]:
        held = factory.for_each(Slot)
        return [*_rules(factory, held, BendableScore.of_hard(1, size, 0, 1)), *_tiers(draft, held, size)]

    return constraints


def _rules(factory: Any, held: Any, hard: Any) -> list[Any]:
    """Weigh each breach by how much is too much (stands, turns) or too little (activities)."""
    shown = (
        held.map(lambda slot: slot.person.activity, lambda slot: slot.offer.halls)
        .flatten_last(lambda halls: halls)
        .group_by(lambda activity, hall: hall, lambda activity, hall: activity, ConstraintCollectors.count_bi())
    )
    return [
        held.flatten_last(lambda slot: slot.offer.cells)
        .group_by(lambda cell: cell, ConstraintCollectors.count())
        .filter(lambda cell, given: given > cell.stands)
        .penalize(hard, lambda cell, given: given - cell.stands)
        .as_constraint("stand_single"),
        factory.for_each_unique_pair(
            Slot,
            Joiners.equal(lambda slot: slot.person),
            Joiners.overlapping(lambda slot: slot.offer.start, lambda slot: slot.offer.free_from),
        )
        .penalize(hard)
        .as_constraint("one_place and rest"),
        shown.filter(lambda hall, activity, given: given > hall.most)
        .penalize(hard, lambda hall, activity, given: given - hall.most)
        .as_constraint("max_same_activity"),
        shown.group_by(
            lambda hall, activity, given: hall,
            ConstraintCollectors.count_tri(),
            ConstraintCollectors.sum(lambda hall, activity, given: given),
        )
        .filter(lambda hall, activities, stands: activities < stands and activities < hall.wanted)
        .penalize(hard, lambda hall, activities, stands: min(stands, hall.wanted) - activities)
        .as_constraint("min_activities"),
    ]


def _tiers(draft: Draft, held: Any, size: int) -> list[Any]:
    """Reward each tier at score levels of its own, in the charter's order; fairness at one for each of its levels."""
    given = held.group_by(lambda slot: slot.person, ConstraintCollectors.sum(lambda slot: slot.offer.gain))
    made: list[Any] = []
    for tier in draft.tiers:
        if tier == "fairness":
            for level in range(1, draft.levels + 1):
                made.append(_reaches(given, level, BendableScore.of_soft(1, size, len(made), 1)))
        else:
            worth = _fill if tier == "fill" else _earned
            made.append(held.reward(BendableScore.of_soft(1, size, len(made), 1), worth).as_constraint(tier))
    return made


def _fill(slot: Any) -> Any:
    return slot.offer.fill


def _earned(slot: Any) -> Any:
    """Return what `Person.earns` of the draft tells."""
    offer, person = slot.offer, slot.person
    wanted = person.liked[offer.end] - person.liked[offer.start]
    return person.credits[offer.space] * (offer.end - offer.start) + wanted


def _reaches(given: Any, level: int, one: Any) -> Any:
    """Count who reaches a level by the plan and not before it."""
    return (
        given.filter(
            lambda person, gain: (
                person.received < level * person.share and person.received + gain >= level * person.share
            )
        )
        .reward(one)
        .as_constraint(f"level {level}")
    )
