"""Pages: parse, permission, service, redirect. One blueprint a noun."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Register every blueprint and the error pages."""
    from app.views import (
        accounts,
        closures,
        errors,
        exhibitor_parts,
        exhibitors,
        health,
        holidays,
        home,
        imports,
        invitations,
        manage,
        navigation,
        sites,
        spaces,
        stands,
    )

    for module in (
        accounts,
        closures,
        exhibitor_parts,
        exhibitors,
        health,
        holidays,
        home,
        imports,
        invitations,
        manage,
        sites,
        spaces,
        stands,
    ):
        app.register_blueprint(module.blueprint)
    errors.init(app)
    navigation.init(app)
