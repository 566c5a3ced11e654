"""Pages: parse, permission, service, redirect. One blueprint a noun."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Register every blueprint and the error pages."""
    from app.views import accounts, errors, health, home, navigation, sites

    for module in (accounts, health, home, sites):
        app.register_blueprint(module.blueprint)
    errors.init(app)
    navigation.init(app)
