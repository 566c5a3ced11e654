"""Roles per site: invited, accepted, given, taken back; in force at the next request; a manager stays."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry, Membership, Notice, SiteRole, SiteState
from app.permissions import has_role
from app.services import audit
from tests.factories import make_site, make_user, post_form, sign_in


def test_a_manager_invites_and_the_role_counts_when_accepted(app: Flask, client: FlaskClient) -> None:
    site = make_site()
    manager, newcomer = make_user((site, SiteRole.MANAGER)), make_user()
    sign_in(client, manager)
    page = f"/manage/{site.slug}/team/"
    assert post_form(client, page, {"email": "nothing", "role": "animator"}).status_code == 422
    assert post_form(client, page, {"email": "x@dawra.example", "role": "king"}).status_code == 422
    assert post_form(client, page, {"email": "x@dawra.example", "role": "animator"}).status_code == 303
    assert "x@dawra.example" in client.get(page).get_data(as_text=True)
    mail = db.session.scalars(select(Notice)).one()
    link = re.search(r"8000(/invitations/\S+)", mail.body)[1]  # type: ignore[index]
    other = sign_in(app.test_client(), newcomer)
    assert not has_role(newcomer, site, SiteRole.ANIMATOR)
    assert "Animateur" in other.get(link).get_data(as_text=True)
    assert post_form(other, link, {}).headers["Location"] == "/me/"
    db.session.refresh(newcomer)
    assert has_role(newcomer, site, SiteRole.ANIMATOR)
    assert not has_role(newcomer, site, SiteRole.MANAGER)
    assert [e.action for e in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))] == [
        "team.invite",
        "team.accept",
    ]
    assert audit.verify(site) == []


def test_an_invitation_is_taken_back(app: Flask, client: FlaskClient) -> None:
    site = make_site()
    sign_in(client, make_user((site, SiteRole.MANAGER)))
    page = f"/manage/{site.slug}/team/"
    post_form(client, page, {"email": "x@dawra.example", "role": "agent"})
    link = re.search(r"8000(/invitations/\S+)", db.session.scalars(select(Notice)).one().body)[1]  # type: ignore[index]
    cancel = re.search(r'action="([^"]+/cancel)"', client.get(page).get_data(as_text=True))[1]  # type: ignore[index]
    assert post_form(client, cancel, {}, page=page).status_code == 303
    assert sign_in(app.test_client(), make_user()).get(link).status_code == 404


def test_a_role_taken_back_ends_at_the_next_request(app: Flask, client: FlaskClient) -> None:
    site = make_site()
    first, second = make_user((site, SiteRole.MANAGER)), make_user((site, SiteRole.MANAGER))
    sign_in(client, first)
    other = sign_in(app.test_client(), second)
    page = f"/manage/{site.slug}/team/"
    assert other.get(page).status_code == 200
    assert post_form(client, f"{page}{second.id}/manager/remove", {}, page=page).status_code == 303
    assert other.get(page).status_code == 404
    alone = post_form(client, f"{page}{first.id}/manager/remove", {}, page=page)
    assert alone.status_code == 409
    assert "seul gestionnaire" in alone.get_data(as_text=True)
    assert post_form(client, f"{page}{first.id}/king/remove", {}, page=page).status_code == 404
    assert db.session.scalars(select(Membership.user_id)).all() == [first.id]


def test_the_administrator_gives_the_first_manager_and_may_take_the_last(client: FlaskClient) -> None:
    site, user = make_site(), make_user(name="Brahim 100%_a")
    make_user(name="Autre 100xa")
    sign_in(client, make_user(is_administrator=True))
    assert "aucun" in client.get("/admin/").get_data(as_text=True)
    found = client.get("/admin/people/", query_string={"text": "100%_A", "site": site.slug}).get_data(as_text=True)
    assert ("Brahim" in found, "Autre" in found) == (True, False)
    give = f"/admin/sites/{site.slug}/managers/{user.id}"
    for _twice in range(2):
        assert post_form(client, give, {}, page="/admin/people/?site=" + site.slug).status_code == 303
    assert [(m.user_id, m.role) for m in db.session.scalars(select(Membership))] == [(user.id, SiteRole.MANAGER)]
    assert [(n.kind, n.recipient) for n in db.session.scalars(select(Notice))] == [("team.given", user.email)]
    page = f"/manage/{site.slug}/team/"
    assert post_form(client, f"{page}{user.id}/manager/remove", {}, page=page).headers["Location"] == page
    assert db.session.scalars(select(Membership)).all() == []
    assert audit.verify(site) == []


def test_the_sites_are_filtered_by_words_region_state_and_manager(client: FlaskClient) -> None:
    led = make_site(name="Dar Sanâa", state=SiteState.OPEN)
    make_site(name="Village des potiers", state=SiteState.WORKS)
    make_user((led, SiteRole.MANAGER))
    sign_in(client, make_user(is_administrator=True))

    def shown(**asked: str) -> tuple[bool, bool]:
        page = client.get("/admin/", query_string=asked).get_data(as_text=True)
        return "Dar Sanâa" in page, "Village des potiers" in page

    assert shown() == (True, True)
    assert shown(text="sanaa") == (True, False)
    assert shown(state="works", region=led.region_code) == (False, True)
    assert shown(bare="1") == (False, True)
    assert shown(text="nulle part") == (False, False)
    assert shown(state="?", region="99") == (False, False)


def test_a_blocked_account_is_out_at_once(app: Flask, client: FlaskClient) -> None:
    admin, user = make_user(is_administrator=True), make_user()
    sign_in(client, admin)
    other = sign_in(app.test_client(), user)
    page = "/admin/people/"
    assert post_form(client, f"/admin/people/{user.id}/block", {}, page=page).status_code == 303
    assert other.get("/me/").status_code == 303
    assert post_form(client, f"/admin/people/{user.id}/block", {}, page=page).status_code == 303
    assert sign_in(other, user).get("/me/").status_code == 200
    assert post_form(client, f"/admin/people/{admin.id}/block", {}, page=page).status_code == 409
    assert audit.verify(None) == []
