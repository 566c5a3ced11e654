"""The pages of publishing by two people and of withdrawing; the versions everybody reads; closures to repair."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Closure, ClosureReason, Proposal, ProposalState, Publication, SiteRole
from app.services import proposals, rotation, withdrawal
from tests.app.services.test_publication import Pair
from tests.app.views.test_programme import counted
from tests.factories import make_user, post_form, sign_in
from tests.living import NOW, START, make_living, user_of
from tests.plans import make_scene, store_plan


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, path: str, seen: str, **typed: Any) -> tuple[int, str, str]:
    """(status, where to, what the page says) of a form sent from a page."""
    answer = post_form(client, path, typed, page=seen)
    return answer.status_code, answer.location or "", unescape(answer.get_data(as_text=True))


def mark_in(shown: str) -> str:
    return re.findall(r'name="mark" value="([0-9a-f]{64})"', shown)[0]


def test_a_plan_is_proposed_read_and_published_by_another(app: Flask, client: FlaskClient) -> None:
    pair = Pair()
    user_of(pair.people[2]).active = False
    db.session.commit()
    other, number = app.test_client(), pair.plan.id
    sign_in(client, pair.first), sign_in(other, pair.second)
    preview, propose = f"/manage/plans/{number}/publish", f"/manage/plans/{number}/propose"
    shown = page(client, preview)
    assert "Publier maintenant" not in shown
    assert "1 exposant concerné n'a pas de compte actif" in shown
    for wrong in ({"version": 7}, {"mark": "0" * 64}):
        assert send(client, propose, preview, **wrong)[:2] == (303, preview)
    assert db.session.scalars(select(Proposal)).all() == []
    status, place, _said = send(client, propose, preview, version=0, mark=mark_in(shown))
    made = db.session.scalars(select(Proposal)).one()
    assert (status, place) == (303, f"/manage/proposals/{made.id}")
    assert "une autre personne doit le publier" in page(client, place)
    assert "Publier maintenant" not in page(client, place)
    status, _to, said = send(client, f"{place}/publish", place, mark=mark_in(shown))
    assert (status, "Vous avez proposé ce planning" in said) == (409, True)
    read = page(other, place)
    assert read.count('<details class="letter"') == 2
    for stale in ("", "0" * 64):
        status, _to, said = send(other, f"{place}/publish", place, mark=stale)
        assert (status, "La publication est refusée" in said) == (409, True)
    assert send(other, f"{place}/publish", place, mark=mark_in(read))[:2] == (
        303, f"/sites/{pair.call.site.slug}/rotations/1",
    )  # fmt: skip
    assert send(other, f"{place}/publish", place, mark=mark_in(read))[0] == 409
    assert db.session.scalars(select(Publication.number)).all() == [1]


def test_a_proposal_ends_by_a_reason_or_by_whoever_made_it(app: Flask, client: FlaskClient) -> None:
    pair = Pair()
    made = proposals.propose(pair.first, pair.plan.id)
    path, other = f"/manage/proposals/{made.id}", app.test_client()
    sign_in(client, pair.first), sign_in(other, pair.administrator)
    status, _to, said = send(other, f"{path}/end", path, reason="  ")
    assert (status, said.count("Dites pourquoi : qui a proposé ce planning le lira.")) == (422, 2)
    assert '<details class="card" open>' in said
    assert send(client, f"{path}/end", path)[:2] == (303, path)
    assert made.state is ProposalState.RETRACTED
    assert send(other, f"{path}/end", path, reason="Trop tard")[0] == 409


def test_a_call_without_four_eyes_proposes_nothing(app: Flask, client: FlaskClient) -> None:
    call, (a, _b, _c) = make_scene()
    plan = store_plan(call, [(a, call.places[0].space.stands[0], 0, 1)])
    sign_in(client, make_user((call.site, SiteRole.MANAGER)))
    preview = f"/manage/plans/{plan.id}/publish"
    assert send(client, f"/manage/plans/{plan.id}/propose", preview)[:2] == (303, preview)
    assert "publiez vous-même ce planning" in page(client, preview)


def test_a_rotation_is_withdrawn_with_a_reason_once(app: Flask, client: FlaskClient) -> None:
    living = make_living()
    made = db.session.scalars(select(Publication)).one()
    sign_in(client, living.boss)
    path = f"/manage/rotations/{made.id}/withdraw"
    assert "2 tours en cours ou à venir sont annulés." in page(client, path)
    for wrong in ("", " ", "x" * 501):
        status, _to, said = send(client, path, path, reason=wrong)
        assert (status, 'id="faults"' in said) == (422, True)
    assert db.session.get_one(Publication, made.id).withdrawn_at is None
    status, place, _said = send(client, path, path, reason="La salle ferme.")
    assert (status, place) == (303, f"/sites/{made.site.slug}/rotations/1")
    assert "Raison : La salle ferme." in page(app.test_client(), place)
    status, _to, said = send(client, path, place, reason="Encore")
    assert (status, "n'est plus en vigueur" in said) == (422, True)


def test_everybody_reads_the_versions_and_what_each_changed(app: Flask, client: FlaskClient) -> None:
    living = make_living()
    path = f"/calls/{living.call.id}/rotations/"
    with counted() as once:
        page(client, path)
    withdrawal.withdraw(living.boss, db.session.scalars(select(Publication.id)).one(), "La salle ferme.")
    (a, _b), (one, two) = living.placed, living.stands
    rotation.publish(living.boss, store_plan(living.call, [(a, one, 0, 1)]).id)
    rotation.publish(living.boss, store_plan(living.call, [(a, two, 0, 1), (living.waiting[0], one, 0, 1)]).id)
    with counted() as thrice:
        shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page(client, path)))
    assert len(once) <= len(thrice) <= len(once) + 3  # the change tables' own three, where there are changes
    told = [
        "Rotation nº 3 En vigueur", "Depuis la rotation nº 2 : 1 tour nouveau, 1 déplacé, 0 retiré, 0 inchangé.",
        "Rotation nº 2 Remplacée", "Depuis la rotation nº 1 : 1 tour nouveau, 0 déplacé, 0 retiré, 0 inchangé.",
        "Rotation nº 1 Retirée", "Raison : La salle ferme.", "Première version : 2 tours.",
    ]  # fmt: skip
    assert [shown.index(one) for one in told] == sorted(shown.index(one) for one in told)
    assert f'href="{path}"' in page(client, f"/calls/{living.call.id}")
    assert page(client, "/calls/999999/rotations/", 404)


def test_a_closure_over_turns_waits_on_the_work_list(app: Flask, client: FlaskClient) -> None:
    living = make_living()
    shut = Closure(site_id=living.call.site_id, starts_on=START, ends_on=START, reason=ClosureReason.WORKS)
    db.session.add(shut)
    db.session.commit()
    sign_in(client, living.boss)
    home = f"/manage/{living.call.site.slug}/"
    assert f'href="/manage/closures/{shut.id}/">Réparer</a>' in page(client, home)
    shut.starts_on = shut.ends_on = START.replace(month=12)
    db.session.commit()
    assert "Réparer" not in page(client, home)
