"""The administrators' import page."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Site, SiteRole
from app.services import reference
from tests.app.services.imports.test_run import SITE
from tests.factories import make_site, make_user, sign_in

URL = "/admin/import/"


@pytest.fixture
def admin(app: Flask, client: FlaskClient) -> FlaskClient:
    reference.load()
    user = make_user(is_administrator=True)
    db.session.commit()
    return sign_in(client, user)


def send(client: FlaskClient, data: bytes, noun: str = "sites", **more: str) -> TestResponse:
    token = re.search(r'csrf_token"[^>]*value="([^"]+)"', client.get(URL).get_data(as_text=True)).group(1)
    fields = {"csrf_token": token, "noun": noun, "file": (io.BytesIO(data), "sites.csv")}
    return client.post(URL, data=fields | more, content_type="multipart/form-data")


def sites() -> int:
    return db.session.scalar(select(func.count()).select_from(Site))


def test_check_then_import_then_import_again(admin: FlaskClient) -> None:
    looked = send(admin, SITE.encode(), check="1").get_data(as_text=True)
    assert "Lignes à créer : 1 ; à modifier : 0 ; inchangées : 0." in looked
    assert sites() == 75
    assert send(admin, SITE.encode()).status_code == 303
    assert sites() == 76
    answer = send(admin, SITE.encode())
    assert "Créés : 0 ; modifiés : 0 ; inchangés : 1." in admin.get(answer.location).get_data(as_text=True)


def test_faults_are_shown_with_their_places(admin: FlaskClient) -> None:
    answer = send(admin, SITE.replace("complexe;ouvert", "château;").encode())
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "2 erreurs : rien n" in page
    assert re.findall(r'<th scope="row"><bdi>([A-Z]\d)</bdi>', page) == ["G2", "H2"]
    assert sites() == 75


def test_no_file_and_no_such_table(admin: FlaskClient) -> None:
    token = re.search(r'csrf_token"[^>]*value="([^"]+)"', admin.get(URL).get_data(as_text=True)).group(1)
    answer = admin.post(URL, data={"csrf_token": token, "noun": "sites"}, content_type="multipart/form-data")
    assert (answer.status_code, "Choisissez un fichier." in answer.get_data(as_text=True)) == (422, True)
    assert send(admin, SITE.encode(), noun="people").status_code == 422


def test_templates_come_back_unchanged(admin: FlaskClient) -> None:
    for noun, total in (("sites", 75), ("crafts", 53)):
        data = admin.get(f"{URL}{noun}.csv").get_data()
        assert f"inchangées : {total}." in send(admin, data, noun, check="1").get_data(as_text=True)
    assert admin.get(f"{URL}exhibitors.csv").status_code == 200
    assert admin.get(f"{URL}people.csv").status_code == 404
    assert admin.get(f"{URL}sites.xlsx").status_code == 404


def test_only_administrators(client: FlaskClient, app: Flask) -> None:
    manager = make_user((make_site(), SiteRole.MANAGER))
    db.session.commit()
    sign_in(client, manager)
    assert [client.get(URL).status_code, client.get(f"{URL}sites.csv").status_code] == [404, 404]
