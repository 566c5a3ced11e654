"""Sentences the scheduler says: written in French, kept apart from their figures, worded at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def N_(text: str) -> str:  # noqa: N802 (the name gettext tools look for)
    """Mark a French source sentence for translation and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """A French template with `{name}` places, and what goes there."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)
