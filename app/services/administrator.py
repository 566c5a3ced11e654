"""Appoint programme administrators, from the command line, by who runs the machine."""

from __future__ import annotations

import uuid

from flask_security import hash_password
from sqlalchemy import select

from app.clock import now
from app.errors import Invalid
from app.extensions import db
from app.i18n import _
from app.models import Language, User
from app.services import passwords
from app.services.account import address
from app.services.team import administrator


def existing(email: str) -> User | None:
    """The account of an address, or None; raises Invalid for what is no address."""
    try:
        known = address(email)
    except ValueError:
        sentence = _("Cette adresse n'est pas complète : elle s'écrit comme nom@exemple.ma.")
        raise Invalid({"email": [sentence]}) from None
    return db.session.scalar(select(User).where(User.email == known))


def appoint(email: str, name: str, password: str) -> User:
    """Make the account of an address programme administrator, opening it when there is none.

    Raises Invalid with every fault of the address, the name and the password.
    """
    user = existing(email) or _opened(email, name.strip(), password)
    administrator(user)
    return user


def _opened(email: str, name: str, password: str) -> User:
    faults = {"password": passwords.faults(password, name, email)}
    if not name or len(name) > 120:
        faults["name"] = [_("Écrivez votre nom, en 120 caractères au plus.")]
    if any(faults.values()):
        raise Invalid({field: texts for field, texts in faults.items() if texts})
    user = User(
        email=address(email), name=name, password=hash_password(passwords.normal(password)), language=Language.FR,
        fs_uniquifier=uuid.uuid4().hex, created_at=now(),
    )  # fmt: skip
    db.session.add(user)
    db.session.flush()
    return user
