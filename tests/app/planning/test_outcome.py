"""After publication an artisan reads her turn, or two sentences why she has none."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Application, User
from app.planning.outcome import outcome
from app.services import rotation
from tests.factories import make_user, sign_in
from tests.plans import make_scene, store_plan


def test_placed_waiting_and_before_publication(app: Flask, client: FlaskClient) -> None:
    call, (a, b, c) = make_scene()
    one, two = call.places[0].space.stands
    files = {file.exhibitor_id: file for file in db.session.scalars(select(Application))}
    assert outcome(files[a.id], "fr") is None
    rotation.publish(make_user(), store_plan(call, [(a, one, 0, 1), (b, two, 2, 1)]).id)
    placed, waiting = outcome(files[a.id], "fr"), outcome(files[c.id], "fr")
    assert placed is not None
    assert [(turn.exhibitor_id, turn.stand_id) for turn in placed.turns] == [(a.id, one.id)]
    assert placed.why == ()
    assert waiting is not None
    assert waiting.turns == ()
    assert 1 <= len(waiting.why) <= 2
    assert not any(person.name in sentence for person in (a, b) for sentence in waiting.why)
    sign_in(client, db.session.get_one(User, c.accounts[0].user_id))
    page = client.get(f"/me/applications/{files[c.id].id}").get_data(as_text=True)
    assert "Vous n'avez pas de tour dans cette rotation." in page
    assert f"/sites/{call.site.slug}/rotations/1" in page
