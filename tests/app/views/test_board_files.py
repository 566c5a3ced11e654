"""The board as files: tables whose texts stay texts, sheets to print."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.extensions import db
from app.models import SiteRole
from app.planning.board import Board, Hall, Row, Slot
from app.planning.leaves import leaves
from app.services.imports.table import _grid
from tests.app.services.test_repairing import DAY, FIRST, WEEK
from tests.factories import make_user, sign_in
from tests.plans import make_scene, store_plan

WICKED = ["=1+1", "+33", "-2", "@SUM(A1)", "＝1", "\tx", "Zineb"]


@pytest.fixture
def plan(app: Flask, client: FlaskClient):
    call, people = make_scene(people=len(WICKED), stands=2, periods=4)
    for person, name in zip(people, WICKED, strict=True):
        person.name = name
    stands = call.places[0].space.stands
    turns = [(person, stands[n % 2], n // 2, 1) for n, person in enumerate(people)]
    boss = make_user((call.site, SiteRole.MANAGER))
    db.session.commit()
    sign_in(client, boss)
    return store_plan(call, turns)


def test_csv_is_inert_and_reads_back(plan, client: FlaskClient) -> None:
    data = client.get(f"/manage/plans/{plan.id}/table?kind=csv").data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 1 + len(WICKED)
    assert {row[5] for row in rows[1:]} == {f"'{name}" for name in WICKED[:-1]} | {"Zineb"}
    grid, _read_as = _grid(data, days=True)
    assert {row[5] for row in grid[1:]} == {name.strip() for name in WICKED}


def test_xlsx_holds_no_formula_and_reads_back(plan, client: FlaskClient) -> None:
    data = client.get(f"/manage/plans/{plan.id}/table?kind=xlsx").data
    sheet = load_workbook(io.BytesIO(data)).active
    cells = [row[5] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.value.strip() for cell in cells} == {name.strip() for name in WICKED}
    assert {cell.quotePrefix for cell in cells if cell.value != "Zineb"} == {True}
    grid, _read_as = _grid(data, days=True)
    assert grid[1][3] == "2027-01-10"


def test_sheets_to_print(plan, client: FlaskClient) -> None:
    for what, said in (("plan", "sheet a3"), ("labels", 'class="label"'), ("attendance", "Signature")):
        assert said in client.get(f"/manage/plans/{plan.id}/print?what={what}").get_data(as_text=True)
    assert client.get(f"/manage/plans/{plan.id}/print?what=other").status_code == 404
    assert client.get(f"/manage/plans/{plan.id}/table?kind=doc").status_code == 404


def test_a_long_season_is_printed_on_several_leaves() -> None:
    """Of 27 periods nine a leaf; a turn over the edge of the first is on both, two periods and one."""
    slots = (Slot(0, 7), Slot(7, 3), Slot(10, 17))
    weeks = tuple((FIRST + n * WEEK, FIRST + n * WEEK + 6 * DAY) for n in range(27))
    found = list(leaves(Board(weeks, (Hall("S1", None, (Row("S1-01", "01", 9, slots),)),), ((),) * 27)))
    assert [(one.number, one.count, len(one.periods)) for one in found] == [(1, 3, 9), (2, 3, 9), (3, 3, 9)]
    told = [[(slot.start, slot.span) for slot in one.hall.rows[0].slots] for one in found]
    assert told == [[(0, 7), (7, 2)], [(9, 1), (10, 8)], [(18, 9)]]
    assert found[1].periods == weeks[9:18]
