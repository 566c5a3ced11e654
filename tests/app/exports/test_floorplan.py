"""The floor plan: where each stand lies, what is said of it, and the table behind."""

import re

import pytest
from flask import Flask, get_template_attribute, render_template_string

from app.exports.floorplan import StandState, lay_out
from app.models import Space, Stand
from tests.factories import make_site, make_space
from tests.wording import plain

PAGE = '{% from "macros/floorplan.html" import floor_plan with context %}{{ floor_plan(space, states) }}'


@pytest.fixture
def hall(app: Flask) -> Space:
    """Three stands in a row at x = 0..2."""
    app.jinja_env.globals.setdefault("mark_url", lambda code: f"/static/marks/{code}.svg")
    return make_space(make_site(), name="Salle A")


def test_squares_follow_the_grid_without_empty_borders(hall: Space) -> None:
    for stand in hall.stands:
        stand.x, stand.y = stand.x + 5, stand.y + 2
    hall.stands[2].y += 1
    plan = lay_out(hall)
    assert [(s.left, s.top) for s in plan.squares] == [(8, 8), (120, 8), (232, 100)]
    assert (plan.width, plan.height) == (232 + 104 + 8, 100 + 84 + 8)


def test_a_space_without_stands_says_so(app: Flask) -> None:
    empty = make_space(make_site(), stands=0)
    with app.test_request_context():
        page = render_template_string(PAGE, space=empty, states=None)
    assert "Aucun emplacement numéroté" in page
    assert "<svg" not in page


def test_each_state_is_told_in_words_in_drawing_and_table(app: Flask, hall: Space) -> None:
    one, two, three = hall.stands
    states = {
        one.id: StandState("held", "Fatima <b>", "POT", "/exhibitors/1"),
        two.id: StandState("free"),
        three.id: StandState("closed", "Travaux"),
    }
    with app.test_request_context():
        page = render_template_string(PAGE, space=hall, states=states)
    titles = re.findall(r"<title>(Emplacement[^<]*)</title>", plain(page))
    assert titles == [
        "Emplacement 01, 9 m², Électricité, Occupé : Fatima &lt;b&gt;",
        "Emplacement 02, 9 m², Électricité, Libre",
        "Emplacement 03, 9 m², Électricité, Fermé : Travaux",
    ]
    assert page.count("<tr>") == 4
    assert page.count('href="/exhibitors/1"') == 2
    assert "style=" not in page


def test_numbers_keep_their_direction_in_arabic(app: Flask, hall: Space) -> None:
    with app.test_request_context("/?lang=ar"):
        page = render_template_string(PAGE, space=hall, states=None)
    assert 'direction="ltr"' in page
    assert "<bdi>01</bdi>" in page


def test_unknown_features_show_as_given(app: Flask) -> None:
    space = Space(name="S", stands=[Stand(id=1, code="1", position=0, area_m2=6, features=["four"], x=0, y=0)])
    with app.test_request_context():
        assert lay_out(space).squares[0].title == "Emplacement 1, 6 m², four"
        assert get_template_attribute("macros/floorplan.html", "floor_plan")
