"""Calls in the browser: a manager drafts and publishes, the public reads the rules."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now, today
from app.extensions import db
from app.models import Call, CallState, Site, SiteRole, User
from tests.conftest import Browser
from tests.factories import make_call, make_site, make_space, make_user, sign_in


@pytest.fixture
def site(app: Flask) -> Site:
    made = make_site()
    make_space(made, 6)
    db.session.refresh(made)
    return made


@pytest.fixture
def manager(site: Site) -> User:
    return make_user((site, SiteRole.MANAGER))


def fields(page: str) -> dict[str, list[str]]:
    """The successful controls of the page's last form, as a browser would send them."""
    form = page[page.index('<form method="post" action="/manage') :]
    form = form[: form.index("</form>")]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and (("checkbox" not in tag and "radio" not in tag) or " checked" in tag):
            found.setdefault(name[1], []).append(value[1] if value else "")
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r"<option selected value=\"([^\"]*)\"", body) or re.search(r'<option value="([^"]*)"', body)
        found.setdefault(name, []).append(chosen[1] if chosen else "")
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found.setdefault(name, []).append(body.strip())
    return found


@pytest.mark.parametrize("template", ["equal_turns", "pilat", "fquih_quotas"])
def test_a_template_becomes_a_published_call(client: Browser, site: Site, manager: User, template: str) -> None:
    sign_in(client, manager)
    assert "Charte de départ" in client.get(f"/manage/{site.slug}/calls/choose").text
    page = client.get(f"/manage/{site.slug}/calls/new?template={template}&space={site.spaces[0].id}").text
    data = fields(page) | {"title": ["Saison d'hiver"], "fee": ["12.50"]}
    answer = client.post(f"/manage/{site.slug}/calls/new", data=data)
    assert answer.status_code == 303, re.findall(r'class="fault">([^<]*)', answer.text)
    call = db.session.scalars(select(Call)).one()
    assert (call.state, call.charter_template, call.fee_centimes) == (CallState.DRAFT, template, 1250)
    preview = client.get(answer.location)
    assert preview.status_code == 200
    assert client.get(f"/calls/{call.id}").status_code == 200
    token = fields(preview.text)["csrf_token"]
    assert client.post(f"/manage/calls/{call.id}/publish", data={"csrf_token": token}).status_code == 303
    db.session.refresh(call)
    assert (call.state, len(call.periods)) == (CallState.PUBLISHED, 12)
    public = Browser(client.application).get(f"/calls/{call.id}").text
    assert "Saison d&#39;hiver" in public
    assert call.seed in public
    assert "12,50" in public


def test_an_edit_shows_what_was_kept(client: Browser, site: Site, manager: User) -> None:
    sign_in(client, manager)
    page = client.get(f"/manage/{site.slug}/calls/new?template=pilat").text
    data = fields(page) | {"title": ["Premier"]}
    answer = client.post(f"/manage/{site.slug}/calls/new", data=data)
    again = fields(client.get(answer.location + "edit").text)
    assert {name: value for name, value in again.items() if name != "csrf_token"} == {
        name: value for name, value in data.items() if name != "csrf_token"
    }


def test_every_fault_of_the_form_is_told_and_what_was_typed_stays(client: Browser, site: Site, manager: User) -> None:
    sign_in(client, manager)
    data = fields(client.get(f"/manage/{site.slug}/calls/new?template=fquih_quotas").text)
    data |= {"title": [""], "season_end": ["2020-01-01"], "quotas-0-percent": ["90"], "rest": ["-1"], "fee": ["-2"],
             "max_turns": ["0"], "tier_2": ["fairness"], "intro": ["Gardé tel quel"],
             "opens_at": ["pas une date"]}  # fmt: skip
    answer = client.post(f"/manage/{site.slug}/calls/new", data=data)
    assert answer.status_code == 422
    summary = answer.text[
        answer.text.index('id="faults"') : answer.text.index("</ul>", answer.text.index('id="faults"'))
    ]
    for field in ("title", "season_end", "quotas", "rest", "fee", "opens_at"):
        assert f'href="#{field}"' in summary, field
    assert "Un objectif est choisi deux fois" in summary
    assert "Autorisez de 1 à" in summary, "0 is a number, not an empty field"
    assert "Gardé tel quel" in answer.text
    assert db.session.scalars(select(Call)).first() is None


