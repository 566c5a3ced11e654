"""A plan judged against today's data before it is published: what stops it, what changed, whom it concerns."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from app.clock import today
from app.i18n import _, day, interruption, language
from app.i18n import days as in_words
from app.models import Call, CallState, Publication, StoredPlan
from app.planning import begun, overrides, stale, staying, variant
from app.planning.changes import ChangeList, Stay, compare, stays_of_plan, stays_of_rows
from app.planning.eased import switched_off
from app.planning.judge import judge_again, namer, plan_of, turns_of, word
from app.planning.keys import Directory, directory, exhibitor_id, exhibitor_key
from app.queries import edits
from app.queries import rotation as queries


@dataclass(frozen=True)
class Review:
    """A plan judged against today's data: what stops it, what else changed, and what it would change."""

    known: Directory
    previous: Publication | None
    stays: list[Stay] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    changes: ChangeList = field(default_factory=ChangeList)
    waiting: list[int] = field(default_factory=list)
    overridden: list[overrides.Told] = field(default_factory=list)
    plan_mark: str = ""

    @property
    def mark(self) -> str:
        """What would be published, as a hash: the plan's text, the change list, who is told that she waits."""
        said = {
            "plan": self.plan_mark, "previous": self.previous.id if self.previous else None, "waiting": self.waiting,
            "changes": self.changes.document(), "overrides": [one.document for one in self.overridden],
        }  # fmt: skip
        return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @property
    def decided(self) -> list[tuple[str, str]]:
        """The breaches decided for, as the public will read them: a sentence and its reason each."""
        return overrides.sentences(self.overridden, language(), overrides.unnamed(self.known))


def proposed_hash(plan: StoredPlan) -> str:
    """The SHA-256 of a plan's text as it is now."""
    return sha256(plan.text.encode()).hexdigest()


def review(plan: StoredPlan) -> Review:
    """Judge a plan against the data as they are now; nothing is written."""
    call = plan.call
    turns = turns_of(plan.text)
    previous = queries.current(call.id)
    rows = previous.turns if previous else []
    lived = begun.begun(turns, rows)
    old = begun.as_lived(json.loads(plan.case.text), lived)
    fresh_text, _fresh = begun.case_now(call, turns, rows)
    old = _charter_of_now(old, json.loads(fresh_text), plan)
    known = _directory(call, plan, previous)
    names = namer(known)
    judged = judge_again(fresh_text, plan_of(plan.text))
    changed = stale.differences(old, json.loads(fresh_text), known.name)
    changed = variant.told(plan.run.scope if plan.run else {}, changed)
    decided = [*edits.reasons(plan.id), *overrides.carried(previous.overrides if previous else (), lived)]
    overridden, bare = overrides.split(judged.breaches, decided)
    bare, past = overrides.parted(bare, lived)
    late = staying.held_in(call.id, fresh_text).faults(judged.problem, turns)
    faults = word([*(one.message for one in late), *(one.message for one in bare)], language(), names)
    stops = [*faults, *(one.sentence for one in changed if one.stops or faults)]
    if previous is not None and (previous.case_sha256, previous.plan_text) == (plan.case_sha256, plan.text):
        stops.insert(0, _("Ce planning est déjà publié : c'est la rotation nº %(number)s.", number=previous.number))
    if call.state is not CallState.PUBLISHED:
        stops.insert(0, _("Cet appel n'est pas publié ou a été annulé."))
    remarks = [one.sentence for one in changed if not one.stops and not faults]
    remarks += [
        _("%(breach)s Ces tours ont commencé : cela n'empêche pas de publier.", breach=one)
        for one in word([one.message for one in past], language(), names)
    ]
    if any(stand not in known.stands for turn in turns for stand in turn.stands):
        return Review(known, previous, stops=stops, remarks=remarks)
    stays = begun.days_of(call, stays_of_plan(turns, call, known), previous.turns if previous else None)
    before = stays_of_rows(rows)
    changes = compare(before, stays)
    remarks += _cut_short(changes, known)
    return Review(
        known, previous, stays, _conflicts(call, stays, known), stops, remarks, changes,
        _newly_waiting(plan, stays, previous, before), overridden, proposed_hash(plan),
    )  # fmt: skip


