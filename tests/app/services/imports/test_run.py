"""Imports: the corpus of encodings and shapes, exact faults, all or nothing, and importing twice."""

import csv
import io
import re
import resource
import time as time_
import unicodedata
import zipfile
from dataclasses import astuple
from datetime import date, time

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.errors import NotFound
from app.extensions import db
from app.models import (
    AuditEntry,
    Craft,
    CraftFamily,
    Exhibitor,
    ExhibitorKind,
    Group,
    Site,
    SiteCategory,
    SiteState,
    SiteType,
)
from app.services import audit, imports, reference
from app.services import exhibitor as exhibitors
from app.services.imports import BadFile, limits, text
from tests.conftest import within
from tests.factories import make_user
from tests.wording import plain

SITE = ("Identifiant;Nom;Nom en arabe;Ville;Province;Catégorie;Type;État;Surface (m²)\n"
        "essai;Complexe d'été;مجمع;Fès;Fès;PC;complexe;ouvert;1 200\n")  # fmt: skip
PEOPLE = "Numéro de registre;Nature;Nom;Province;Activités;Groupes;Téléphone;Publier le nom\n"
PERSON = "RNA-001;maâlem;Fatima;Fès;POT-01;femmes | youth;0612345678;oui\n"


@pytest.fixture(autouse=True)
def loaded(app: Flask) -> None:
    reference.load()


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table))


def counts(noun: str, data: bytes | str, **more: bool) -> tuple[int, int, int]:
    data = data.encode() if isinstance(data, str) else data
    report = imports.run(None, noun, data, **more)
    return report.created, report.updated, report.unchanged


def faults(noun: str, data: bytes | str) -> list[str]:
    before = (count(Site), count(Craft), count(Exhibitor), count(AuditEntry))
    with pytest.raises(BadFile) as bad:
        imports.run(None, noun, data.encode() if isinstance(data, str) else data)
    db.session.rollback()
    assert (count(Site), count(Craft), count(Exhibitor), count(AuditEntry)) == before
    return [plain(str(fault)) for fault in bad.value.list]


def workbook(rows: list[list[object]], merged: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def site(slug: str = "essai") -> Site:
    db.session.expire_all()
    return db.session.scalars(select(Site).where(Site.slug == slug)).one()


@pytest.mark.parametrize(
    ("data", "read_as"),
    [
        (SITE.encode(), "CSV, UTF-8, séparateur « ; »"),
        (SITE.encode("utf-8-sig"), "CSV, UTF-8 (BOM), séparateur « ; »"),
        (SITE.replace("É", "E").encode("cp1256"), "CSV, Windows-1256, séparateur « ; »"),
        (SITE.encode("utf-16"), "CSV, UTF-16, séparateur « ; »"),
        (SITE.encode("utf-16-le"), "CSV, UTF-16, séparateur « ; »"),
        (SITE.encode("utf-16-be"), "CSV, UTF-16, séparateur « ; »"),
        (SITE.replace(";", ",").encode(), "CSV, UTF-8, séparateur « , »"),
        (SITE.replace(";", "\t").encode(), "CSV, UTF-8, séparateur « tabulation »"),
        (("sep=;\n" + SITE).encode(), "CSV, UTF-8, séparateur « ; »"),
        (SITE.replace("\n", "\r\n").encode(), "CSV, UTF-8, séparateur « ; »"),
        (workbook([line.split(";") for line in SITE.splitlines()]), "XLSX, feuille « Sheet »"),
    ],
)
def test_every_encoding_gives_the_same_site(data: bytes, read_as: str) -> None:
    report = imports.run(None, "sites", data)
    assert (plain(report.read_as), report.created) == (read_as, 1)
    made = site()
    assert (made.name, made.name_ar, made.region_code, made.category, made.type, made.state, made.area_m2) == (
        "Complexe d'été", "مجمع", "03", SiteCategory.PRODUCTION_SALE, SiteType.COMPLEX, SiteState.OPEN, 1200,
    )  # fmt: skip
    assert counts("sites", data) == (0, 0, 1)


def test_french_capitals_of_windows_1252_are_not_taken_for_arabic() -> None:
    assert text.decode("École d'Été".encode("cp1252")) == ("École d'Été", "Windows-1252")
    assert text.decode("مجمع الصناعة Fès".encode("cp1256")) == ("مجمع الصناعة Fès", "Windows-1256")


def test_titles_are_read_in_three_languages() -> None:
    arabic = "المعرف;الاسم بالفرنسية;المدينة;الإقليم;الصنف;النوع;الحالة\nun;Un;فاس;فاس;PC;village;projet\n"
    english = "Identifier;Name;City;Province;Category;Type;State\ndeux;Deux;Fes;03.231;sale;foundouk;open\n"
    assert counts("sites", arabic) == (1, 0, 0)
    assert counts("sites", english) == (1, 0, 0)
    assert (site("un").state, site("deux").category) == (SiteState.STUDY, SiteCategory.SALE)


def test_importing_twice_changes_nothing_and_writes_one_entry() -> None:
    actor = make_user()
    before = count(AuditEntry)
    imports.run(actor, "sites", SITE.encode())
    imports.run(actor, "sites", SITE.encode())
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.position)).all()[before:]
    assert [(entry.chain, entry.action, entry.after) for entry in entries] == [
        ("programme", "import.sites", {"created": [site().id], "updated": {}})
    ]
    assert audit.verify(None) == []


