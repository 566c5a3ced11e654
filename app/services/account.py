"""Open an account: asked for by a form, opened from its mailbox with the password chosen."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password
from flask_security.utils import verify_password
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.clock import now
from app.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.i18n import _
from app.models import Language, Registration, User
from app.notices import accounts as notices
from app.services import audit, passwords

CONFIRM_WITHIN = timedelta(days=2)


def digest(token: str) -> str:
    """What is kept of a token: its SHA-256, so that a copy of the database opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def address(text: str) -> str:
    """An e-mail address in lower case; ValueError with no words when it is none."""
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError from error


def _address(text: str) -> tuple[str, list[str]]:
    try:
        found = address(text)
    except ValueError:
        return "", [_("Cette adresse n'est pas complète : elle s'écrit comme nom@exemple.ma.")]
    return found, [] if len(found) <= 254 else [_("%(max)d caractères au plus.", max=254)]


def faults(name: str, email: str, password: str) -> dict[str, list[str]]:
    """What is wrong with a registration, by field; empty when it may be asked for."""
    found = {"name": [], "email": _address(email)[1], "password": passwords.faults(password, name, email)}
    if not 0 < len(name.strip()) <= 120:
        found["name"] = [_("Écrivez votre nom, en 120 caractères au plus.")]
    return {field: texts for field, texts in found.items() if texts}


def register(name: str, email: str, password: str, language: str, call_id: int | None = None) -> None:
    """Ask for an account: mails a link to confirm it, or tells the owner of the account there is.

    ``call_id``: the call she was about to answer; the link leads back to it.

    The caller learns nothing of which: same work, same answer. Raises Invalid with every fault.
    """
    if found := faults(name, email, password):
        raise Invalid(found)
    known, email = name.strip(), address(email)
    hashed = hash_password(passwords.normal(password))
    db.session.execute(delete(Registration).where(Registration.expires_at < now()))
    user = db.session.scalar(select(User).where(User.email == email))
    if user is not None:
        notices.already_registered(user)
    else:
        token = secrets.token_urlsafe(32)
        registration = Registration(
            email=email, name=known, password=hashed, language=Language(language), token_sha256=digest(token),
            expires_at=now() + CONFIRM_WITHIN,
        )  # fmt: skip
        db.session.add(registration)
        notices.confirm_address(registration, token, call_id)
    db.session.commit()


def waiting(token: str) -> Registration | None:
    """The registration a link confirms, or None when the link is used, wrong or too old."""
    query = select(Registration).where(Registration.token_sha256 == digest(token), Registration.expires_at > now())
    return db.session.scalar(query)


def confirm(token: str, password: str) -> User:
    """Open the account; the password proves that who reads the mail is who asked.

    Raises NotFound for a link that leads nowhere, Invalid for another password, Refused when the address has an
    account by now.
    """
    asked = waiting(token)
    if asked is None:
        raise NotFound
    if not verify_password(passwords.normal(password), asked.password):
        raise Invalid({"password": [_("Ce n'est pas le mot de passe choisi à l'inscription.")]})
    user = User(
        email=asked.email, name=asked.name, password=asked.password, language=asked.language,
        fs_uniquifier=uuid.uuid4().hex, created_at=now(),
    )  # fmt: skip
    db.session.add(user)
    try:
        db.session.flush()
    except IntegrityError as error:
        db.session.rollback()
        raise Refused(_("Un compte existe déjà à cette adresse : connectez-vous.")) from error
    db.session.execute(delete(Registration).where(Registration.email == user.email))
    audit.record(None, user, "account.open", f"user:{user.id}")
    db.session.commit()
    return user


def edit(user: User, name: str, language: str) -> None:
    """Change one's name and language; raises Invalid."""
    known = name.strip()
    if not known or len(known) > 120:
        raise Invalid({"name": [_("Écrivez votre nom, en 120 caractères au plus.")]})
    user.name, user.language = known, Language(language)
    db.session.commit()
