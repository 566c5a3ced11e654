"""Columns of a table and how their cells are read: each reader gives a value or raises ValueError with a sentence."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from app.fold import fold, latin_digits
from app.i18n import LANGUAGES, _, speaking
from app.phrases import phrase
from app.services.exhibitor import telephone

Reader = Callable[[str], Any]
Choice = TypeVar("Choice", bound=enum.StrEnum)


@dataclass(frozen=True)
class Column:
    """A column: the field it fills, its titles (French, Arabic, English), how a cell is read, and what to write in it.

    ``required``: the column must be there and its cells filled.
    """

    name: str
    titles: tuple[str, str, str]
    read: Reader
    about: str
    required: bool = False


def words(most: int) -> Reader:
    """Free text of at most so many characters."""

    def read(text: str) -> str:
        if len(text) > most:
            raise ValueError(_("%(most)d caractères au plus : raccourcissez.", most=most))
        return text

    return read


def code(pattern: str, sentence: Callable[[], str]) -> Reader:
    """A code of a given shape, Latin digits."""
    shape = re.compile(pattern)

    def read(text: str) -> str:
        text = latin_digits(text)
        if not shape.fullmatch(text):
            raise ValueError(sentence())
        return text

    return read


def whole(least: int, most: int) -> Reader:
    """A whole number within bounds, or nothing."""

    def read(text: str) -> int | None:
        if not text:
            return None
        digits = latin_digits(text).replace(" ", "").replace("\u202f", "")
        if not re.fullmatch(r"-?\d{1,12}", digits) or not least <= int(digits) <= most:
            raise ValueError(_("Écrivez un nombre entier de %(least)s à %(most)s.", least=least, most=most))
        return int(digits)

    return read


def centimes(text: str) -> int | None:
    """An amount in dirhams as centimes, or nothing."""
    if not text:
        return None
    try:
        amount = Decimal(latin_digits(text).replace(" ", "").replace("\u202f", "").replace(",", "."))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0 or amount > 10**12 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(_("Écrivez un montant en dirhams, par exemple 14500000."))
    return int(amount * 100)


def yes(text: str) -> bool:
    """Yes or no, in three languages; empty is no."""
    folded = fold(text)
    if folded in {"oui", "yes", "true", "1", "x", "نعم"}:
        return True
    if folded in {"", "non", "no", "false", "0", "لا"}:
        return False
    raise ValueError(_("Écrivez oui ou non."))


def phone(text: str) -> str:
    """A telephone number as a profile keeps it, or nothing."""
    try:
        return telephone(text)
    except ValueError:
        raise ValueError(_("Ce numéro de téléphone n'existe pas : écrivez par exemple 06 12 34 56 78.")) from None


def links(text: str) -> list[str]:
    """Web addresses between ``|`` (a remark may follow each)."""
    found = [part.strip() for part in re.split(r"[|\n]", text) if part.strip()]
    if any(not link.startswith(("https://", "http://")) for link in found):
        raise ValueError(_("Écrivez des adresses qui commencent par https://, séparées par |."))
    return found


def one_of(kind: type[Choice], more: Mapping[str, Any] | None = None, *, blank: bool = False) -> Reader:
    """A value of an enumeration: its code, its words in any of the languages, or the sources' own (``more``)."""

    known: dict[str, Any] = {}

    def read(text: str) -> Any:
        if not text and blank:
            return None
        if not known:
            known.update(_vocabulary(kind) | {fold(word): value for word, value in (more or {}).items()})
        if fold(text) not in known:
            raise ValueError(_("Écrivez l'un de ces mots : %(words)s.", words=_(", ").join(phrase(c) for c in kind)))
        return known[fold(text)]

    return read


def _vocabulary(kind: type[Choice]) -> dict[str, Choice]:
    known = {fold(member.value): member for member in kind}
    for lang in LANGUAGES:
        with speaking(lang):
            known |= {fold(phrase(member)): member for member in kind}
    return known


def among(load: Callable[[], Sequence[Any]], sentence: Callable[[], str]) -> Reader:
    """A row of reference data by its code or its name in any language; gives the code. Loaded at the first cell."""
    known: dict[str, str] = {}

    def read(text: str) -> str:
        if not known:
            for name in ("ar", "en", "fr", "code"):
                known.update({fold(str(getattr(row, name, "") or "")): str(row.code) for row in load()})
        if not text or fold(text) not in known:
            raise ValueError(sentence())
        return known[fold(text)]

    return read


def many(read_one: Reader) -> Reader:
    """Several values between ``;`` or ``|``, without repeats."""

    def read(text: str) -> list[Any]:
        parts = (part.strip() for part in re.split(r"[;|؛]", text))
        return list(dict.fromkeys(read_one(part) for part in parts if part))

    return read