def _charter_of_now(old: dict[str, Any], fresh: dict[str, Any], plan: StoredPlan) -> dict[str, Any]:
    """The case a plan was made for without what was eased for its solve, because of turns that had begun."""
    off = plan.run.scope.get("eased", []) if plan.run else []
    same = bool(off) and switched_off(fresh, off)["charter"] == old["charter"]
    return {**old, "charter": fresh["charter"]} if same else old


def _cut_short(changes: ChangeList, known: Directory) -> Iterator[str]:
    """A sentence for each turn under way that ends earlier than published."""
    for old, new in changes.moved:
        if old.starts_on <= today() and (old.starts_on, old.stand_ids) == (new.starts_on, new.stand_ids):
            who = known.exhibitors[exhibitor_key(old.exhibitor_id)].name
            if new.ends_on < old.ends_on or not new.pauses:
                yield _("Le tour de %(who)s a commencé : il est gardé jusqu'au %(day)s.", who=who, day=day(new.ends_on))
            else:
                yield _("Le tour de %(who)s reste : %(pause)s.", who=who, pause=interruption(new.pauses))


def _directory(call: Call, plan: StoredPlan, previous: Publication | None) -> Directory:
    ids = {exhibitor_id(one["applicant"]) for one in json.loads(plan.case.text)["requests"]}
    ids |= {turn.exhibitor_id for turn in previous.turns} if previous else set()
    return directory(queries.spaces_of(call), queries.people(ids | queries.eligible(call.id)))


def _conflicts(call: Call, stays: list[Stay], known: Directory) -> list[str]:
    """A sentence for each stay whose stand or person another rotation holds on one of its days."""
    if not stays:
        return []
    start, end = min(stay.starts_on for stay in stays), max(stay.ends_on for stay in stays)
    stands = _days_by(queries.stands_taken(call.id, {i for stay in stays for i in stay.stand_ids}, start, end))
    people = _days_by(queries.people_taken(call, {stay.exhibitor_id for stay in stays}, start, end))
    return [sentence for stay in stays for sentence in _conflicts_of(stay, stands, people, known)]


def _conflicts_of(
    stay: Stay, stands: dict[int, list[date]], people: dict[int, list[date]], known: Directory
) -> Iterator[str]:
    for stand_id in stay.stand_ids:
        if taken := _within(stands[stand_id], stay):
            stand = next(one for one in known.stands.values() if one.id == stand_id)
            yield _(
                "L'emplacement %(stand)s (%(space)s) est déjà pris par une autre rotation : %(days)s.",
                stand=stand.code, space=stand.space.name, days=in_words(*taken),
            )  # fmt: skip
    if taken := _within(people[stay.exhibitor_id], stay):
        who = known.exhibitors[exhibitor_key(stay.exhibitor_id)].name
        yield _("%(who)s est déjà engagé ailleurs : %(days)s.", who=who, days=in_words(*taken))


def _days_by(pairs: list[tuple[int, date]]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return found


def _within(taken: list[date], stay: Stay) -> tuple[date, date] | None:
    inside = [day for day in taken if stay.starts_on <= day <= stay.ends_on]
    return (inside[0], inside[-1]) if inside else None


def _newly_waiting(plan: StoredPlan, stays: list[Stay], previous: Publication | None, before: list[Stay]) -> list[int]:
    """Who asked and has no turn, and was not told so by the publication before (nor had a turn in it)."""
    asked = {exhibitor_id(one["applicant"]) for one in json.loads(plan.case.text)["requests"]}
    waiting = asked - {stay.exhibitor_id for stay in stays}
    if previous is not None:
        told = {exhibitor_id(one["applicant"]) for one in json.loads(previous.case.text).get("requests", [])}
        waiting -= told - {stay.exhibitor_id for stay in before}
    return sorted(waiting)
