"""Words as people type them: the one place where tests undo what holds French double punctuation to its word.

Readers get a space that does not break before ``:`` and inside ``« »``; tests/app/test_i18n.py looks at those spaces.
Everywhere else sentences are compared as they stand in the sources; the spaces of figures are left alone.
"""

from __future__ import annotations

import re
from typing import Any

HELD = re.compile("\\u00a0(?=[:;!?\\u00bb])|(?<=\\u00ab)\\u00a0")


def plain(said: Any) -> Any:
    """A text, or texts in lists, tuples and dictionaries, with the spaces one types."""
    if isinstance(said, str):
        return HELD.sub(" ", said)
    if isinstance(said, list | tuple):
        made = [plain(one) for one in said]
        return made if isinstance(said, list) else tuple(made)
    if isinstance(said, dict):
        return {key: plain(one) for key, one in said.items()}
    return said
