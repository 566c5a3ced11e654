"""The next steps: what each person is told to do, and nothing she may not do."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.clock import now
from app.extensions import db
from app.models import ApplicationState, CallState, SiteRole
from tests import factories as make


def steps(client: FlaskClient) -> list[str]:
    page = client.get("/me/").get_data(as_text=True)
    if 'class="todo"' not in page:
        return []
    return [
        part.split("</span>")[0] for part in page.split('class="todo"')[1].split("</section>")[0].split("<span>")[1:]
    ]


def test_a_manager_reviews_then_plans(client: FlaskClient) -> None:
    site = make.make_site()
    space = make.make_space(site)
    call = make.make_call(site, space, title="Hiver", opens_at=now() - timedelta(days=9), closes_at=now())
    application = make.make_application(call, make.make_exhibitor(), space)
    make.make_application(call, make.make_exhibitor(), space)
    manager = make.make_user((site, SiteRole.MANAGER))
    animator = make.make_user((site, SiteRole.ANIMATOR))
    make.sign_in(client, manager)
    assert steps(client) == ["2 candidatures à examiner pour « Hiver »."]
    for one in (application, *call_applications(call.id)):
        one.state = ApplicationState.ELIGIBLE
    assert steps(client) == ["« Hiver » : tous les dossiers sont examinés. Calculez le planning."]
    make.sign_in(client.application.test_client(), animator)
    other = make.sign_in(client.application.test_client(), animator)
    assert steps(other) == []


def test_the_call_that_closed_first_is_reviewed_first(client: FlaskClient) -> None:
    site = make.make_site()
    space = make.make_space(site)
    past, later = now() - timedelta(days=1), now() + timedelta(days=20)
    closed = make.make_call(site, space, title="Clos", opens_at=past - timedelta(days=9), closes_at=past)
    opened = make.make_call(
        site, space, title="Ouvert", opens_at=past, closes_at=later,
        season_start=later.date() + timedelta(days=90), season_end=later.date() + timedelta(days=180),
    )  # fmt: skip
    for call in (closed, opened):
        make.make_application(call, make.make_exhibitor(), space)
    make.sign_in(client, make.make_user((site, SiteRole.COMMITTEE)))
    assert steps(client) == ["Une candidature à examiner pour « Clos ».", "Une candidature à examiner pour « Ouvert »."]


def call_applications(call_id: int) -> list[object]:
    from sqlalchemy import select

    from app.models import Application

    return list(db.session.scalars(select(Application).where(Application.call_id == call_id)))


def test_a_draft_call_is_to_be_finished(client: FlaskClient) -> None:
    site = make.make_site()
    make.make_call(site, title="Été", state=CallState.DRAFT, published_at=None)
    make.sign_in(client, make.make_user((site, SiteRole.MANAGER)))
    assert steps(client) == ["L&#39;appel « Été » est un brouillon : complétez-le, puis publiez-le."]


def test_an_artisan_finishes_her_draft_and_finds_other_calls_beneath_her_application(client: FlaskClient) -> None:
    site = make.make_site()
    space = make.make_space(site)
    user = make.make_user()
    exhibitor = make.make_exhibitor(user, name="Atelier A")
    first, second = make.make_call(site, space, title="Un"), make.make_call(site, space, title="Deux")
    make.sign_in(client, user)
    assert steps(client) == ["2 appels sont ouverts, Atelier A n&#39;y a pas encore candidaté."]
    draft = make.make_application(first, exhibitor, space, state=ApplicationState.DRAFT, number=None, submitted_at=None)
    (told,) = steps(client)
    assert told.startswith("Déposez votre candidature « Un » avant le ")
    draft.state, draft.number, draft.submitted_at = ApplicationState.SUBMITTED, 1, now()
    assert steps(client) == []
    page = client.get("/me/").get_data(as_text=True)
    assert page.index("Mes candidatures") < page.index("Un autre appel est ouvert") < page.index("Mes prochains tours")
    make.make_application(second, exhibitor, space)
    assert steps(client) == []
    assert "autre appel" not in client.get("/me/").get_data(as_text=True)


def test_a_draft_of_a_closed_call_waits_for_nothing(app: Flask, client: FlaskClient) -> None:
    site = make.make_site()
    space = make.make_space(site)
    user = make.make_user()
    call = make.make_call(site, space, opens_at=now() - timedelta(days=9), closes_at=now())
    make.make_application(
        call, make.make_exhibitor(user), space, state=ApplicationState.DRAFT, number=None, submitted_at=None
    )
    make.sign_in(client, user)
    assert steps(client) == []
