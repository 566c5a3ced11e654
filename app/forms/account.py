"""Forms about accounts: ours to register, and Flask-Security's in our words."""

from __future__ import annotations

from typing import Any

from flask_security.forms import (
    ChangePasswordForm,
    EmailValidation,
    ForgotPasswordForm,
    LoginForm,
    ResetPasswordForm,
    valid_user_email,
)
from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField, SubmitField
from wtforms.validators import EqualTo, ValidationError

from app.forms.base import Form, choices, required
from app.i18n import LANGUAGES, _l
from app.services import passwords

_CURRENT = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}
_HINT = _l("10 caractères au moins. Une courte phrase est plus sûre, et plus facile à retenir.")


def _mail() -> EmailField:
    return EmailField(
        _l("Adresse e-mail"),
        validators=[required(), EmailValidation(verify=False)],
        render_kw={"autocomplete": "email"},
    )


def _again(first: str) -> PasswordField:
    return PasswordField(
        _l("Le même mot de passe, encore une fois"),
        validators=[required(), EqualTo(first, _l("Les deux mots de passe ne sont pas les mêmes."))], render_kw=_NEW,
    )  # fmt: skip


def _hard(_form: Any, field: PasswordField) -> None:
    """Tell a weak password beside the other faults; Flask-Security alone tells it after them."""
    if found := passwords.faults(field.data or ""):
        raise ValidationError(found[0])


class RegisterForm(Form):
    """Ask for an account."""

    name = StringField(_l("Votre nom"), validators=[required()], render_kw={"autocomplete": "name"})
    email = EmailField(_l("Adresse e-mail"), validators=[required()], render_kw={"autocomplete": "email"})
    password = PasswordField(_l("Mot de passe"), description=_HINT, validators=[required()], render_kw=_NEW)
    language = SelectField(_l("Langue des messages"), choices=choices(LANGUAGES.items()))
    call = HiddenField()


class ConfirmForm(Form):
    """Open the account asked for."""

    password = PasswordField(_l("Le mot de passe choisi à l'inscription"), validators=[required()], render_kw=_CURRENT)


class ProfileForm(Form):
    """One's own name and language."""

    name = StringField(_l("Votre nom"), validators=[required()], render_kw={"autocomplete": "name"})
    language = SelectField(_l("Langue des messages"), choices=choices(LANGUAGES.items()))


class SignInForm(LoginForm):  # type: ignore[misc]
    """Sign in; no lasting cookie: phones are lent."""

    email = _mail()
    password = PasswordField(_l("Mot de passe"), validators=[required()], render_kw=_CURRENT)
    remember = None
    submit = SubmitField(_l("Se connecter"))
    next = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""


class ForgotForm(ForgotPasswordForm):  # type: ignore[misc]
    """Ask for a link to choose a new password."""

    email = EmailField(
        _l("Adresse e-mail"),
        validators=[required(), EmailValidation(), valid_user_email],
        render_kw={"autocomplete": "email"},
    )
    submit = SubmitField(_l("Recevoir le lien"))


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """Choose a new password."""

    password = PasswordField(
        _l("Nouveau mot de passe"), description=_HINT, validators=[required(), _hard], render_kw=_NEW
    )
    password_confirm = _again("password")
    submit = SubmitField(_l("Enregistrer"))


class ChangeForm(ChangePasswordForm):  # type: ignore[misc]
    """Change one's password."""

    password = PasswordField(_l("Mot de passe actuel"), validators=[required()], render_kw=_CURRENT)
    new_password = PasswordField(
        _l("Nouveau mot de passe"), description=_HINT, validators=[required(), _hard], render_kw=_NEW
    )
    new_password_confirm = _again("new_password")
    submit = SubmitField(_l("Enregistrer"))
