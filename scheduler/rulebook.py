"""The rulebook: every hard rule, from what a stand is to what a charter asks, then every objective."""

from __future__ import annotations

from scheduler.problem import Problem
from scheduler.rules.availability import Availability
from scheduler.rules.base import Rule
from scheduler.rules.fit import Fit
from scheduler.rules.forbidden import Forbidden
from scheduler.rules.known import Known
from scheduler.rules.max_same_activity import MaxSameActivity
from scheduler.rules.max_same_family import MaxSameFamily
from scheduler.rules.max_turns import MaxTurns
from scheduler.rules.max_turns_per_site import MaxTurnsPerSite
from scheduler.rules.min_activities import MinActivities
from scheduler.rules.min_fill import MinFill
from scheduler.rules.one_place import OnePlace
from scheduler.rules.open_stands import OpenStands
from scheduler.rules.pins import Pins
from scheduler.rules.quotas import Quotas
from scheduler.rules.rest import Rest
from scheduler.rules.return_after import ReturnAfter
from scheduler.rules.rivals_apart import RivalsApart
from scheduler.rules.stand_single import StandSingle
from scheduler.rules.together import Together
from scheduler.rules.turn_length import TurnLength
from scheduler.rules.wanted_spaces import WantedSpaces
from scheduler.wishes.base import Objective
from scheduler.wishes.diversity import Diversity
from scheduler.wishes.fairness import Fairness
from scheduler.wishes.fill import Fill
from scheduler.wishes.preferences import Preferences
from scheduler.wishes.stability import Stability
from scheduler.wishes.travel import Travel

RULES: tuple[Rule, ...] = (
    Known(),
    # always on
    StandSingle(),
    OnePlace(),
    WantedSpaces(),
    Availability(),
    OpenStands(),
    Fit(),
    Together(),
    TurnLength(),
    MaxTurns(),
    # the manager's decisions
    Pins(),
    Forbidden(),
    # the charter's parameters
    Rest(),
    ReturnAfter(),
    MaxTurnsPerSite(),
    MaxSameActivity(),
    MaxSameFamily(),
    MinActivities(),
    RivalsApart(),
    Quotas(),
    MinFill(),
)

TIERS: dict[str, Objective] = {
    "fairness": Fairness(),
    "fill": Fill(),
    "preferences": Preferences(),
    "diversity": Diversity(),
    "stability": Stability(),
    "travel": Travel(),
}
"""Every objective by name, in the usual order; a charter's `tiers` says which count, and in which order."""


def rules_of(problem: Problem) -> list[Rule]:
    """Return the rules this case switches on, in order."""
    return [rule for rule in RULES if rule.applies(problem)]


def tiers_of(problem: Problem) -> list[Objective]:
    """Return the objectives of this charter, from first to last."""
    return [TIERS[name] for name in problem.charter.tiers]
