"""Messages about accounts: an address to confirm, a password to choose anew, an invitation, a role."""

from __future__ import annotations

from app.i18n import _, localized
from app.models import Exhibitor, Language, Notice, Registration, Site, SiteRole, User
from app.notices.outbox import page, post
from app.phrases import phrase


def confirm_address(registration: Registration, token: str, call_id: int | None = None) -> Notice:
    """Ask the owner of a mailbox to confirm the account asked for, on the way to a call if she answers one."""
    return post(
        "account.confirm", registration.email, lambda: _confirm(registration.name, token, call_id),
        language=registration.language,
    )  # fmt: skip


def _confirm(name: str, token: str, call_id: int | None) -> tuple[str, str]:
    return _("Confirmez votre adresse"), _(
        "Bonjour %(name)s,\n\nVous avez demandé un compte Dawra. Pour l'ouvrir, suivez ce lien dans les deux jours et "
        "entrez le mot de passe que vous avez choisi :\n\n%(link)s\n\nSi vous n'avez rien demandé, ignorez ce "
        "message : aucun compte ne sera ouvert.",
        name=name,
        link=page("accounts.confirm", token=token, call=call_id),
    )


def already_registered(user: User) -> Notice:
    """Tell the owner of an account that somebody asked for a second one with her address."""
    return post("account.known", user, lambda: _already(user.name))


def _already(name: str) -> tuple[str, str]:
    return _("Vous avez déjà un compte"), _(
        "Bonjour %(name)s,\n\nUn compte Dawra a été demandé avec votre adresse, mais vous en avez déjà un. Pour "
        "entrer :\n\n%(login)s\n\nMot de passe oublié :\n\n%(reset)s\n\nSi ce n'était pas vous, ignorez ce "
        "message : rien n'a changé.",
        name=name,
        login=page("security.login"),
        reset=page("security.forgot_password"),
    )


def reset_password(user: User, token: str, asked_in: str) -> Notice:
    """Send the link to choose a new password in the account's language; French, unless chosen, yields to the page's."""
    spoken = asked_in if user.language is Language.FR else str(user.language)
    return post("account.reset", user, lambda: _reset(user.name, token), language=spoken)


def _reset(name: str, token: str) -> tuple[str, str]:
    return _("Choisir un nouveau mot de passe"), _(
        "Bonjour %(name)s,\n\nPour choisir un nouveau mot de passe, suivez ce lien dans les deux heures :\n\n%(link)s"
        "\n\nSi vous n'avez rien demandé, ignorez ce message : votre mot de passe reste le même.",
        name=name,
        link=page("security.reset_password", token=token),
    )


def no_account(email: str, language: str) -> Notice:
    """Tell a mailbox that no account has its address, when a new password was asked for."""
    return post("account.unknown", email, _no_account, language=language)


def _no_account() -> tuple[str, str]:
    return _("Aucun compte à cette adresse"), _(
        "Bonjour,\n\nUn nouveau mot de passe Dawra a été demandé pour cette adresse, mais aucun compte ne la porte. "
        "Essayez une autre adresse, ou créez un compte :\n\n%(link)s\n\nSi vous n'avez rien demandé, ignorez ce "
        "message.",
        link=page("accounts.register"),
    )


def password_changed(user: User) -> Notice:
    """Tell an account's owner that its password changed."""
    return post("account.password", user, lambda: _changed(user.name))


def _changed(name: str) -> tuple[str, str]:
    return _("Votre mot de passe a changé"), _(
        "Bonjour %(name)s,\n\nLe mot de passe de votre compte Dawra vient de changer ; les autres appareils sont "
        "déconnectés. Si ce n'était pas vous, choisissez-en un nouveau tout de suite :\n\n%(link)s",
        name=name,
        link=page("security.forgot_password"),
    )


def invited_to_exhibitor(email: str, exhibitor: Exhibitor, by: User, token: str, language: str) -> Notice:
    """Invite a mailbox to act for an exhibitor."""
    return post("invitation", email, lambda: _to_exhibitor(exhibitor, by, token), language=language)


def _to_exhibitor(exhibitor: Exhibitor, by: User, token: str) -> tuple[str, str]:
    return _("Agir pour un exposant"), _(
        "Bonjour,\n\n%(by)s vous invite à agir pour « %(exhibitor)s » sur Dawra : profil, candidatures, réponses. Le "
        "lien sert une fois, pendant 14 jours :\n\n%(link)s\n\nSi cela ne vous concerne pas, ignorez ce message.",
        by=by.name,
        exhibitor=localized(exhibitor),
        link=page("invitations.show", token=token),
    )


def invited_to_site(email: str, site: Site, role: SiteRole, by: User, token: str, language: str) -> Notice:
    """Invite a mailbox to a role at a site."""
    return post("invitation", email, lambda: _to_site(site, role, by, token), language=language, site=site)


def _to_site(site: Site, role: SiteRole, by: User, token: str) -> tuple[str, str]:
    return _("Un rôle à %(site)s", site=localized(site)), _(
        "Bonjour,\n\n%(by)s vous invite à « %(site)s » sur Dawra, avec ce rôle : %(role)s. Le lien sert une fois, "
        "pendant 14 jours :\n\n%(link)s\n\nSi cela ne vous concerne pas, ignorez ce message.",
        by=by.name,
        site=localized(site),
        role=phrase(role),
        link=page("invitations.show", token=token),
    )


def role_given(user: User, site: Site, role: SiteRole) -> Notice:
    """Tell a person of a role she was given."""
    return post("team.given", user, lambda: _given(user.name, site, role), site=site)


def _given(name: str, site: Site, role: SiteRole) -> tuple[str, str]:
    return _("Un rôle à %(site)s", site=localized(site)), _(
        "Bonjour %(name)s,\n\nVous avez maintenant ce rôle à « %(site)s » : %(role)s.\n\n%(link)s",
        name=name,
        site=localized(site),
        role=phrase(role),
        link=page("home.me"),
    )
