"""A solver that behaves as told by its first argument; the rest is the real command line. Run as a script."""

import json
import os
import signal
import sys
import time
from pathlib import Path


def told() -> tuple[str, float]:
    """The manner and its seconds; ``each FILE`` takes the next manner from a file's lines."""
    if sys.argv[1] != "each":
        return sys.argv[1], float(sys.argv[2])
    kept = Path(sys.argv[2])
    first, _, rest = kept.read_text().partition("\n")
    kept.write_text(rest)
    return first, 0.1


BROKE_OFF = {"short": "memory", "broken": "crashed"}
manner, seconds = told()
case, out = Path(sys.argv[4]), Path(sys.argv[6])
sha256 = __import__("hashlib").sha256(case.read_bytes()).hexdigest()


def write(turns: list[dict[str, object]], **more: object) -> None:
    plan = {"format": "dawra-plan/1", "case_sha256": sha256, "status": "feasible", "turns": turns, "tiers": []}
    out.write_text(json.dumps({**plan, **more}))


def first_turn() -> dict[str, object]:
    asked, hall = (json.loads(case.read_text())[name][0] for name in ("requests", "spaces"))
    stand = hall["stands"][0]["id"]
    return {"applicant": asked["applicant"], "space": hall["id"], "stand": stand, "start": 0, "length": 1}


def obliging(*_: object) -> None:
    write([first_turn()] if manner == "obliging" else [])
    sys.exit(0)


if manner in ("obliging", "idle"):
    signal.signal(signal.SIGTERM, obliging)
elif manner == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
end = time.monotonic() + seconds
step = 0
while time.monotonic() < end:
    step += 1
    line = {"tier": "fairness", "level": step, "count": 3, "bound": 4, "elapsed": step / 10, "turns": 5}
    print(json.dumps(line), file=sys.stderr, flush=True)
    time.sleep(0.1)
if manner == "crash":
    raise RuntimeError("a planted crash")
if manner == "kill":
    os.kill(os.getpid(), signal.SIGKILL)
if manner == "memory":
    hoard = [bytes(64_000_000) for _ in range(1000)]
if manner == "bad":
    print("periods: must hold at least one period")
    sys.exit(2)
if manner == "impossible":
    print("two rules clash")
    sys.exit(1)
if manner in BROKE_OFF:
    write([first_turn()])
    print(f"the solve ended early ({BROKE_OFF[manner]}); the best plan so far is written", file=sys.stderr)
    sys.exit(3)
if manner == "cheat":
    write([{"applicant": "E999", "space": "S1", "stand": "S1-01", "start": 0, "length": 1}])
elif manner == "lie":
    write([], tiers=[{"name": "fill", "value": 7}])
elif manner != "nothing":
    write([])
