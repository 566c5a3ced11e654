"""All the board's page tells: the plan, its figures, what changed since the publication in force, its history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.i18n import _, language, localized
from app.models import Decision, Publication, StoredPlan
from app.planning import begun, edit_words, overrides
from app.planning.board import Board, Telling, board
from app.planning.changes import ChangeList, compare, stays_of_plan, stays_of_rows
from app.planning.charter import rules
from app.planning.edit_words import Line
from app.planning.editing import Desk, desk, spoken_turn
from app.planning.figures import Figures, figures
from app.planning.judge import namer
from app.planning.keys import Directory, directory
from app.planning.proof import claims
from app.planning.staying import staying
from app.queries import boards, edits, plans, rotation
from app.queries.planning import decisions
from scheduler.plan import Tier, Turn


@dataclass(frozen=True)
class Page:
    """The board of a plan. ``proven``: the solver's claims, by tier, from before the first edit."""

    plan: StoredPlan
    board: Board
    figures: Figures
    proven: dict[str, Tier]
    previous: Publication | None
    changes: ChangeList
    history: list[Line]
    undo: Line | None
    redo: Line | None
    told: list[tuple[str, str]]
    open: int
    decisions: list[Decision]
    eased: list[str]


def page(plan: StoredPlan) -> Page:
    """Read everything the board shows."""
    made = decisions(plan.call_id)
    table = desk(plan.case.text, plan.text, made, staying(plan))
    known = known_of(plan)
    names = namer(known)
    log = edits.log(plan.id)
    done, undone = edits.stacks(log)
    reasons = [{**one, "reason": edit.reason} for edit in done for one in edit.overrides]
    previous, changes, state = _since_publication(plan, table, known)
    lived = [turn for turn in table.turns if table.staying.of(turn)]
    reasons += overrides.carried(previous.overrides if previous else (), lived)
    told, bare = overrides.split(table.violations, reasons)
    bare, _past = overrides.parted(bare, lived)
    decided = {spoken_turn(turn) for one in told for turn in one.document["turns"]}
    decided -= {turn for violation in bare for turn in violation.turns}
    crafts = {code: localized(craft) for code, craft in plans.craft_names(plan).items()}
    telling = Telling(language(), names, crafts, state, decided)
    days = [(period.start, period.end) for period in table.problem.periods]
    history = edit_words.lines(log, known, days)
    by_version = {line.edit.version: line for line in history}
    return Page(
        plan=plan, board=board(table, known, made, telling), figures=figures(plan.case.text, plan.text),
        proven={tier.name: tier for tier in claims(plan.proof)}, previous=previous, changes=changes,
        history=history, undo=by_version[done[-1].version] if done else None,
        redo=by_version[undone[-1].version] if undone else None,
        told=overrides.sentences(told, language(), names), open=len(bare), decisions=made,
        eased=eased_for(plan, known),
    )  # fmt: skip


def eased_for(plan: StoredPlan, known: Directory) -> list[str]:
    """What the solve of a plan did not ask for, because turns that had begun did not follow it: a sentence each."""
    titles = {clause.code: clause.title for clause in rules(plan.call.charter)}
    halls = {key: localized(space) for key, space in known.spaces.items()}
    return [
        _(
            "Ce calcul n'a pas suivi la règle « %(rule)s » pour %(place)s : "
            "des tours qui ont commencé ne la suivent pas.",
            rule=titles.get(one["rule"], one["rule"]), place=halls.get(one["space"], _("toute la saison")),
        )
        for one in (plan.run.scope.get("eased", []) if plan.run else [])
    ]  # fmt: skip


def known_of(plan: StoredPlan) -> Directory:
    """The rows behind a plan's case; of its people the names and register numbers only."""
    return directory(rotation.spaces_of(plan.call), boards.names(plan.call_id, plans.people_of(plan)))


def since(plan: StoredPlan, version: int) -> list[Line]:
    """What was done to a plan after a version."""
    known = known_of(plan)
    days = [(period.starts_on, period.ends_on) for period in plan.call.periods]
    return [line for line in edit_words.lines(edits.log(plan.id), known, days) if line.edit.version > version]


def _since_publication(
    plan: StoredPlan, table: Desk, known: Directory
) -> tuple[Publication | None, ChangeList, Callable[[Turn], str]]:
    previous = rotation.current(plan.call_id)
    turns = [turn for turn in table.turns if all(stand in known.stands for stand in turn.stands)]
    stays = stays_of_plan(turns, plan.call, known)
    if previous is None:
        return None, compare([], stays), lambda _turn: ""
    stays = begun.days_of(plan.call, stays, previous.turns)
    changes = compare(stays_of_rows(previous.turns), stays)
    kinds: dict[Any, str] = dict.fromkeys((stay.mark for stay in changes.kept), "kept")
    kinds |= dict.fromkeys((after.mark for _before, after in changes.moved), "moved")
    by_turn = {turn: kinds.get(stay.mark, "new") for turn, stay in zip(turns, stays, strict=True)}
    return previous, changes, lambda turn: by_turn.get(turn, "new")
