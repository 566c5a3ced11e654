"""The manager's pages of runs and plans."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.extensions import db
from app.models import Decision, DecisionKind, Publication, RunState, SiteRole, SolveRun
from app.services import runs
from app.services.runs import Claim
from tests.factories import make_user, sign_in
from tests.plans import make_scene, store_plan


@pytest.fixture
def scene(app: Flask, client: FlaskClient):
    call, people = make_scene(people=4, stands=2, periods=3)
    boss = make_user((call.site, SiteRole.MANAGER))
    db.session.commit()
    sign_in(client, boss)
    return call, people, boss


def token(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True).split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def send(client: FlaskClient, page: str, path: str, **values: object):
    return client.post(path, data={"csrf_token": token(client, page), **values})


def test_start_a_solve_and_follow_it(scene, client: FlaskClient) -> None:
    call, _people, _boss = scene
    page = f"/manage/calls/{call.id}/plans/"
    assert "4 candidatures sont retenues" in client.get(page).get_data(as_text=True)
    answer = send(client, page, page, seconds="30")
    run = db.session.scalars(select(SolveRun)).one()
    assert (answer.status_code, answer.location) == (303, f"/manage/runs/{run.id}/")
    shown = client.get(answer.location).get_data(as_text=True)
    assert f'data-events="/manage/runs/{run.id}/events"' in shown
    assert "Le calcul attend un exécutant libre." in shown
    told = client.get(f"/manage/runs/{run.id}/status").json
    assert (told["state"], told["ended"]) == ("queued", False)
    again = send(client, page, page, seconds="30")
    assert again.status_code == 422
    assert "Un calcul est déjà en cours" in again.get_data(as_text=True)
    assert send(client, answer.location, f"/manage/runs/{run.id}/cancel").status_code == 303
    db.session.expire_all()
    assert db.session.get(SolveRun, run.id).state is RunState.CANCELLED
    assert "Le calcul a été arrêté à la demande" in client.get(answer.location).get_data(as_text=True)


@pytest.mark.parametrize("seconds", ["0", "3601", "", "un"])
def test_seconds_are_judged(scene, client: FlaskClient, seconds: str) -> None:
    page = f"/manage/calls/{scene[0].id}/plans/"
    answer = send(client, page, page, seconds=seconds)
    assert answer.status_code == 422
    assert 'id="seconds-faults"' in answer.get_data(as_text=True)
    assert db.session.scalars(select(SolveRun)).all() == []


def test_events_tell_and_end(scene, client: FlaskClient) -> None:
    call, _people, boss = scene
    run = runs.start(boss, call, 5)
    runs.cancel(boss, run)
    answer = client.get(f"/manage/runs/{run.id}/events")
    assert answer.mimetype == "text/event-stream"
    first, second = answer.get_data(as_text=True).strip().split("\n\n")
    assert first == "retry: 1000"
    name, data = second.split("\n")
    assert name == "event: end"
    assert json.loads(data.removeprefix("data: "))["state"] == "cancelled"


#: What a worker tells of a solve under way: seconds, turns of the best plan, each level with its count and bound.
STEPS = [
    {"tier": "fairness", "level": 1, "count": 4, "bound": 4},
    {"tier": "fairness", "level": 2, "count": 1, "bound": 3},
]
PROGRESS = {"elapsed": 2.5, "turns": 5, "steps": STEPS}


def claimed(boss, call) -> Claim:
    runs.start(boss, call, 30)
    found = runs.claim("a worker", timedelta(minutes=1))
    assert found is not None
    return found


def heard(stream: Iterator[bytes]) -> tuple[str, dict]:
    """The next event of a stream: its name and what it holds."""
    name, data = next(stream).decode().strip().split("\n")
    return name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def told_by(html: str) -> str:
    """The words of a piece of page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_live_progress_by_events_and_by_asking(scene, client: FlaskClient) -> None:
    """Level, count, bound, seconds and the best so far, while it runs: by events, and alike by asking."""
    call, _people, boss = scene
    taken = claimed(boss, call)
    stream = iter(client.get(f"/manage/runs/{taken.run_id}/events").response)
    assert next(stream) == b"retry: 1000\n\n"
    name, first = heard(stream)
    assert (name, first["state"], first["progress"]) == ("progress", "running", {})
    assert runs.renew(taken, timedelta(minutes=1), PROGRESS)
    name, second = heard(stream)
    assert (name, second["ended"], second["progress"]) == ("progress", False, PROGRESS)
    words = told_by(second["html"])
    assert "Temps écoulé 2,5 s sur 30 s Meilleur planning trouvé 5 tours" in words
    assert re.findall(r"niveau (\d) (\S+) (\S+)( · prouvé)?", words) == [
        ("1", "4", "4", " · prouvé"), ("2", "1", "3", ""),
    ]  # fmt: skip
    assert client.get(f"/manage/runs/{taken.run_id}/status").json == second
    runs.cancel(boss, db.session.get_one(SolveRun, taken.run_id))
    assert heard(stream)[1]["html"].count("Arrêt demandé…") == 1


