"""Whatever is put into a file, it is read or refused with faults; nothing else ever comes out."""

import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.codec import case_sha256, decode_case, decode_plan, encode_case
from scheduler.errors import BadFile
from tests.scheduler.builders import document, person, request

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
RICH = document(
    [person("A", groups=["g"], family="f"), person("B")],
    requests=[
        request("A", "S", preferred={"1": 2}, unavailable=[0], turn_length={"min": 1, "max": 2}),
        request("B", "S"),
    ],
    pins=[{"applicant": "A", "space": "S", "start": 1, "length": 1, "stand": "S/1"}],
    forbidden=[{"applicant": "B", "space": "S", "periods": [2], "reason": "x"}],
    charter={"quotas": [{"group": "g", "at_least": 0.5}], "rest": 1, "min_fill": 0.5, "tiers": ["fill"]},
    published=[{"applicant": "A", "space": "S", "stand": "S/1", "start": 0, "length": 1}],
)
FEW = settings(max_examples=150, deadline=None)


def places(value, path=()):
    """Every place in a document."""
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


PLACES = [path for path in places(RICH) if path]


def outcome(decode, source):
    """What was read, or the faults it was refused with; any other exception fails the test."""
    try:
        return decode(source)
    except BadFile as refusal:
        return refusal.faults


def read(source):
    """The problem, or None if it was refused with faults that can be printed."""
    found = outcome(decode_case, source)
    if not isinstance(found, tuple):
        return found
    assert found
    assert all("\n" not in str(fault) and str(fault).encode("utf-8") for fault in found)
    return None


@FEW
@given(st.sampled_from(PLACES), JUNK)
def test_junk_anywhere_in_a_case(path, junk):
    broken = copy.deepcopy(RICH)
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = junk
    problem = read(broken)
    if problem is not None:
        assert problem.sha256 == case_sha256(broken)
        assert decode_case(encode_case(problem)).requests == problem.requests


@FEW
@given(st.sampled_from(PLACES))
def test_anything_left_out_of_a_case(path):
    broken = copy.deepcopy(RICH)
    place = broken
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    read(broken)


@FEW
@given(st.binary(max_size=60) | st.text(max_size=60) | JUNK.filter(lambda junk: isinstance(junk, dict)))
def test_no_case_at_all(source):
    assert read(source) is None
    assert outcome(decode_plan, source)


@FEW
@given(st.integers(0, 2000), st.binary(max_size=3))
def test_bytes_changed_in_a_file(at, noise):
    text = json.dumps(RICH).encode()
    read(text[:at] + noise + text[at + len(noise) :])
