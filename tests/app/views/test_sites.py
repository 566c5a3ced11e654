"""The public list of sites and a site's page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.data import read
from app.extensions import db
from app.models import SiteCategory, SiteState, SiteType
from app.queries import site as queries
from app.services import reference
from tests.factories import make_site, make_space


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/sites/([^/"]+)/about"', page)


@pytest.fixture
def loaded(app: Flask) -> None:
    reference.load()


@pytest.mark.usefixtures("loaded")
class TestList:
    """The 75 shipped sites."""

    def test_counts_and_pages(self, client: FlaskClient) -> None:
        page = client.get("/sites/").get_data(as_text=True)
        assert "75 sites" in page
        assert len(names(page)) == 24
        last = client.get("/sites/?page=4").get_data(as_text=True)
        assert len(names(last)) == 3
        assert names(client.get("/sites/?page=99").get_data(as_text=True)) == names(last)

    def test_every_site_is_on_exactly_one_page(self, client: FlaskClient) -> None:
        seen = [slug for n in (1, 2, 3, 4) for slug in names(client.get(f"/sites/?page={n}").get_data(as_text=True))]
        assert (len(seen), len(set(seen))) == (75, 75)

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("region=03", 19), ("type=foundouk", 10), ("category=production", 11), ("state=closed", 2),
            ("region=03&type=tannery", 3), ("type=nonsense", 75), ("region=99", 0), ("text=fes+foundouk", 5),
        ],
    )  # fmt: skip
    def test_filters(self, client: FlaskClient, query: str, count: int) -> None:
        page = client.get(f"/sites/?{query}").get_data(as_text=True)
        assert int(re.search(r"<h2>(\d+) site", page).group(1)) == count

    @pytest.mark.parametrize("text", ["Tétouan", "tetouan", "TETOUAN", "te\u0301touan", "تطوان", "تِطوان"])
    def test_text_is_searched_without_accents_or_signs(self, text: str) -> None:
        found = queries.find(queries.Filters(text=text))
        assert {"tetouan-dar-sanaa", "tetouan-boujarrah", "tetouan-dar-debbagh"} <= {s.slug for s in found.sites}

    def test_the_map_counts_by_region_under_the_other_filters(self) -> None:
        found = queries.find(queries.Filters(region="03", type=SiteType.TANNERY))
        assert {tile.region.code: tile.count for tile in found.tiles if tile.count} == {"01": 1, "03": 3, "07": 1}
        assert sum(queries.find(queries.Filters()).tiles[2].states.values()) == 19

    def test_nothing_found_offers_a_way_on(self, client: FlaskClient) -> None:
        assert "Aucun site ne répond" in client.get("/sites/?text=zzz").get_data(as_text=True)

    def test_every_about_page_answers(self, client: FlaskClient) -> None:
        for row in read("sites")["sites"]:
            assert client.get(f"/sites/{row['id']}/about").status_code == 200


def test_about_tells_everything(client: FlaskClient, app: Flask) -> None:
    site = make_site(
        slug="oulja", name="Oulja <i>", state=SiteState.WORKS, category=SiteCategory.SALE, type_note="complexe",
        address="Rue 1", opening_hours="9 h – 18 h", area_m2=1200,
        sources=["https://a.example/x", "javascript:alert(1)"],
    )  # fmt: skip
    make_space(site, stands=3, name="Grande salle")
    db.session.commit()
    page = client.get("/sites/oulja/about").get_data(as_text=True)
    for words in (
        "Oulja &lt;i&gt;",
        "En travaux",
        "Commercialisation",
        "« complexe »",
        "Rue 1",
        "9 h – 18 h",
        "Grande salle",
    ):
        assert words in page
    assert page.count("<title>Emplacement 0") == 3
    assert 'href="https://a.example/x"' in page
    assert 'href="javascript' not in page
    assert client.get("/sites/nowhere/about").status_code == 404


@pytest.mark.parametrize("path", ["/sites/", "/sites/{slug}/about"])
def test_the_number_of_queries_does_not_grow(client: FlaskClient, app: Flask, path: str) -> None:
    def count() -> int:
        db.session.expire_all()
        seen: list[str] = []
        listen = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        assert client.get(path.format(slug=first.slug)).status_code == 200
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(seen)

    first = make_site()
    make_space(first)
    db.session.commit()
    before = count()
    for _ in range(3):
        make_space(first)
        make_site()
    db.session.commit()
    assert count() == before
