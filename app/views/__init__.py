"""Pages: parse, permission, service, redirect. One blueprint a noun."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Register every blueprint and the error pages."""
    from app.views import (
        accounts,
        applications,
        audit,
        calls,
        calls_admin,
        closures,
        errors,
        events,
        exhibitor_parts,
        exhibitors,
        feeds,
        health,
        holidays,
        home,
        imports,
        invitations,
        manage,
        navigation,
        plans,
        programme,
        review,
        runs,
        sites,
        spaces,
        stands,
    )

    for module in (
        accounts,
        applications,
        calls,
        calls_admin,
        audit,
        closures,
        events,
        exhibitor_parts,
        exhibitors,
        feeds,
        health,
        holidays,
        home,
        imports,
        invitations,
        manage,
        plans,
        programme,
        review,
        runs,
        sites,
        spaces,
        stands,
    ):
        app.register_blueprint(module.blueprint)
    errors.init(app)
    navigation.init(app)
