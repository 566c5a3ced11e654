"""The pages of swaps: proposed by a form, answered signed in or with the link, approved by the manager."""

import re
from datetime import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import at_wall, pretending
from app.extensions import db
from app.models import Notice, Swap, SwapPolicy, SwapState
from tests.app.services.test_swap import make_pair
from tests.factories import post_form, sign_in
from tests.living import NOW, START, told, user_of


@pytest.fixture(autouse=True)
def in_november() -> object:
    with pretending(NOW):
        yield


def swaps() -> list[tuple[int, int, SwapState]]:
    db.session.expire_all()
    return [(one.turn_id, one.other_turn_id, one.state) for one in db.session.scalars(select(Swap).order_by(Swap.id))]


def test_a_swap_is_proposed_by_its_form_and_answered_with_the_link(app: Flask, client: FlaskClient) -> None:
    living, mine, theirs = make_pair(SwapPolicy.APPROVED)
    a, b = living.placed
    sign_in(client, user_of(a))
    form, page = f"/me/turns/{mine}/swap", f"/me/turns/{mine}"
    assert f'name="other_turn_id" value="{theirs}"' in client.get(form).get_data(as_text=True)
    for nonsense in ("", "x", "9" * 40, str(mine)):
        assert post_form(client, form, {"other_turn_id": nonsense}).location == form
    assert (swaps(), told()) == ([], {})
    assert post_form(client, form, {"other_turn_id": str(theirs)}).location == page
    assert swaps() == [(mine, theirs, SwapState.ASKED)]
    shown = client.get(page).get_data(as_text=True)
    assert "Votre demande est partie." in shown
    assert "Proposer un échange" not in shown
    (asked,) = db.session.scalars(select(Notice)).all()
    assert asked.user_id == user_of(b).id
    link = re.search(r"/swaps/[^\s/?]+", asked.body)[0]
    stranger = app.test_client()
    assert post_form(stranger, f"{link}/answer", {"answer": "cancel"}, page=link).status_code == 400
    assert post_form(stranger, f"{link}/answer", {"answer": "agree"}, page=link).location == link
    assert swaps() == [(mine, theirs, SwapState.AGREED)]
    boss = sign_in(app.test_client(), living.boss)
    number = db.session.scalar(select(Swap.id))
    turns = f"/manage/calls/{living.call.id}/turns/"
    assert post_form(boss, f"/manage/swaps/{number}/approve", {}, page=turns).location == turns
    assert swaps() == [(mine, theirs, SwapState.DONE)]
    assert living.turns() == [(b.id, "01", 0, 1), (a.id, "01", 1, 1)]


def test_a_turn_under_way_offers_nothing_that_would_be_refused(client: FlaskClient) -> None:
    living, mine, _theirs = make_pair()
    for at, said, offered in ((NOW, False, True), (at_wall(START, time(0)), True, False)):
        with pretending(at):
            sign_in(client, user_of(living.placed[0]))
            page = client.get(f"/me/turns/{mine}").get_data(as_text=True)
        assert ("appelez le site" in page) is said
        assert {"Rendre ce tour" in page, "Proposer un échange" in page} == {offered}


def test_who_asked_takes_it_back_and_only_the_other_answers(app: Flask, client: FlaskClient) -> None:
    living, mine, theirs = make_pair()
    a, b = (user_of(who) for who in living.placed)
    sign_in(client, a)
    post_form(client, f"/me/turns/{mine}/swap", {"other_turn_id": str(theirs)})
    page = f"/me/swaps/{db.session.scalar(select(Swap.id))}"
    assert post_form(client, f"{page}/answer", {"answer": "agree"}, page=page).status_code == 404
    assert post_form(client, f"{page}/answer", {"answer": "yes"}, page=page).status_code == 400
    assert post_form(client, f"{page}/answer", {"answer": "cancel"}, page=page).location == page
    other = sign_in(app.test_client(), b)
    assert swaps() == [(mine, theirs, SwapState.CANCELLED)]
    assert post_form(other, f"{page}/answer", {"answer": "agree"}, page="/me/").location == page
    assert "Cette demande d&#39;échange a été retirée." in other.get(page).get_data(as_text=True)
