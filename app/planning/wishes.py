"""What an application may ask of a call: pure facts in, every fault out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from app.i18n import _, ngettext
from app.models import Application, Call, Space

MOST_STANDS = 6
Faults = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """One stand on offer: its area in m² and its features."""

    area_m2: int
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a call offers: the stands of each space by id, the number of periods, and its limits."""

    spaces: Mapping[int, Sequence[Place]]
    periods: int
    max_turn_length: int
    max_turns: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: spaces from the best liked on, period positions, lengths in periods, needs of a stand."""

    space_ids: Sequence[int] = ()
    unavailable: Collection[int] = ()
    preferred: Mapping[int, int] = field(default_factory=dict)
    min_length: int = 1
    max_length: int = 1
    max_turns: int = 1
    area_m2: int = 0
    features: Collection[str] = ()
    stands: int = 1


def frame_of(call: Call, spaces: Sequence[Space]) -> Frame:
    """What a published call offers; ``spaces`` are its own, with their stands."""
    offered = {
        space.id: [Place(stand.area_m2, frozenset(stand.features)) for stand in space.stands] for space in spaces
    }
    return Frame(offered, len(call.periods), call.max_turn_length, call.max_turns)


def wish_of(application: Application) -> Wish:
    """What an application asks so far."""
    return Wish(
        tuple(wish.space_id for wish in application.wishes),
        tuple(application.unavailable),
        {int(position): liking for position, liking in application.preferred.items()},
        application.min_length,
        application.max_length,
        application.max_turns,
        application.area_m2,
        tuple(application.features),
        application.stands,
    )


def faults(frame: Frame, wish: Wish) -> Faults:
    """Every fault of a wish, by field; empty exactly when a turn could be given in an empty hall."""
    found: Faults = {}
    for check in (_spaces, _periods, _turns, _stand):
        for name, sentence in check(frame, wish):
            found.setdefault(name, []).append(sentence)
    return found


def longest_run(periods: int, unavailable: Collection[int]) -> int:
    """The most consecutive periods that remain possible."""
    best = run = 0
    for position in range(periods):
        run = 0 if position in unavailable else run + 1
        best = max(best, run)
    return best


Found = list[tuple[str, str]]


def _spaces(frame: Frame, wish: Wish) -> Found:
    found: Found = []
    if not wish.space_ids:
        found.append(("spaces", _("Choisissez au moins un espace.")))
    if len(set(wish.space_ids)) < len(wish.space_ids):
        found.append(("spaces", _("Un espace est choisi deux fois.")))
    if not set(wish.space_ids) <= set(frame.spaces):
        found.append(("spaces", _("Un des espaces n'est pas dans cet appel.")))
    return found


def _periods(frame: Frame, wish: Wish) -> Found:
    found: Found = []
    known = range(frame.periods)
    if any(position not in known for position in (*wish.unavailable, *wish.preferred)):
        found.append(("periods", _("Une des périodes n'est pas dans cet appel.")))
    if any(liking not in (1, 2, 3) for liking in wish.preferred.values()):
        found.append(("periods", _("Une préférence va de 1 à 3.")))
    if set(wish.unavailable) & set(wish.preferred):
        found.append(("periods", _("Une période ne peut pas être à la fois impossible et préférée.")))
    return found


def _turns(frame: Frame, wish: Wish) -> Found:
    found: Found = []
    run = longest_run(frame.periods, wish.unavailable)
    if not 1 <= wish.min_length <= wish.max_length:
        found.append(
            ("min_length", _("La durée la plus courte doit être d'au moins 1 et ne pas dépasser la plus longue."))
        )
    if not 1 <= wish.max_length <= frame.max_turn_length:
        most = frame.max_turn_length
        found.append(
            (
                "max_length",
                ngettext("Un tour dure au plus %(num)s période.", "Un tour dure au plus %(num)s périodes.", most),
            )
        )
    if not 1 <= wish.max_turns <= frame.max_turns:
        most = frame.max_turns
        found.append(("max_turns", ngettext("Au plus %(num)s tour.", "Au plus %(num)s tours.", most)))
    if run == 0:
        found.append(("periods", _("Toutes les périodes sont impossibles : laissez-en au moins une.")))
    elif run < wish.min_length:
        found.append(
            (
                "min_length",
                _(
                    "Vous demandez %(wanted)s périodes de suite, mais il n'en reste que %(left)s qui se suivent.",
                    wanted=wish.min_length, left=run,
                ),
            )
        )  # fmt: skip
    return found


def _stand(frame: Frame, wish: Wish) -> Found:
    found: Found = []
    if not 1 <= wish.stands <= MOST_STANDS:
        found.append(("stands", _("Demandez de 1 à %(most)s emplacements voisins.", most=MOST_STANDS)))
    if wish.area_m2 < 0:
        found.append(("area_m2", _("La surface est un nombre positif.")))
    chosen = [frame.spaces[space_id] for space_id in wish.space_ids if space_id in frame.spaces]
    if chosen and wish.stands >= 1 and not any(_fits(places, wish) for places in chosen):
        found.append(("area_m2", _unfit(chosen, wish)))
    return found


def _fits(places: Sequence[Place], wish: Wish) -> bool:
    fit = [place for place in places if place.area_m2 >= wish.area_m2 and place.features >= set(wish.features)]
    return len(fit) >= wish.stands


def _unfit(chosen: Sequence[Sequence[Place]], wish: Wish) -> str:
    largest = max((place.area_m2 for places in chosen for place in places), default=0)
    if wish.area_m2 > largest:
        return _("Le plus grand emplacement des espaces choisis a %(area)s m².", area=largest)
    return _("Aucun espace choisi n'a assez d'emplacements avec cette surface et ces équipements.")
