"""The journal's words: no code, no bare number where there is a name, and words for every action the services note."""

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

import app.services
from app.i18n import speaking
from app.models import AuditEntry
from app.phrases import phrase
from app.planning.journal import Journal
from app.planning.journal_labels import CODES, LABELS
from app.queries.audit import ACTIONS, NOUNS
from tests.factories import make_call, make_exhibitor, make_site, make_space
from tests.wording import plain

#: What the programme's own chain says, which no site's page shows.
ELSEWHERE = ("account.", "holiday.", "import.", "reference.", "exhibitor.")


def recorded() -> Iterator[ast.Call]:
    """Every call of ``audit.record`` in the services."""
    for path in Path(app.services.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                yield node


def test_every_action_and_noun_has_words() -> None:
    actions = {node.args[2].value for node in recorded() if isinstance(node.args[2], ast.Constant)}
    assert len(actions) > 40
    assert {one for one in actions if not one.startswith(ELSEWHERE)} - set(ACTIONS) == set()
    nouns = {ast.unparse(node.args[3]).removeprefix("f").strip("'\"").split(":")[0] for node in recorded()} - {
        "subject"
    }
    assert nouns - set(NOUNS) == {"reference", "file"}


def test_every_value_noted_has_a_label() -> None:
    given = [word.value for node in recorded() for word in node.keywords if word.arg in ("before", "after")]
    keys = {key.value for one in given for key in getattr(one, "keys", ()) if isinstance(key, ast.Constant)}
    assert len(keys) > 30
    assert keys - set(LABELS) == set()


def test_every_code_has_words(app: Flask) -> None:
    with app.test_request_context():
        assert all(phrase(code) for kind in CODES.values() for code in kind)


def lines(entry: AuditEntry) -> list[tuple[str, str | None, str | None]]:
    return [(line.label, line.before, line.after) for line in Journal([entry]).lines(entry)]


def test_a_decision_is_told_in_words(app: Flask) -> None:
    entry = AuditEntry(
        action="application.refuse", subject="application:7",
        before={"state": "submitted", "reason": None}, after={"state": "refused", "reason": "register_unknown"},
    )  # fmt: skip
    with app.test_request_context():
        assert lines(entry) == [
            ("état", "Déposée", "Refusée"),
            ("motif", None, "Numéro de registre introuvable"),
        ]
        with speaking("ar"):
            assert lines(entry)[0] == ("الحالة", "مودعة", "مرفوضة")


def test_rows_are_named_days_written_out_and_what_did_not_change_is_left_out(app: Flask) -> None:
    site = make_site()
    space = make_space(site, 2, name="Salle haute")
    who = make_exhibitor(name="Atelier Amina")
    entry = AuditEntry(
        action="event.change", subject="event:3",
        before={"kind": "workshop", "space": space.id, "from": "2026-12-05 10:00", "places": 16},
        after={"kind": "festival", "space": space.id, "from": "2026-12-06 10:00", "places": 16, "exhibitors": [who.id]},
    )  # fmt: skip
    with app.test_request_context():
        assert lines(entry) == [
            ("genre", "Atelier d'initiation", "Festival"),
            ("du", "5 décembre 2026, 10:00", "6 décembre 2026, 10:00"),
            ("exposants", None, "Atelier Amina"),
        ]


def test_a_charter_is_told_by_its_rules(app: Flask) -> None:
    call = make_call(make_site(), title="Hiver")
    charter = {
        "measure": "periods", "rest": 2, "rivals_apart": False, "min_fill": None,
        "quotas": [{"group": "women", "at_least": 0.2, "scope": "season"}], "tiers": ["fairness", "fill"],
    }  # fmt: skip
    entry = AuditEntry(
        action="call.draft", subject=f"call:{call.id}", before=None,
        after={"charter": charter, "fee_centimes": 5000, "season_start": "2027-01-04", "four_eyes": False},
    )  # fmt: skip
    with app.test_request_context():
        assert plain(lines(entry)) == [
            (
                "charte", None,
                "équité mesurée en : périodes ; périodes de repos : 2 ; "
                "parts réservées : Femmes : au moins 20\u00a0% ; objectifs : équité, remplissage",
            ),
            ("redevance", None, "50,00\u00a0MAD"),
            ("début de saison", None, "4 janvier 2027"),
            ("publication relue par une seconde personne", None, "non"),
        ]  # fmt: skip


def test_periods_are_counted_as_on_the_pages(app: Flask) -> None:
    entry = AuditEntry(
        action="application.edit", subject="application:7", before={"unavailable": [], "preferred": {}},
        after={
            "unavailable": [0, 2], "preferred": {"3": 3}, "scope": {"closure": 1}, "whatever": {"some": [None, "x"]},
            "high_seasons": [{"start": "2027-03-01", "end": "2027-03-20", "weight": 2}],
        },
    )  # fmt: skip
    with app.test_request_context():
        assert lines(entry) == [
            ("périodes impossibles", None, "1, 3"),
            ("périodes préférées", None, "4 ★★★"),
            ("whatever", None, "some [None, 'x']"),
            ("hautes saisons", None, "1 – 20 mars 2027 × 2"),
        ]
