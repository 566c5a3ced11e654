"""The front page and a person's own page: what is on, what to do next, empty states, a fixed number of queries."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.clock import now, pretending, today
from app.extensions import db
from app.i18n import days as in_words
from app.models import (
    ApplicationState,
    CallState,
    FrozenCase,
    Invitation,
    Publication,
    PublishedTurn,
    Site,
    SiteRole,
    SiteState,
    User,
)
from app.queries import home
from tests import factories as make


def publish(site: Site, user: User, *crafts: str, start: date, length: int = 14, number: int = 1) -> Publication:
    space = make.make_space(site, len(crafts))
    call = make.make_call(site, space, start=start)
    case = FrozenCase(sha256=f"{call.id:064d}", call_id=call.id, text="{}", frozen_at=now())
    db.session.add(case)
    db.session.flush()
    made = Publication(
        site_id=site.id, call_id=call.id, number=number, case_sha256=case.sha256, plan_text="{}",
        plan_sha256="0" * 64, changes={}, published_at=now(), published_by_id=user.id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    for stand, craft in zip(space.stands, crafts, strict=True):
        turn = PublishedTurn(
            publication_id=made.id, exhibitor_id=make.make_exhibitor(craft=craft).id, space_id=space.id,
            stand_id=stand.id, start=0, length=1, starts_on=start, ends_on=start + timedelta(days=length - 1),
            uid=f"turn-{made.id}-{stand.id}",
        )  # fmt: skip
        db.session.add(turn)
    db.session.flush()
    return made


def queries(client: FlaskClient, path: str) -> int:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    assert client.get(path).status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


def test_what_is_on_counts_exhibitors_and_families_of_current_rotations(app: Flask) -> None:
    here, later, closed = make.make_site(), make.make_site(), make.make_site(state=SiteState.CLOSED)
    user = make.make_user()
    publish(here, user, "POT-01", "POT-02", "TAP-01", start=today())
    publish(here, user, "CUI-01", start=today(), number=2).superseded_at = now()
    publish(later, user, "POT-01", start=today() + timedelta(days=3))
    publish(closed, user, "POT-01", start=today())
    publish(make.make_site(), user, "POT-01", start=today() - timedelta(days=20))
    publish(here, user, "BAT-01", start=today(), number=3).turns[0].pauses = [today().isoformat()]
    db.session.commit()
    found = home.shows(today())
    assert [(show.site.id, show.exhibitors, show.families, show.next_start) for show in found] == [
        (here.id, 3, {"POT": 2, "TAP": 1}, None),
        (later.id, 0, {}, today() + timedelta(days=3)),
    ]
    assert found[0].until == today() + timedelta(days=13)


def test_open_calls_are_those_of_this_instant(app: Flask) -> None:
    site = make.make_site()
    at = now()
    later = make.make_call(site, closes_at=at + timedelta(days=9))
    sooner = make.make_call(site, closes_at=at + timedelta(days=2))
    make.make_call(site, opens_at=at - timedelta(days=2), closes_at=at)
    make.make_call(site, opens_at=at + timedelta(seconds=1))
    make.make_call(site, state=CallState.DRAFT, published_at=None)
    make.make_call(site, state=CallState.CANCELLED, cancel_reason="Travaux")
    db.session.commit()
    assert [call.id for call in home.open_calls(at)] == [sooner.id, later.id]


def test_the_front_page_says_what_to_do_when_nothing_is_on(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert "Aucune rotation n'est en cours" in page
    assert "Aucun appel n'est ouvert aujourd'hui" in page


@pytest.mark.parametrize("path", ["/", "/me/"])
def test_pages_ask_as_many_queries_for_one_as_for_three(client: FlaskClient, path: str) -> None:
    site = make.make_site()
    user = make.make_user((site, SiteRole.MANAGER))
    make.make_exhibitor(user)
    publish(site, user, "POT-01", start=today())
    db.session.commit()
    make.sign_in(client, user)
    counts = [queries(client, path)]
    for number in (2, 3):
        more = make.make_site()
        exhibitor = make.make_exhibitor(user)
        make.make_application(make.make_call(more), exhibitor)
        publish(site, user, "POT-01", start=today(), number=number)
        publish(more, user, "POT-01", "TAP-01", start=today())
    db.session.commit()
    counts.append(queries(client, path))
    assert counts[0] == counts[1]


def steps_of(page: str) -> list[tuple[str, str]]:
    """What waits, with the address one click away."""
    found = re.findall(r'<li><span>([^<]*)</span> <a class="btn small" href="([^"]*)">', page)
    return [(unescape(text), unescape(url)) for text, url in found]


def test_an_administrator_reads_what_waits_each_one_click_from_its_remedy(client: FlaskClient) -> None:
    at = datetime(2027, 3, 1, 9, tzinfo=UTC)
    boss = make.make_user(is_administrator=True)
    site = make.make_site(name="Fès", state=SiteState.OPEN)
    make.make_user((site, SiteRole.MANAGER))
    make.make_site(state=SiteState.WORKS)
    with pretending(at):
        publish(site, boss, "POT-01", start=date(2027, 2, 22))
        closing = make.make_call(
            site, title="Printemps", start=date(2027, 4, 5), opens_at=at - timedelta(9), closes_at=at + timedelta(3)
        )
        closed = make.make_call(
            site, title="Été", start=date(2027, 7, 5), opens_at=at - timedelta(9), closes_at=at - timedelta(1)
        )
        make.make_application(closed, make.make_exhibitor(), state=ApplicationState.SUBMITTED)
        db.session.commit()
        make.sign_in(client, boss)
        page = client.get("/me/").get_data(as_text=True)
        assert steps_of(page) == [
            ("Aïd al-Fitr, 10 – 11 mars 2027 : le jour est une estimation, confirmez-le.", "/admin/holidays/"),
            ("« Été », Fès : l'appel est clos, un dossier attend la commission.", f"/manage/{site.slug}/team/"),
            ("« Printemps », Fès : clôture le 4 mars 2027, 09:00.", f"/calls/{closing.id}"),
        ]
        for _number in range(2):
            make.make_site(state=SiteState.OPEN)
        db.session.add(
            Invitation(
                site_id=site.id, role=SiteRole.MANAGER, email="a@b.ma", token_sha256="0" * 64,
                expires_at=at + timedelta(2), invited_by_id=boss.id,
            )
        )  # fmt: skip
        db.session.commit()
        more = steps_of(client.get("/me/").get_data(as_text=True))[3:]
        assert more == [
            ("Fès : l'invitation du gestionnaire attend sa réponse.", f"/manage/{site.slug}/team/"),
            ("2 sites ouverts n'ont pas de gestionnaire.", "/admin/?state=open&bare=1"),
            (
                "2 sites ouverts n'ont aucune rotation publiée pour aujourd'hui ou après.",
                "/admin/?state=open&idle=1",
            ),
        ]
        assert all(client.get(url).status_code == 200 for _text, url in more)
        listed = client.get("/admin/?state=open&idle=1").get_data(as_text=True)
        assert "2 sites" in listed
        assert "Fès" not in re.findall(r'<th scope="row".*?</th>', listed)


def test_own_page_of_an_artisan(client: FlaskClient) -> None:
    site = make.make_site()
    user = make.make_user()
    exhibitor = make.make_exhibitor(user, name="Atelier de Fatima")
    make.make_application(make.make_call(site, title="Saison d'hiver"), exhibitor, state=ApplicationState.ELIGIBLE)
    db.session.commit()
    page = make.sign_in(client, user).get("/me/").get_data(as_text=True)
    assert "Atelier de Fatima" in page
    assert "Saison d&#39;hiver" in page
    assert "Retenue pour le planning" in page
    assert "Aucun tour publié" in page


def test_own_page_of_who_waits_leads_to_the_reasons(client: FlaskClient) -> None:
    site, user = make.make_site(), make.make_user()
    made = publish(site, make.make_user(), "POT-01", start=today())
    kept = make.make_application(made.call, make.make_exhibitor(user), state=ApplicationState.ELIGIBLE)
    db.session.commit()
    page = unescape(make.sign_in(client, user).get("/me/").get_data(as_text=True))
    assert "La rotation est publiée, sans tour pour vous" in page
    assert f'applications/{kept.id}"' in page
    assert "Aucun tour publié" not in page


def test_own_page_says_that_her_turns_are_over(client: FlaskClient) -> None:
    user = make.make_user()
    exhibitor = make.make_exhibitor(user)
    for weeks in (9, 6):
        made = publish(make.make_site(), make.make_user(), "POT-01", start=today() - timedelta(weeks=weeks))
        made.turns[0].exhibitor_id = exhibitor.id
    db.session.commit()
    page = unescape(make.sign_in(client, user).get("/me/").get_data(as_text=True))
    assert "Vos 2 tours publiés sont passés" in page
    ends = [in_words(one, one + timedelta(days=13)) for one in (today() - timedelta(weeks=n) for n in (6, 9))]
    assert page.index(ends[0]) < page.index(ends[1])
    assert "Aucun tour publié" not in page


def test_own_page_offers_to_swap_only_what_is_still_to_come(client: FlaskClient) -> None:
    user = make.make_user()
    exhibitor = make.make_exhibitor(user)
    for start in (today(), today() + timedelta(days=30)):
        publish(make.make_site(), make.make_user(), "POT-01", start=start).turns[0].exhibitor_id = exhibitor.id
    db.session.commit()
    page = make.sign_in(client, user).get("/me/").get_data(as_text=True)
    said = ("Voir ce tour<", "Ce tour : échanger, rendre<", "Pourquoi ce tour ?<")
    assert sorted(said * 2, key=page.find)[::2] == ["Voir ce tour<", said[2], said[1]]
    assert [page.count(one) for one in said] == [1, 1, 2]


def test_own_page_of_somebody_new_leads_to_the_profile(client: FlaskClient) -> None:
    user = make.make_user()
    db.session.commit()
    page = make.sign_in(client, user).get("/me/").get_data(as_text=True)
    assert "écrivez d'abord votre profil d'exposant" in unescape(page)


def test_work_counts_files_by_state(app: Flask) -> None:
    site = make.make_site()
    space = make.make_space(site)
    call = make.make_call(site, space)
    for state in (ApplicationState.SUBMITTED, ApplicationState.SUBMITTED, ApplicationState.ELIGIBLE):
        make.make_application(call, make.make_exhibitor(), space, state=state)
    make.make_call(site, state=CallState.CANCELLED, cancel_reason="Travaux")
    make.make_call(make.make_site())
    db.session.commit()
    assert [(w.call.id, w.submitted, w.eligible, w.published) for w in home.work([site.id])] == [(call.id, 2, 1, False)]


def test_an_agent_is_led_to_the_profile_of_whoever_asks_for_help(client: FlaskClient) -> None:
    """Wherever nothing waits for her, or somebody has no profile yet; others are led to their own."""
    site = make.make_site(slug="bureau")
    call = make.make_call(site, make.make_space(site))
    agent, animator = make.make_user((site, SiteRole.AGENT)), make.make_user((site, SiteRole.ANIMATOR))
    db.session.commit()
    desk, own = 'href="/manage/bureau/exhibitors/new"', f'href="/me/exhibitors/new?call={call.id}"'
    start = f"/me/applications/start/{call.id}"
    make.sign_in(client, agent)
    pages = {path: client.get(path).get_data(as_text=True) for path in ("/me/", "/manage/bureau/", start)}
    assert [path for path, page in pages.items() if page.count(desk) != 1] == []
    assert own not in pages[start]
    make.sign_in(client, animator)
    assert [path for path in pages if desk in client.get(path).get_data(as_text=True)] == []
    assert own in client.get(start).get_data(as_text=True)
