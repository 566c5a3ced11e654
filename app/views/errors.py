"""Error pages: a sentence and a way on, never a trace."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException, SecurityError

from app import intake, logs, resend
from app.database import reading
from app.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.i18n import _, _l


@dataclass(frozen=True)
class Words:
    """What an error page says: a title, and what happened with what to do now."""

    title: object
    sentence: object


OTHER = Words(_l("Demande refusée"), _l("Le service n'a pas pu répondre à cette demande."))
BUSY = Words(
    _l("Trop de monde à la fois"),
    _l("Beaucoup de personnes écrivent en ce moment. Rien n'a été enregistré. Réessayez dans un instant."),
)
EXPIRED = Words(
    _l("La page a expiré"),
    _l("Par sécurité, un formulaire ne sert qu'un temps. Revenez en arrière, rechargez la page, puis recommencez."),
)
WORDS = {
    400: Words(_l("Demande incomprise"), _l("Une partie de la demande manque ou n'est pas lisible. Recommencez.")),
    401: Words(_l("Connexion demandée"), _l("Connectez-vous pour voir cette page.")),
    403: Words(_l("Accès refusé"), _l("Votre compte ne permet pas cette action.")),
    404: Words(
        _l("Page introuvable"),
        _l("Cette page n'existe pas, ou votre compte n'y donne pas accès. Vérifiez l'adresse."),
    ),
    405: Words(_l("Action impossible ici"), _l("Cette adresse ne répond pas à cette action. Repartez de l'accueil.")),
    409: Words(_l("Décision impossible"), _l("La demande contredit ce qui est déjà décidé. Rien n'a été changé.")),
    413: Words(_l("Fichier trop lourd"), _l("Ce que vous envoyez est trop lourd. Rien n'a été enregistré.")),
    422: Words(_l("Corrections demandées"), _l("Certaines réponses ne conviennent pas. Rien n'a été enregistré.")),
    429: Words(_l("Trop de demandes"), _l("Trop de demandes en peu de temps. Attendez une minute, puis recommencez.")),
    500: Words(
        _l("Panne de notre côté"),
        _l("Le service a rencontré une panne. Elle est notée. Réessayez dans quelques minutes."),
    ),
    503: Words(_l("Service indisponible"), _l("Le service s'arrête un moment. Réessayez dans quelques minutes.")),
}


def init(app: Flask) -> None:
    """Answer domain errors and HTTP errors with a page of the house."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, lambda _error: (_page(404), 404))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(PoolTimeoutError, _busy)
    app.register_error_handler(Exception, _unexpected)


def _page(code: int, reasons: tuple[str, ...] = (), words: Words | None = None) -> str:
    told = words or WORDS.get(code, OTHER)
    note = ""
    if code == 413:
        size = current_app.extensions["settings"].max_upload_mb
        note = _("Un envoi fait au plus %(size)d Mo. Réduisez la photo ou le fichier.", size=size)
    return render_template("errors/error.html", code=code, words=told, reasons=reasons, note=note)


def _http(error: HTTPException) -> object:
    if error.code is None or error.code < 400:
        return error
    if error.code == 413:
        intake.swallow()
    if isinstance(error, SecurityError):  # another host than ours: no page of ours has an address there
        return render_template("errors/plain.html", words=WORDS[400]), 400
    words = EXPIRED if isinstance(error, CSRFError) else None
    sent = resend.kept() if words or error.code == 401 else None
    if sent is not None:
        return render_template("errors/resend.html", sent=sent, files=bool(request.files)), error.code
    kept = [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]
    if error.code == 429 and "Retry-After" not in dict(kept):
        kept.append(("Retry-After", "60"))
    return _page(error.code, words=words), error.code, kept


def _refused(error: Refused) -> tuple[str, int]:
    db.session.rollback()
    return _page(409, error.reasons), 409


def _invalid(error: Invalid) -> tuple[str, int]:
    db.session.rollback()
    return _page(422, tuple(text for texts in error.faults.values() for text in texts)), 422


def _busy(error: Exception) -> object:
    """The database did not answer in time (its lock, its connections): nothing was written, the same may be sent again.

    The plain page: the house's own would ask the database for the menu.
    """
    code = getattr(getattr(error, "orig", None), "sqlite_errorname", "SQLITE_BUSY")
    if not code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):  # a fault of ours, not a crowd: no such table, disk full
        return _unexpected(error)
    db.session.rollback()
    logs.fault(error)
    with reading():  # the reader's language stands on her account
        return render_template("errors/plain.html", words=BUSY), 503, {"Retry-After": "5"}


def _unexpected(error: Exception) -> tuple[str, int]:
    db.session.rollback()
    logs.fault(error)
    if current_app.testing:
        raise error
    try:
        return _page(500), 500
    except Exception:  # the fault may be in what every page needs: the database, the menu
        return render_template("errors/plain.html", words=WORDS[500]), 500
