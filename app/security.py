"""Sign-in through Flask-Security, made ours: its words, its mails into the outbox, sessions that end, rate limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, current_app, session
from flask_login import user_logged_in
from flask_security import (
    MailUtil,
    PasswordUtil,
    Security,
    SQLAlchemyUserDatastore,
    current_user,
    hash_password,
    logout_user,
)
from flask_security.utils import hash_data

from app.clock import now
from app.extensions import db
from app.forms.account import ChangeForm, ForgotForm, ResetForm, SignInForm
from app.i18n import _l, language
from app.limits import limit_sign_in
from app.models import User
from app.models.account import NoRole
from app.notices import accounts as notices
from app.services import account, passwords
from app.settings import Settings

RESET_WITHIN = timedelta(hours=2)

#: Endpoints of the library that guessers knock at.
KNOCKED = ("security.login", "security.forgot_password", "security.reset_password", "security.change_password")


def config(settings: Settings) -> dict[str, object]:
    """What Flask-Security and the session need to know."""
    production = settings.environment == "production"
    return {
        "SESSION_COOKIE_NAME": "dawra",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "PERMANENT_SESSION_LIFETIME": settings.session_lifetime,
        "WTF_CSRF_TIME_LIMIT": None,
        "RATELIMIT_ENABLED": settings.rate_limits,
        "RATELIMIT_STORAGE_URI": settings.rate_storage,
        "SECURITY_URL_PREFIX": "/account",
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {"argon2__type": "ID"},
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_LENGTH_MIN": passwords.SHORTEST,
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_RESET_PASSWORD_WITHIN": RESET_WITHIN,
        "SECURITY_FRESHNESS": timedelta(minutes=-1),
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_EMAIL_PLAINTEXT": False,
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_EMAIL_SENDER": settings.mail_from,
        "SECURITY_POST_LOGIN_VIEW": "/me/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        **{f"SECURITY_MSG_{name}": told for name, told in _MESSAGES.items()},
    }


_MESSAGES = {
    "GENERIC_AUTHN_FAILED": (_l("Adresse ou mot de passe inexact."), "error"),
    "PASSWORD_RESET_REQUEST": (_l("Un message vient de partir : suivez le lien qu'il contient."), "info"),
    "PASSWORD_RESET_EXPIRED": (_l("Ce lien a expiré : demandez-en un autre."), "error"),
    "INVALID_RESET_PASSWORD_TOKEN": (_l("Ce lien ne sert plus : demandez-en un autre."), "error"),
    "PASSWORD_RESET_NO_LOGIN": (_l("Votre mot de passe est enregistré : connectez-vous."), "success"),
    "PASSWORD_CHANGE": (_l("Votre mot de passe a changé ; les autres appareils sont déconnectés."), "success"),
    "INVALID_PASSWORD": (_l("Ce n'est pas votre mot de passe actuel."), "error"),
    "PASSWORD_IS_THE_SAME": (_l("Le nouveau mot de passe doit être différent de l'actuel."), "error"),
    "INVALID_EMAIL_ADDRESS": (
        _l("Cette adresse n'est pas complète : elle s'écrit comme nom@exemple.ma."),
        "error",
    ),
    "INVALID_REDIRECT": (_l("Cette adresse mène hors de Dawra."), "error"),
}


class OutboxMail(MailUtil):  # type: ignore[misc]
    """Flask-Security's mails, worded by us, into the outbox."""

    def send_mail(self, template: str, subject: str, recipient: Any, *_rest: Any, **kwargs: Any) -> None:
        """Write the notice; the reset view commits nothing, so this does."""
        user: User = kwargs["user"]
        if template.endswith("reset_instructions"):
            hash_password("the same work as for an address without account")
            notices.reset_password(user, kwargs["reset_token"], language())
        else:
            notices.password_changed(user)
        db.session.commit()


class HousePasswords(PasswordUtil):  # type: ignore[misc]
    """The rules of ``app.services.passwords`` for new passwords."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """The faults (or None) and the normal form."""
        user = kwargs.get("user")
        own = (user.name, user.email) if user else ()
        return passwords.faults(password, *own) or None, passwords.normal(password)


class EvenForgotForm(ForgotForm):
    """Does as much for an address without account as for a known one, so that neither answer nor time tells which."""

    def validate(self, **kwargs: Any) -> bool:
        """True for an account's address; another address is told by mail that it has none."""
        if super().validate(**kwargs):
            return True
        try:
            email = account.address(self.email.data or "")
        except ValueError:
            self.form_errors.append(_MESSAGES["INVALID_EMAIL_ADDRESS"][0])
            return False
        if self.user is None and not self.csrf_token.errors:
            hash_data("the same work as for an account's address")
            notices.no_account(email, language())
            db.session.commit()
        return False


def init(app: Flask) -> None:
    """Bind Flask-Security with our forms and manners; before the gate, which asks who is there."""
    Security(
        app, SQLAlchemyUserDatastore(db, User, NoRole), mail_util_cls=OutboxMail, password_util_cls=HousePasswords,
        login_form=SignInForm, forgot_password_form=EvenForgotForm, reset_password_form=ResetForm,
        change_password_form=ChangeForm,
    )  # fmt: skip
    user_logged_in.connect(_begin, app)
    app.before_request(_end_old_sessions)
    for endpoint in KNOCKED:
        app.view_functions[endpoint] = limit_sign_in(app.view_functions[endpoint])


def _begin(_app: Flask, **_user: Any) -> None:
    session.permanent = True
    session["signed_in_at"] = int(now().timestamp())


def _end_old_sessions() -> None:
    """A session ends so many hours after signing in, however busy it is."""
    if current_user.is_authenticated:
        lasted = now().timestamp() - session.get("signed_in_at", 0)
        if lasted > current_app.config["PERMANENT_SESSION_LIFETIME"].total_seconds():
            logout_user()
