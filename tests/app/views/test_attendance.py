"""The day's list as an agent taps it, and the exhibitor's code as it is scanned."""

import re
from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.codes import code_of, read_code
from app.extensions import db
from app.models import Attendance, PublishedTurn, Site, SiteRole, User
from tests.factories import (
    make_call,
    make_exhibitor,
    make_publication,
    make_site,
    make_space,
    make_user,
    post_form,
    sign_in,
)

FIRST = date(2027, 1, 4)
NOON = "2027-01-05T12:00:00Z"


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def agent(site: Site) -> User:
    return make_user((site, SiteRole.AGENT))


@pytest.fixture
def turns(site: Site) -> list[PublishedTurn]:
    hall = make_space(site)
    call = make_call(site, hall, start=FIRST, absences_running=4)
    people = [make_exhibitor(make_user(), name=name) for name in ("Aïcha", "Brahim", "Zineb")]
    placed = [(who, stand, 0, 1) for who, stand in zip(people, hall.stands, strict=True)]
    return make_publication(call, *placed).turns


def questions(client: FlaskClient, address: str) -> int:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


def noted() -> dict[str, tuple[str, str]]:
    db.session.expire_all()
    rows = db.session.scalars(select(Attendance))
    return {row.exhibitor.name: (row.state.value, row.source.value) for row in rows}


@time_machine.travel(NOON)
def test_one_tap_a_person(app: None, client: FlaskClient, site: Site, agent: User, turns: list[PublishedTurn]) -> None:
    address = f"/manage/{site.slug}/presence/"
    sign_in(client, agent)
    page = client.get(address).get_data(as_text=True)
    assert re.findall(r"<bdi>(Aïcha|Brahim|Zineb)</bdi>", page) == ["Aïcha", "Brahim", "Zineb"]
    tap = {"turn_id": turns[0].id, "day": "2027-01-05"}
    answer = post_form(client, address, tap | {"state": "absent"})
    assert (answer.status_code, answer.location) == (303, f"{address}?on=2027-01-05#turn-{turns[0].id}")
    assert post_form(client, address, {"everybody": "1", "day": "2027-01-05"}).status_code == 303
    assert noted() == {"Aïcha": ("absent", "list"), "Brahim": ("present", "list"), "Zineb": ("present", "list")}
    page = client.get(address).get_data(as_text=True)
    assert "1 absence sans excuse. Encore 3 de suite" in page
    assert 'name="state"' not in page  # all are noted
    assert post_form(client, address, tap | {"state": "present"}, page="/me/").status_code == 409


@time_machine.travel(NOON)
@pytest.mark.parametrize("typed", [{}, {"state": "here"}, {"turn_id": "x"}, {"day": "demain"}])
def test_a_tap_that_cannot_be_read(
    client: FlaskClient, site: Site, agent: User, turns: list[PublishedTurn], typed: dict[str, str]
) -> None:
    sign_in(client, agent)
    tap = {"turn_id": turns[0].id, "day": "2027-01-05", "state": "present"} if typed else {}
    answer = post_form(client, f"/manage/{site.slug}/presence/", tap | typed)
    assert (answer.status_code, noted()) == (409, {})


@time_machine.travel(NOON)
def test_a_correction_asks_why(client: FlaskClient, agent: User, turns: list[PublishedTurn]) -> None:
    address = f"/manage/turns/{turns[1].id}/presence"
    sign_in(client, agent)
    typed = {"day": "2027-01-04", "state": "excused", "reason": ""}
    answer = post_form(client, address, typed)
    assert (answer.status_code, noted()) == (422, {})
    assert post_form(client, address, typed | {"reason": "Certificat médical"}).status_code == 303
    assert noted() == {"Brahim": ("excused", "list")}
    page = client.get(address).get_data(as_text=True)
    assert "Certificat médical" in page
    assert agent.name in page


@time_machine.travel(NOON)
def test_the_code_is_confirmed_by_an_agent_of_the_site_alone(
    client: FlaskClient, agent: User, turns: list[PublishedTurn]
) -> None:
    """From home nothing happens: signed out one is asked to sign in, signed in as oneself the page does not exist."""
    artisan = turns[0].exhibitor
    address = f"/presence/{code_of(artisan.id)}"
    assert client.get(address).status_code == 303
    account = artisan.accounts[0].user
    sign_in(client, account)
    assert client.get(address).status_code == 404
    assert post_form(client, address, {}, page="/me/").status_code == 404
    client.post("/account/logout", data={"csrf_token": "x"})
    client.delete_cookie("dawra")
    sign_in(client, make_user((make_site(), SiteRole.AGENT)))
    assert post_form(client, address, {}, page="/me/").status_code == 404
    assert noted() == {}
    client.delete_cookie("dawra")
    sign_in(client, agent)
    assert "Cette personne est devant moi" in client.get(address).get_data(as_text=True)
    assert noted() == {}  # opening notes nothing
    assert post_form(client, address, {}).status_code == 303
    assert noted() == {"Aïcha": ("present", "code")}
    assert post_form(client, address, {}, page="/me/").status_code == 303
    assert noted() == {"Aïcha": ("present", "code")}


@time_machine.travel("2027-03-15T12:00:00Z")
def test_after_the_turn_the_code_opens_nothing(client: FlaskClient, agent: User, turns: list[PublishedTurn]) -> None:
    sign_in(client, agent)
    assert client.get(f"/presence/{code_of(turns[0].exhibitor_id)}").status_code == 404


def test_a_code_cannot_be_made_up(app: object) -> None:
    good = code_of(7)
    assert read_code(good) == 7
    body, _dot, seal = good.partition(".")
    bad = ("7", good[:-1], f"{code_of(8).partition('.')[0]}.{seal}", body, "é.x")
    assert [read_code(one) for one in bad] == [None] * len(bad)


@time_machine.travel(NOON)
def test_she_shows_her_code_and_labels_carry_it(
    client: FlaskClient, site: Site, agent: User, turns: list[PublishedTurn]
) -> None:
    artisan = turns[0].exhibitor
    sign_in(client, artisan.accounts[0].user)
    page = client.get(f"/exhibitors/{artisan.id}/code").get_data(as_text=True)
    assert 'class="qr"' in page
    assert client.get(f"/exhibitors/{turns[1].exhibitor_id}/code").status_code == 404
    client.delete_cookie("dawra")
    sign_in(client, agent)
    page = client.get(f"/manage/{site.slug}/presence/labels").get_data(as_text=True)
    assert page.count('class="qr"') == 3
    assert "style=" not in page


@time_machine.travel(NOON)
def test_the_list_asks_the_same_number_of_questions(
    client: FlaskClient, site: Site, agent: User, turns: list[PublishedTurn]
) -> None:
    address = f"/manage/{site.slug}/presence/"
    sign_in(client, agent)
    full = questions(client, address)
    for turn in turns[1:]:
        for table in ("occupancy", "presence"):
            db.session.execute(db.text(f"DELETE FROM {table} WHERE turn_id = {turn.id}"))
        db.session.delete(turn)
    db.session.commit()
    assert questions(client, address) == full
