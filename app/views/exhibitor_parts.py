"""What a profile holds besides its form: photo, members, the accounts that act for it."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, send_from_directory, url_for
from werkzeug.wrappers import Response

from app.errors import Invalid
from app.forms.base import add_faults
from app.forms.exhibitor import InviteForm, MemberForm, PhotoForm
from app.i18n import _
from app.limits import limit_submit
from app.models import Exhibitor
from app.permissions import Actor, acts_for, current_actor, may_act_for, policy
from app.queries import exhibitor as queries
from app.services import invitation, member, photo

blueprint = Blueprint("exhibitor_parts", __name__)

Page = str | Response | tuple[str, int]


def sees_photo(user: Actor, exhibitor: Exhibitor) -> bool:
    """Everybody, when she agreed to publish it; else those who act for her."""
    return exhibitor.publish_photo or may_act_for(user, exhibitor)


@blueprint.get("/photos/<filename>")
@policy(sees_photo, subject=queries.by_photo, open=True)
def file(filename: str) -> Page:
    """The photo of an exhibitor."""
    return send_from_directory(photo.folder(), filename, mimetype="image/jpeg")


@blueprint.get("/me/exhibitors/<int:exhibitor_id>/photo")
@policy(may_act_for, subject=queries.by_id)
def photo_form(exhibitor_id: int) -> Page:
    """The form to send a photo."""
    return render_template("exhibitors/photo.html", form=PhotoForm(), exhibitor=g.subject)


@blueprint.post("/me/exhibitors/<int:exhibitor_id>/photo")
@policy(may_act_for, subject=queries.by_id)
@limit_submit
def put_photo(exhibitor_id: int) -> Page:
    """Keep the photo sent."""
    form, exhibitor = PhotoForm(), g.subject
    if form.validate_on_submit():
        sent = request.files.get("photo")
        try:
            photo.put(current_actor(), exhibitor, sent.read() if sent else b"")
            return _back(exhibitor, _("La photo est enregistrée."))
        except Invalid as error:
            add_faults(form, error)
    return render_template("exhibitors/photo.html", form=form, exhibitor=exhibitor), 422


@blueprint.post("/me/exhibitors/<int:exhibitor_id>/photo/remove")
@policy(may_act_for, subject=queries.by_id)
def remove_photo(exhibitor_id: int) -> Page:
    """Take the photo away."""
    photo.remove(current_actor(), g.subject)
    return _back(g.subject, _("La photo est effacée."))


@blueprint.get("/me/exhibitors/<int:exhibitor_id>/members/new")
@policy(may_act_for, subject=queries.by_id)
def member_form(exhibitor_id: int) -> Page:
    """The form of a new member."""
    return render_template("exhibitors/member.html", form=MemberForm(), exhibitor=g.subject)


@blueprint.post("/me/exhibitors/<int:exhibitor_id>/members/new")
@policy(may_act_for, subject=queries.by_id)
@limit_submit
def add_member(exhibitor_id: int) -> Page:
    """Add a member."""
    form, exhibitor = MemberForm(), g.subject
    if form.validate_on_submit():
        try:
            typed = (form.name.data, form.register_number.data or "", form.craft.data)
            member.add(current_actor(), exhibitor, *typed)
            return _back(exhibitor, _("Le membre est ajouté."))
        except Invalid as error:
            add_faults(form, error)
    return render_template("exhibitors/member.html", form=form, exhibitor=exhibitor), 422


@blueprint.post("/me/exhibitors/<int:exhibitor_id>/members/<int:member_id>/remove")
@policy(may_act_for, subject=queries.of_member)
def remove_member(exhibitor_id: int, member_id: int) -> Page:
    """Remove a member."""
    member.remove(current_actor(), g.subject, member_id)
    return _back(g.subject, _("Le membre est retiré."))


@blueprint.get("/me/exhibitors/<int:exhibitor_id>/accounts/new")
@policy(may_act_for, subject=queries.by_id)
def invite_form(exhibitor_id: int) -> Page:
    """The form to invite somebody to act for the exhibitor."""
    return render_template("exhibitors/invite.html", form=InviteForm(), exhibitor=g.subject)


@blueprint.post("/me/exhibitors/<int:exhibitor_id>/accounts/new")
@policy(may_act_for, subject=queries.by_id)
@limit_submit
def invite(exhibitor_id: int) -> Page:
    """Send the invitation."""
    form, exhibitor = InviteForm(), g.subject
    if form.validate_on_submit():
        try:
            invitation.to_exhibitor(current_actor(), exhibitor, form.email.data)
            return _back(exhibitor, _("L'invitation est partie : elle sert une fois, pendant 14 jours."))
        except Invalid as error:
            add_faults(form, error)
    return render_template("exhibitors/invite.html", form=form, exhibitor=exhibitor), 422


@blueprint.post("/me/exhibitors/<int:exhibitor_id>/accounts/<int:user_id>/remove")
@policy(acts_for, subject=queries.of_account)
def remove_account(exhibitor_id: int, user_id: int) -> Page:
    """End an account's right to act for the exhibitor."""
    exhibitor, actor = g.subject, current_actor()
    invitation.leave_exhibitor(actor, exhibitor, user_id)
    if actor is not None and user_id == actor.id:
        flash(_("Vous n'agissez plus pour ce profil."), "ok")
        return redirect(url_for("exhibitors.index"), 303)
    return _back(exhibitor, _("Ce compte n'agit plus pour ce profil."))


def _back(exhibitor: Exhibitor, told: str) -> Response:
    flash(told, "ok")
    return redirect(url_for("exhibitors.show", exhibitor_id=exhibitor.id), 303)
