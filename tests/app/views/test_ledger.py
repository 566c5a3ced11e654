"""The ledger's pages: the manager's table and its CSV, a correction, an exhibitor's own."""

from datetime import date

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import ApplicationState, Exhibitor, LedgerCorrection, Site, SiteRole, User
from tests.app.views.test_attendance import questions
from tests.factories import (
    make_application,
    make_call,
    make_exhibitor,
    make_publication,
    make_site,
    make_space,
    make_user,
    post_form,
    sign_in,
)

AFTER = "2027-04-01T12:00:00Z"


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def manager(site: Site) -> User:
    return make_user((site, SiteRole.MANAGER))


@pytest.fixture
def people(site: Site) -> list[Exhibitor]:
    hall = make_space(site)
    call = make_call(site, hall, start=date(2027, 1, 4))
    names = ("=HYPERLINK()", "Brahim", "Zineb")
    people = [make_exhibitor(make_user(), name=name) for name in names]
    for who in people:
        make_application(call, who, hall, state=ApplicationState.ELIGIBLE)
    make_publication(call, (people[0], hall.stands[0], 0, 1), (people[1], hall.stands[1], 0, 2))
    return people


@time_machine.travel(AFTER)
def test_the_table_has_the_worst_off_first(
    client: FlaskClient, site: Site, manager: User, people: list[Exhibitor]
) -> None:
    sign_in(client, manager)
    page = client.get(f"/manage/{site.slug}/ledger/").get_data(as_text=True)
    order = [page.index(f">{name}<") for name in ("Zineb", "=HYPERLINK()", "Brahim")]
    assert order == sorted(order)
    assert "moyenne : 1 périodes" in page
    filtered = client.get(f"/manage/{site.slug}/ledger/?text=zin&measure=turns").get_data(as_text=True)
    assert "1 exposant sur 3" in filtered
    assert client.get(f"/manage/{site.slug}/ledger/?season=x&measure=gold").status_code == 200


@time_machine.travel(AFTER)
def test_the_csv_computes_nothing(client: FlaskClient, site: Site, manager: User, people: list[Exhibitor]) -> None:
    sign_in(client, manager)
    answer = client.get(f"/manage/{site.slug}/ledger.csv")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines] == ["Nom", "Zineb", "'=HYPERLINK()", "Brahim"]
    assert lines[3].split(";")[2:4] == ["1", "2"]
    assert "attachment" in answer.headers["Content-Disposition"]


@time_machine.travel(AFTER)
def test_a_correction_from_the_page(client: FlaskClient, site: Site, manager: User, people: list[Exhibitor]) -> None:
    address = f"/manage/{site.slug}/ledger/{people[2].id}"
    sign_in(client, manager)
    assert post_form(client, address, {"periods": "2", "reason": ""}).status_code == 422
    assert post_form(client, address, {"periods": "deux", "reason": "papier"}).status_code == 422
    assert db.session.scalars(select(LedgerCorrection)).all() == []
    assert post_form(client, address, {"periods": "2", "reason": "Registre papier"}).status_code == 303
    assert "Registre papier" in client.get(address).get_data(as_text=True)
    elsewhere = f"/manage/{make_site().slug}/ledger/{people[2].id}"
    assert client.get(elsewhere).status_code == 404


@time_machine.travel(AFTER)
def test_hers_beside_the_average(client: FlaskClient, people: list[Exhibitor]) -> None:
    sign_in(client, people[1].accounts[0].user)
    page = client.get(f"/exhibitors/{people[1].id}/ledger").get_data(as_text=True)
    assert "<strong>2 périodes</strong>, 1 de plus que la moyenne (1)" in page
    assert "la moyenne de 3 exposants" in page
    assert client.get(f"/exhibitors/{people[0].id}/ledger").status_code == 404


@time_machine.travel(AFTER)
def test_the_table_asks_the_same_number_of_questions(
    client: FlaskClient, site: Site, manager: User, people: list[Exhibitor]
) -> None:
    sign_in(client, manager)
    address = f"/manage/{site.slug}/ledger/"
    three = questions(client, address)
    hall = site.spaces[0]
    call = make_call(site, hall, start=date(2027, 6, 7))
    for _n in range(3):
        make_application(call, make_exhibitor(), hall, state=ApplicationState.ELIGIBLE)
    make_publication(call, (people[0], hall.stands[0], 0, 1), (people[1], hall.stands[1], 0, 2))
    assert questions(client, address) == three
