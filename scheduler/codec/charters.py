"""The charter of a case: the rules' parameters, each absent or null when its rule is off.

`charter.sites` and `charter.spaces` are objects by id: `{"sites": {"fes-1": {"max_same_activity": 1}}}`. A site or
space may have otherwise: `max_same_activity`, `max_same_family`, `min_activities`, `rest`, `return_after`,
`quotas`, `rivals_apart`, a site also `max_turns_per_site`. For a space counts what its own charter gives, else
what its site's gives, else the general charter; here null switches the rule off in that place. After a turn the
`rest` of the space that was left counts. In a site's charter a quota of scope `season` is about the site's places
(the general ones hold as well), in a space's about the space; quotas of scope `space` and `space-period` hold
where no nearer charter gives `quotas`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from fractions import Fraction
from typing import Any, Literal, cast

from scheduler.codec.parsing import show
from scheduler.codec.reading import Faults, Fields
from scheduler.problem import (
    TIER_NAMES,
    USUAL_TIERS,
    Charter,
    LocalCharter,
    Measure,
    Parameters,
    Quota,
    Scope,
    TierName,
)

MEASURES: tuple[Measure, ...] = ("periods", "turns", "points")
SCOPES: tuple[Scope, ...] = ("season", "space", "space-period")
WHOLE = {
    "max_same_activity": 1,
    "max_same_family": 1,
    "min_activities": 1,
    "rest": 0,
    "return_after": 0,
    "max_turns_per_site": 1,
}
"""The parameters that are whole numbers, and the least value each may have."""
AT_SPACE = (*(name for name in WHOLE if name != "max_turns_per_site"), "quotas", "rivals_apart")
AT_SITE = (*WHOLE, "quotas", "rivals_apart")
KEYS = ("measure", *AT_SITE, "min_fill", "tiers", "sites", "spaces")


def decode_charter(value: object, faults: Faults, places: Mapping[str, str] | None = None) -> Charter:
    """Read the charter; an absent one has every rule with a parameter off.

    `places` maps the spaces of the case to their sites; without it any name will do.
    """
    if value is None:
        return Charter()
    fields = Fields(value, "charter", faults, (), KEYS)
    sites = None if places is None else set(places.values())
    return Charter(
        measure=cast(Measure, fields.choice("measure", "periods", MEASURES)),
        **_parameters(fields, WHOLE, faults),
        sites=_places(fields, "sites", sites, faults),
        spaces=_places(fields, "spaces", places, faults),
        min_fill=faults.fraction(fields.data["min_fill"], fields.at("min_fill")) if fields.has("min_fill") else None,
        tiers=_tiers(fields, faults),
    )


def _tiers(fields: Fields, faults: Faults) -> tuple[TierName, ...]:
    if not fields.has("tiers"):
        return USUAL_TIERS
    names = faults.distinct(fields.items("tiers"), lambda item, path: faults.one_of(item, path, TIER_NAMES))
    return tuple(cast(list[TierName], names))


def _parameters(fields: Fields, whole: Iterable[str], faults: Faults, **place: str) -> dict[str, Any]:
    """Read the parameters a place may have otherwise; in general all of them are."""
    read: dict[str, Any] = {name: fields.maybe_whole(name, WHOLE[name]) for name in whole}
    read["quotas"] = tuple(_quota(item, path, faults, **place) for path, item in fields.items("quotas"))
    read["rivals_apart"] = fields.flag("rivals_apart")
    return read


def _places(fields: Fields, key: str, known: Container[str] | None, faults: Faults) -> dict[str, LocalCharter]:
    """Read the charters of some sites or spaces by id; null for a parameter switches its rule off there."""
    if not fields.has(key):
        return {}
    given = fields.data[key]
    places = Fields(given, fields.at(key), faults, (), tuple(given) if isinstance(given, dict) else ())
    keys, kind = (AT_SITE, "site") if key == "sites" else (AT_SPACE, "space")
    found: dict[str, LocalCharter] = {}
    for place, value in places.data.items():
        faults.text(place, places.at(place))
        if known is not None and place not in known:
            faults.add(places.at(place), f"no such {kind} {show(place)}")
        own = Fields(value, places.at(place), faults, (), keys)
        whole = [name for name in keys if name in WHOLE]
        found[place] = LocalCharter(**_parameters(own, whole, faults, **{kind: place}), given=frozenset(own.data))
    return found


def _quota(item: object, path: str, faults: Faults, *, site: str = "", space: str = "") -> Quota:
    fields = Fields(item, path, faults, ("group",), ("at_least", "at_most", "scope"))
    given = [key for key in ("at_least", "at_most") if fields.has(key)]
    if isinstance(item, dict) and len(given) != 1:
        faults.add(path, f"must have either at_least or at_most, {'not both' if given else 'and has neither'}")
    kind = cast(Literal["at_least", "at_most"], given[0] if given else "at_least")
    share = faults.fraction(fields.data[kind], fields.at(kind)) if given else None
    scope = cast(Scope, fields.choice("scope", "season", SCOPES))
    return Quota(
        group=fields.text("group"),
        kind=kind,
        share=share if share is not None else Fraction(0),
        scope="space" if space and scope == "season" else scope,
        site=site,
        space=space,
    )


def encode_charter(charter: Charter) -> dict[str, Any]:
    """Return the charter as a document, rules that are off left out."""
    document: dict[str, Any] = {"measure": charter.measure}
    document |= {key: value for key in AT_SITE if (value := _parameter(charter, key)) is not None}
    if charter.min_fill is not None:
        document["min_fill"] = share_number(charter.min_fill)
    document["tiers"] = list(charter.tiers)
    for key, places in (("sites", charter.sites), ("spaces", charter.spaces)):
        if places:
            document[key] = {
                place: {name: _parameter(own, name) for name in AT_SITE if name in own.given}
                for place, own in places.items()
            }
    return document


def _parameter(charter: Parameters, name: str) -> Any:
    """Return a parameter as a JSON value."""
    if name == "quotas":
        return [
            {"group": quota.group, quota.kind: share_number(quota.share), "scope": quota.scope}
            for quota in charter.quotas
        ]
    return getattr(charter, name)


def share_number(share: Fraction) -> int | float:
    """Return a share as the JSON number it was read from."""
    return int(share) if share.denominator == 1 else float(share)
