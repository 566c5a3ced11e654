"""Every page has a title; nothing is inline, nothing comes from elsewhere; pictures have words; files exist."""

import json
import re
from pathlib import Path

import pytest

TEMPLATES = Path("app/templates")
STATIC = Path("app/static")
PAGES = sorted(path for path in TEMPLATES.rglob("*.html"))
MAILS = TEMPLATES / "mail"

ASSET = r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)\s*=\s*[\"']"

#: What must not stand in a template: (name, pattern).
FORBIDDEN = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("inline script", r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)"),
        ("inline style", r"<style\b"),
        ("style attribute", r"\sstyle\s*="),
        ("event attribute", r"\son(?:click|change|submit|input|load|error|key\w+|mouse\w+|focus|blur|toggle)\s*="),
        ("javascript address", r"javascript:"),
        ("asset from elsewhere", ASSET + r"(?:https?:)?//"),
        ("picture without words", r"<img\b(?![^>]*\balt=)[^>]*>"),
        ("Latin comma between values", r"(?:\}\}|%\}),\s*[<{]"),
        ("physical side", r"\b(?:ms|me|ps|pe|float|text)-(?:left|right)\b"),
    )
)

#: Left and right in a sheet, as a property or a value.
SIDE = r"(?:margin|padding|border)-(?:left|right)|left|right|(?:float|text-align):\s*(?:left|right)"
PHYSICAL = re.compile(rf"(?:^|[\s;{{])(?:{SIDE})\s*[:;]")


def uncommented(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)


def found_in(text: str) -> list[str]:
    return [name for name, pattern in FORBIDDEN if pattern.search(uncommented(text))]


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_nothing_is_inline_or_foreign(path: Path) -> None:
    assert found_in(path.read_text()) == []


@pytest.mark.parametrize("path", PAGES, ids=str)
def test_every_page_has_a_title_and_one_heading(path: Path) -> None:
    text = uncommented(path.read_text())
    if '{% extends "base.html" %}' not in text:
        assert "<html" not in text or re.search(r"<title>\s*\S", text), "a page of its own needs a title"
        return
    title = re.search(r"\{% block title %\}(.*?)\{% endblock", text, re.DOTALL)
    assert title
    assert title[1].strip()
    headings = len(re.findall(r"<h1\b", text)) + len(re.findall(r"\bui\.head\(", text))
    assert headings >= 1


def test_every_file_a_template_names_exists() -> None:
    named = {
        (path, name)
        for path in PAGES
        for call in re.findall(r"url_for\(\s*['\"]static['\"]\s*,\s*filename=([^)]*)\)", uncommented(path.read_text()))
        for name in re.findall(r"['\"]([\w./-]+\.[a-z0-9]+)['\"]", call)
    }
    assert len(named) > 5
    assert [(str(path), name) for path, name in named if not (STATIC / name).is_file()] == []


def test_every_file_a_sheet_names_exists_here() -> None:
    for sheet in (STATIC / "css").glob("*.css"):
        for name in re.findall(r"url\(\"?([^\")]+)\"?\)", sheet.read_text()):
            assert not re.match(r"(https?:)?//", name), f"{sheet}: {name}"
            assert name.startswith("data:") or (sheet.parent / name).resolve().is_file(), f"{sheet}: {name}"


def test_sheets_know_no_left_or_right() -> None:
    assert [sheet.name for sheet in (STATIC / "css").glob("*.css") if PHYSICAL.search(sheet.read_text())] == []


#: A form one types in, and the fields that make it one.
FORM = re.compile(r"<form\b((?:[^>\"]|\"[^\"]*\")*)>(.*?)</form>", re.DOTALL)
TYPED = re.compile(r"ui\.field\(|<textarea|<select|<input(?![^>]*type=\"hidden\")")


def test_no_form_is_judged_by_the_browser() -> None:
    """A browser tells one fault at a time, in its own language; the server tells all of them in the reader's."""
    forms = [(path.name, *form) for path in PAGES for form in FORM.findall(uncommented(path.read_text()))]
    typed = [(name, head) for name, head, body in forms if 'method="post"' in head and TYPED.search(body)]
    assert len(typed) > 30
    assert [name for name, head in typed if "novalidate" not in head] == []


def test_the_law_sees_what_it_forbids() -> None:
    planted = (
        "<script>1</script>", "<style>", '<p style="x">', '<a onclick="x">', '<a href="javascript:x">',
        '<img src="https://x.org/a.png" alt="">', "<img src='a.png'>", '{{ hall }}, <bdi>01</bdi>',
        '<p class="ms-left">',
    )  # fmt: skip
    for text, (name, _pattern) in zip(planted, FORBIDDEN, strict=True):
        assert name in found_in(text)
    assert found_in('<script src="{{ x }}"></script><img alt="" src="a"><svg fill="red"/>') == []


def test_every_craft_family_has_a_mark() -> None:
    families = json.loads(Path("app/data/crafts.json").read_text())["families"]
    assert {family["code"] for family in families} <= {path.stem for path in (STATIC / "marks").glob("*.svg")}
