"""What makes a password too weak to keep: too short, too common, or one's own name and address."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from app.fold import fold
from app.i18n import _

SHORTEST, LONGEST = 10, 128
_LIST = Path(__file__).parent.parent / "data" / "common_passwords.txt"
#: Rows of the keyboards used in Morocco, and the alphabet: a walk along one is no password.
_WALKS = (
    "0123456789012345678",
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
)


def normal(password: str) -> str:
    """The form in which passwords are compared and hashed (NFKC): what one keyboard types, another can repeat."""
    return unicodedata.normalize("NFKC", password)


@cache
def common() -> frozenset[str]:
    """Passwords everybody tries first, folded."""
    return frozenset(fold(line) for line in _LIST.read_text(encoding="utf-8").splitlines() if line)


def faults(password: str, *own: str) -> list[str]:
    """Why this password cannot be kept, a sentence each; ``own`` are the person's name and address."""
    said = normal(password)
    found = []
    if len(said) < SHORTEST:
        found.append(_("%(min)d caractères au moins : une courte phrase convient.", min=SHORTEST))
    if len(said) > LONGEST:
        found.append(_("%(max)d caractères au plus.", max=LONGEST))
    if _guessable(fold(said), own):
        found.append(
            _("Ce mot de passe est trop facile à deviner : choisissez une phrase que personne d'autre ne connaît.")
        )
    return found


def _guessable(folded: str, own: tuple[str, ...]) -> bool:
    bare = folded.strip("0123456789!?.*@#$ -_")
    plain = folded.replace(" ", "")
    return (
        folded in common()
        or plain in common()
        or (len(bare) >= 4 and bare in common())
        or len(set(plain)) < 4
        or any(plain in walk or plain in walk[::-1] for walk in _WALKS)
        or any(plain == fold(part).replace(" ", "") for text in own for part in (text, text.partition("@")[0]) if part)
    )
