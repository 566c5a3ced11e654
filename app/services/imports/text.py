"""Read a text table: find its encoding and its separator, then its rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata

from app.i18n import _
from app.services.imports.faults import BadFile, Fault, whole

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 (BOM)"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises BadFile for what is no text.

    A byte-order mark decides; else valid UTF-8 is UTF-8, zeros every other byte are UTF-16, and the rest is
    Windows-1256, which Moroccan offices write in Arabic and French, unless it would put Arabic letters inside
    Latin words: that is Windows-1252.
    """
    try:
        for mark, codec, name in _MARKS:
            if data.startswith(mark):
                return data.decode(codec), name
        if b"\0" in data:
            return _utf16(data), "UTF-16"
    except UnicodeDecodeError as error:
        sentence = _("Le texte est abîmé à l'octet %(at)s : enregistrez-le de nouveau en UTF-8.", at=error.start + 1)
        raise whole(sentence) from error
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        arabic = data.decode("cp1256")
        if any(_mixed(word) for word in re.findall(r"[^\W\d_]+", arabic)):
            return data.decode("cp1252", "replace"), "Windows-1252"
        return arabic, "Windows-1256"


def _utf16(data: bytes) -> str:
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) < len(data) // 8:
        raise whole(_("Ce fichier n'est ni un tableau CSV ni un classeur XLSX."))
    return data.decode("utf-16-be" if even > odd else "utf-16-le")


def _mixed(word: str) -> bool:
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in word}
    return {"LATIN", "ARABIC"} <= scripts


def rows(text: str) -> tuple[list[list[str]], str]:
    """The rows of a CSV text and its separator. Raises BadFile with the row where the quotes go wrong."""
    first, _newline, rest = text.partition("\n")
    told = first.strip().lower()
    if told.startswith("sep=") and len(told) == 5:  # Excel's own hint
        text, separator = rest, told[-1]
    else:
        separator = _separator(first)
    read: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            read.append(row)  # noqa: PERF402 - the row number must be known where reading fails
    except csv.Error as error:
        sentence = _("Des guillemets ne sont pas fermés, ou une cellule est trop longue : corrigez cette ligne.")
        raise BadFile([Fault(len(read) + 1, None, "", sentence)]) from error
    return read, separator


def _separator(header: str) -> str:
    """The separator that occurs most in the titles, outside quotes."""
    bare = "".join(header.split('"')[0::2])
    return max((";", ",", "\t"), key=bare.count)
