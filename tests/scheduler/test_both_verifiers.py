"""The project's judge and the file that knows nothing of it find the same, over cases and plans of every sort.

`DAWRA_VERIFIERS=25000` judges 300,000 plans (18 minutes) instead of 2,400.
"""

import json
import os

import pytest

from scheduler.codec import decode_case, decode_plan
from scheduler.errors import BadPlan
from scheduler.verify import verify
from tests.scheduler.anything import Anything
from tests.scheduler.test_dawra_verify import broken

COUNT = int(os.environ.get("DAWRA_VERIFIERS", "200"))
SHARE = 50
"""Cases a test."""


@pytest.mark.parametrize("first", range(0, COUNT, SHARE))
def test_both_name_the_same_broken_rules(first: int) -> None:
    for seed in range(first, first + SHARE):
        any_ = Anything(seed)
        case = any_.case()
        problem = decode_case(case)
        for _ in range(3):
            plan = any_.plan(problem)
            for change in range(4):
                plan = any_.damaged(plan) if change else plan
                try:
                    read = decode_plan(json.loads(json.dumps(plan)))
                except BadPlan:  # a level told twice
                    with pytest.raises(ValueError, match="given twice"):
                        broken(case, plan)
                    break
                assert broken(case, plan) == sorted({one.rule for one in verify(problem, read).violations}), seed
