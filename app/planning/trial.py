"""Try a charter before its call opens: the case of a past demand or of invented people, and what came of it.

Past demand is a past call's retained applications asked again of the draft's spaces and periods: wishes for spaces
the draft offers are kept in their order (who wished for none of them wishes for all), days that did not suit lie at
the same part of the season (a period that holds some of them does not suit), lengths and turns stay within what the
draft allows. People get keys of the trial, in an order that tells nothing; what is kept of the result are counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.clock import today
from app.models import Application, Call, CallPeriod
from app.planning.case import CaseMaker, build
from app.planning.keys import space_key
from app.planning.periods import Span
from app.queries.ledger import carried
from app.queries.planning import CallFacts, facts, measure_of
from scheduler.codec import canonical_bytes
from scheduler.invented import invented

Document = dict[str, Any]
Slots = Sequence[tuple[Span, int]]
"""The periods of a draft, with their weights."""
FORMAT = "dawra-trial/1"


@dataclass(frozen=True)
class Order:
    """What to try. ``source``: a past call's id, None for invented people; ``turnover``: the share of people who leave
    and come each season, in per cent; ``other``: a second charter to set beside the call's.
    """

    source: int | None
    people: int
    seasons: int
    turnover: int
    other: Document | None = None

    def scope(self, call: Call, cases: dict[str, str]) -> Document:
        """As the run keeps it: the cases by letter, everything they were made from."""
        return {
            "source": self.source, "people": self.people, "seasons": self.seasons, "turnover": self.turnover,
            "newcomers": call.newcomers.value, "charter": call.charter, "other": self.other, "cases": cases,
        }  # fmt: skip


def case_of_past(call: Call, charter: Document, slots: Slots, demand: list[Application]) -> Document:
    """The draft's season asked for by the people of a past call; ``demand``: its applications, one call's."""
    people = {one.exhibitor_id for one in demand}
    received = carried(call, people, today(), measure_of(charter))
    known = replace(_season(call, charter, slots), applications=demand, received=received)
    maker = CaseMaker(known, every_group=True)
    before = len(demand[0].call.periods)
    document = build(known, every_group=True)
    document["requests"] = [_asked(one, maker.request(one), known, before) for one in demand]
    return _unnamed(call, document)


def case_invented(
    call: Call, charter: Document, slots: Slots, people: int, crafts: list[tuple[str, str]]
) -> Document:  # fmt: skip
    """The draft's season asked for by invented people."""
    document = build(_season(call, charter, slots), every_group=True)
    return invented(_labelled(call, document), people, crafts, (call.max_turn_length, call.max_turns))


def _season(call: Call, charter: Document, slots: Slots) -> CallFacts:
    periods = [
        CallPeriod(call_id=call.id, position=n, starts_on=span.start, ends_on=span.end, weight=weight)
        for n, (span, weight) in enumerate(slots)
    ]
    return replace(facts(call, charter), periods=periods, applications=[], decisions=[])


def _asked(one: Application, request: Document, known: CallFacts, before: int) -> Document:
    count = len(known.periods)
    offered = {space.id for space in known.spaces}
    wished = [wish.space_id for wish in one.wishes if wish.space_id in offered] or sorted(offered)
    least = min(one.min_length, known.call.max_turn_length, count)
    away = moved(one.unavailable, before, count)
    liked = {int(position): liking for position, liking in one.preferred.items()}
    preferred = {q: max(liked.get(p, 0) for p in _under(q, before, count)) for q in moved(liked, before, count)}
    return {
        **request, "spaces": [{"id": space_key(space), "rank": n} for n, space in enumerate(wished, 1)],
        "unavailable": away,
        "preferred": {str(q): liking for q, liking in preferred.items() if q not in away},
        "turn_length": {"min": least, "max": max(least, min(one.max_length, known.call.max_turn_length, count))},
    }  # fmt: skip


def moved(positions: Collection[int], before: int, count: int) -> list[int]:
    """The periods of ``count`` that share a part of the season with such positions of ``before``."""
    return [q for q in range(count) if any(p in positions for p in _under(q, before, count))]


def _under(q: int, before: int, count: int) -> range:
    """The periods of a season of ``before`` that lie, even in part, under period ``q`` of ``count``."""
    return range(q * before // count, -(-(q + 1) * before // count))


def _unnamed(call: Call, document: Document) -> Document:
    """The case with keys that belong to the trial alone, in an order that tells nothing."""

    def drawn(key: str) -> str:
        return hashlib.sha256(f"{document['seed']}:{key}".encode()).hexdigest()

    order = sorted((one["id"] for one in document["applicants"]), key=drawn)
    names = {key: f"P{number:04d}" for number, key in enumerate(order, 1)}
    applicants = sorted(({**one, "id": names[one["id"]]} for one in document["applicants"]), key=lambda one: one["id"])
    requests = [{**one, "applicant": names[one["applicant"]]} for one in document["requests"]]
    requests.sort(key=lambda one: one["applicant"])
    return {**_labelled(call, document), "applicants": applicants, "requests": requests}


def _labelled(call: Call, document: Document) -> Document:
    """The case named as a trial of this draft: no two drafts share one."""
    return {**document, "name": f"{document['name']} (trial, call {call.id})"}


def written(order: Document, seasons: dict[str, Document], years: dict[str, Document], missing: Document) -> str:
    """The result of a trial as canonical JSON: parameters, seasons, years, what is missing and why."""
    told = {"format": FORMAT, "order": order, "seasons": seasons, "years": years, "missing": missing}
    return canonical_bytes(told).decode()
