"""Turns that have begun stay, whoever edits a plan; what is over is given to nobody; a gap of now may be filled."""

from datetime import date

import pytest
from flask import Flask

from app.clock import pretending, today
from app.errors import Refused, Stale
from app.exports.sheet import to_csv
from app.extensions import db
from app.models import Application, ApplicationState, EditKind, Exhibitor, PublishedTurn, StoredPlan
from app.planning.editing import Spot
from app.planning.figures import levels_of
from app.planning.judge import turns_of
from app.planning.living import ground
from app.queries.held import holds
from app.queries.ledger import accounts, carried
from app.services import board, board_decisions, board_history, board_import, repairing, rotation, turn
from app.services.amendment import in_force
from app.services.board import Ask
from app.services.board_decisions import Permanent
from app.services.rotation_review import review
from scheduler.staying import Staying
from tests.app.services.test_attendance import at
from tests.app.services.test_repairing import DAY, EARLY, FIRST, WEEK, Scene
from tests.factories import make_call
from tests.living import user_of
from tests.plans import store_plan
from tests.seeking import sought

SOON = FIRST + 3 * DAY
STAYS = "a commencé"


@pytest.fixture
def scene(app: Flask) -> Scene:
    """A (hall one, weeks 0-1) and C (hall two, weeks 0-1) have begun; B (hall one, weeks 2-3) has not. D waits."""
    with pretending(EARLY):
        made = Scene(people=4)
        made.d = made.people[3]
        made.plan = db.session.query(StoredPlan).one()
    return made


def spot(space: object, number: int, start: int) -> Spot:
    return Spot(f"S{space.id}", f"S{space.id}-{space.stands[number].code}", start)


def held(plan: StoredPlan) -> set[tuple[str, str, int, int]]:
    db.session.expire_all()
    return {(turn.applicant, turn.stand, turn.start, turn.length) for turn in turns_of(plan.text)}


def refuse(scene: Scene, ask: Ask, why: str = STAYS) -> None:
    before = held(scene.plan)
    with pytest.raises(Refused, match=why):
        board.edit(scene.boss, scene.plan.id, scene.plan.version, ask)
    db.session.rollback()
    assert held(scene.plan) == before


def test_no_edit_moves_or_removes_a_turn_that_has_begun(scene: Scene) -> None:
    one, two, a = scene.one, scene.two, scene.a
    asked = (
        Ask(EditKind.MOVE, a.id, spot(one, 0, 0), spot(one, 1, 0)),
        Ask(EditKind.MOVE, a.id, spot(one, 0, 0), spot(one, 0, 1)),
        Ask(EditKind.MOVE, a.id, spot(one, 0, 0), spot(one, 0, 0), length=1),
        Ask(EditKind.REMOVE, a.id, spot(one, 0, 0)),
        Ask(EditKind.SWAP, a.id, spot(one, 0, 0), spot(two, 0, 0)),
        Ask(EditKind.SWAP, scene.d.id, None, spot(two, 0, 0)),
        Ask(EditKind.SWAP, scene.b.id, spot(one, 1, 2), spot(two, 0, 0)),
    )
    with pretending(at(SOON)):
        for ask in asked:
            refuse(scene, ask)


