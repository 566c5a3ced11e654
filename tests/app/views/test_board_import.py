"""A board exported, changed in a spreadsheet, taken back: the same plan, or every fault with its cell."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.extensions import db
from app.models import EditKind, PlanEdit, SiteRole, StoredPlan
from app.planning.judge import turns_of
from app.services import board_history
from app.services.board_import import bring_in
from app.services.imports import BadFile
from tests.factories import make_user, sign_in
from tests.plans import make_scene, store_plan


@pytest.fixture
def scene(app: Flask):
    call, people = make_scene(people=4, stands=2, periods=3)
    for person, name in zip(people, ("=1+1", "فاطمة الزهراء", "Zineb", "Ali"), strict=True):
        person.name = name
    people[0].register_number = "0012"
    boss = make_user((call.site, SiteRole.MANAGER))
    db.session.commit()
    stands = call.places[0].space.stands
    turns = [(people[0], stands[0], 0, 1), (people[1], stands[1], 0, 1), (people[2], stands[0], 1, 1)]
    return store_plan(call, turns), boss, people


def table(client: FlaskClient, plan: StoredPlan, kind: str = "csv", lang: str = "fr") -> bytes:
    return client.get(f"/manage/plans/{plan.id}/table?kind={kind}&lang={lang}").data


@pytest.mark.parametrize(("kind", "lang"), [("csv", "fr"), ("csv", "ar"), ("xlsx", "ar"), ("xlsx", "en")])
def test_out_and_in_again_is_the_same_plan(scene, client: FlaskClient, kind: str, lang: str) -> None:
    plan, boss, _people = scene
    sign_in(client, boss)
    data, before = table(client, plan, kind, lang), turns_of(plan.text)
    assert bring_in(boss, plan.id, plan.version, data) is None
    empty = data if kind == "xlsx" else b"\r\n".join(data.split(b"\r\n")[:2])
    if kind == "csv":  # the first turn alone, as a spreadsheet writes it back
        empty = empty.replace(b"2027-01-04", b"04/01/2027").replace(b";01;", b";1;").replace(b"0012", b"12")
        edit = bring_in(boss, plan.id, 0, empty)
        assert (edit.kind, len(edit.removed), edit.added) == (EditKind.IMPORT, 2, [])
        assert turns_of(plan.text) == before[:1]
        again = bring_in(boss, plan.id, 1, data)
        assert (len(again.added), turns_of(plan.text)) == (2, before)
        board_history.undo(boss, plan.id, 2)
        assert turns_of(plan.text) == before[:1]


def test_every_fault_with_its_cell_and_nothing_written(scene, client: FlaskClient) -> None:
    plan, boss, _people = scene
    sign_in(client, boss)
    rows = list(csv.reader(io.StringIO(table(client, plan).decode("utf-8-sig")), delimiter=";"))
    rows[1][1], rows[1][2], rows[2][6], rows[3][0] = "99", "2027-01-05", "inconnu", "Salle Z"
    rows += [[*rows[1]], [*rows[1]]]
    rows[4][:4] = [rows[1][0], "02", "2027-01-11", "2027-01-17"]
    rows[5][:4] = [rows[1][0], "2", "2027-01-11", "demain"]
    page = io.StringIO()
    csv.writer(page, delimiter=";").writerows(rows)
    with pytest.raises(BadFile) as bad:
        bring_in(boss, plan.id, 0, page.getvalue().encode())
    assert [fault.place for fault in bad.value.list] == ["B2", "C2", "G3", "A4", "D6"]
    rows[1:] = [rows[4], [*rows[4]]]
    page = io.StringIO()
    csv.writer(page, delimiter=";").writerows(rows)
    address = f"/manage/plans/{plan.id}/import"
    file = (io.BytesIO(page.getvalue().encode()), "t.csv")
    answer = client.post(address, data={"version": "0", "file": file, "csrf_token": token(client, address)})
    assert answer.status_code == 422
    said = answer.get_data(as_text=True)
    assert "Cet emplacement est déjà pris ces jours-là à la ligne 2." in said
    assert "Cette personne a déjà une place ces jours-là à la ligne 2." in said
    assert db.session.query(PlanEdit).count() == 0


def test_formulas_without_their_results_are_told_and_nothing_written(scene, client: FlaskClient) -> None:
    """A program wrote them, no spreadsheet calculated them: they would be read as empty, and their turns be lost."""
    plan, boss, _people = scene
    sign_in(client, boss)
    book = load_workbook(io.BytesIO(table(client, plan, "xlsx")))
    book.active["B2"], book.active["C3"] = '="0"&"1"', "=DATE(2027,1,4)"
    written = io.BytesIO()
    book.save(written)
    with pytest.raises(BadFile) as bad:
        bring_in(boss, plan.id, 0, written.getvalue())
    assert [fault.place for fault in bad.value.list] == ["B2", "C3"]
    assert all("Le résultat de cette formule" in fault.sentence for fault in bad.value.list)
    assert db.session.query(PlanEdit).count() == 0


def token(client: FlaskClient, path: str) -> str:
    page = client.get(path).get_data(as_text=True)
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
