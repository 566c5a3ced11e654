from fractions import Fraction

import pytest

from scheduler.options import options
from scheduler.problem import Quota
from scheduler.rules.quotas import Quotas, _first_from, _showable, kept, tally
from scheduler.text import render
from scheduler.variables import Variables
from scheduler.verify import verify
from tests.scheduler.builders import broken, make, person, request, sentences, space, turn

PEOPLE = [person("W", groups=["women"]), person("V", groups=["women", "rural"]), person("M"), person("N")]
TWO = [space("S"), space("T")]


def with_quota(**quota):
    return make(PEOPLE, TWO, charter={"quotas": [{"group": "women", **quota}]})


def test_exactly_the_share_is_enough():
    assert broken(with_quota(at_least=0.5), turn("W", "S/1"), turn("M", "S/2")) == []
    assert broken(with_quota(at_most=0.5), turn("W", "S/1"), turn("M", "S/2")) == []


def test_a_third_is_not_lost_in_a_float():
    thirds = (turn("W", "S/1"), turn("M", "S/2"), turn("N", "S/3"))
    assert broken(with_quota(at_least=0.3333), *thirds) == []
    assert broken(with_quota(at_least=0.3334), *thirds) == [("quotas", ())]


def test_what_is_posted_is_the_nearest_share_a_place_can_show():
    def posted(kind, share, most):
        return str(_showable(Quota("women", kind, Fraction(share)), most))

    assert [posted("at_least", "0.3333333333333333", most) for most in (1, 2, 3, 7, 100)] == [
        "1",
        "1/2",
        "1/3",
        "1/3",
        "1/3",
    ]
    assert [posted("at_most", "0.3333333333333333", most) for most in (1, 3, 7, 100)] == ["0", "0", "2/7", "33/100"]
    assert [posted("at_least", "0.35", most) for most in (8, 19, 20)] == ["3/8", "6/17", "7/20"]
    assert (posted("at_least", "5e-324", 12), posted("at_most", "5e-324", 12)) == ("1/12", "0")


def test_below_and_above():
    assert broken(with_quota(at_least=0.5), turn("M", "S/2")) == [("quotas", ())]
    assert broken(with_quota(at_most=0.4), turn("W", "S/1"), turn("M", "S/2")) == [("quotas", ())]


def test_nothing_is_asked_of_an_empty_plan():
    assert broken(with_quota(at_least=1)) == []


@pytest.mark.parametrize(
    ("scope", "found"), [("season", []), ("space", [("quotas", ())]), ("space-period", [("quotas", ())] * 2)]
)
def test_the_scope_says_where_it_is_counted(scope, found):
    turns = [turn("W", start=0), turn("M", start=1), turn("N", start=2), turn("V", "T/1", 0), turn("V", "T/1", 1)]
    assert broken(with_quota(at_least=0.5, scope=scope), *turns) == found


def test_periods_and_stands_are_both_counted():
    problem = make(
        PEOPLE,
        requests=[request("W", "S", stands=2, turn_length={"min": 2, "max": 2}), request("M", "S", max_turns=4)],
        charter={"quotas": [{"group": "women", "at_least": 0.8}]},
    )
    (quota,) = problem.charter.quotas
    turns = (turn("W", "S/1", 0, 2, "S/2"), turn("M", "S/3", 0))
    group, everybody = tally(problem, quota, turns)
    assert (dict(group), dict(everybody)) == ({("", -1): 4}, {("", -1): 5})
    assert broken(problem, *turns) == []
    assert broken(problem, *turns, turn("M", "S/3", 1)) == [("quotas", ())]


def test_kept_is_exact_for_any_fraction():
    (quota,) = with_quota(at_least=0.1).charter.quotas
    assert quota.share == Fraction(1, 10)
    assert [kept(quota, given, 30) for given in (2, 3, 4)] == [False, True, True]


def test_the_sentence_of_a_breach_names_the_place():
    (violation,) = verify(with_quota(at_least=0.5, scope="space-period"), [turn("M", "S/1", 1)]).violations
    assert render(violation.message) == (
        "women, salle S du 18 au 31 janvier 2027 : 0 sur 1 places occupées, il en faut au moins 50\u00a0%."
    )


def test_the_first_period_and_the_whole_season_are_named_apart():
    here = "women, space S from 4 to 17 January 2027: 0 of 1 occupied places, at least 50% required."
    assert sentences(with_quota(at_least=0.5, scope="space-period"), turn("M", "S/1", 0)) == [here]
    whole = "women, space S: 0 of 1 occupied places, at least 50% required."
    assert sentences(with_quota(at_least=0.5, scope="space"), turn("M", "S/1", 0)) == [whole]


def test_a_share_is_rounded_to_the_first_that_a_place_can_show() -> None:
    for most in range(1, 10):
        shown = {Fraction(n, d) for d in range(1, most + 1) for n in range(d + 1)}
        for share in (Fraction(n, 97) for n in range(98)):
            assert _first_from(share, most) == min(one for one in shown if one >= share), (share, most)


@pytest.mark.parametrize(
    ("scope", "share", "halls", "rows"),
    [
        ("season", 0.4, [space("S", 3)], [{3, -2}]),  # 2/5: nine stand-periods can show it
        ("space-period", 0.3, [space("S", 2)], [{1, -1}] * 3),  # 1/2 is the first of two stands
        ("space", 0.4, [space("S", 1, closed=[2]), space("T", 1, closed=[2])], [{1, -1}] * 2),  # 1/2 of three periods
    ],
)
def test_the_rows_of_a_quota_have_the_smallest_whole_numbers(scope, share, halls, rows) -> None:
    quota = {"group": "g", "at_least": share, "scope": scope}
    people = [person("A", groups=["g"]), person("B")]
    problem = make(people, halls, season=3, charter={"quotas": [quota]})
    model = Variables(options(problem))
    Quotas().post(model)
    assert [set(dict(row.terms).values()) for row in model.rows] == rows


def test_a_share_of_each_space_is_posted_for_each_space() -> None:
    problem = make(
        [person("A", groups=["g"]), person("B")],
        [space("S", 1), space("T", 1)],
        season=1,
        charter={"quotas": [{"group": "g", "at_least": 0.5, "scope": "space"}]},
    )
    model = Variables(options(problem))
    Quotas().post(model)
    of = [{model.column(index).space for index, _ in row.terms} for row in model.rows]
    assert of == [{"S"}, {"T"}]