def test_without_the_guard_it_is_taken_away(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the same edit, with nobody to say what has begun."""
    monkeypatch.setattr(board, "staying", lambda _plan: Staying())
    with pretending(at(SOON)):
        board.edit(scene.boss, scene.plan.id, 0, Ask(EditKind.REMOVE, scene.a.id, spot(scene.one, 0, 0)))
    assert len(held(scene.plan)) == 2


def test_before_it_begins_and_without_a_rotation_it_moves(scene: Scene) -> None:
    with pretending(at(FIRST - DAY)):
        board.edit(scene.boss, scene.plan.id, 0, Ask(EditKind.REMOVE, scene.a.id, spot(scene.one, 0, 0)))
        assert len(held(scene.plan)) == 2


def test_a_turn_to_come_moves_but_not_into_what_is_over(scene: Scene) -> None:
    one, b = scene.one, scene.b
    db.session.query(Application).filter_by(exhibitor_id=b.id).update({"unavailable": []})
    db.session.commit()
    with pretending(at(FIRST + WEEK + DAY)):
        board_decisions.refresh(scene.boss, scene.plan.id, 0)
        refuse(scene, Ask(EditKind.MOVE, b.id, spot(one, 1, 2), spot(one, 1, 0)), "est passée")
        board.edit(scene.boss, scene.plan.id, 1, Ask(EditKind.MOVE, b.id, spot(one, 1, 2), spot(one, 1, 1)))
        assert ("E" + str(b.id), f"S{one.id}-{one.stands[1].code}", 1, 2) in held(scene.plan)


def test_a_gap_of_the_period_under_way_is_filled_by_hand_from_tomorrow(scene: Scene) -> None:
    two, d = scene.two, scene.d
    with pretending(at(SOON)):
        board.edit(scene.boss, scene.plan.id, 0, Ask(EditKind.PLACE, d.id, None, spot(two, 1, 0), length=1))
        found = review(scene.plan)
        assert (found.stops, found.conflicts) == ([], [])
        assert [(one.exhibitor_id, one.starts_on, one.ends_on) for one in found.changes.placed] == [
            (d.id, SOON + DAY, FIRST + WEEK - DAY)
        ]
        rotation.publish(scene.boss, scene.plan.id)
        assert (d.id, two.id, SOON + DAY, FIRST + WEEK - DAY) in scene.turns()
    with pretending(at(FIRST + WEEK - DAY)):  # the last day of the week: no day is left of it
        scene.plan = store_plan_of(scene)
        refuse(scene, Ask(EditKind.PLACE, scene.b.id, None, spot(two, 1, 0), length=1), "est passée")


def test_a_gap_of_a_rotation_whose_turns_all_went_is_filled_from_tomorrow_too(scene: Scene) -> None:
    with pretending(EARLY):
        for one in list(in_force(scene.call).turns):
            turn.give_back(user_of(one.exhibitor), one.id)
        assert scene.turns() == []
    with pretending(at(SOON)):
        draft = store_plan(scene.call, [(scene.d, scene.two.stands[1], 0, 1)])
        rotation.publish(scene.boss, draft.id)
        assert scene.turns() == [(scene.d.id, scene.two.id, SOON + DAY, FIRST + WEEK - DAY)]


@pytest.mark.parametrize(("later", "days", "counted"), [(2, 4, 1), (3, 3, 0)], ids=["half of it", "less than half"])
def test_a_gap_filled_late_is_whole_in_its_season_and_counts_by_its_days_afterwards(
    scene: Scene, later: int, days: int, counted: int
) -> None:
    """In the season's plan a period is not divided: nobody else can have it, and no rule or level knows half of one.

    The next seasons ask the ledger: of its seven days she held four (counted), or three (as if there had been none).
    """
    d, again = scene.d, make_call(scene.site, scene.one, periods=1, days=7, start=FIRST + 10 * WEEK)
    with pretending(at(FIRST + later * DAY)):
        board.edit(scene.boss, scene.plan.id, 0, Ask(EditKind.PLACE, d.id, None, spot(scene.two, 1, 0), length=1))
        rotation.publish(scene.boss, scene.plan.id)
        base = ground(scene.call, in_force(scene.call))
        assert levels_of(base.problem, base.turns)[f"E{d.id}"] == 1
    with pretending(at(FIRST + WEEK)):
        mine = accounts([d.id], today())[d.id].seasons[scene.call.id]
        assert (mine.lived.periods, mine.due.periods) == (counted, 0)
        assert len(held_days(d)) == days
        assert carried(again, [d.id], today()) == {d.id: counted}


def held_days(who: Exhibitor) -> list[date]:
    return [day for hold in holds(PublishedTurn.exhibitor_id == who.id) for day in hold.days(hold.last)]


def store_plan_of(scene: Scene) -> StoredPlan:
    """The rotation as it was first published, as a new draft."""
    one, two = scene.one.stands, scene.two.stands
    return store_plan(scene.call, [(scene.a, one[0], 0, 2), (scene.b, one[1], 2, 2), (scene.c, two[0], 0, 2)])


def test_an_old_draft_is_not_published_over_what_has_begun(scene: Scene) -> None:
    """A draft of before the season, with D on the stand of A: said, stopped, and mended by refreshing."""
    with pretending(EARLY):
        turns = [(scene.d, scene.one.stands[0], 0, 1), (scene.b, scene.one.stands[1], 2, 2)]
        draft = store_plan(scene.call, turns)
    with pretending(at(SOON)):
        found = review(draft)
        assert len([one for one in found.stops if STAYS in one]) == 2
        with pytest.raises(Stale, match="reprenez les données"):
            rotation.publish(scene.boss, draft.id)
        before = scene.turns()
        made = board_decisions.refresh(scene.boss, draft.id, draft.version)
        assert {one["applicant"] for one in made.added} == {f"E{scene.a.id}", f"E{scene.c.id}"}
        assert [one["applicant"] for one in made.removed] == [f"E{scene.d.id}"]
        assert [one for one in review(draft).stops if STAYS in one] == []
        assert board_decisions.refresh(scene.boss, draft.id, draft.version) is None
        assert scene.turns() == before


def test_without_the_guard_an_old_draft_rewrites_the_past(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: the review without what stays."""
    with pretending(EARLY):
        turns = [(scene.d, scene.one.stands[0], 0, 1), (scene.b, scene.one.stands[1], 2, 2)]
        draft = store_plan(scene.call, turns)
    monkeypatch.setattr("app.planning.staying.held_in", lambda *_: Staying())
    with pretending(at(SOON)):
        rotation.publish(scene.boss, draft.id)
        assert scene.a.id not in {one[0] for one in scene.turns()}


def test_undo_and_redo_stop_at_what_has_begun(scene: Scene) -> None:
    """A was taken away before the season and put back; since it has begun, neither step goes further back."""
    one, a = scene.one, scene.a
    with pretending(EARLY):
        board.edit(scene.boss, scene.plan.id, 0, Ask(EditKind.REMOVE, a.id, spot(one, 0, 0)))
        board_history.undo(scene.boss, scene.plan.id, 1)
    with pretending(at(SOON)):
        before = held(scene.plan)
        with pytest.raises(Refused, match=STAYS):
            board_history.redo(scene.boss, scene.plan.id, 2)
        db.session.rollback()
        assert held(scene.plan) == before


def test_undo_may_put_back_what_has_begun(scene: Scene) -> None:
    one, a = scene.one, scene.a
    with pretending(EARLY):
        board.edit(scene.boss, scene.plan.id, 0, Ask(EditKind.REMOVE, a.id, spot(one, 0, 0)))
    with pretending(at(SOON)):
        board_history.undo(scene.boss, scene.plan.id, 1)
        assert len(held(scene.plan)) == 3


def test_a_table_brought_back_keeps_what_has_begun(scene: Scene) -> None:
    rows = [
        ["Espace", "Emplacement", "Premier jour", "Dernier jour", "Numéro de registre"],
        line(scene, scene.b, scene.one, 1, 2, 2),
    ]  # fmt: skip
    with pretending(at(SOON)), pytest.raises(Refused) as told:
        board_import.bring_in(scene.boss, scene.plan.id, 0, to_csv(rows))
    assert len([one for one in told.value.reasons if STAYS in one]) == 2
    rows += [line(scene, scene.a, scene.one, 0, 0, 2), line(scene, scene.c, scene.two, 0, 0, 2)]
    rows += [line(scene, scene.d, scene.two, 1, 1, 1)]
    with pretending(at(SOON)):
        made = board_import.bring_in(scene.boss, scene.plan.id, 0, to_csv(rows))
    assert (made.removed, [one["applicant"] for one in made.added]) == ([], [f"E{scene.d.id}"])


def line(scene: Scene, who: object, space: object, number: int, start: int, length: int) -> list[str]:
    first, last = FIRST + start * WEEK, FIRST + (start + length) * WEEK - DAY
    return [space.code, space.stands[number].code, first.isoformat(), last.isoformat(), who.register_number]


def test_nobody_is_given_a_stand_for_good_over_a_turn_that_has_begun(scene: Scene) -> None:
    asked = Permanent(scene.d.id, scene.one.stands[0].id, "Convention de 2026 avec la délégation")
    with pretending(at(SOON)), pytest.raises(Refused, match=STAYS):
        board_decisions.hold(scene.boss, scene.plan.id, 0, asked)


def test_a_repair_sought_before_a_turn_began_is_sought_anew(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hall two closes in the second week; what was found the week before may not touch what has begun since."""
    with pretending(EARLY):
        made = scene.close(FIRST + WEEK, FIRST + 2 * WEEK - DAY, space_id=scene.two.id)
        (repair,) = sought(scene.boss, made)
        option = next(one for one in repair.options if one["name"] == "none")
        assert f"E{scene.c.id}" not in {one["applicant"] for one in option["turns"]}
    with pretending(at(SOON)):
        with pytest.raises(Stale, match="cherchez à nouveau"):
            repairing.carry_out(scene.boss, repair.id, "none")
        db.session.rollback()
        (again,) = sought(scene.boss, made)
        repairing.carry_out(scene.boss, again.id, "none")
        assert (scene.c.id, scene.two.id, FIRST, FIRST + WEEK - DAY) in scene.turns()


def test_a_closure_ends_a_begun_turn_where_it_closes(scene: Scene) -> None:
    """The stand of A closes next week: of her turn only this week stays, and the draft may be cut to it."""
    one, a = scene.one, scene.a
    with pretending(at(SOON)):
        scene.close(FIRST + WEEK, FIRST + 2 * WEEK - DAY, space_id=one.id)
        board_decisions.refresh(scene.boss, scene.plan.id, 0)
        board.edit(scene.boss, scene.plan.id, 1, Ask(EditKind.MOVE, a.id, spot(one, 0, 0), spot(one, 0, 0), length=1))
        assert (f"E{a.id}", f"S{one.id}-{one.stands[0].code}", 0, 1) in held(scene.plan)
        scene.plan = db.session.get_one(StoredPlan, scene.plan.id)
        refuse(scene, Ask(EditKind.REMOVE, a.id, spot(one, 0, 0)))


def test_who_is_no_longer_retained_is_nobodys_to_keep(scene: Scene) -> None:
    with pretending(at(SOON)):
        db.session.query(Application).filter_by(exhibitor_id=scene.a.id).update({"state": ApplicationState.WITHDRAWN})
        db.session.commit()
        made = board_decisions.refresh(scene.boss, scene.plan.id, 0)
        assert [one["applicant"] for one in made.removed] == [f"E{scene.a.id}"]
        assert [one for one in review(scene.plan).stops if STAYS in one] == []
