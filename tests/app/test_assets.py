"""Static files: hashed addresses, far-future caching, gzip; fonts are asked for the letters they hold; page weight."""

import gzip
import re
from pathlib import Path

from flask import Flask, url_for
from flask.testing import FlaskClient

STATIC = Path("app/static")
GZIP = {"Accept-Encoding": "gzip"}


def test_an_address_carries_the_hash_of_its_file_and_is_kept_for_a_year(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        url = url_for("static", filename="css/dawra.css")
    assert re.fullmatch(r"/static/css/dawra\.css\?v=[0-9a-f]{10}", url)
    assert client.get(url, buffered=True).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/css/dawra.css", buffered=True).headers["Cache-Control"] == "public, max-age=86400"
    assert "immutable" not in client.get("/static/css/missing.css?v=1", buffered=True).headers.get("Cache-Control", "")


def test_texts_are_compressed_for_those_who_can_read_them(client: FlaskClient) -> None:
    plain, packed = (
        client.get("/static/css/dawra.css", buffered=True),
        client.get("/static/css/dawra.css", headers=GZIP, buffered=True),
    )
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == (STATIC / "css/dawra.css").read_bytes()
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert plain.headers["ETag"] != packed.headers["ETag"]
    assert client.get("/", headers=GZIP, buffered=True).headers["Content-Encoding"] == "gzip"


def test_fonts_and_small_answers_stay_as_they_are(client: FlaskClient) -> None:
    assert (
        "Content-Encoding"
        not in client.get("/static/vendor/noto-sans-latin.woff2", headers=GZIP, buffered=True).headers
    )
    assert "Content-Encoding" not in client.get("/healthz", headers=GZIP, buffered=True).headers


def test_a_browser_that_kept_a_file_is_told_it_is_the_same(client: FlaskClient) -> None:
    tag = client.get("/static/css/dawra.css", headers=GZIP, buffered=True).headers["ETag"]
    assert client.get("/static/css/dawra.css", headers={**GZIP, "If-None-Match": tag}, buffered=True).status_code == 304


def test_every_letter_of_our_languages_has_a_font() -> None:
    asked = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", (STATIC / "css/fonts.css").read_text())
    kept = {point for low, high in asked for point in range(int(low, 16), int(high or low, 16) + 1)}
    letters = "ءابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئپڤڭگ،؛؟ًٌٍَُِّْ٠٩ àâçéèêëîïôœùûÿÀÉ«»’–—·… ɣḍḥṛṣṭẓɛčǧ ⴷⴰⵡⵔⴰ"
    assert {letter for letter in letters if ord(letter) not in kept} == set()


def test_fonts_were_cut(app: Flask) -> None:
    sizes = {path.name: path.stat().st_size for path in (STATIC / "vendor").glob("*.woff2")}
    assert len(sizes) == 4
    assert max(sizes.values()) < 25_000


def test_the_home_page_weighs_little_before_images(client: FlaskClient) -> None:
    for language, fonts in (("fr", ("latin", "arabic")), ("ar", ("latin", "arabic"))):
        page = client.get(f"/?lang={language}", headers=GZIP, buffered=True)
        text = gzip.decompress(page.data).decode()
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
        weight = len(page.data) + sum(len(client.get(url, headers=GZIP, buffered=True).data) for url in sheets)
        weight += sum((STATIC / f"vendor/noto-sans-{font}.woff2").stat().st_size for font in fonts)
        assert weight <= 150_000, f"{language}: {weight} bytes"


def test_the_board_draws_every_mark() -> None:
    named = sorted(path.stem for path in (STATIC / "marks").glob("[A-Z]*.svg"))
    rule = r'\.turn\[data-mark="(\w+)"\] \{ --mark: url\("\.\./marks/(\w+)\.svg"\); \}'
    assert re.findall(rule, (STATIC / "css/board.css").read_text()) == [(code, code) for code in named]
