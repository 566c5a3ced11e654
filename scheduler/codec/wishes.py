"""The parts of a request that are objects of their own: the periods preferred, the lengths of a turn."""

from __future__ import annotations

from functools import cache

from scheduler.codec.parsing import show, step
from scheduler.codec.reading import Fields


def preferred(request: Fields, count: int) -> dict[int, int]:
    """Read the scores of periods; those of 0 are left out."""
    value = request.data.get("preferred")
    if not value:
        if value is not None and not isinstance(value, dict):
            request.faults.add(request.at("preferred"), f"must be an object, not {show(value)}")
        return {}
    names = _names(count)
    if type(value) is dict and value.keys() <= names.keys() and all(map(_score, value.values())):
        return {names[key]: score for key, score in value.items() if score}
    fields = Fields(value, request.at("preferred"), request.faults, (), tuple(value) if isinstance(value, dict) else ())
    scores: dict[int, int] = {}
    for key, score in fields.data.items():
        if not (key.isascii() and key.isdigit() and len(key) < 7 and str(int(key)) == key):
            request.faults.add(step(fields.path, key), 'the key must be the index of a period, such as "4"')
        elif int(key) >= count:
            request.faults.add(
                step(fields.path, key),
                f"no such period {key}: the season has periods 0 to {count - 1}",
            )
        elif type(score) is int and 0 <= score <= 3:
            if score:
                scores[int(key)] = score
        else:
            request.faults.whole(score, step(fields.path, key), 0, 3)
    return scores


@cache
def _names(count: int) -> dict[str, int]:
    """Return the periods of a season by the keys that name them."""
    return {str(index): index for index in range(count)}


def _score(value: object) -> bool:
    """Tell whether a value is a score."""
    return type(value) is int and 0 <= value <= 3


def turn_length(request: Fields) -> tuple[int, int]:
    """Read the shortest and the longest turn."""
    if not request.has("turn_length"):
        return 1, 1
    fields = Fields(request.data["turn_length"], request.at("turn_length"), request.faults, (), ("min", "max"))
    shortest = fields.whole("min", 1, 1)
    longest = fields.whole("max", shortest, 1)
    if shortest > longest:
        request.faults.add(fields.path, f"min {shortest} is more than max {longest}")
    return shortest, longest
