"""The time left is said in one unit, rounded down, and nothing once it is over."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.phrases import time_left

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=12, hours=5), "Il reste 12 jours"),
        (timedelta(days=2), "Il reste 2 jours"),
        (timedelta(days=2, seconds=-1), "Il reste 47 heures"),
        (timedelta(hours=1), "Il reste 1 heure"),
        (timedelta(seconds=3599), "Il reste 59 minutes"),
        (timedelta(seconds=59), "Il reste moins d'une minute"),
        (timedelta(milliseconds=1), "Il reste moins d'une minute"),
        (timedelta(0), ""),
        (timedelta(milliseconds=-1), ""),
    ],
)
def test_time_left(app: Flask, left: timedelta, said: str) -> None:
    assert time_left(AT + left, AT) == said
