"""Who may do what: named predicates, and the gate in front of every endpoint.

Each view declares one policy: ``@policy(manages, subject=site_by_slug)``. The gate loads the subject from the
address, asks the predicate, and answers alike for what is foreign and what does not exist (404). An endpoint
without a policy stops the application from starting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from app.database import reading
from app.models import Application, Call, Exhibitor, Site, SiteRole, User
from app.resend import from_here

Actor = User | None
Predicate = Callable[[Actor, Any], bool]
Loader = Callable[..., Any]


@dataclass(frozen=True)
class Policy:
    """A predicate and how to find what it judges; ``open`` lets people in who have not signed in."""

    predicate: Predicate
    subject: Loader | None = None
    open: bool = False


def site_of(subject: Any) -> Site:
    """The site a thing belongs to."""
    if isinstance(subject, Site):
        return subject
    if (site := getattr(subject, "site", None)) is not None:
        return site  # type: ignore[no-any-return]
    return subject.call.site  # type: ignore[no-any-return]


def has_role(user: Actor, site: Site, *roles: SiteRole) -> bool:
    """Whether a person holds one of the roles at the site."""
    return user is not None and any(m.site_id == site.id and m.role in roles for m in user.memberships)


def anyone(_user: Actor, _subject: Any) -> bool:
    """The public."""
    return True


def signed_in(user: Actor, _subject: Any) -> bool:
    """Anyone with an account."""
    return user is not None


def manages(user: Actor, subject: Any) -> bool:
    """The managers of the subject's site."""
    return has_role(user, site_of(subject), SiteRole.MANAGER)


def reviews(user: Actor, subject: Any) -> bool:
    """The managers and committee members of the subject's site."""
    return has_role(user, site_of(subject), SiteRole.MANAGER, SiteRole.COMMITTEE)


def animates(user: Actor, subject: Any) -> bool:
    """The managers and animators of the subject's site."""
    return has_role(user, site_of(subject), SiteRole.MANAGER, SiteRole.ANIMATOR)


def assists(user: Actor, subject: Any) -> bool:
    """The managers and agents of the subject's site, who enter files for those who cannot."""
    return has_role(user, site_of(subject), SiteRole.MANAGER, SiteRole.AGENT)


def works_at(user: Actor, subject: Any) -> bool:
    """Anyone with a role at the subject's site, and programme administrators."""
    return administers(user, subject) or has_role(user, site_of(subject), *SiteRole)


def administers(user: Actor, _subject: Any) -> bool:
    """Programme administrators."""
    return user is not None and user.is_administrator


def manages_or_administers(user: Actor, subject: Any) -> bool:
    """The managers of the subject's site, and programme administrators."""
    return manages(user, subject) or administers(user, subject)


def acts_for(user: Actor, subject: Any) -> bool:
    """The accounts that act for an exhibitor (or for the exhibitor of an application)."""
    exhibitor = subject.exhibitor if isinstance(subject, Application) else subject
    return (
        user is not None and isinstance(exhibitor, Exhibitor) and any(a.user_id == user.id for a in exhibitor.accounts)
    )


def greets(user: Actor, meeting: Any) -> bool:
    """The managers and agents of a site where the exhibitor met is expected (``meeting.sites``)."""
    return any(assists(user, site) for site in meeting.sites)


def assisting(user: Actor, exhibitor: Exhibitor) -> bool:
    """Whether a person works at the desk of a site whose help the exhibitor accepted."""
    return any(assists(user, consent.site) for consent in exhibitor.assistances)


def may_act_for(user: Actor, subject: Any) -> bool:
    """The accounts that act for an exhibitor (or an application's), and the agents whose help she accepted."""
    exhibitor = subject.exhibitor if isinstance(subject, Application) else subject
    return isinstance(exhibitor, Exhibitor) and (acts_for(user, exhibitor) or assisting(user, exhibitor))


def answers(user: Actor, offer: Any) -> bool:
    """Who may answer for an exhibitor: her accounts, the desk that helps her, and (by telephone) the managers."""
    return may_act_for(user, offer.exhibitor) or manages(user, offer)


def sees_call(user: Actor, call: Call) -> bool:
    """A published or cancelled call is public; a draft is its managers' alone."""
    return call.published_at is not None or manages(user, call)


def may_apply(user: Actor, call: Call) -> bool:
    """Whoever signed in may start an application in a call made public; for whom is asked by the service."""
    return user is not None and call.published_at is not None


def policy(
    predicate: Predicate, subject: Loader | None = None, *, open: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare an endpoint's policy; the loaded subject is ``g.subject``."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        view.policy = Policy(predicate, subject, open or predicate is anyone)  # type: ignore[attr-defined]
        return view

    return declare


#: Endpoints of libraries: they guard themselves (sign-in, reset, change of password) or serve files of the house.
LIBRARY_POLICIES = {
    "static": Policy(anyone, open=True),
    "security.static": Policy(anyone, open=True),
    "security.login": Policy(anyone, open=True),
    "security.logout": Policy(anyone, open=True),
    "security.change_password": Policy(signed_in),
    "security.forgot_password": Policy(anyone, open=True),
    "security.reset_password": Policy(anyone, open=True),
}


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The policy an endpoint declares, or None."""
    return getattr(app.view_functions[endpoint], "policy", None) or LIBRARY_POLICIES.get(endpoint)


def require_policies(app: Flask) -> None:
    """Refuse to start with an endpoint that declares no policy."""
    missing = sorted(rule.endpoint for rule in app.url_map.iter_rules() if not policy_of(app, rule.endpoint))
    if missing:
        raise RuntimeError(f"endpoints without a policy: {', '.join(missing)}")


def current_actor() -> Actor:
    """The person who signed in, or None."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def promise() -> None:
    """Before anything asks the database: who only reads does not queue behind those who write (SQLite)."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        scope = reading()
        scope.__enter__()
        g.reading_scope = scope


def gate() -> Response | None:
    """Before each request: ask the endpoint's policy."""
    if request.endpoint is None:
        return None
    rule = policy_of(current_app, request.endpoint)
    if rule is None:
        abort(404)
    actor = current_actor()
    if actor is None and not rule.open:
        if from_here():
            abort(401)
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")), 303)
    g.subject = rule.subject(**(request.view_args or {})) if rule.subject else None
    if (rule.subject and g.subject is None) or not rule.predicate(actor, g.subject):
        abort(404)
    return None


def end_promise(_error: BaseException | None = None) -> None:
    """After each request: leave the reading scope."""
    scope = g.pop("reading_scope", None)
    if scope is not None:
        scope.__exit__(None, None, None)
