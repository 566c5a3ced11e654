"""A real server on a free port and a real Chromium; pages report what they complain of, axe reads them."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, Route, sync_playwright

from app import create_app
from app.extensions import db
from app.settings import Settings
from tests.factories import PASSWORD

#: The two screens each page is tried on.
PHONE, DESK = (360, 740), (1280, 900)
LOCALES = {"fr": "fr-MA", "ar": "ar-MA", "en": "en-GB"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One test process drives the browser; the others go on."""
    for item in items:
        if Path(str(item.fspath)).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass(frozen=True)
class Live:
    """A running application: seed it inside ``with live.app.app_context()``, open it at ``live.url``."""

    app: Flask
    url: str


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path) -> Iterator[Live]:
    """An empty installation served by waitress in a thread, as in production."""
    database = tmp_path / "dawra.db"
    shutil.copy(sqlite_template, database)
    app = create_app(
        Settings(environment="test", database_url=f"sqlite:///{database}", data_dir=tmp_path / "var", rate_limits=False)
    )
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=16, _start=True)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Live(app, f"http://127.0.0.1:{server.effective_port}")
    # A stream still open would wake the closed server by writing to its pipe, whose number another file has by then:
    # a byte in the header of the next test's database.
    server.pull_trigger = lambda: None
    server.close()
    server.task_dispatcher.shutdown(timeout=1)
    thread.join(timeout=1)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; a missing one is a failure, never a skip."""
    path = shutil.which("chromium")
    assert path, "the browser tests need Debian's chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page of the installation, and everything it complained of."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Go to a path of the installation."""
        self.page.goto(self.base + path)
        return self.page

    def follow(self, target: Locator | str) -> Page:
        """Press what leads to another page, and wait until that page is there: a click alone does not."""
        with self.page.expect_navigation():
            (self.page.locator(target) if isinstance(target, str) else target).click()
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        """Sign in by the real form."""
        page = self.open("/account/login")
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", password)
        page.click("main button[type=submit]")
        page.wait_for_url("**/me/**")
        return page

    def overflow(self) -> int:
        """Pixels by which the page is wider than the screen; 0 is right."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def check(self) -> None:
        """Once the page and its letters are there: nothing overflows, nothing complained, axe finds nothing serious."""
        self.page.wait_for_load_state()
        self.page.evaluate("document.fonts.ready.then(() => null)")
        excess = self.overflow()
        assert excess == 0, f"{self.page.url} is {excess} px too wide"
        assert axe(self.page) == []
        assert self.complaints == []


@pytest.fixture
def visit(live: Live, chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens browsers: ``visit(size=PHONE, language="ar", scheme="dark")``; each its own cookies."""
    contexts = []

    def begin(size: tuple[int, int] = DESK, language: str = "fr", scheme: str = "light", scripts: bool = True) -> Visit:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=LOCALES[language],
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            timezone_id="Africa/Casablanca",
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        opened = Visit(context.new_page(), live.url)
        context.route("**/*", lambda route: _only_here(route, live.url, opened.complaints))
        context.on("console", lambda message: _listen(message, opened.complaints))
        context.on("response", lambda response: _notice(response, opened.complaints))
        opened.page.on("pageerror", lambda error: opened.complaints.append(f"script: {error}"))
        context.add_cookies([{"name": "dawra_lang", "value": language, "url": live.url}])
        return opened

    yield begin
    for context in contexts:
        context.close()


def _only_here(route: Route, base: str, complaints: list[str]) -> None:
    if urlsplit(route.request.url).netloc == urlsplit(base).netloc or route.request.url.startswith("data:"):
        route.continue_()
    else:
        complaints.append(f"foreign request: {route.request.url}")
        route.abort()


def _listen(message: ConsoleMessage, complaints: list[str]) -> None:
    # The answer's own status is told by the network; everything else of the console is a complaint (policy, scripts).
    if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
        complaints.append(f"console: {message.text}")


def _notice(response: Response, complaints: list[str]) -> None:
    if response.status >= 400 and response.request.resource_type != "document":
        complaints.append(f"{response.status}: {response.url}")


def axe(page: Page) -> list[str]:
    """The serious and critical findings on a page, a line each; none is right."""
    found = Axe().run(page).response["violations"]
    return [
        f"{finding['id']}: {node['target']} {node.get('failureSummary', '')}"
        for finding in found
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