def test_a_column_left_out_keeps_what_was_there_and_an_empty_cell_clears() -> None:
    imports.run(None, "sites", SITE.encode())
    short = "Identifiant;Nom;Ville;Province;Type;État\nessai;Autre;Fès;Fès;complexe;ouvert\n"
    assert counts("sites", short) == (0, 1, 0)
    assert (site().name, site().area_m2) == ("Autre", 1200)
    assert counts("sites", SITE.replace("1 200", "")) == (0, 1, 0)
    assert site().area_m2 is None


def test_every_fault_with_its_place() -> None:
    header, row = SITE.splitlines()
    bad = "\n".join(
        [header, "Essai;;مجمع;Fès;Atlantide;X;château;;dix", row, "", row.replace("essai", "autre")[:-5], row]
    )
    assert faults("sites", bad) == [
        "A2 (Identifiant) : Lettres sans accent, chiffres et tirets, par exemple fes-chemmaine.",
        "B2 (Nom) : Remplissez cette cellule.",
        "E2 (Province) : Cette province n'existe pas : écrivez le nom ou le code du HCP.",
        "F2 (Catégorie) : Écrivez l'un de ces mots : Production et commercialisation, Commercialisation, Production.",
        "G2 (Type) : Écrivez l'un de ces mots : Village d'artisanat, Complexe d'artisanat, Ensemble d'artisanat, "
        "Dar sanâa, Espace d'exposition-vente, Foundouk, Zone d'activités artisanales, Tannerie, Draz, "
        "Centre de formation.",
        "H2 (État) : Remplissez cette cellule.",
        "I2 (Surface (m²)) : Écrivez un nombre entier de 1 à 10000000.",
        "A6 (Identifiant) : Déjà à la ligne 3 : gardez une seule des deux.",
    ]


def test_faults_of_the_titles() -> None:
    data = "Identifiant;Nom;Nom;Couleur;;CIN\nessai;a;b;c;d;e\n"
    found = faults("sites", data)
    assert found[0] == "Ligne 1 (Ville) : Il manque cette colonne."
    assert [line.split(" : ")[0] for line in found] == [
        "Ligne 1 (Ville)", "Ligne 1 (Province)", "Ligne 1 (Type)", "Ligne 1 (État)", "C1 (Nom)", "D1 (Couleur)", "E1",
        "F1 (CIN)",
    ]  # fmt: skip
    assert found[-1].endswith("Le numéro de la carte nationale ne s'importe pas (loi 09-08) : retirez cette colonne.")
    assert "Colonne inconnue. Retirez-la, ou choisissez parmi : Identifiant, Nom," in found[5]


