"""The scheduler's sentences as pages and mails show them: in French, no line begins with their double punctuation."""

from __future__ import annotations

from app.catalogue import unbroken
from scheduler import text
from scheduler.text import Message, Namer


def render(message: Message, lang: str = "fr", names: Namer | None = None) -> str:
    """Word a sentence of the scheduler in a language."""
    told = text.render(message, lang, names)
    return unbroken(told) if lang == "fr" else told
