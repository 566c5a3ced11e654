"""Wishes are judged as an independent count of possible turns says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.planning.wishes import MOST_STANDS, Frame, Place, Wish, faults, longest_run

FEATURES = ("power", "water")
places = st.builds(Place, st.integers(1, 12), st.frozensets(st.sampled_from(FEATURES)))
frames = st.builds(
    Frame,
    st.dictionaries(st.integers(1, 3), st.lists(places, max_size=3), min_size=1),
    st.integers(1, 6), st.integers(1, 4), st.integers(1, 3),
)  # fmt: skip
wishes = st.builds(
    Wish,
    st.lists(st.integers(1, 4), max_size=3), st.frozensets(st.integers(-1, 6)),
    st.dictionaries(st.integers(-1, 6), st.integers(0, 4), max_size=3),
    st.integers(-1, 5), st.integers(0, 5), st.integers(0, 4), st.integers(-2, 14),
    st.frozensets(st.sampled_from((*FEATURES, "gold"))), st.integers(-1, 4),
)  # fmt: skip


def acceptable(frame: Frame, wish: Wish) -> bool:
    """The same judgement from the other end: list the turns that an empty hall could give."""
    if len(set(wish.space_ids)) != len(wish.space_ids) or any(s not in frame.spaces for s in wish.space_ids):
        return False
    named = list(wish.unavailable) + list(wish.preferred)
    if any(p < 0 or p >= frame.periods for p in named) or any(v < 1 or v > 3 for v in wish.preferred.values()):
        return False
    if any(p in wish.unavailable for p in wish.preferred) or wish.area_m2 < 0:
        return False
    if wish.min_length < 1 or wish.max_length > frame.max_turn_length or not 1 <= wish.max_turns <= frame.max_turns:
        return False
    if not 1 <= wish.stands <= MOST_STANDS or wish.max_length < wish.min_length:
        return False
    turns = [
        (space, start)
        for space in wish.space_ids
        for start in range(frame.periods - wish.min_length + 1)
        if not set(range(start, start + wish.min_length)) & set(wish.unavailable)
        and len([p for p in frame.spaces[space] if p.area_m2 >= wish.area_m2 and set(wish.features) <= p.features])
        >= wish.stands
    ]
    return bool(turns)


@settings(max_examples=400, deadline=None)
@given(frames, wishes)
def test_no_fault_exactly_when_a_turn_is_possible(frame: Frame, wish: Wish) -> None:
    found = faults(frame, wish)
    assert (not found) == acceptable(frame, wish)
    assert all(texts and all(texts) for texts in found.values())


def test_most_wishes_are_not_all_alike() -> None:
    """The generator above would prove nothing if it only made bad wishes."""
    frame = Frame({1: [Place(9, frozenset())]}, 4, 2, 2)
    assert faults(frame, Wish(space_ids=[1])) == {}
    assert set(faults(frame, Wish(space_ids=[1], unavailable=[0, 1, 2, 3]))) == {"periods"}
    assert set(faults(frame, Wish(space_ids=[1], unavailable=[1, 2], min_length=2, max_length=2))) == {"min_length"}
    assert set(faults(frame, Wish(space_ids=[1], area_m2=10))) == {"area_m2"}
    assert "9 m²" in faults(frame, Wish(space_ids=[1], area_m2=10))["area_m2"][0]


def test_the_longest_run() -> None:
    assert [longest_run(5, gone) for gone in ((), (2,), (0, 4), (0, 1, 2, 3, 4), (1, 3))] == [5, 2, 3, 0, 1]
