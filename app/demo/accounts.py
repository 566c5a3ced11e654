"""The demo's accounts: one login a role, and a closed one that stands for the invented applicants."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from flask_security import hash_password
from sqlalchemy import select

from app.clock import now
from app.demo import places
from app.demo_logins import LOGINS, PASSWORD
from app.extensions import db
from app.models import Exhibitor, ExhibitorAccount, Membership, Site, SiteRole, User

MANAGER, COMMITTEE, ANIMATOR, AGENT, ARTISAN, COOPERATIVE, MAALEM, PROGRAMME = (email for email, _ in LOGINS)
INVENTED = "personnes-inventees@dawra.example"
NAMES = {
    MANAGER: "Salma Berrada",
    COMMITTEE: "Si Mohamed Alaoui",
    ANIMATOR: "Hind Ouchen",
    AGENT: "Karim Naciri",
    ARTISAN: "Zineb Aït Ouarab",
    COOPERATIVE: "Fadma Oubaha",
    MAALEM: "Driss Skalli",
    PROGRAMME: "Nadia Lahlou",
    INVENTED: "Personnes inventées",
}


@dataclass(frozen=True)
class People:
    """The accounts by e-mail, and the three sites."""

    accounts: dict[str, User]
    marrakech: Site
    fair: Site
    fes: Site

    def __getitem__(self, email: str) -> User:
        return self.accounts[email]


def make() -> People:
    """Make the accounts, the sites' rooms, and the roles."""
    hashed = hash_password(PASSWORD)
    users = {
        email: User(
            email=email, name=name, password=hashed, active=email != INVENTED, created_at=now(),
            is_administrator=email == PROGRAMME, fs_uniquifier=uuid4().hex,
        )
        for email, name in NAMES.items()
    }  # fmt: skip
    db.session.add_all(users.values())
    people = People(users, places.marrakech(), places.fquih_ben_salah(), places.fes())
    sites = (people.marrakech, people.fair, people.fes)
    _grant(users[MANAGER], SiteRole.MANAGER, *sites)
    _grant(users[COMMITTEE], SiteRole.COMMITTEE, *sites)
    _grant(users[ANIMATOR], SiteRole.ANIMATOR, *sites)
    _grant(users[AGENT], SiteRole.AGENT, *sites)
    db.session.commit()
    return people


def known() -> People:
    """The accounts that were made before."""
    users = {user.email: user for user in db.session.scalars(select(User).where(User.email.in_(NAMES)))}
    return People(users, *(places.site(slug) for slug in places.SLUGS))


def _grant(user: User, role: SiteRole, *sites: Site) -> None:
    db.session.flush()
    db.session.add_all(Membership(user_id=user.id, site_id=site.id, role=role) for site in sites)


def act_for(user: User, *exhibitors: Exhibitor) -> None:
    """Let an account act for exhibitors."""
    db.session.add_all(
        ExhibitorAccount(exhibitor_id=exhibitor.id, user_id=user.id, since=now()) for exhibitor in exhibitors
    )
    db.session.commit()
