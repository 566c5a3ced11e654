"""Put one application together: configuration, extensions, gate, pages, commands."""

from __future__ import annotations

from flask import Flask
from flask_security import SQLAlchemyUserDatastore
from sqlalchemy.pool import NullPool
from werkzeug.middleware.proxy_fix import ProxyFix

from app import headers, i18n, permissions, phrases
from app.database import prepare
from app.doctor import examine, refuse_unsafe
from app.exports import floorplan
from app.extensions import csrf, db, limiter, security
from app.models import User
from app.models.account import NoRole
from app.settings import Settings
from app.views import register


def build(settings: Settings) -> Flask:
    """A Flask application of these settings; raises RuntimeError for an endpoint without a policy, UnsafeError
    for settings that `dawra doctor` refuses.
    """
    refuse_unsafe(examine(settings))
    app = Flask("app", root_path=__file__.rpartition("/")[0])
    app.config.from_mapping(_config(settings))
    app.extensions["settings"] = settings
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _bind(app)
    app.before_request(permissions.gate)
    app.teardown_request(permissions.close_gate)
    headers.init(app)
    phrases.init(app)
    floorplan.init(app)
    register(app)
    permissions.require_policies(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _bind(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    csrf.init_app(app)
    limiter.init_app(app)
    i18n.init(app)
    security.init_app(app, SQLAlchemyUserDatastore(db, User, NoRole))


def _config(settings: Settings) -> dict[str, object]:
    production = settings.environment == "production"
    return {
        "SECRET_KEY": settings.secret_key,
        "DEBUG": settings.debug,
        "TESTING": settings.environment == "test",
        "SQLALCHEMY_DATABASE_URI": settings.engine_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 2000,
        "SESSION_COOKIE_NAME": "dawra",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "REMEMBER_COOKIE_SECURE": production,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": settings.session_lifetime,
        "RATELIMIT_ENABLED": settings.rate_limits,
        "RATELIMIT_STORAGE_URI": settings.rate_storage,
        "WTF_CSRF_TIME_LIMIT": None,
        **_security_config(settings),
    }


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.engine_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30}, "poolclass": NullPool}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 30}


def _security_config(settings: Settings) -> dict[str, object]:
    return {
        "SECURITY_URL_PREFIX": "/account",
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SALT": settings.password_salt,
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_REGISTERABLE": False,
        "SECURITY_JOIN_USER_ROLES": False,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_POST_LOGIN_VIEW": "/me/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_EMAIL_SENDER": settings.mail_from,
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
        "SECURITY_DEFAULT_REMEMBER_ME": False,
    }
