"""Tables as CSV and XLSX that spreadsheets open as text: no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

#: What a spreadsheet takes for the beginning of a formula.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


#: Characters a column of a workbook shows at most.
WIDEST = 44


def shielded(cell: str) -> str:
    """The text with an apostrophe before what a spreadsheet would compute; our imports take it off again."""
    return f"'{cell}" if cell.lstrip().startswith(DANGEROUS) or cell.startswith(("\t", "\r")) else cell


def to_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows as CSV with ``;`` between cells, UTF-8 with the mark Excel needs to read Arabic."""
    page = io.StringIO(newline="")
    csv.writer(page, delimiter=";", lineterminator="\r\n").writerows([shielded(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + page.getvalue().encode()


def to_xlsx(rows: Iterable[Iterable[str | int]], title: str, *, right_to_left: bool = False) -> bytes:
    """Rows as a workbook of one sheet, its first row frozen, each column as wide as it needs, printed across.

    Texts are kept as texts, never taken for formulas.
    """
    from openpyxl import Workbook  # half a second, with numpy: a start does not wait for it
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.sheet_view.rightToLeft = right_to_left
    sheet.freeze_panes = "A2"
    told = [list(row) for row in rows]
    for number, column in enumerate(zip(*told, strict=False), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(
            WIDEST, max(len(str(cell)) for cell in column) + 2
        )
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for row in told:
        sheet.append([_typed(sheet, value) for value in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _typed(sheet: Any, value: str | int) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, int):
        return WriteOnlyCell(sheet, value=value)
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = shielded(text) != text
    return cell
