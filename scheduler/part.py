"""What a case could do without, one of it: a *part* says itself in a sentence, and the case without it is a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from scheduler.problem import Problem, Quota
from scheduler.rules.base import CharterRule
from scheduler.text import Message

Lift = Callable[[Problem], Problem]
Place = tuple[()] | tuple[Literal["sites", "spaces"], str]
"""Whose charter: the general one, or that of a site or space by id."""


@dataclass(frozen=True, slots=True)
class Number:
    """A parameter of a charter: the rule it feeds, its value, and how to give it another."""

    rule: CharterRule
    value: Any
    adjust: Callable[..., Problem]


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be lifted; `quota` (and whose it is) or `number`: what it is about, where it can be moved.

    `path` is its place in the case file. `binds` are the exhibitors with a request whom it speaks about.
    """

    kind: Literal["charter", "quota", "closure", "request", "ban", "pin"]
    path: str
    message: Message
    lift: Lift
    binds: frozenset[str] = frozenset()
    quota: tuple[Place, Quota] | None = None
    number: Number | None = None
