"""Text as people search it: without accents, case, Arabic vowel signs or the several ways to write one letter."""

from __future__ import annotations

import re
import unicodedata

#: Letters that Arabic writers exchange freely, and the tatweel, which is mere decoration.
_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": None, "’": "'", "œ": "oe"}
)


#: Letters that show nothing: what Unicode says may be ignored (zero width, direction, soft hyphen, variants, fillers),
#: control characters, and the empty Braille cell.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58]")


def trimmed(text: str) -> str:
    """The text without spaces and letters that show nothing at its ends; inside, they may join or part letters."""
    text = text.strip()
    if not text or not (_UNSEEN.match(text[0]) or _UNSEEN.match(text[-1])):
        return text
    seen = [at for at, letter in enumerate(text) if not letter.isspace() and not _UNSEEN.match(letter)]
    return text[seen[0] : seen[-1] + 1] if seen else ""


def visible(text: str) -> str:
    """A code as it is seen: compatible letters (NFKC), nothing that shows nothing, single spaces."""
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", text)).split())


def same_code(text: str) -> str:
    """The form in which two codes are the same to the eye: Latin digits, one kind of dash, no spaces, no case."""
    bare = unicodedata.normalize("NFKC", latin_digits(visible(text)).casefold())
    return "".join(_DASHES.sub("-", _UNSEEN.sub("", bare)).split())


def latin_digits(text: str) -> str:
    """The text with every decimal digit (Arabic-Indic, full-width …) as 0–9."""
    return "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)


def fold(text: str) -> str:
    """The form in which two texts are the same to a searcher; single spaces, Latin digits."""
    bare = _UNSEEN.sub("", unicodedata.normalize("NFC", text)).casefold().translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", bare)
    return " ".join(latin_digits("".join(c for c in letters if not unicodedata.combining(c))).split())
