"""A manager solves one hall again, or the season from a period on: everything else stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.extensions import db
from app.jobs import solving
from app.models import ApplicationState, SiteRole, SolveRun, StoredPlan
from app.planning.judge import turns_of
from app.services import runs
from tests.browser.conftest import DESK, PHONE, Live, Visit
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user
from tests.plans import store_plan

GROUPS = {"fr": ["Cette salle seulement", "À partir d’une période"], "ar": ["هذه القاعة فقط", "ابتداء من فترة"]}
Turns = set[tuple[str, str, int]]


def prepare(live: Live) -> tuple[str, int, list[int], list[str]]:
    """(manager's address, plan, halls, people): A stands in the first hall, B in the second, C and D wait."""
    with live.app.app_context():
        site = make_site()
        halls = [make_space(site, 1, name=name) for name in ("Salle des zelliges", "Salle du tissage")]
        halls[0].name_ar, halls[1].name_ar = "قاعة الزليج", "قاعة النسيج"
        call = make_call(site, *halls, periods=4, days=7)
        people = [make_exhibitor(craft=f"POT-{n:02d}") for n in range(4)]
        for person in people:
            make_application(call, person, *halls, state=ApplicationState.ELIGIBLE)
        boss = make_user((site, SiteRole.MANAGER))
        db.session.commit()
        plan = store_plan(call, [(people[0], halls[0].stands[0], 0, 1), (people[1], halls[1].stands[0], 0, 1)])
        return boss.email, plan.id, [hall.id for hall in halls], [f"E{person.id}" for person in people]


def turns(live: Live, plan_id: int) -> Turns:
    with live.app.app_context():
        return {(turn.applicant, turn.space, turn.start) for turn in turns_of(db.session.get(StoredPlan, plan_id).text)}


@pytest.mark.parametrize(("part", "size", "language"), [("space", DESK, "fr"), ("start", PHONE, "ar")])
def test_a_part_is_solved_again_and_the_rest_stays(
    live: Live, visit: Callable[..., Visit], part: str, size: tuple[int, int], language: str
) -> None:
    email, plan, (one, two), people = prepare(live)
    manager = visit(size, language)
    manager.sign_in(email)
    page = manager.open(f"/manage/plans/{plan}/")
    groups = page.locator("#part optgroup")
    assert [groups.nth(n).get_attribute("label") for n in range(2)] == GROUPS[language]
    page.select_option("#part", f"space-{two}" if part == "space" else "start-2")
    manager.follow("#again form button[type=submit]")
    manager.check()
    with live.app.app_context():
        scope = db.session.query(SolveRun).one().scope
        assert scope == {"plan": plan, part: two if part == "space" else 2}
    if part == "start":  # how it is solved: tests/app/services/board/test_overrides.py
        return
    with live.app.app_context():
        taken = runs.claim("test", timedelta(minutes=5))
        solving.solve(taken, live.app.extensions["settings"], lambda: False)
    page.locator('main a.btn[href*="/manage/plans/"]').first.wait_for()
    manager.follow('main a.btn[href*="/manage/plans/"]')
    manager.check()
    found = turns(live, int(page.url.rstrip("/").rpartition("/")[2]))
    assert {who for who, _space, _start in found} == set(people)
    assert (people[0], f"S{one}", 0) in found
    assert {space for who, space, _start in found if who != people[0]} == {f"S{two}"}  # the first is free, and stays so
