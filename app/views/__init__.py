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
        board_files,
        calls,
        calls_admin,
        closures,
        draws,
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
        publishing,
        review,
        runs,
        sites,
        spaces,
        stands,
        swaps,
        team,
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
        board_files,
        calls,
        calls_admin,
        closures,
        draws,
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
        publishing,
        review,
        runs,
        sites,
        spaces,
        stands,
        swaps,
        team,
        turns,
        waiting,
    ):
        app.register_blueprint(module.blueprint)
    errors.init(app)
    navigation.init(app)
