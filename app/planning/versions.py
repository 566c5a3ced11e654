"""The versions of a call's rotation as the public sees them: what each changed against the one before."""

from __future__ import annotations

from dataclasses import dataclass

from app.models import Call, Publication
from app.planning.rotation import Change, changes_of, pairs_of
from app.queries import publication as read

MOST_TOLD = 40  # changes of one version told in full here; its own page tells them all


@dataclass(frozen=True)
class Version:
    """A published version; ``previous`` is the one before it, None for the first, whose turns are all new."""

    publication: Publication
    previous: Publication | None
    placed: int
    moved: int
    dropped: int
    kept: int
    told: tuple[Change, ...] = ()

    @property
    def untold(self) -> int:
        """How many changes its own page tells beside these."""
        return 0 if self.previous is None else self.placed + self.moved + self.dropped - len(self.told)


def versions(call: Call) -> list[Version]:
    """Every version of a call's rotation, the newest first; a fixed number of queries."""
    published = read.of_call(call.id)
    pairs = [pairs_of(one.changes or {}) for one in published]
    later = [[]] + [one[:MOST_TOLD] for one in pairs[1:]]
    told = changes_of(later[: len(published)])
    found = []
    for n, one in enumerate(published):
        kinds = [("moved" if old and new else "placed" if new else "dropped") for old, new in pairs[n]]
        found.append(
            Version(
                one, published[n - 1] if n else None, kinds.count("placed"), kinds.count("moved"),
                kinds.count("dropped"), (one.changes or {}).get("kept", 0), told[n],
            )
        )  # fmt: skip
    return found[::-1]