def test_rows_come_and_go_without_scripts(client: Browser, site: Site, manager: User) -> None:
    sign_in(client, manager)
    url = f"/manage/{site.slug}/calls/new"
    data = fields(client.get(f"{url}?template=fquih_quotas").text) | {"title": ["Gardé"]}
    more = client.post(url, data=data | {"add": "quotas"})
    assert more.status_code == 200
    assert 'name="quotas-4-percent"' in more.text
    less = client.post(url, data=fields(more.text) | {"remove": "quotas-1"})
    left = fields(less.text)
    assert [left[f"quotas-{n}-percent"] for n in range(4)] == [["50"], ["10"], ["20"], [""]]
    assert "quotas-4-percent" not in left
    assert 'value="Gardé"' in less.text
    assert 'name="high_seasons-0-start"' in client.post(url, data=data | {"add": "high_seasons"}).text


def test_after_publication_only_the_closing_and_the_texts_change(client: Browser, site: Site, manager: User) -> None:
    call = make_call(site, site.spaces[0], start=today() + timedelta(days=90))
    db.session.commit()
    sign_in(client, manager)
    form = fields(client.get(f"/manage/calls/{call.id}/edit").text)
    assert set(form) == {"csrf_token", "title", "title_ar", "intro", "intro_ar", "duties", "duties_ar", "contact"}
    form["intro"] = ["Corrigé."]
    assert client.post(f"/manage/calls/{call.id}/texts", data=form).status_code == 303
    token = form["csrf_token"]
    later = (now() + timedelta(days=40)).strftime("%Y-%m-%dT%H:%M")
    earlier = (now() + timedelta(days=4)).strftime("%Y-%m-%dT%H:%M")
    moved = client.post(f"/manage/calls/{call.id}/extend", data={"csrf_token": token, "closes_at": later})
    refused = client.post(f"/manage/calls/{call.id}/extend", data={"csrf_token": token, "closes_at": earlier})
    assert (moved.status_code, refused.status_code) == (303, 409)
    assert client.post(f"/manage/calls/{call.id}/edit", data={"csrf_token": token}).status_code == 422
    assert client.post(f"/manage/calls/{call.id}/cancel", data={"csrf_token": token}).status_code == 422
    reason = {"csrf_token": token, "reason": "Travaux de toiture"}
    assert client.post(f"/manage/calls/{call.id}/cancel", data=reason).status_code == 303
    assert "Travaux de toiture" in client.get(f"/calls/{call.id}").text


def test_the_list_of_calls_asks_the_same_number_of_questions(client: Browser, site: Site) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_call(site, site.spaces[0], start=date(2027, 1, 4))
        db.session.commit()
        counts.append(queries_of(client, "/calls/"))
    assert counts[0] == counts[1]


def queries_of(client: Browser, url: str) -> int:
    from sqlalchemy import event

    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len(said)


@pytest.mark.parametrize("absurd", ["1" + "0" * 400, "nan", "Infinity", "-1"])
def test_absurd_numbers_are_all_named_at_once(client: Browser, site: Site, manager: User, absurd: str) -> None:
    sign_in(client, manager)
    page = client.get(f"/manage/{site.slug}/calls/new?template=fquih_quotas").text
    names = ("fee", "max_turns", "max_turn_length", "rest", "min_fill", "offer_days", "absences_running")
    data = fields(page) | {"title": ["Saison"]} | {name: [absurd] for name in names}
    answer = client.post(f"/manage/{site.slug}/calls/new", data=data)
    assert answer.status_code == 422
    summary = answer.text[answer.text.index('id="faults"') :].split("</ul>")[0]
    assert [name for name in names if f'href="#{name}"' not in summary] == []
    assert db.session.scalar(select(Call)) is None


@pytest.mark.parametrize("end", ["9999-12-31", "2400-01-01"])
def test_a_season_without_end_is_told(client: Browser, site: Site, manager: User, end: str) -> None:
    sign_in(client, manager)
    data = fields(client.get(f"/manage/{site.slug}/calls/new?template=pilat").text) | {"title": ["Saison"]}
    for period in ("fortnight", "month"):
        answer = client.post(f"/manage/{site.slug}/calls/new", data=data | {"season_end": [end], "period": [period]})
        assert answer.status_code == 422
        assert "Une saison dure au plus deux ans." in answer.text
