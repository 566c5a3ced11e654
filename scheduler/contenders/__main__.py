"""`python -m scheduler.contenders NAME CASE OUT SECONDS`: one contender on one case, in this process."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from scheduler.codec import decode_case, encode_turn
from scheduler.plan import Turn


def main(words: list[str]) -> int:
    """Write the turns of each better plan to OUT, whole or not at all."""
    started = time.monotonic()
    name, case, out, seconds = words
    contender = importlib.import_module(f"scheduler.contenders.{name}")
    problem = decode_case(Path(case).read_bytes())

    def keep(turns: Iterable[Turn]) -> None:
        part = Path(out + ".part")
        part.write_text(json.dumps([encode_turn(turn) for turn in turns]), encoding="utf-8")
        part.replace(out)

    keep(())
    contender.run(problem, started + float(seconds), keep)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
