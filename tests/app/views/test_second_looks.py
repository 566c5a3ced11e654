"""A repair and a withdrawal that take two people, in the pages."""

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry, Publication, SecondLook, SiteRole
from app.planning.journal import Journal
from tests.app.services.test_repairing import DAY, EARLY, FIRST, WEEK, Scene
from tests.app.views.test_publishing import page, send
from tests.factories import make_user, sign_in
from tests.seeking import sought


@time_machine.travel(EARLY, tick=False)
def test_one_asks_the_other_does(app: Flask, client: FlaskClient) -> None:
    scene = Scene(four_eyes=True)
    second = make_user((scene.site, SiteRole.MANAGER))
    db.session.commit()
    works = scene.close(FIRST + 2 * WEEK, FIRST + 4 * WEEK - DAY, space_id=scene.one.id)
    (repair,) = sought(scene.boss, works)
    first, other = sign_in(client, scene.boss), sign_in(app.test_client(), second)
    closure, slug = f"/manage/closures/{works.id}/", scene.site.slug
    shown = page(first, closure)
    assert "Proposer cette réparation" in shown
    assert "Publier cette réparation" not in shown
    status, path, _said = send(first, f"/manage/repairs/{repair.id}/carry-out", closure, option="fewest")
    look = db.session.scalars(select(SecondLook)).one()
    assert (status, path) == (303, f"/manage/looks/{look.id}")
    assert "Vous l'avez demandé : une autre personne doit le faire." in page(first, path)
    assert send(first, f"{path}/do", path)[0] == 409
    assert path in page(first, closure)
    assert path in page(other, f"/manage/{slug}/")
    assert path in page(other, "/me/")
    assert "Le moins de changements" in page(other, path)
    assert send(other, f"{path}/end", path, reason="")[0] == 422
    assert send(other, f"{path}/do", path)[:2] == (303, f"/sites/{slug}/rotations/2")
    in_force = db.session.scalars(select(Publication).where(Publication.superseded_at.is_(None))).one()
    assert (in_force.number, in_force.proposed_by_id) == (2, scene.boss.id)
    withdrawing = f"/manage/rotations/{in_force.id}/withdraw"
    assert "Demander le retrait" in page(first, withdrawing)
    status, path, _said = send(first, withdrawing, withdrawing, reason="Toiture")
    assert (status, path) == (303, f"/manage/looks/{look.id + 1}")
    shown = page(other, path)
    assert "Raison que tout le monde lira : Toiture" in shown
    assert "3 tours qui ne sont pas finis" in shown
    assert shown.count('<details class="letter"') == 3
    assert send(other, f"{path}/do", path)[0] == 303
    db.session.refresh(in_force)
    assert in_force.withdrawn_reason == "Toiture"
    assert states_said() == ["Faite", "Faite"]
    assert "Faite" in page(other, path)


def states_said() -> list[str | None]:
    """What the journal says became of what was asked of a second person."""
    ended = AuditEntry.action.in_(("look.published", "look.declined", "look.retracted"))
    entries = list(db.session.scalars(select(AuditEntry).where(ended).order_by(AuditEntry.id)))
    return [next(line.after for line in Journal(entries).lines(one) if line.label == "état") for one in entries]


@time_machine.travel(EARLY, tick=False)
def test_a_withdrawal_declined_is_not_said_to_be_unpublished(app: Flask, client: FlaskClient) -> None:
    scene = Scene(four_eyes=True)
    second = make_user((scene.site, SiteRole.MANAGER))
    db.session.commit()
    publication = db.session.scalars(select(Publication)).one()
    first, other = sign_in(client, scene.boss), sign_in(app.test_client(), second)
    withdrawing = f"/manage/rotations/{publication.id}/withdraw"
    path = send(first, withdrawing, withdrawing, reason="Toiture")[1]
    assert send(other, f"{path}/end", path, reason="Le toit tient")[0] == 303
    path = send(first, withdrawing, withdrawing, reason="Toiture")[1]
    assert send(first, f"{path}/end", path)[0] == 303
    assert states_said() == ["Refusée", "Reprise"]
    assert "Refusée" in page(first, f"/manage/looks/{db.session.scalars(select(SecondLook.id)).first()}")