def test_a_new_site_needs_its_category() -> None:
    data = "Identifiant;Nom;Ville;Province;Type;État\nessai;a;Fès;Fès;complexe;ouvert\necole;b;Fès;Fès;CFA;ouvert\n"
    assert faults("sites", data) == ["Ligne 2 (category) : Un nouveau site a besoin de sa catégorie : PC, C ou P."]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b" ; ; \n"])
def test_an_empty_file(data: bytes) -> None:
    assert faults("sites", data) == ["Fichier : Le fichier est vide."]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (SITE.splitlines()[0].encode(), "Il n'y a aucune ligne sous les titres."),
        (b"\x89PNG\r\n\x1a\n\0\0\x01rest of a picture that has few zeros in it, really few", "n'est ni un tableau"),
        (b"\xd0\xcf\x11\xe0 old workbook", "ancien classeur XLS"),
        (b"PK\x03\x04 not a zip", "abîmé ou protégé"),
        (b"a" * (limits.BYTES + 1), "dépasse 5 Mo"),
        ("\ufeffx".encode("utf-16-le") + b"\x00\xd8", "abîmé à l'octet"),
    ],
)
def test_files_that_are_no_table(data: bytes, sentence: str) -> None:
    [fault] = faults("sites", data)
    assert sentence in fault


def test_open_quotes_are_told_with_their_row() -> None:
    assert faults("sites", SITE + 'x;"never closed;a\nb\n')[0].startswith("Ligne 3 : Des guillemets")


def test_too_many_rows_columns_and_characters() -> None:
    header, row = SITE.splitlines()
    assert any("10000 lignes" in f for f in faults("sites", "\n".join([header, *[row] * (limits.ROWS + 1)])))
    assert any("60 colonnes" in f for f in faults("sites", f"{header}\n{row}{';x' * 60}\n"))
    assert any("4000 caractères" in f for f in faults("sites", f"{header}\n{row.replace('Complexe', 'x' * 4001)}\n"))


def test_composed_and_decomposed_twins_and_digits_are_one() -> None:
    people = PEOPLE + PERSON + unicodedata.normalize("NFD", PERSON).replace("RNA-001", "rna - ٠٠١")
    assert faults("exhibitors", people) == ["A3 (Numéro de registre) : Déjà à la ligne 2 : gardez une seule des deux."]
    assert counts("exhibitors", PEOPLE + PERSON) == (1, 0, 0)
    again = PEOPLE + unicodedata.normalize("NFD", PERSON).replace("RNA-001", "RNA-٠٠١").replace(
        "0612345678", "٠٦١٢٣٤٥٦٧٨"
    )
    assert counts("exhibitors", again) == (0, 0, 1)


def test_an_exhibitor_in_full_and_its_changes() -> None:
    assert counts("exhibitors", PEOPLE + PERSON) == (1, 0, 0)
    one = db.session.scalars(select(Exhibitor)).one()
    assert (one.kind.value, one.phone, one.publish_name, one.publish_phone, one.region_code) == (
        "maalem", "+212 6 12 34 56 78", True, False, "03",
    )  # fmt: skip
    assert [craft.craft_code for craft in one.crafts] == ["POT-01"]
    assert {row.group for row in one.groups} == {Group.WOMEN, Group.YOUTH}
    changed = PERSON.replace("POT-01", "TAP-01|POT-01").replace("femmes | youth", "femmes").replace("oui", "non")
    assert counts("exhibitors", PEOPLE + changed) == (0, 1, 0)
    db.session.expire_all()
    assert [craft.craft_code for craft in one.crafts] == ["TAP-01", "POT-01"]
    assert ({row.group for row in one.groups}, one.publish_name) == ({Group.WOMEN}, False)


