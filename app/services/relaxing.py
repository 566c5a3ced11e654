"""Try a season with one rule relaxed: a draft beside the others, whose case says what was changed.

Where other clashes stand beside the one relaxed, the best change of each is taken along: one click makes a draft that
can be solved.
"""

from __future__ import annotations

from typing import Any

from app.errors import Refused
from app.i18n import _
from app.models import RunState, SolveRun, User
from app.planning.clashes import along, change_of
from app.services import runs


def relax(actor: User, run: SolveRun, number: int) -> SolveRun:
    """Solve an impossible run's case again with the change of that number made, in one commit; raises Refused.

    The call and its decisions stay as they are: the plan is a draft to look at. To publish one like it, the manager
    changes the call or the decision in the same way.
    """
    if run.state is not RunState.IMPOSSIBLE or change_of(run.clashes, number) is None:
        raise Refused(_("Ce changement n'est plus proposé : relancez le calcul."))
    scope: dict[str, Any] = {"relaxed": run.id, "change": number}
    if further := along(run.clashes, number):
        scope["along"] = further
    return runs.start(actor, run.call, run.seconds_limit, scope)
