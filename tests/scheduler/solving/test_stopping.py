"""A search whose seconds are over ends, with what it has, and takes nothing down with it."""

import os
import random
import time
from pathlib import Path

import scheduler
from scheduler.bench import reference
from scheduler.building import goals_of, model_of
from scheduler.codec import decode_case
from scheduler.search import Search
from tests.conftest import within
from tests.scheduler.builders import make, person, request, space

SECONDS = float(os.environ.get("DAWRA_STOPS", "0.3"))
"""With the engine's own limit in place of the stop the process aborts once in a thousand: `DAWRA_STOPS=60`."""


def test_a_search_ends_when_its_seconds_are_over_and_says_so() -> None:
    model = model_of(decode_case(reference((1, 2, 1, 26, 14, 150, (1, 2), 5))))
    goals = goals_of(model)
    search = Search(model.count, model.without_implied())
    started = time.monotonic()
    found = search.best(range(model.count), goals[2], seconds=0.3, effort=1000.0)
    assert 0.3 <= time.monotonic() - started < 0.3 + within(2)
    assert found.cut
    assert not found.exhausted
    assert not Search(1, []).best(range(1), seconds=60.0).cut


def test_no_search_by_several_workers_has_the_limit_of_the_engine() -> None:
    root = Path(scheduler.__file__).parent
    assert [path.name for path in root.glob("*.py") if "max_time_in_seconds" in path.read_text(encoding="utf-8")] == [
        "light.py"  # one worker
    ]


def test_stopped_at_any_moment_it_takes_nothing_down_with_it() -> None:
    rng = random.Random(1)
    asked = [
        request("A", "S", turn_length={"min": 2, "max": 2}, stands=2),
        request("B", "S", unavailable=[1], features=["power"]),
        request("C", "S", turn_length={"min": 1, "max": 2}, max_turns=1),
    ]
    floor = [{"id": "S/1", "x": 1, "y": 0, "features": ["power"]}, *({"id": f"S/{x}", "x": x, "y": 0} for x in (2, 3))]
    people = [person("A", "clay"), person("B", "clay"), person("C", "wool", received=3)]
    model = model_of(make(people, [space("S", floor)], asked, 3, charter={"max_same_activity": 3, "rest": 2}))
    goals = goals_of(model)
    search = Search(model.count, model.without_implied())
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        found = search.best(range(model.count), rng.choice([None, *goals]), seconds=rng.uniform(0.001, 0.02))
        assert found.cut or found.exhausted