@pytest.mark.parametrize(
    "written", ["+212612345678", "0612345678", "00212 6 12-34-56-78", "\u202a+212 6 12 34 56 78\u202c", "٠٦١٢٣٤٥٦٧٨"]
)
def test_an_imported_telephone_is_kept_as_a_typed_one(written: str) -> None:
    assert counts("exhibitors", PEOPLE + PERSON.replace("0612345678", written)) == (1, 0, 0)
    imported = db.session.scalars(select(Exhibitor)).one()
    typed = exhibitors.Profile(
        ExhibitorKind.MAALEM, "Fatima", "RNA-002", imported.province_code, ("POT-01",), phone=written
    )
    assert exhibitors.create(make_user(), typed).phone == imported.phone == "+212 6 12 34 56 78"


def test_a_number_that_differs_only_unseen_is_the_same_row_and_the_same_profile() -> None:
    twin = PERSON.replace("RNA-001", "rna\u200b-\u00ad00\u200f1")
    assert faults("exhibitors", PEOPLE + PERSON + twin) == [
        "A3 (Numéro de registre) : Déjà à la ligne 2 : gardez une seule des deux."
    ]
    assert counts("exhibitors", PEOPLE + PERSON) == (1, 0, 0)
    assert counts("exhibitors", PEOPLE + twin) == (0, 0, 1)
    assert db.session.scalars(select(Exhibitor)).one().register_number == "RNA-001"
    assert faults("exhibitors", PEOPLE + PERSON.replace("RNA-001", "\u200b\u200e")) == [
        "A2 (Numéro de registre) : Remplissez cette cellule."
    ]


def test_faults_of_exhibitors() -> None:
    bad = PEOPLE + ";artiste;;Fès;NOPE;elfes;12;peut-être\nRNA-2;artisan;A;Fès; | ;;;\n"
    places = [line.split(" : ")[0] for line in faults("exhibitors", bad)]
    assert places == [
        "A2 (Numéro de registre)", "B2 (Nature)", "C2 (Nom)", "E2 (Activités)", "F2 (Groupes)", "G2 (Téléphone)",
        "H2 (Publier le nom)", "E3 (Activités)",
    ]  # fmt: skip


def test_crafts_and_families() -> None:
    head = "Code;Activité;Activité en arabe;Activité en anglais;Code de la filière;"
    head += "Filière;Filière en arabe;Filière en anglais\n"
    new = "VER-01;Verre soufflé;الزجاج;Blown glass;VER;Verre;الزجاج;Glass\nVER-02;Vitrail;زجاج;Stained glass;VER;;;\n"
    assert counts("crafts", head + new) == (2, 0, 0)
    assert (count(CraftFamily), count(Craft)) == (12, 55)
    assert counts("crafts", head + new) == (0, 0, 2)
    assert counts("crafts", head + new.replace("Verre;", "Verrerie;", 1).replace("Vitrail", "Vitraux")) == (0, 2, 0)
    assert faults("crafts", head + "X-1;a;b;c;XXX;;;\nX-2;a;b;c;VER;Un;;\nX-3;a;b;c;VER;Deux;;\n") == [
        "E2 (Code de la filière) : Nouvelle filière : donnez son nom en français, en arabe et en anglais.",
        "F4 (Filière) : Cette filière a un autre nom plus haut : Un.",
    ]


@pytest.mark.parametrize("noun", ["sites", "crafts"])
def test_the_template_holds_what_there_is_and_imports_without_change(noun: str) -> None:
    site_ = site("asilah")
    site_.note = "=1+1"
    site_.phone = "+212 539 00 00 00"
    db.session.commit()
    data = imports.template(noun)
    total = 75 if noun == "sites" else 53
    assert counts(noun, data) == (0, 0, total)
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert imports.template(noun) == data


def test_the_template_of_exhibitors_names_nobody() -> None:
    imports.run(None, "exhibitors", (PEOPLE + PERSON).encode())
    data = imports.template("exhibitors")
    assert data.decode("utf-8-sig").count("\n") == 1
    assert counts("exhibitors", (data.decode() + "R9;artisan;A;;Fès;POT-01;;;;;\r\n").encode()) == (1, 0, 0)


