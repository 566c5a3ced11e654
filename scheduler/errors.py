"""Everything the scheduler raises.

SchedulerError
├── BadFile                 a case or plan file that cannot be taken as it is
│   ├── BadCase             faults in a case, all of them, each with its path
│   └── BadPlan             faults in a plan, all of them, each with its path
├── BadQuestion             a question about a person, space or period the case does not know
│   └── BadOrder            a repair that cannot be asked, with everything wrong in it
├── TooLarge                the case needs more memory than it is given; says how much, and what to do
├── Impossible              no plan obeys every rule; says which rules clash
│   └── Unmendable          after a change, no plan that keeps what was lived does
├── Unsound                 the solver made a plan the checkers reject: a defect, never given out
└── Stopped                 the work ended before it was done
    ├── Cancelled           somebody asked for it
    ├── OutOfTime           the deadline came before a first plan
    └── OutOfMemory         the memory limit came before a first plan
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scheduler.diagnose import Diagnosis
    from scheduler.text import Message


class SchedulerError(Exception):
    """The root: catch this to catch whatever the scheduler says no with."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a file: `path` says where (`requests[3].spaces[0].id`), `message` what."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class BadFile(SchedulerError):
    """A file with faults; `faults` holds every one, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


class BadCase(BadFile):
    """A case that cannot be read; nothing was solved."""


class BadPlan(BadFile):
    """A plan that cannot be read; nothing was judged."""


class BadQuestion(SchedulerError):
    """A question names something the case does not know; the text says what, in English."""


class BadOrder(BadQuestion):
    """A repair that cannot be asked; `faults` holds every sentence, in English."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class Impossible(SchedulerError):
    """No plan obeys every rule. `diagnosis` says which parts of the case clash; None when that is not proven."""

    def __init__(self, diagnosis: Diagnosis | None = None) -> None:
        self.diagnosis = diagnosis
        super().__init__("no plan obeys every rule")


class Unmendable(Impossible):
    """No plan that keeps what was lived obeys every rule after a change; `reasons` says what stands against it."""

    def __init__(self, reasons: Iterable[Message]) -> None:
        self.reasons = tuple(reasons)
        super().__init__()


class TooLarge(SchedulerError):
    """The case needs more memory than it may take; `sentence` says how much and what to do. Nothing was built."""

    def __init__(self, sentence: Message) -> None:
        self.sentence = sentence
        super().__init__("the case needs more memory than it may take")


class Unsound(SchedulerError):
    """The checkers reject a plan the solver made; `reasons` says why. It is not given out."""

    def __init__(self, reasons: Iterable[Message]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reason.template for reason in self.reasons))


class Stopped(SchedulerError):
    """The work ended before there was anything to give back."""


class Cancelled(Stopped):
    """Somebody asked for the end."""


class OutOfTime(Stopped):
    """The deadline came first."""


class OutOfMemory(Stopped):
    """The memory limit came first."""
