"""``dawra import``: its help, its report, its faults and its exit codes."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from app.cli import main
from app.extensions import db
from app.models import Site
from app.services import reference
from tests.app.services.imports.test_run import SITE
from tests.wording import plain


@pytest.fixture
def dawra(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    settings = app.extensions["settings"]
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DAWRA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("DAWRA_ENVIRONMENT", "test")
    reference.load()

    def run(*arguments: str, text: str = "") -> Result:
        file = tmp_path / "sites.csv"
        file.write_text(text, "utf-8")
        db.session.rollback()  # nothing is left open that would hold the command up
        return CliRunner().invoke(main, ["import", *arguments, *([str(file)] if text else [])])

    return run


def sites() -> int:
    found = db.session.scalar(select(func.count()).select_from(Site))
    db.session.remove()  # leaves no transaction for the command to wait for
    return found


def test_help_documents_every_column(dawra) -> None:
    told = " ".join(plain(dawra("--help").output).split())
    for words in (
        "« sites »",
        "« crafts »",
        "« exhibitors »",
        "* Identifiant / المعرف / Identifier",
        "Numéro de registre",
    ):
        assert words in told


def test_an_import_tells_what_it_did_and_twice_changes_nothing(dawra) -> None:
    assert dawra("sites", "--dry-run", text=SITE).output.endswith(
        "1 would be created, 0 would be updated, 0 unchanged.\n"
    )
    assert sites() == 75
    assert plain(dawra("sites", text=SITE).output) == (
        "Read as CSV, UTF-8, séparateur « ; ».\n1 created, 0 updated, 0 unchanged.\n"
    )
    assert dawra("sites", text=SITE).output.endswith("0 created, 0 updated, 1 unchanged.\n")
    assert sites() == 76


def test_faults_are_listed_and_nothing_is_written(dawra) -> None:
    answer = dawra("sites", text=SITE.replace("complexe;ouvert", "château;"))
    assert answer.exit_code == 1
    assert "G2 (Type) : Écrivez l'un de ces mots" in plain(answer.output)
    assert "H2 (État) : Remplissez cette cellule." in plain(answer.output)
    assert "2 fault(s), nothing was imported." in answer.output
    assert sites() == 75
