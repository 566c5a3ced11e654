"""The review in the browser: filters, figures, decisions, who may."""

import re

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.extensions import db
from app.models import (
    Application,
    ApplicationState,
    AuditEntry,
    Call,
    Group,
    Notice,
    RefusalReason,
    SiteRole,
    User,
)
from app.queries import review as queries
from tests.conftest import Browser
from tests.factories import make_application, make_call, make_exhibitor, make_site, make_space, make_user, sign_in


class World:
    """A call of one hall of three stands and four periods, and its manager."""

    def __init__(self, client: Browser) -> None:
        self.site = make_site()
        self.hall = make_space(self.site, 3)
        self.call: Call = make_call(self.site, self.hall, max_turn_length=2, max_turns=2)
        self.manager: User = make_user((self.site, SiteRole.MANAGER))
        self.count = 0
        db.session.commit()
        self.client = sign_in(client, self.manager)
        self.list = f"/manage/calls/{self.call.id}/applications/"

    def file(self, craft: str = "POT-01", groups: tuple[Group, ...] = (), **given: object) -> Application:
        self.count += 1
        who = make_exhibitor(make_user(), craft=craft, groups=groups, region_code=given.pop("region_code", "07"))
        values = {"number": self.count, "max_turns": 2, "max_length": 1, **given}
        made: Application = make_application(self.call, who, self.hall, **values)
        db.session.commit()
        return made

    def token(self) -> dict[str, str]:
        found = re.search(r'name="csrf_token" value="([^"]*)"', self.client.get(self.list).text)
        assert found
        return {"csrf_token": found[1]}


@pytest.fixture
def world(app: Flask, client: Browser) -> World:
    return World(client)


def listed(page: str) -> list[str]:
    return re.findall(r'<bdi class="code">(\d{4}-\d{3}-\d{4})</bdi></a>', page)


def test_the_filters_narrow_the_list(world: World) -> None:
    pot = world.file("POT-01", (Group.WOMEN,))
    rug = world.file("TAP-01", state=ApplicationState.ELIGIBLE)
    far = world.file("TAP-01", region_code="03")
    world.file(state=ApplicationState.DRAFT, number=None, submitted_at=None)
    ask = world.client.get
    assert listed(ask(world.list).text) == [pot.receipt, rug.receipt, far.receipt]
    assert listed(ask(world.list + "?state=eligible").text) == [rug.receipt]
    assert listed(ask(world.list + "?family=TAP").text) == [rug.receipt, far.receipt]
    assert listed(ask(world.list + "?group=women").text) == [pot.receipt]
    assert listed(ask(world.list + "?group=outside_region").text) == [far.receipt]
    assert listed(ask(world.list + "?group=local").text) == [pot.receipt, rug.receipt]
    assert listed(ask(world.list + f"?text={rug.receipt}").text) == [rug.receipt]
    assert listed(ask(world.list + f"?text={far.exhibitor.register_number}").text) == [far.receipt]
    assert listed(ask(world.list + f"?space={world.hall.id + 1}").text) == []
    assert ask(world.list + "?state=nonsense&group=x&space=y&page=-4&text=%25").status_code == 200


def test_places_asked_against_places_offered(world: World) -> None:
    world.file("POT-01", (Group.WOMEN,), max_turns=2, max_length=1)
    world.file(
        "POT-02", (Group.WOMEN, Group.RURAL), max_turns=2, max_length=2, stands=2, state=ApplicationState.ELIGIBLE
    )
    world.file("TAP-01", max_turns=3, max_length=3, region_code="03")
    world.file("TAP-01", state=ApplicationState.WITHDRAWN)
    found = queries.demand(world.call)
    assert found.offered == 12
    assert [(t.code, t.files, t.eligible, t.asked, t.kept) for t in found.families] == [
        ("POT", 2, 1, 10, 8), ("TAP", 1, 0, 4, 0),
    ]  # fmt: skip
    assert [(t.code, t.files, t.asked) for t in found.groups] == [
        ("local", 2, 10), ("women", 2, 10), ("rural", 1, 8), ("outside_region", 1, 4),
    ]  # fmt: skip


