"""Every page of the demo, as each role: fits a phone in Arabic and a desk in French, axe finds nothing serious."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import waitress
from sqlalchemy import select

from app import create_app, demo
from app.demo.accounts import AGENT, ANIMATOR, ARTISAN, COMMITTEE, COOPERATIVE, MANAGER, PROGRAMME
from app.demo_logins import PASSWORD
from app.extensions import db
from app.models import Application, Call, Event, Exhibitor, SolveRun, Space, Stand, StoredPlan
from app.services import reference
from app.settings import Settings
from tests.browser.conftest import DESK, PHONE, Live, Visit

MARRAKECH, FAIR, FES = "marrakech-complexe", "fquih-ben-salah-foire", "fes-chemmaine"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Live]:
    """The demo, loaded once and served as in production."""
    folder = tmp_path_factory.mktemp("played")
    shutil.copy(sqlite_template, folder / "dawra.db")
    settings = Settings(
        environment="test", database_url=f"sqlite:///{folder / 'dawra.db'}", data_dir=folder / "var", rate_limits=False
    )
    app = create_app(settings)
    with app.app_context():
        reference.load()
        demo.load(settings)
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=16, _start=True)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Live(app, f"http://127.0.0.1:{server.effective_port}")
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(timeout=5)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def live(played: Live) -> Live:
    """``visit`` opens the demo."""
    return played


def first(table: type, *where: object) -> int:
    return int(db.session.scalars(select(table.id).where(*where).order_by(table.id)).first())  # type: ignore[attr-defined]


def pages(role: str) -> list[str]:
    """The pages a role meets; run inside the application's context."""
    solved = first(Call, Call.state == "published", Call.site.has(slug=MARRAKECH))
    fair = first(Call, Call.site.has(slug=FAIR))
    fes = first(Call, Call.site.has(slug=FES))
    file = first(Application, Application.call_id == fes, Application.state == "submitted")
    mine = first(Application, Application.exhibitor.has(register_number="DEMO-ZINEB"))
    open_file = first(Application, Application.exhibitor.has(register_number="DEMO-TIWIZI"))
    zineb, tiwizi = (first(Exhibitor, Exhibitor.register_number == number) for number in ("DEMO-ZINEB", "DEMO-TIWIZI"))
    plan, run, event = first(StoredPlan), first(SolveRun), first(Event)
    hall = first(Space, Space.code == "SE")
    stand = first(Stand, Stand.space_id == hall)
    base = f"/manage/{MARRAKECH}"
    return {
        "": [
            "/", "/sites/", "/sites/?region=07", f"/sites/{MARRAKECH}/", f"/sites/{FES}/", f"/sites/{MARRAKECH}/about",
            f"/sites/{MARRAKECH}/rotations/", f"/sites/{MARRAKECH}/rotations/1", f"/exhibitors/{zineb}",
            f"/events/{event}", "/calls/", f"/calls/{fair}", "/account/login", "/account/register", "/account/reset",
            "/nowhere",
        ],
        ARTISAN: [
            "/me/", "/account/", "/account/change", "/me/applications/", f"/me/applications/{mine}",
            f"/me/applications/{mine}/receipt", f"/me/applications/start/{fair}", "/me/exhibitors/",
            f"/me/exhibitors/{zineb}", f"/me/exhibitors/{zineb}/edit", f"/me/exhibitors/{zineb}/photo",
            f"/me/exhibitors/{zineb}/accounts/new", "/me/exhibitors/new",
        ],
        COOPERATIVE: [
            f"/me/exhibitors/{tiwizi}/members/new",
            *(f"/me/applications/{open_file}/{step}" for step in ("spaces", "periods", "needs", "check", "withdraw")),
        ],
        COMMITTEE: [f"/manage/{FES}/", f"/manage/calls/{fes}/applications/", f"/manage/applications/{file}"],
        MANAGER: [
            f"{base}/", f"{base}/spaces/", f"{base}/spaces/new", f"/manage/spaces/{hall}/",
            f"/manage/spaces/{hall}/edit", f"/manage/spaces/{hall}/stands/new", f"/manage/stands/{stand}/",
            f"{base}/closures/", f"{base}/closures/new", f"{base}/site", f"{base}/team/", f"{base}/audit/",
            f"{base}/calls/", f"{base}/calls/choose", f"{base}/calls/new?template=pilat", f"/manage/calls/{fair}/",
            f"/manage/calls/{fair}/edit", f"/manage/calls/{fair}/extend", f"/manage/calls/{fair}/cancel",
            f"/manage/calls/{solved}/plans/", f"/manage/plans/{plan}/", f"/manage/plans/{plan}/publish",
            f"/manage/plans/{plan}/why?exhibitor={zineb}", f"/manage/plans/{plan}/forbid?exhibitor={zineb}",
            f"/manage/runs/{run}/",
        ],
        ANIMATOR: [
            f"{base}/events/", f"{base}/events/?view=week", f"{base}/events/new", f"/manage/events/{event}/",
        ],
        AGENT: [f"/manage/{FAIR}/exhibitors/", f"/manage/{FAIR}/exhibitors/new"],
        PROGRAMME: ["/me/", "/admin/", "/admin/people/", "/admin/holidays/", "/admin/import/"],
    }[role]  # fmt: skip


@pytest.mark.parametrize(("size", "language"), [(PHONE, "ar"), (DESK, "fr")], ids=["phone-ar", "desk-fr"])
@pytest.mark.parametrize("role", ["", ARTISAN, COOPERATIVE, COMMITTEE, MANAGER, ANIMATOR, AGENT, PROGRAMME])
def test_every_page(live: Live, visit: Callable[..., Visit], role: str, size: tuple[int, int], language: str) -> None:
    browser = visit(size=size, language=language)
    if role:
        browser.sign_in(role, PASSWORD)
    with live.app.app_context():
        paths = pages(role)
    wrong = []
    for path in paths:
        browser.complaints.clear()
        page = browser.open(path)
        try:
            browser.check()
        except AssertionError as error:
            wrong.append(f"{path}: {error}")
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        assert page.locator("h1").count() == 1, path
    assert wrong == []


@pytest.mark.parametrize("role", ["", ARTISAN, COOPERATIVE, MANAGER, ANIMATOR])
def test_every_page_holds_before_its_letters_are_there(live: Live, visit: Callable[..., Visit], role: str) -> None:
    browser = visit(size=PHONE)
    if role:
        browser.sign_in(role, PASSWORD)
    browser.page.context.route("**/*.woff2*", lambda route: route.abort())
    with live.app.app_context():
        paths = pages(role)
    wide = {path: width for path in paths if (width := browser.open(path) and browser.overflow())}
    assert wide == {}
    assert browser.page.evaluate("[...document.fonts].every(face => face.status != 'loaded')")
