"""The charter of a case: the rules' parameters, each absent or null when its rule is off."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal, cast

from scheduler.codec.reading import Faults, Fields
from scheduler.problem import TIER_NAMES, USUAL_TIERS, Charter, Measure, Quota, Scope, TierName

MEASURES: tuple[Measure, ...] = ("periods", "turns", "points")
SCOPES: tuple[Scope, ...] = ("season", "space", "space-period")
KEYS = (
    "measure",
    "max_same_activity",
    "max_same_family",
    "min_activities",
    "rest",
    "quotas",
    "rivals_apart",
    "max_turns_per_site",
    "min_fill",
    "tiers",
)


def decode_charter(value: object, faults: Faults) -> Charter:
    """Read the charter; an absent one has every rule with a parameter off."""
    if value is None:
        return Charter()
    fields = Fields(value, "charter", faults, (), KEYS)
    return Charter(
        measure=cast(Measure, fields.choice("measure", "periods", MEASURES)),
        max_same_activity=fields.maybe_whole("max_same_activity", 1),
        max_same_family=fields.maybe_whole("max_same_family", 1),
        min_activities=fields.maybe_whole("min_activities", 1),
        rest=fields.maybe_whole("rest", 0),
        quotas=tuple(_quota(item, path, faults) for path, item in fields.items("quotas")),
        rivals_apart=fields.flag("rivals_apart"),
        max_turns_per_site=fields.maybe_whole("max_turns_per_site", 1),
        min_fill=faults.fraction(fields.data["min_fill"], fields.at("min_fill")) if fields.has("min_fill") else None,
        tiers=_tiers(fields, faults),
    )


def _tiers(fields: Fields, faults: Faults) -> tuple[TierName, ...]:
    if not fields.has("tiers"):
        return USUAL_TIERS
    names = faults.distinct(fields.items("tiers"), lambda item, path: faults.one_of(item, path, TIER_NAMES))
    return tuple(cast(list[TierName], names))


def _quota(item: object, path: str, faults: Faults) -> Quota:
    fields = Fields(item, path, faults, ("group",), ("at_least", "at_most", "scope"))
    given = [key for key in ("at_least", "at_most") if fields.has(key)]
    if isinstance(item, dict) and len(given) != 1:
        faults.add(path, f"must have either at_least or at_most, {'not both' if given else 'and has neither'}")
    kind = cast(Literal["at_least", "at_most"], given[0] if given else "at_least")
    share = faults.fraction(fields.data[kind], fields.at(kind)) if given else None
    return Quota(
        group=fields.text("group"),
        kind=kind,
        share=share if share is not None else Fraction(0),
        scope=cast(Scope, fields.choice("scope", "season", SCOPES)),
    )


def encode_charter(charter: Charter) -> dict[str, Any]:
    """Return the charter as a document, rules that are off left out."""
    document: dict[str, Any] = {"measure": charter.measure}
    for key in ("max_same_activity", "max_same_family", "min_activities", "rest", "max_turns_per_site"):
        if getattr(charter, key) is not None:
            document[key] = getattr(charter, key)
    document["quotas"] = [
        {"group": quota.group, quota.kind: share_number(quota.share), "scope": quota.scope} for quota in charter.quotas
    ]
    document["rivals_apart"] = charter.rivals_apart
    if charter.min_fill is not None:
        document["min_fill"] = share_number(charter.min_fill)
    document["tiers"] = list(charter.tiers)
    return document


def share_number(share: Fraction) -> int | float:
    """Return a share as the JSON number it was read from."""
    return int(share) if share.denominator == 1 else float(share)