def test_formulas_stay_text() -> None:
    imports.run(None, "sites", SITE.replace("Complexe d'été", "=HYPERLINK(1)").encode())
    assert site().name == "=HYPERLINK(1)"


def test_numbers_days_and_errors_of_a_workbook() -> None:
    header, row = (line.split(";") for line in SITE.splitlines())
    assert counts("sites", workbook([header, [*row[:8], 1200.0]])) == (1, 0, 0)
    assert site().area_m2 == 1200
    assert faults("sites", workbook([header, [*row[:8], 12.5]]))[0].startswith("I2 (Surface (m²))")
    assert faults("sites", workbook([header, [*row[:8], "#REF!"]])) == [
        "I2 : La formule de cette cellule est en erreur : corrigez-la ou videz-la."
    ]


def test_a_day_made_by_the_spreadsheet_is_told_and_never_read() -> None:
    header, row = (line.split(";") for line in SITE.splitlines())
    told = "Le tableur a fait de cette cellule une date ou une heure : mettez-la au format texte et récrivez-la."
    made = [date(2027, 1, 31), *row[1:8], time(12, 30)]
    assert faults("sites", workbook([header, made])) == [f"A2 : {told}", f"I2 : {told}"]


def test_a_formula_that_nobody_calculated_is_told_as_such_and_clears_nothing() -> None:
    imports.run(None, "sites", SITE.encode())
    header, row = (line.split(";") for line in SITE.splitlines())
    told = "Le résultat de cette formule n'est pas dans le fichier : ouvrez-le, enregistrez-le et recommencez."
    data = workbook([header, [row[0], "=A1&A2", *row[2:8], "=10*120"]])  # as a program writes it
    assert faults("sites", data) == [f"B2 : {told}", f"I2 : {told}"]
    assert site().area_m2 == 1200


def test_merged_cells_are_told() -> None:
    header, row = (line.split(";") for line in SITE.splitlines())
    data = workbook([header, row, ["deux", *row[1:]]], merged="D2:E3")
    assert faults("sites", data) == ["D2 : Les cellules D2:E3 sont fusionnées : séparez-les et remplissez chacune."]


def test_the_sheet_shown_first_counts_wherever_it_is_kept() -> None:
    """A sheet moved to the front keeps its part's number: its errors are found, another sheet's do not count."""
    header, row = (line.split(";") for line in SITE.splitlines())
    for front, expected in ((True, 1), (False, 0)):
        book = openpyxl.Workbook()
        other = book.create_sheet("Autre")
        for sheet, last in ((book.worksheets[0], "1 200"), (other, "#REF!")):
            for line in (header, [*row[:8], last]):
                sheet.append(line)
        if front:
            book.move_sheet(other, -1)
        stream = io.BytesIO()
        book.save(stream)
        if expected:
            found = faults("sites", _numbered_last(stream.getvalue()))
            assert found == ["I2 : La formule de cette cellule est en erreur : corrigez-la ou videz-la."]
        else:
            assert counts("sites", stream.getvalue()) == (1, 0, 0)


def _numbered_last(data: bytes) -> bytes:
    """The same workbook, its first sheet kept in the part sheet2.xml, as after moving it to the front."""
    source, stream = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        for name in source.namelist():
            content = source.read(name).decode("latin-1")
            told = name.endswith((".rels", "[Content_Types].xml"))
            out.writestr(_swapped(name), (_swapped(content) if told else content).encode("latin-1"))
    return stream.getvalue()


def _swapped(text: str) -> str:
    return re.sub(r"sheet([12])\.xml", lambda found: f"sheet{3 - int(found[1])}.xml", text)


def test_numbers_as_cells_are_read_as_typed() -> None:
    titles, person = (line.split(";") for line in (PEOPLE + PERSON).splitlines())
    data = workbook([titles, [1234567, *person[1:6], 612345678, True]])
    assert counts("exhibitors", data) == (1, 0, 0)
    one = db.session.scalars(select(Exhibitor)).one()
    assert (one.register_number, one.phone, one.publish_name) == ("1234567", "+212 6 12 34 56 78", True)
    assert counts("exhibitors", data) == (0, 0, 1)


