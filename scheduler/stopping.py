"""A search of CP-SAT by workers that take turns, stopped from outside once its seconds are over.

Its own wall limit must not be used for them (OR-Tools 9.15): near the limit a worker takes the time for over while
it reads the programme and leaves it half read, is given its next turn all the same because for the others there is
time left, and the process aborts («heuristics.fixed_search != nullptr»). Being stopped holds for all at once.
"""

from __future__ import annotations

import math
import threading
import time

from ortools.sat.python import cp_model_helper as engine

LEAST = 0.01
"""Seconds a search is given at least."""


def solve_within(
    seconds: float, parameters: engine.SatParameters, programme: engine.CpModelProto
) -> tuple[engine.CpSolverResponse, bool]:
    """Return the answer, and whether the clock may have cut the search short."""
    solver = engine.SolveWrapper()
    solver.set_parameters(parameters)
    if seconds == math.inf:
        return solver.solve(programme), False  # type: ignore[no-untyped-call]
    seconds = max(seconds, LEAST)
    timer = threading.Timer(seconds, solver.stop_search)
    timer.daemon = True
    began = time.monotonic()
    timer.start()
    try:
        answer = solver.solve(programme)  # type: ignore[no-untyped-call]
    finally:
        timer.cancel()
        timer.join()
    return answer, time.monotonic() - began >= seconds
