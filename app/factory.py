"""Put one application together: configuration, extensions, gate, pages, commands."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.pool import NullPool
from werkzeug.middleware.proxy_fix import ProxyFix

from app import assets, headers, i18n, intake, logs, permissions, phrases, security
from app.database import prepare
from app.doctor import examine, refuse_unsafe
from app.exports import floorplan, strip
from app.extensions import csrf, db, limiter
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
    app.before_request(permissions.promise)
    app.teardown_request(permissions.end_promise)
    logs.init(app)
    intake.init(app)
    _bind(app)
    app.before_request(permissions.gate)
    headers.init(app)
    assets.init(app)
    phrases.init(app)
    floorplan.init(app)
    strip.init(app)
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
    security.init(app)


def _config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "DEBUG": settings.debug,
        "TESTING": settings.environment == "test",
        "SQLALCHEMY_DATABASE_URI": settings.engine_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings),
        **intake.config(settings),
        **security.config(settings),
    }


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.engine_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30}, "poolclass": NullPool}
    return {"connect_args": {"connect_timeout": 10}, "pool_pre_ping": True, "pool_size": 10, "max_overflow": 30}
