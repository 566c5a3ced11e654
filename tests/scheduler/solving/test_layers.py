"""A plan settles every boolean as its meaning says, those that stand for other booleans among them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.bench import reference
from scheduler.codec import decode_case
from scheduler.layers import Layers
from scheduler.options import options
from scheduler.variables import Terms, Variables

HAMLET = (1, 2, 1, 4, 3, 6, (1, 2), 5)
OPTIONS = options(decode_case(reference(HAMLET, "hamlet")))
COLUMNS = len(OPTIONS.columns)
Meaning = tuple[Terms, int]


@st.composite
def meanings(draw: st.DrawFn) -> list[Meaning]:
    """Each boolean stands for some columns and booleans before it; weights may be negative, a sum empty."""
    made: list[Meaning] = []
    for number in range(draw(st.integers(0, 6))):
        known = st.integers(0, COLUMNS - 1) | (st.integers(COLUMNS, COLUMNS + number - 1) if number else st.nothing())
        terms = draw(st.dictionaries(known, st.sampled_from([-2, -1, 1, 2, 3]), max_size=6))
        made.append((list(terms.items()), draw(st.integers(-2, 4))))
    return made


@given(meanings(), st.sets(st.integers(0, COLUMNS - 1)))
def test_booleans_are_settled_one_after_another(made: list[Meaning], chosen: set[int]) -> None:
    model = Variables(OPTIONS)
    expected = [int(index in chosen) for index in range(COLUMNS)]
    for terms, least in made:
        assert model.settled(chosen) == expected, "a boolean made later is settled, too"
        model.boolean(terms, least)
        expected.append(int(sum(weight * expected[index] for index, weight in terms) >= least))
    assert model.settled(chosen) == expected


def test_a_boolean_of_booleans_is_in_a_later_layer() -> None:
    """Booleans 6 to 10: two of columns, one of these two, an empty one, one of the one of two."""
    made: list[Meaning] = [([(0, 1)], 1), ([(1, 1)], 1), ([(6, 1), (7, 1)], 2), ([], 0), ([(8, -1)], 0)]
    assert [layer.booleans.tolist() for layer in Layers(made, 6).layers] == [[6, 7, 9], [8], [10]]
    assert Layers([], 6).layers == []
