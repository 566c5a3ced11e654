from scheduler.text import render
from scheduler.verify import verify
from tests.scheduler.builders import broken, make, request, space, turn

TWO = [space("S"), space("T")]
ASK = [request("A", "S", "T", turn_length={"min": 1, "max": 2}), request("B", "S")]


def ban(**more):
    return make("AB", TWO, ASK, forbidden=[{"applicant": "A", **more}])


def test_one_space_in_some_periods():
    problem = ban(space="S", periods=[1])
    hit = turn("A", "S/1", 0, 2)
    assert broken(problem, hit) == [("forbidden", (hit,))]
    assert broken(problem, turn("A", "S/1", 2), turn("A", "T/1", 1), turn("B", "S/1", 1)) == []


def test_one_space_all_season():
    hit = turn("A", "S/1", 3)
    assert broken(ban(space="S"), hit) == [("forbidden", (hit,))]
    assert broken(ban(space="S"), turn("A", "T/1", 3)) == []


def test_every_space_in_some_periods():
    hit = turn("A", "T/1", 2)
    assert broken(ban(periods=[2]), hit) == [("forbidden", (hit,))]
    assert broken(ban(periods=[2]), turn("A", "T/1", 1)) == []


def test_no_periods_named_is_not_the_same_as_an_empty_list():
    assert broken(ban(periods=[]), turn("A")) == []
    assert broken(ban(), turn("A")) == [("forbidden", (turn("A"),))]


def test_the_reason_is_said():
    (violation,) = verify(ban(space="S", reason="Litige en cours, annexe X."), [turn("A")]).violations
    assert violation.turns == (turn("A"),)
    assert render(violation.message) == (
        "A ne peut pas être dans la salle S du 4 au 17 janvier 2027 : Litige en cours, annexe X."
    )
