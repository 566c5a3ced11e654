"""Dawra, the web application: ``create_app(settings)`` and nothing at import."""

from __future__ import annotations

from flask import Flask

from app.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """Build one application from its settings (read from the environment when not given)."""
    from app.environment import read
    from app.factory import build

    return build(settings or read())
