"""A plan is judged with what it says of itself by its own case, and by its turns alone by a fresher one."""

from app.planning.judge import judge, judge_again, plan_of
from scheduler.codec import decode_case, encode_case, encode_plan
from scheduler.codec.canonical import canonical_bytes
from scheduler.plan import Plan
from tests.scheduler.builders import make, request, turn


def test_a_draw_that_asked_more_than_ask_now_is_no_fault_of_the_turns():
    then = encode_case(make("AB"))
    now = encode_case(make("AB", requests=[request("A", "S")]))
    drawn = {"draw": {"asked": 2, "proven": 2}}
    made = Plan(decode_case(then).sha256, "feasible", (turn("A"),), solver=drawn)
    text = canonical_bytes(encode_plan(made)).decode()
    fresh = canonical_bytes(now).decode()
    assert judge(canonical_bytes(then).decode(), text).violations == ()
    assert judge_again(fresh, plan_of(text)).violations == ()
    assert len(judge(fresh, text).violations) == 2, "the control: another case, and a draw of more than ask"