def test_a_line_inside_quotes_is_one_cell_and_rows_are_counted_as_spreadsheets_do() -> None:
    header, row = SITE.splitlines()
    cells = row.split(";")
    quoted = ";".join(['"essai"', '"Complexe ""d\'été"" ;\n aux deux lignes"', *cells[2:]])
    assert counts("sites", f"{header}\n{quoted}\n") == (1, 0, 0)
    assert site().name == 'Complexe "d\'été" ;\n aux deux lignes'
    second = ";".join(["deux", *cells[1:8], "dix"])
    assert faults("sites", f"{header}\n{quoted}\n{second}\n")[0].startswith("I3 (Surface (m²)) : ")


def test_a_million_rows_are_refused_at_once() -> None:
    start = time_.process_time()
    [fault] = faults("sites", "Identifiant\n" + "a\n" * 1_000_000)[:1]
    assert time_.process_time() - start < within(20)
    assert "10000 lignes" in fault


def test_rows_keep_their_spreadsheet_numbers_below_empty_ones() -> None:
    header, row = (line.split(";") for line in SITE.splitlines())
    found = faults("sites", workbook([[], [], header, [], [*row[:8], "x"]]))
    assert found == ["I5 (Surface (m²)) : Écrivez un nombre entier de 1 à 10000000."]


def test_looking_only_writes_nothing() -> None:
    report = imports.run(None, "sites", SITE.encode(), dry=True)
    assert astuple(report)[2:] == (1, 0, 0, False)
    assert count(Site) == 75


def test_an_unknown_noun_is_not_found() -> None:
    with pytest.raises(NotFound):
        imports.run(None, "people", b"x")


def sheet(xml: bytes, more: dict[str, bytes] | None = None, blanks: int = 0) -> bytes:
    """A workbook whose first sheet is this XML, then so many million spaces, written piece by piece."""
    base = zipfile.ZipFile(io.BytesIO(workbook([["a"]])))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name in base.namelist():
            with out.open(name, "w") as part:
                part.write(xml if name == "xl/worksheets/sheet1.xml" else base.read(name))
                for _ in range(blanks if name == "xl/worksheets/sheet1.xml" else 0):
                    part.write(b" " * 1_000_000)
        for name, content in (more or {}).items():
            out.writestr(name, content)
    return stream.getvalue()


ROW = b'<row r="%d"><c r="%s%d" t="inlineStr"><is><t>x</t></is></c></row>'
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
BOMBS = {
    "unzips to 500 MB": lambda: sheet(SHEET % b"", blanks=500),
    "a far row": lambda: sheet(SHEET % (ROW % (1, b"A", 1) + ROW % (1_048_576, b"A", 1_048_576))),
    "a far column": lambda: sheet(SHEET % (ROW % (1, b"XFD", 1))),
    "entities": lambda: sheet(b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + SHEET % b""),
    "10,000 sheets": lambda: sheet(SHEET % b"", {f"xl/worksheets/s{n}.xml": b"<x/>" for n in range(10_000)}),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused_quickly_and_in_little_memory(bomb: str) -> None:
    data = BOMBS[bomb]()
    assert len(data) < limits.BYTES
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time_.monotonic()
    assert len(faults("sites", data)) == 1
    assert time_.monotonic() - start < within(10)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kB


def test_a_lying_header_does_not_hide_a_bomb() -> None:
    data = bytearray(sheet(SHEET % b"", blanks=100))
    size, lies = (100_000_000 + len(SHEET % b"")).to_bytes(4, "little"), 0
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (1000).to_bytes(4, "little")
        lies += 1
    assert lies
    [fault] = faults("sites", bytes(data))
    assert "60 Mo" in fault or "abîmé" in fault
