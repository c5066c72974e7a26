"""The parallel collection as a table: one unit a row, to be filled in and read back."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from corpus.parallel.unit_tables import TranslationUnit

COLUMNS = ("条文", "方言", "文字", "中文", "译文", "状态", "来源", "页码", "译者")
WIDTHS = (30, 8, 12, 60, 60, 10, 30, 8, 12)


def as_units_xlsx(units: Iterable[TranslationUnit]) -> bytes:
    """A workbook with wrapped text; every cell is text, so nothing is ever a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("译文")
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGHI"[number]].width = width
    sheet.freeze_panes = "A2"

    def cell(value: str, *, bold: bool = False) -> Any:
        made = WriteOnlyCell(sheet, value=value)
        made.data_type = "s"
        made.alignment = Alignment(wrap_text=True, vertical="top")
        made.font = Font(bold=bold)
        return made

    sheet.append([cell(name, bold=True) for name in COLUMNS])
    for unit in units:
        values = (
            str(unit.citation),
            unit.variety.value,
            unit.script.value,
            unit.source_text,
            unit.text,
            unit.status.value,
            unit.provenance,
            unit.printed_page,
            unit.translator,
        )
        sheet.append([cell(value) for value in values])
    made = BytesIO()
    book.save(made)
    return made.getvalue()
