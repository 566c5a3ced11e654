"""How a solve ends: from what the solver's process left to a state, a code, and its sentence in words."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import Any

from app.i18n import _l
from app.models import RunKind, RunState, SolveRun
from app.planning.child import Child
from app.planning.clashes import kept
from app.planning.judge import judge, readable
from app.planning.wording import render
from scheduler.errors import BadCase
from scheduler.plan import Plan

IMPOSSIBLE, BAD_CASE, NOTHING = 1, 2, 3
OUT_OF_MEMORY_SIGNS = (
    "MemoryError",
    "bad_alloc",
    "Cannot allocate memory",
    "out of memory",
    "memory limit",
    "(memory)",
)


@dataclass(frozen=True)
class Ending:
    """What becomes of a run; ``plan_text`` only when ``verify`` accepted it; ``result``: a trial's; ``report``: what
    the scheduler says of a repair.
    """

    state: RunState
    code: str
    details: list[Any] = field(default_factory=list)
    plan_text: str | None = None
    plan: Plan | None = None
    result: str | None = None
    report: dict[str, Any] | None = None


def ending(case_text: str, plan_text: str | None, code: int, child: Child, stopped: str = "") -> Ending:
    """Judge what a solver left. ``stopped``: "" if it ended by itself, else "cancelled" or "timed_out".

    One that ended by itself, but not with 0, broke off: the best plan so far is kept, and not called its answer.
    """
    plan = readable(plan_text) if plan_text else None
    if plan is not None and plan.status == "impossible":
        return Ending(RunState.IMPOSSIBLE, "impossible", kept(plan))
    early = stopped or (_broken(child) if code else "")
    if plan is not None and early and not plan.turns and plan.status != "proven":
        plan = None  # ended before the first turn: nothing worth keeping or looking at
    if plan is not None and plan_text is not None and plan.status != "cancelled":
        return _with_plan(case_text, plan_text, plan, early)
    if plan is not None and plan.turns and plan_text is not None:
        return _with_plan(case_text, plan_text, plan, early or "cancelled")
    if stopped == "cancelled":
        return Ending(RunState.CANCELLED, "cancelled")
    if child.refusal:
        return Ending(RunState.BAD_CASE, "too_large", [child.refusal])
    return without_plan(code, child.said, stopped)


def _broken(child: Child) -> str:
    """Why a solve that leaves a plan did not come to its end, as the code of a state."""
    memory = any(sign in child.said for sign in OUT_OF_MEMORY_SIGNS)
    memory = memory or any(line.get("outcome") == "memory" for line in child.told)
    return "out_of_memory" if memory else "broken"


def without_plan(code: int, said: str, stopped: str) -> Ending:
    """How a process ended that left nothing to judge."""
    lines = said.splitlines()[-30:]
    if any(sign in said for sign in OUT_OF_MEMORY_SIGNS):
        return Ending(RunState.OUT_OF_MEMORY, "out_of_memory")
    crashed = "Traceback (most recent call last)" in said  # Python ends with 1 then, like an impossible case
    if code == IMPOSSIBLE and not crashed:
        return Ending(RunState.IMPOSSIBLE, "impossible", lines)
    if code == BAD_CASE:
        return Ending(RunState.BAD_CASE, "bad_case", lines)
    if stopped == "timed_out" or (code == NOTHING and "(crashed)" not in said):
        return Ending(RunState.TIMED_OUT, "timed_out")
    if code == 0:
        return Ending(RunState.FAILED, "no_plan")
    if code < 0:
        return Ending(RunState.FAILED, f"killed:{_signal_name(-code)}")
    return Ending(RunState.FAILED, f"crashed:{code}", lines[-1:])


def _with_plan(case_text: str, plan_text: str, plan: Plan, early: str) -> Ending:
    try:
        judgement = judge(case_text, plan_text)
    except BadCase as error:
        return Ending(RunState.BAD_CASE, "bad_case", [str(fault) for fault in error.faults])
    if not judgement.accepted:
        return Ending(RunState.FAILED, "rejected", [render(message) for message in judgement.violations][:30])
    if early:
        state = RunState.FAILED if early == "broken" else RunState(early)
        return Ending(state, f"{early}_kept", plan_text=plan_text, plan=plan)
    return Ending(RunState.DONE, "proven" if plan.status == "proven" else "done", plan_text=plan_text, plan=plan)


def told(detail: Any, lang: str) -> str:
    """One detail of an ending: a sentence by language, or a line of text."""
    return str(detail.get(lang) or detail.get("fr", "")) if isinstance(detail, dict) else str(detail)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


SENTENCES = {
    "done": _l("Un planning est prêt. Il respecte toutes les règles."),
    "proven": _l("Un planning est prêt. Il respecte toutes les règles ; il est prouvé qu'aucun ne fait mieux."),
    "cancelled": _l("Le calcul a été arrêté à la demande, avant un premier planning."),
    "cancelled_kept": _l("Le calcul a été arrêté à la demande ; le meilleur planning trouvé est gardé."),
    "timed_out": _l("Le temps accordé est écoulé sans planning. Donnez plus de temps, puis relancez."),
    "timed_out_kept": _l("Le temps accordé est écoulé ; le meilleur planning trouvé est gardé."),
    "out_of_memory": _l("Le calcul a demandé plus de mémoire que permis. Découpez l'appel ou augmentez la limite."),
    "out_of_memory_kept": _l(
        "Le calcul a demandé plus de mémoire que permis et n'est pas allé à son terme ; le meilleur planning trouvé "
        "jusque-là est gardé et respecte toutes les règles."
    ),
    "broken_kept": _l(
        "Le calcul s'est interrompu avant son terme ; le meilleur planning trouvé jusque-là est gardé et respecte "
        "toutes les règles. Relancez-le pour aller au bout."
    ),
    "impossible": _l("Aucun planning ne respecte toutes les règles. Retirez une décision ou assouplissez une règle."),
    "bad_case": _l("Les données de l'appel sont fautives ; rien n'a été calculé. Corrigez-les, puis relancez."),
    "too_large": _l("La saison est trop grande pour la mémoire permise ; rien n'a été calculé."),
    "rejected": _l("Le planning calculé enfreint des règles ; il a été rejeté et n'est pas gardé."),
    "no_plan": _l("Le calcul s'est terminé sans rendre de planning. Relancez-le."),
    "killed": _l("Le calcul a été interrompu par le système (%(fact)s). Relancez-le."),
    "crashed": _l("Le calcul s'est arrêté sur une erreur (code %(fact)s). Relancez-le."),
    "trial": _l("L'essai est fini. Rien n'est changé à l'appel."),
    "trial_cancelled": _l("L'essai a été arrêté à la demande ; ce qui était déjà compté est gardé."),
    "trial_impossible": _l(
        "Aucun planning ne respecte cette charte face à cette demande. Assouplissez une des règles ci-dessous dans "
        "l'appel, puis essayez à nouveau."
    ),
    "years_impossible": _l(
        "Une des saisons jouées est impossible sous cette charte : une part réservée ou un remplissage ne tient pas "
        "quand les exposants changent. Assouplissez-la, ou faites changer moins de monde."
    ),
    "years_timed_out": _l("Le temps n'a pas suffi pour jouer les saisons. Donnez plus de temps, ou moins de saisons."),
    "years_memory": _l("Jouer les saisons demande plus de mémoire que permis. Essayez avec moins de candidats."),
    "years_crashed": _l("Jouer les saisons s'est arrêté sur une erreur. Relancez l'essai."),
    "repair_done": _l("La recherche est finie : choisissez une option."),
    "repair_none": _l(
        "La recherche est finie : aucune place libre ne permet de replacer ces personnes en respectant toutes les "
        "règles."
    ),
    "repair_cancelled": _l("La recherche a été arrêtée à la demande, avant d'avoir trouvé."),
    "repair_timed_out": _l("La recherche n'a rien trouvé dans le temps permis. Vous pouvez chercher à nouveau."),
    "repair_out_of_memory": _l("La recherche a demandé plus de mémoire que permis ; rien n'a été trouvé."),
    "repair_killed": _l("La recherche a été interrompue par le système (%(fact)s). Cherchez à nouveau."),
    "repair_crashed": _l("La recherche s'est arrêtée sur une erreur (code %(fact)s). Cherchez à nouveau."),
    "repair_no_plan": _l("La recherche s'est terminée sans réponse. Cherchez à nouveau."),
    "repair_abandoned": _l("La recherche a interrompu plusieurs fois son exécutant ; elle est abandonnée."),
    "abandoned": _l("Le calcul a interrompu plusieurs fois son exécutant ; il est abandonné."),
}


def sentence(run: SolveRun) -> str:
    """What to tell about a run that ended, in the reader's language; empty while it goes on."""
    code, colon, fact = run.message.partition(":")
    own = SENTENCES.get(f"repair_{code}") if run.kind is RunKind.REPAIR else None
    text = str(own or SENTENCES.get(code, ""))
    return text % {"fact": fact} if colon else text
