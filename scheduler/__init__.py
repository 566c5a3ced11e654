"""The rotation problem: pure, without the web. This door never loads the solver."""

from scheduler.plan import Plan, Turn
from scheduler.problem import Problem
from scheduler.verify import Verdict, verify
from scheduler.why_not import why_not

__all__ = ["Plan", "Problem", "Turn", "Verdict", "verify", "why_not"]
