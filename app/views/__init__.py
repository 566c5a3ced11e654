"""Pages: parse, permission, service, redirect. One blueprint a noun."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Register every blueprint and the error pages."""
    from app.views import (
        accounts,
        admin,
        applications,
        attendance,
        audit,
        board,
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
        ledger,
        manage,
        navigation,
        offers,
        plans,
        programme,
        review,
        runs,
        scenarios,
        sites,
        spaces,
        stands,
        swaps,
        team,
        trials,
        turns,
        waiting,
    )

    for module in (
        accounts,
        admin,
        applications,
        attendance,
        audit,
        board,
        calls,
        calls_admin,
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
        ledger,
        manage,
        offers,
        plans,
        programme,
        review,
        runs,
        scenarios,
        sites,
        spaces,
        stands,
        swaps,
        team,
        trials,
        turns,
        waiting,
    ):
        app.register_blueprint(module.blueprint)
    errors.init(app)
    navigation.init(app)
