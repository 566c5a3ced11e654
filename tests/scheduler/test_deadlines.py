"""The campaign of time limits: what its promise is, and that it runs the command. The figures are the bench's."""

import pytest

from scheduler.deadlines import Kept, campaign


@pytest.mark.parametrize(
    ("given", "took", "kept"), [(3, 5.0, True), (3, 5.1, False), (25, 27.5, True), (25, 27.6, False)]
)
def test_the_promise_is_ten_percent_or_two_seconds_under_twenty(given, took, kept):
    assert Kept(5, given, took, 0).promise is kept


def test_a_tiny_case_is_solved(tmp_path):
    (one,) = campaign(1, tmp_path)
    assert (one.people, one.given, one.code) == (5, 3, 0)
