"""Sentences as JSON: a Message with its facts, so that names can be put in where they are known.

`{"template": French, "params": {…}}`; a fact is a number, a text, a list, or an object with one key: `name`
([kind, id, within]), `dates` ([start, end]), `share` ([numerator, denominator]), `message`.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from scheduler.text import LANGUAGES, Dates, Message, Name, render


def encode_sentence(message: Message) -> dict[str, Any]:
    """Return the sentence in every language, with ids, and the message behind it."""
    return {lang: render(message, lang) for lang in LANGUAGES} | {"message": encode_message(message)}


def encode_message(message: Message) -> dict[str, Any]:
    """Return the document of a message."""
    return {"template": message.template, "params": {key: _encode(value) for key, value in message.params.items()}}


def decode_message(document: dict[str, Any]) -> Message:
    """Read a message this module wrote; KeyError, TypeError or ValueError for anything else."""
    return Message(document["template"], {key: _decode(value) for key, value in document["params"].items()})


def _encode(value: object) -> object:
    if isinstance(value, Message):
        return {"message": encode_message(value)}
    if isinstance(value, Name):
        return {"name": [value.kind, value.id, value.within]}
    if isinstance(value, Dates):
        return {"dates": [value.start.isoformat(), value.end.isoformat()]}
    if isinstance(value, Fraction):
        return {"share": [value.numerator, value.denominator]}
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    return value


def _decode(value: Any) -> object:
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    ((key, inner),) = value.items()
    if key == "message":
        return decode_message(inner)
    if key == "name":
        return Name(*inner)
    if key == "dates":
        return Dates(*(date.fromisoformat(day) for day in inner))
    return Fraction(*inner)
