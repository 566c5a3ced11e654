"""The draw: tickets anyone can recompute, blind to the order of arrival, and never against a tier."""

import random

from scheduler.solver import solve
from scheduler.tickets import drawn_order, ticket
from tests.scheduler.builders import document, make, person, request, space


def test_tickets_are_the_published_vectors():
    """printf A00001 | openssl dgst -sha256 -hmac reference"""
    assert ticket("reference", "A00001") == VECTORS["reference", "A00001"]
    assert ticket("موسم 2027", "coopérative-7") == VECTORS["موسم 2027", "coopérative-7"]


VECTORS = {
    ("reference", "A00001"): "5cb85e114ee6fe89688d3e2ef98c198c80c97a14be2c87f0fd1fd47833bb1dd6",
    ("موسم 2027", "coopérative-7"): "bb4c83e43c249472fa0496c3d91e53bd219c35743400351064e1954b1f39b092",
}


def test_the_lowest_ticket_goes_first():
    names = [f"A{n:05d}" for n in range(50)]
    order = drawn_order("reference", names)
    assert sorted(order) == names
    assert order != names
    assert [ticket("reference", name) for name in order] == sorted(ticket("reference", name) for name in names)


def test_among_equals_the_one_place_goes_to_the_first_drawn():
    for seed in ("one", "two", "three", "four"):
        problem = make("ABCDE", [space(stands=1)], season=1, seed=seed)
        plan = solve(problem)
        assert [turn.applicant for turn in plan.turns] == drawn_order(seed, list("ABCDE"))[:1]


def test_the_draw_does_not_help_who_received_more():
    people = [person("A"), person("B", received=2)]
    for seed in ("one", "two", "three"):
        problem = make(people, [space(stands=1)], season=1, seed=seed)
        assert [turn.applicant for turn in solve(problem).turns] == ["A"]


def test_the_plan_is_blind_to_the_order_of_arrival():
    people = [person(name, activity="pottery" if name < "F" else "weaving") for name in "ABCDEFGH"]
    requests = [request(name, "S", turn_length={"min": 1, "max": 2}) for name in "ABCDEFGH"]
    rules = {"charter": {"max_same_activity": 1, "rest": 1}, "seed": "arrival"}
    expected = solve(make(people, [space(stands=2)], requests, **rules)).turns
    rng = random.Random(5)
    for _ in range(3):
        rng.shuffle(people)
        rng.shuffle(requests)
        assert solve(make(people, [space(stands=2)], requests, **rules)).turns == expected


def test_arrival_order_reaches_the_case_at_all():
    people = [person("A"), person("B")]
    assert document(people) != document(people[::-1])
