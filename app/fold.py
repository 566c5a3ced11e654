"""Text as people search it: without accents, case, Arabic vowel signs or the several ways to write one letter."""

from __future__ import annotations

import unicodedata

#: Letters that Arabic writers exchange freely, and the tatweel, which is mere decoration.
_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": None, "’": "'", "œ": "oe"}
)


def latin_digits(text: str) -> str:
    """The text with every decimal digit (Arabic-Indic, full-width …) as 0–9."""
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)


def fold(text: str) -> str:
    """The form in which two texts are the same to a searcher; single spaces, Latin digits."""
    bare = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", bare)
    return " ".join(latin_digits("".join(c for c in letters if not unicodedata.combining(c))).split())
