"""The translation catalogues: extract, update, compile, check, fill.

Source texts are French, so that the French catalogue repeats them; it is there for the plural rule (0 is singular).
Needs Babel alone: the build hook loads this file before the application is installed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
LANGUAGES = ("fr", "ar", "en")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
METHODS = [
    ("static/**", "ignore"),
    ("**.py", "python"),
    ("templates/**.html", "jinja2"),
    ("templates/**.txt", "jinja2"),
]
#: CLDR's categories in order (ar: zero, one, two, few, many, other); Babel's own Arabic rule swaps the last two.
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
    "en": "nplurals=2; plural=(n != 1);",
}
PLACE = re.compile(r"%\((\w+)\)[a-z]")
#: Where French keeps a space that a line must not end at.
BEFORE, AFTER = re.compile(r" ([:;!?\u00bb])"), re.compile("\u00ab ")


def path_of(language: str, root: Path = HERE) -> Path:
    """Where a language's catalogue stands."""
    return root / "translations" / language / "LC_MESSAGES" / "messages.po"


def extract(root: Path = HERE) -> Catalog:
    """Every text marked for translation in the sources and templates under ``root``."""
    found = Catalog(project="Dawra", copyright_holder="Dawra", charset="utf-8")
    options = {name: {"trimmed": "true"} for name, method in METHODS if method == "jinja2"}
    for filename, line, ids, notes, context in extract_from_dir(root, METHODS, options, KEYWORDS):
        found.add(ids, None, [(filename, line)], auto_comments=notes, context=context)
    return found


def read(language: str, root: Path = HERE) -> Catalog:
    """A language's catalogue; empty where there is none yet."""
    path = path_of(language, root)
    text = path.read_bytes() if path.exists() else _header(language).encode()
    return read_po(BytesIO(text), locale=language)


def _header(language: str) -> str:
    lines = (
        "Project-Id-Version: Dawra",
        f"Language: {language}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {PLURALS[language]}",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines)


def write(catalogue: Catalog, language: str, root: Path = HERE) -> None:
    """Keep a catalogue: sorted by text, without line numbers and dates, so that changes read well."""
    path = path_of(language, root)
    path.parent.mkdir(parents=True, exist_ok=True)
    body = BytesIO()
    write_po(body, catalogue, sort_output=True, no_location=True, omit_header=True, width=0, ignore_obsolete=True)
    path.write_bytes(f"{_header(language)}\n".encode() + body.getvalue())


def update(root: Path = HERE) -> None:
    """Bring every catalogue to the texts of the sources; nothing is guessed, French repeats its texts."""
    template = extract(root)
    for language in LANGUAGES:
        catalogue = read(language, root)
        catalogue.update(deepcopy(template), no_fuzzy_matching=True, update_creation_date=False)
        if language == "fr":
            for message in _messages(catalogue):
                message.string = message.id
        write(catalogue, language, root)


def compile_stale(root: Path = HERE) -> list[Path]:
    """Write each ``.mo`` older than its ``.po`` or than this file; the files written. A read-only folder stays."""
    written = []
    for language in LANGUAGES:
        source = path_of(language, root)
        target = source.with_suffix(".mo")
        if not source.exists() or (target.exists() and target.stat().st_mtime >= _changed(source)):
            continue
        scratch = target.with_suffix(f".{os.getpid()}.tmp")
        try:
            with scratch.open("wb") as file:
                write_mo(file, for_readers(language, root))
            scratch.replace(target)
        except OSError:
            continue
        written.append(target)
    return written


def _changed(source: Path) -> float:
    return max(source.stat().st_mtime, Path(__file__).stat().st_mtime)


def for_readers(language: str, root: Path = HERE) -> Catalog:
    """A language's catalogue as it is read on pages and in mails: in French, no line begins with ``:`` or ``»``."""
    catalogue = read(language, root)
    if language == "fr":
        for message in _messages(catalogue):
            given = message.string
            message.string = unbroken(given) if isinstance(given, str) else tuple(unbroken(one) for one in given or ())
    return catalogue


def unbroken(text: str) -> str:
    """The text with its French double punctuation held by spaces that do not break: typed ones do, on a phone."""
    return AFTER.sub("\u00ab\u00a0", BEFORE.sub("\u00a0\\1", text))


def faults(template: Catalog, catalogues: Mapping[str, Catalog]) -> list[str]:
    """What is missing or wrong, a sentence each: untranslated, fuzzy, plural forms, placeholders."""
    return [
        f"{language}: {fault}: {_first(message.id)!r}"
        for language, catalogue in catalogues.items()
        for message in _messages(template)
        for fault in _faults(message, catalogue.get(message.id, message.context), catalogue.num_plurals, language)
    ]


def _faults(source: Message, found: Message | None, forms: int, language: str) -> Iterator[str]:
    if found is None:
        yield "not in the catalogue"
        return
    if found.fuzzy:
        yield "fuzzy"
    if isinstance(source.id, str):
        yield from _faults_of_one(source.id, found.string, language)
        return
    strings = found.string if isinstance(found.string, tuple | list) else ()
    if not isinstance(found.id, tuple | list) or tuple(found.id) != tuple(source.id):
        yield "another plural"
    elif len(strings) != forms or not all(strings):
        yield f"{forms} plural forms asked"
    else:
        asked = _places(source.id[1])
        for text in strings:
            if len(text) < 2 <= len(source.id[0]):
                yield f"a letter alone: {text!r}"
            if _places(text) - {"num"} != asked - {"num"} or not _places(text) <= asked:
                yield f"placeholders differ in {text!r}"
        if "num" in asked and "num" not in _places(strings[-1]):
            yield "the number is missing"


def _faults_of_one(source: str, text: object, language: str) -> Iterator[str]:
    if not text or not isinstance(text, str):
        yield "untranslated"
    elif _places(text) != _places(source):
        yield f"placeholders differ in {text!r}"
    elif language == "fr" and text != source:
        yield "French differs from the source"


def fill(catalogue: Catalog, language: str, words: Mapping[str, Mapping[str, Any]]) -> None:
    """Write translations (``{text: {language: words}}``, lists for plurals) into known messages."""
    for message in _messages(catalogue):
        given = words.get(_first(message.id), {}).get(language)
        if not given:
            continue
        one_for_all = isinstance(given, str) and not isinstance(message.id, str)
        forms = (given,) * catalogue.num_plurals if one_for_all else given
        message.string = forms if isinstance(forms, str) else tuple(forms)


def unknown(catalogue: Catalog, words: Iterable[str]) -> list[str]:
    """Texts that were translated and are in no source."""
    known = {_first(message.id) for message in _messages(catalogue)}
    return sorted(set(words) - known)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _first(text: Any) -> str:
    return str(text if isinstance(text, str) else text[0])


def _places(text: str) -> set[str]:
    return set(PLACE.findall(text))
