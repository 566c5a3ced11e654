"""The makers make valid rows on both engines, and signing in works."""

from flask import Flask
from flask.testing import FlaskClient

from app.extensions import db
from app.models import SiteRole
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user, sign_in


def test_everything_can_be_made(app: Flask, client: FlaskClient) -> None:
    site = make_site()
    hall = make_space(site)
    user = make_user((site, SiteRole.MANAGER))
    call = make_call(site, hall)
    application = make_application(call, make_exhibitor(user), hall)
    db.session.commit()
    assert [wish.space_id for wish in application.wishes] == [hall.id]
    sign_in(client, user)
    assert client.get("/me/").status_code == 200