def numbers(drawing: str, kind: str) -> list[str]:
    """The numbers written in a drawing in one manner."""
    return re.findall(rf'<text class="{kind}[^"]*"[^>]*>\s*([^<\s]*)\s*</text>', drawing)


def cells(figure: str) -> list[list[str]]:
    """The rows of the table behind a drawing, their headings first."""
    body = figure.split("<tbody>")[1].split("</tbody>")[0]
    return [[told_by(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in body.split("<tr>")[1:]]


def test_every_small_picture_has_its_table_with_the_same_numbers(scene, client: FlaskClient) -> None:
    call, (a, b, c, _d), _boss = scene
    one, two = call.places[0].space.stands
    plan = store_plan(call, [(a, one, 0, 1), (b, two, 1, 1), (c, one, 1, 1)])
    claims = [{"name": "fairness", "levels": [{"at_least": 1, "count": 3, "bound": 4}]}]
    plan.text = json.dumps({**json.loads(plan.text), "tiers": claims}, sort_keys=True)
    db.session.commit()
    shown = client.get(f"/manage/plans/{plan.id}/").get_data(as_text=True)
    charts = shown.split('<div class="charts">')[1].split("<h2>")[0]
    drawn = charts.split('<figure class="chart">')[1:]
    assert [len(re.findall(r"<svg[^>]*aria-label=\"[^\"]+\"", one)) for one in drawn] == [1, 1, 1, 1]
    assert [one.count("<table>") for one in drawn] == [1, 1, 1, 1]
    levels, fill, diversity, preferences = drawn
    assert cells(levels) == [["1", "3", "4", "à 1 près"]]
    assert (numbers(levels, "tick"), numbers(levels, "value")) == (["1"], ["3"])
    assert levels.count('class="bound"') == 1
    name = call.places[0].space.name
    assert cells(fill) == [[name, "1/2", "2/2", "0/2"]]
    assert numbers(fill, "value") == ["1", "2", "0"]
    assert cells(diversity) == [[name, "1", "2", "0"]]
    assert numbers(diversity, "value") == ["1", "2", "0"]
    assert cells(preferences) == [["1er choix", "3"], ["2e choix", "0"], ["3e choix", "0"], ["4e et au-delà", "0"]]
    assert numbers(preferences, "value") == ["3", "0", "0", "0"]
    assert numbers(preferences, "tick") == ["1", "2", "3", "4+"]


def test_why_not_is_told_of_every_applicant(scene, client: FlaskClient) -> None:
    """With a turn or in the reserve, each has her sentences: for the whole, for a hall, for a period of it."""
    call, people, _boss = scene
    one, two = call.places[0].space.stands
    a, b, _c, _d = people
    plan = store_plan(call, [(a, one, 0, 1), (b, two, 0, 1)])
    hall = call.places[0].space.id
    for who in people:
        for place in ("", f"&space={hall}", f"&space={hall}&period=1"):
            answer = client.get(f"/manage/plans/{plan.id}/why?exhibitor={who.id}{place}")
            assert answer.status_code == 200
            card = (
                answer.get_data(as_text=True)
                .split('<section class="card" aria-live="polite">')[1]
                .split("</section>")[0]
            )
            told = [told_by(line) for line in re.findall(r"<li>(.*?)</li>", card, re.DOTALL)]
            assert told, (who.name, place)
            assert who.name in answer.get_data(as_text=True)


def test_board_decisions_and_reasons(scene, client: FlaskClient) -> None:
    call, (a, b, c, d), _boss = scene
    hall = call.places[0].space
    one, two = hall.stands
    plan = store_plan(call, [(a, one, 0, 1), (b, two, 1, 1), (c, one, 1, 1)])
    page = f"/manage/plans/{plan.id}/"
    shown = client.get(page).get_data(as_text=True)
    assert shown.count('class="turn"') == 3 * 2 + 1  # the board, the list for small screens; one in the reserve
    assert "3 sur 4" in shown
    reserve = shown.split("Liste de réserve")[1].split("Ce que vaut")[0]
    assert d.name in reserve
    assert a.name not in reserve
    answer = send(client, page, f"{page}pins", exhibitor=a.id, space=hall.id, start=0)
    assert answer.status_code == 303
    pin = db.session.scalars(select(Decision)).one()
    assert (pin.kind, pin.exhibitor_id, pin.stand_id, pin.start, pin.length) == (DecisionKind.PIN, a.id, one.id, 0, 1)
    assert "épinglé" in client.get(page).get_data(as_text=True)
    forbid = f"{page}forbid?exhibitor={a.id}&space={hall.id}&period=0"
    refused = send(client, forbid, forbid, space=hall.id, period="0", reason="absente")
    assert refused.status_code == 422
    assert "retirez d&#39;abord l&#39;épingle" in refused.get_data(as_text=True)
    forbid = f"{page}forbid?exhibitor={b.id}&space={hall.id}&period=1"
    assert send(client, forbid, forbid, space=hall.id, period="1", reason="").status_code == 422
    assert send(client, forbid, forbid, space=hall.id, period="1", reason="absente").status_code == 303
    ban = db.session.scalars(select(Decision).where(Decision.kind == DecisionKind.FORBID)).one()
    assert (ban.space_id, ban.start, ban.length, ban.reason) == (hall.id, 1, 1, "absente")
    removed = send(client, page, f"/manage/decisions/{pin.id}/remove", plan=plan.id)
    assert removed.location == page
    why = client.get(f"{page}why?exhibitor={d.id}&space={hall.id}&period=2").get_data(as_text=True)
    assert d.name in why
    assert "choix valide" not in client.get(f"{page}why?exhibitor={d.id}").get_data(as_text=True)
    assert client.get(f"{page}why?exhibitor={d.id}&space=999&period=x").status_code == 200
    assert client.get(f"{page}why?exhibitor={10**6}").status_code == 404
    assert client.get(f"{page}why").status_code == 404


def test_publish_shows_the_changes_first(scene, client: FlaskClient) -> None:
    call, (a, b, _c, _d), _boss = scene
    one, two = call.places[0].space.stands
    plan = store_plan(call, [(a, one, 0, 1), (b, two, 1, 1)])
    page = f"/manage/plans/{plan.id}/publish"
    shown = client.get(page).get_data(as_text=True)
    assert "Placés (<bdi>2</bdi>)" in shown
    assert "4 messages partiront." in shown
    assert send(client, page, page).status_code == 303
    twice = send(client, f"/manage/plans/{plan.id}/", page)
    assert twice.headers["Location"] == f"/manage/calls/{call.id}/plans/", "pressed twice, published once"
    publication = db.session.scalars(select(Publication)).one()
    assert publication.number == 1
    call.charter = {**call.charter, "rest": 2}
    db.session.commit()
    stale = client.get(page).get_data(as_text=True)
    assert "Le règlement de l&#39;appel a changé (périodes de repos)." in stale
    assert "Publier maintenant" not in stale
    answer = send(client, f"/manage/plans/{plan.id}/", page)
    assert answer.status_code == 409
    assert "La publication est refusée" in answer.get_data(as_text=True)


def test_query_count_does_not_grow(scene, client: FlaskClient) -> None:
    call, people, _boss = scene
    one, two = call.places[0].space.stands
    small = store_plan(call, [(people[0], one, 0, 1)])
    large = store_plan(call, [(people[0], one, 0, 1), (people[1], two, 0, 1), (people[2], one, 1, 1)])
    for path in ("/manage/plans/{}/", "/manage/plans/{}/publish"):
        counts = []
        for plan_id in (small.id, large.id):
            seen: list[str] = []

            def note(_c: object, _k: object, statement: str, *_rest: object, seen: list[str] = seen) -> None:
                seen.append(statement)

            db.session.expire_all()
            event.listen(db.engine, "before_cursor_execute", note)
            assert client.get(path.format(plan_id)).status_code == 200
            event.remove(db.engine, "before_cursor_execute", note)
            counts.append(len(seen))
        assert counts[0] == counts[1], path
