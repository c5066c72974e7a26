"""Workbooks in and out: plain cells, never formulas, every problem with its cell.

A cell that begins like a formula (``= + - @``, full-width signs too) stays text when it is opened
again: openpyxl would turn a leading ``=`` into a formula, so every text cell is typed as a string.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONGEST_TEXT = 32_767
MAXIMUM_ROWS = 20_000
"""Rows read from one sheet; a sheet with one stray cell at its far corner claims a million."""

CellValue = str | int | Decimal | date | datetime | None


class UnreadableWorkbook(ValueError):
    """The file is not a workbook this programme can read; the sentence says what to do."""


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet: its number as the spreadsheet program shows it, and its cells by heading."""

    number: int
    cells: dict[str, CellValue]


def write_workbook(
    title: str, headings: Sequence[tuple[str, int]], rows: Iterable[Sequence[CellValue]]
) -> bytes:
    """A workbook with one sheet; ``headings`` are (text, width in characters)."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = re.sub(r"[\\/*?:\[\]]", " ", title)[:31] or "表"
    for index, (heading, width) in enumerate(headings, start=1):
        cell = sheet.cell(row=1, column=index)
        put(cell, heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DCE4F2")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(index)].width = width
    for number, row in enumerate(rows, start=2):
        for index, value in enumerate(row, start=1):
            put(sheet.cell(row=number, column=index), value)
    sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def put(cell: Cell | MergedCell, value: CellValue) -> None:
    """Write a value as what it is: text stays text whatever its first character."""
    if isinstance(cell, MergedCell):
        raise TypeError("a merged cell holds no value of its own")
    if isinstance(value, str):
        cell.value = _CONTROL.sub("", value)[:_LONGEST_TEXT]
        cell.data_type = "s"
    elif isinstance(value, datetime):
        cell.value = value.replace(tzinfo=None)
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, Decimal):
        cell.value = value
        cell.number_format = "0.00"
    else:
        cell.value = value


def read_rows(content: bytes, *, required: Sequence[str]) -> Iterator[SheetRow]:
    """The filled rows of the first sheet below its heading row.

    Raises UnreadableWorkbook when the file is broken, holds formulas, is too long or lacks a heading.
    """
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableWorkbook("这不是完好的 XLSX 文件：请在表格软件里另存为 .xlsx 后再导入") from error
    sheet = book.worksheets[0]
    lines = sheet.iter_rows(max_row=MAXIMUM_ROWS + 2, max_col=60, values_only=True)
    headings = _headings(next(lines, ()), required)
    for number, line in enumerate(lines, start=2):
        if all(value is None or not str(value).strip() for value in line):
            continue
        if number > MAXIMUM_ROWS + 1:
            raise UnreadableWorkbook(f"表太长：一次最多导入 {MAXIMUM_ROWS} 行，请分成几个文件")
        cells = {heading: _clean(line[index]) for index, heading in headings.items() if index < len(line)}
        for index, heading in headings.items():
            if index < len(line) and isinstance(line[index], str) and str(line[index]).startswith("="):
                place = f"{get_column_letter(index + 1)}{number}"
                raise UnreadableWorkbook(
                    f"单元格 {place}（{heading}）是公式：请先“复制—选择性粘贴—数值”，再导入"
                )
        yield SheetRow(number, cells)


def rows_as_json(request: bytes) -> bytes:
    """Runs in a process of its own (``corpus.contained``): a line with the needed headings, then the workbook."""
    line, _end, content = request.partition(b"\n")
    rows = [
        [row.number, {heading: _written(value) for heading, value in row.cells.items()}]
        for row in read_rows(content, required=json.loads(line))
    ]
    return json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace")


def rows_from_json(made: bytes) -> list[SheetRow]:
    """What :func:`rows_as_json` found."""
    return [
        SheetRow(number, {heading: _read_back(*cell) for heading, cell in cells.items()})
        for number, cells in json.loads(made)
    ]


def _written(value: CellValue) -> tuple[str, str]:
    kind = "none" if value is None else type(value).__name__
    return kind, value.isoformat() if isinstance(value, (date, datetime)) else str(value)


_READERS: dict[str, Callable[[str], CellValue]] = {
    "none": lambda _text: None,
    "str": str,
    "int": int,
    "Decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}


def _read_back(kind: str, text: str) -> CellValue:
    return _READERS[kind](text)


def _headings(line: Sequence[object], required: Sequence[str]) -> dict[int, str]:
    headings = {index: str(value).strip() for index, value in enumerate(line) if value is not None}
    missing = [heading for heading in required if heading not in headings.values()]
    if missing:
        raise UnreadableWorkbook(f"第 1 行缺少栏目：{'、'.join(missing)}。请用导出的空表填写，不要改栏目名称")
    return headings


def _clean(value: object) -> CellValue:
    if value is None or isinstance(value, (datetime, date)):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return Decimal(str(value))
    text = str(value).strip()
    return text or None