def test_the_list_asks_the_same_number_of_questions_for_one_and_three(world: World) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            world.file("POT-01", (Group.WOMEN,))
        said: list[str] = []
        note = lambda _c, _u, statement, *_rest, kept=said: kept.append(statement)  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", note)
        assert world.client.get(world.list).status_code == 200
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(said))
    assert counts[0] == counts[1]


def test_several_are_accepted_at_once(world: World) -> None:
    files = [world.file() for _ in range(3)]
    data = world.token() | {"chosen": [str(file.id) for file in files[:2]]}
    assert world.client.post(world.list + "accept", data=data).status_code == 303
    assert world.client.post(world.list + "accept", data=data).status_code == 303
    db.session.expire_all()
    assert [file.state for file in files] == [
        ApplicationState.ELIGIBLE, ApplicationState.ELIGIBLE, ApplicationState.SUBMITTED,
    ]  # fmt: skip
    actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.position)))
    assert actions == ["application.accept", "application.accept"]
    assert world.client.post(world.list + "accept", data=world.token()).status_code == 422


def test_a_refusal_needs_reason_and_text_and_is_told(world: World) -> None:
    file = world.file()
    url = f"/manage/applications/{file.id}"
    bare = world.client.post(f"{url}/refuse", data=world.token() | {"reason": "", "text": "  "})
    assert bare.status_code == 422
    assert "Choisissez un motif." in bare.text
    assert "Expliquez le motif" in bare.text
    data = world.token() | {"reason": "needs_not_met", "text": "Aucun stand de 20 m²."}
    assert world.client.post(f"{url}/refuse", data=data).status_code == 303
    db.session.expire_all()
    assert (file.state, file.reason, file.reason_text, file.decided_by_id) == (
        ApplicationState.REFUSED, RefusalReason.NEEDS_NOT_MET, "Aucun stand de 20 m².", world.manager.id,
    )  # fmt: skip
    notice = db.session.scalars(select(Notice)).one()
    assert notice.kind == "application.refusal"
    assert "Aucun stand de 20 m²." in notice.body
    assert "loi 55-19" in notice.body
    assert world.client.post(f"{url}/undo", data=world.token()).status_code == 303
    db.session.expire_all()
    assert (file.state, file.reason, file.reason_text, file.decided_at) == (ApplicationState.SUBMITTED, None, "", None)
    actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.position)))
    assert actions == ["application.refuse", "application.undo"]


def test_nobody_decides_on_her_own_file(world: World) -> None:
    own = make_application(world.call, make_exhibitor(world.manager), world.hall, number=9)
    db.session.commit()
    data = world.token() | {"chosen": str(own.id)}
    assert world.client.post(world.list + "accept", data=data).status_code == 409
    assert "une autre personne doit décider" in world.client.get(f"/manage/applications/{own.id}").text


def test_drafts_and_foreign_files_do_not_exist(world: World) -> None:
    draft = world.file(state=ApplicationState.DRAFT, number=None, submitted_at=None)
    elsewhere = make_site()
    other = make_call(elsewhere, make_space(elsewhere))
    foreign = make_application(other, make_exhibitor(), number=1)
    db.session.commit()
    for file in (draft, foreign):
        assert world.client.get(f"/manage/applications/{file.id}").status_code == 404
    data = world.token() | {"chosen": str(foreign.id)}
    assert world.client.post(world.list + "accept", data=data).status_code == 409


@pytest.mark.parametrize(
    ("role", "status"), [(SiteRole.COMMITTEE, 200), (SiteRole.ANIMATOR, 404), (SiteRole.AGENT, 404)]
)
def test_who_may_review(world: World, role: SiteRole, status: int) -> None:
    file = world.file()
    db.session.commit()
    other = sign_in(Browser(world.client.application), make_user((world.site, role)))
    assert other.get(world.list).status_code == status
    assert other.get(f"/manage/applications/{file.id}").status_code == status
