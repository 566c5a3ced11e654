"""Where one can go from here: links of the header, the manager's tabs, the languages.

A link is offered when its page exists and its policy lets the reader in: the gate and the menu cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, g, request, url_for
from flask.globals import request_ctx
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.demo_logins import LOGINS, PASSWORD
from app.extensions import db
from app.forms.base import field_attributes, field_kind, form_faults, may_stay_empty, own_faults
from app.i18n import LANGUAGES, _l, language, localized
from app.models import CraftFamily, Site
from app.permissions import current_actor, policy_of
from app.planning.variant import scenario_name

MAIN = (("sites.index", _l("Sites")), ("calls.index", _l("Appels à candidature")))

#: Key of the tab, endpoint (all take the site's slug), label.
SITE_TABS = (
    ("dashboard", "manage.dashboard", _l("Tableau de bord")),
    ("presence", "attendance.index", _l("Présences")),
    ("ledger", "ledger.index", _l("Registre d'équité")),
    ("spaces", "spaces.index", _l("Espaces")),
    ("calls", "calls_admin.index", _l("Appels")),
    ("events", "events.index", _l("Animations")),
    ("exhibitors", "exhibitors.helped", _l("Exposants aidés")),
    ("team", "team.index", _l("Équipe")),
    ("site", "manage.site", _l("Fiche du site")),
    ("audit", "audit.index", _l("Journal")),
)

#: What only programme administrators do.
ADMINISTRATION = (
    ("admin.index", _l("Sites et gestionnaires")),
    ("admin.people", _l("Comptes")),
    ("imports.index", _l("Importer des sites, des métiers ou des exposants")),
    ("holidays.index", _l("Jours fériés")),
)

TONES = {"ok": "ok", "success": "ok", "alert": "alert", "error": "alert", "danger": "alert", "wait": "wait"}


@dataclass(frozen=True)
class Link:
    """A place to go; ``current`` where the reader stands, ``code`` a language's."""

    label: str
    url: str
    current: bool = False
    code: str = ""


def init(app: Flask) -> None:
    """Offer the links, and what the kit needs of forms and marks, to templates."""
    app.jinja_env.globals.update(
        administration_links=administration_links,
        call_on_the_way=call_on_the_way,
        demo_logins=demo_logins,
        demo_password=PASSWORD,
        family_name=family_name,
        field_attributes=field_attributes,
        field_kind=field_kind,
        flash_tone=lambda category: TONES.get(category, "info"),
        form_faults=form_faults,
        language_links=language_links,
        main_links=main_links,
        mark_url=mark_url,
        marks_of=marks_of,
        may=may,
        may_stay_empty=may_stay_empty,
        own_faults=own_faults,
        own_links=own_links,
        scenario_name=scenario_name,
        site_tabs=site_tabs,
    )


def may(endpoint: str, subject: Any = None) -> bool:
    """Whether a page exists and the reader may open it for this subject."""
    if endpoint not in current_app.view_functions:
        return False
    rule = policy_of(current_app, endpoint)
    return rule is not None and rule.predicate(current_actor(), subject)


def main_links() -> list[Link]:
    """The public pages."""
    return [_link(endpoint, label) for endpoint, label in MAIN if may(endpoint)]


def own_links() -> list[Link]:
    """The pages of the person who signed in: her space, her sites, her account."""
    actor = current_actor()
    if actor is None:
        return []
    sites = {member.site_id: member.site for member in actor.memberships}
    links = [_link("home.me", _l("Mon espace"))]
    links += [
        _link("manage.dashboard", localized(s), slug=s.slug) for s in sites.values() if may("manage.dashboard", s)
    ]
    return [*links, *administration_links(), _link("accounts.profile", _l("Mon compte"))]


def administration_links() -> list[Link]:
    """The pages of programme administrators; none for others."""
    return [_link(endpoint, label) for endpoint, label in ADMINISTRATION if may(endpoint)]


def site_tabs(site: Site, current: str) -> list[Link]:
    """The tabs of a site's management that the reader may open."""
    return [
        Link(str(label), url_for(endpoint, slug=site.slug), key == current)
        for key, endpoint, label in SITE_TABS
        if may(endpoint, site)
    ]


def language_links() -> list[Link]:
    """The same page in each language: an address relative to it, so that an error page echoes nothing."""
    path, query = ("", request.args) if _readable() else (url_for("home.index"), MultiDict())
    return [Link(name, _in_language(path, query, code), code == language(), code) for code, name in LANGUAGES.items()]


def _readable() -> bool:
    """Whether the address itself answers a reader: it does where a form and the answer to it share one."""
    if request.url_rule is None or "GET" in (request.url_rule.methods or ()):
        return True
    adapter = request_ctx.url_adapter
    try:
        return adapter is not None and bool(adapter.match(method="GET"))
    except (HTTPException, RequestRedirect):
        return False


def _in_language(path: str, query: Any, code: str) -> str:
    kept = [(name, value) for name, value in query.items(multi=True) if name != "lang"]
    return f"{path}?{urlencode([*kept, ('lang', code)])}"


def _link(endpoint: str, label: object, **values: Any) -> Link:
    url = url_for(endpoint, **values)
    return Link(str(label), url, request.path == url)


def demo_logins() -> tuple[tuple[str, str], ...]:
    """The demo's accounts, shown on its sign-in page; none elsewhere."""
    return LOGINS if current_app.extensions["settings"].environment == "demo" else ()


def call_on_the_way() -> int | None:
    """The call whose application asked the reader to sign in first; None when something else did."""
    adapter = request_ctx.url_adapter
    try:
        endpoint, values = adapter.match(urlsplit(request.values.get("next", "")).path) if adapter else ("", {})
    except (HTTPException, ValueError):
        return None
    return values["call_id"] if endpoint == "applications.start" else None


def mark_url(family_code: str) -> str:
    """The picture of a craft family; families of one's own import take the house's star."""
    name = f"marks/{family_code}.svg"
    known = family_code.isalnum() and (_static() / name).is_file()
    return url_for("static", filename=name if known else "marks/default.svg")


def marks_of(families: Iterable[str]) -> dict[str, str]:
    """The pictures of some craft families, each looked up once."""
    return {code: mark_url(code) for code in families}


def _static() -> Path:
    return Path(str(current_app.static_folder))


def family_name(family_code: str) -> str:
    """The name of a craft family in the reader's language, all read once a request."""
    if "families" not in g:
        g.families = {family.code: family for family in db.session.scalars(select(CraftFamily))}
    family = g.families.get(family_code)
    return localized(family) if family else ""
