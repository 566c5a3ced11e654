"""Which turns of a rotation may be swapped, and why others may not: by the rules and by fairness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.i18n import _
from app.models import Call, Publication, PublishedTurn
from app.planning.judge import namer
from app.planning.keys import directory, exhibitor_key
from app.planning.living import Ground, ground
from app.queries import rotation as queries


@dataclass(frozen=True)
class Exchange:
    """The ground of a rotation, ready to judge swaps in it."""

    call: Call
    base: Ground

    @classmethod
    def of(cls, call: Call, publication: Publication) -> Exchange:
        """Of the publication in force."""
        return cls(call, ground(call, publication))

    def obstacles(self, turn: PublishedTurn, other: PublishedTurn, lang: str) -> list[str]:
        """What stands in the way of swapping two turns, as told to the first one's exhibitor: she reads no other name.

        Rules that the swap would newly break; or that somebody with few turns would have fewer.
        """
        known = directory(queries.spaces_of(self.call), [turn.exhibitor])
        names = namer(known, only=exhibitor_key(turn.exhibitor_id), other=_("un autre exposant"))
        before = [self.base.turn(one.exhibitor_id, one) for one in (turn, other)]
        after = [self.base.turn(turn.exhibitor_id, other), self.base.turn(other.exhibitor_id, turn)]
        return self.base.refusals(before, after, lang, names, fair=True)

    def choices(self, turn: PublishedTurn, others: Iterable[PublishedTurn], lang: str) -> list[PublishedTurn]:
        """The turns of others that the rules permit her to take in exchange for hers."""
        return [one for one in others if not self.obstacles(turn, one, lang)]
