"""Open an account, and one's own name and language. Sign-in itself is Flask-Security's (see ``app.security``)."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_security import login_user
from werkzeug.wrappers import Response

from app.errors import Invalid, Refused
from app.forms.account import ConfirmForm, ProfileForm, RegisterForm
from app.forms.base import add_faults, complete_faults
from app.i18n import _, language
from app.intake import whole
from app.limits import limit_sign_in
from app.models import User
from app.permissions import anyone, current_actor, may_apply, policy, signed_in
from app.queries.call import call_by_id
from app.services import account

blueprint = Blueprint("accounts", __name__, url_prefix="/account")

Page = str | Response | tuple[str, int]


@blueprint.get("/register")
@policy(anyone)
def register() -> Page:
    """The form to ask for an account."""
    return render_template("accounts/register.html", form=RegisterForm(language=language(), call=_call_asked() or ""))


@blueprint.post("/register")
@policy(anyone)
@limit_sign_in
def ask() -> Page:
    """Ask for an account; the answer is the same whether the address has one or not."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            account.register(form.name.data, form.email.data, form.password.data, form.language.data, _call_asked())
            return redirect(url_for("accounts.asked", call=_call_asked()), 303)
        except Invalid as error:
            add_faults(form, error)
    else:
        complete_faults(form, account.faults(*(form[one].data or "" for one in ("name", "email", "password"))))
    return render_template("accounts/register.html", form=form), 422


@blueprint.get("/register/sent")
@policy(anyone)
def asked() -> Page:
    """What to do now: read one's mail."""
    return render_template("accounts/asked.html", call_id=_call_asked())


@blueprint.get("/confirm/<token>")
@policy(anyone)
def confirm(token: str) -> Page:
    """The form that opens the account, or what to do when the link has served."""
    registration = account.waiting(token)
    if registration is None:
        return render_template("accounts/link_ended.html"), 404
    return render_template("accounts/confirm.html", form=ConfirmForm(), registration=registration)


@blueprint.post("/confirm/<token>")
@policy(anyone, subject=account.waiting)
@limit_sign_in
def open_account(token: str) -> Page:
    """Open the account and sign in."""
    form, registration = ConfirmForm(), g.subject
    if form.validate_on_submit():
        try:
            user = account.confirm(token, form.password.data)
            login_user(user, authn_via=["password"])
            flash(_("Votre compte est ouvert."), "ok")
            return redirect(_way_on(user), 303)
        except Invalid as error:
            add_faults(form, error)
        except Refused as error:
            flash(str(error), "alert")
            return redirect(url_for("security.login"), 303)
    return render_template("accounts/confirm.html", form=form, registration=registration), 422


def _call_asked() -> int | None:
    """The call she was about to answer when she had no account yet."""
    return request.values.get("call", type=whole)


def _way_on(user: User) -> str:
    """Her application to that call; without one, her own space."""
    call = call_by_id(_call_asked() or 0)
    if call is not None and may_apply(user, call):
        return url_for("applications.start", call_id=call.id)
    return url_for("home.me")


@blueprint.get("/")
@policy(signed_in)
def profile() -> Page:
    """One's account: name, language, roles."""
    actor = current_actor()
    return render_template("accounts/profile.html", form=ProfileForm(obj=actor), actor=actor)


@blueprint.post("/")
@policy(signed_in)
def edit() -> Page:
    """Change one's name and language."""
    form, actor = ProfileForm(), current_actor()
    if form.validate_on_submit():
        try:
            account.edit(actor, form.name.data, form.language.data)
            flash(_("C'est enregistré."), "ok")
            return redirect(url_for("accounts.profile"), 303)
        except Invalid as error:
            add_faults(form, error)
    return render_template("accounts/profile.html", form=form, actor=actor), 422
