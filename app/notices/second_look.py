"""What is told of a repair or a withdrawal that takes two people: to those who may do it, and to who asked."""

from __future__ import annotations

from collections.abc import Iterable

from app.i18n import _, localized
from app.models import LookKind, SecondLook, User
from app.notices.outbox import page, post


def asked(look: SecondLook, seconds: Iterable[User]) -> None:
    """Ask the second person."""
    call = look.call

    def wording() -> tuple[str, str]:
        lines = [
            _("Bonjour,"), "", what(look, look.asked_by.name),
            _("Une seconde personne doit relire et décider."), "",
            _("Relire : %(link)s", link=page("second_looks.show", look_id=look.id)),
        ]  # fmt: skip
        return _("Une décision vous attend : %(site)s", site=localized(call.site)), "\n".join(lines) + "\n"

    for user in seconds:
        post("look.asked", user, wording, key=f"look.asked:{look.id}:{user.id}", site=call.site)


def what(look: SecondLook, name: str) -> str:
    """Who asks for what."""
    title = localized(look.call, "title")
    if look.kind is LookKind.REPAIR:
        return _("%(name)s propose une réparation de la rotation de « %(call)s ».", name=name, call=title)
    return _("%(name)s propose de retirer la rotation de « %(call)s ».", name=name, call=title)


def declined(look: SecondLook) -> None:
    """Tell who asked that it is not done, and why."""
    user = look.asked_by

    def wording() -> tuple[str, str]:
        lines = [
            _("Bonjour %(name)s,", name=user.name), "", what(look, user.name), _("La seconde personne a dit non."),
            _("Raison : %(reason)s", reason=look.answer), "",
            _("La demande : %(link)s", link=page("second_looks.show", look_id=look.id)),
        ]  # fmt: skip
        return _("Votre demande n'est pas suivie : %(site)s", site=localized(look.call.site)), "\n".join(lines) + "\n"

    if user.active:
        post("look.declined", user, wording, key=f"look.declined:{look.id}:{user.id}", site=look.call.site)
