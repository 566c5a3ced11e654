"""Words that will be published: nobody's name, number or address may stand in them (law 09-08)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.errors import Invalid
from app.fold import fold
from app.i18n import _
from app.models import Exhibitor, ExhibitorKind

LONGEST = 500
_CONTACT = re.compile(r"\S+@\S+\.\S+|(?:\+|00)?\d(?:[ .\-]?\d){7,}")
_PEOPLE = (ExhibitorKind.ARTISAN, ExhibitorKind.MAALEM)


def public_reason(reason: str, people: Iterable[Exhibitor], concerned: Iterable[Exhibitor] = ()) -> str:
    """The reason without spaces around; raises Invalid when it is missing, too long, or tells who somebody is.

    ``people``: whose full names and register numbers must not be told; of those ``concerned``, no part of a name.
    """
    words = reason.strip()
    if not words:
        raise Invalid({"reason": [_("Donnez la raison : elle sera publiée avec la rotation.")]})
    if len(words) > LONGEST:
        raise Invalid({"reason": [_("%(max)d caractères au plus : raccourcissez ce texte.", max=LONGEST)]})
    if _CONTACT.search(words) or any(_named(words, one) for one in people) or any(_hinted(words, c) for c in concerned):
        raise Invalid({"reason": [_("Cette raison sera publiée : n'y écrivez ni nom, ni numéro, ni adresse.")]})
    return words


def _named(words: str, person: Exhibitor) -> bool:
    told = [fold(text) for text in (person.name, person.name_ar, person.register_number) if text]
    return any(len(text) > 3 and _within(text, fold(words)) for text in told)


def _hinted(words: str, person: Exhibitor) -> bool:
    if person.kind not in _PEOPLE:
        return False
    parts = fold(f"{person.name} {person.name_ar}").split()
    return any(len(part) > 3 and _within(part, fold(words)) for part in parts)


def _within(part: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) is not None
