"""The parsers of XLSX and DOCX, run by :mod:`corpus.importing.office_files` in a process of their own.

Imports nothing of the application, so that the process starts quickly; from bytes to JSON.
"""

from __future__ import annotations

import io
import json
from datetime import datetime

from docx import Document
from openpyxl import load_workbook

from corpus.contained import Unreadable

MOST_COLUMNS = 60
MOST_TABLE_CELLS = 500_000


def sheet_as_json(request: bytes) -> bytes:
    """A line that says what is wanted, then the workbook."""
    line, _end, content = request.partition(b"\n")
    asked = json.loads(line)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=asked["computed"])
        sheet = book.worksheets[0]
        lines = sheet.iter_rows(max_row=asked["rows"], max_col=MOST_COLUMNS)
        rows = []
        for cells in lines:
            if not asked["formulas"]:
                for cell in cells:
                    if cell.data_type == "f":
                        raise Unreadable(
                            f"单元格 {cell.coordinate} 是公式，请把公式改成文字（选择性粘贴为数值）。"
                        )
            rows.append([_words(cell.value) for cell in cells])
    except (KeyError, IndexError, OSError, AttributeError) as error:
        raise Unreadable("不是完好的 XLSX 文件：请在表格软件里另存为 .xlsx") from error
    return json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace")


def _words(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)


def document_as_json(content: bytes) -> bytes:
    """Paragraphs and the rows of all tables."""
    try:
        document = Document(io.BytesIO(content))
        rows, cells = [], 0
        for table in document.tables:
            for row in table.rows:
                rows.append([cell.text.strip() for cell in row.cells])
                cells += len(rows[-1])
                if cells > MOST_TABLE_CELLS:
                    raise Unreadable("表格太大，请分成几个文件")
        paragraphs = [paragraph.text for paragraph in document.paragraphs]
    except (KeyError, IndexError, OSError, AttributeError) as error:
        raise Unreadable("不是完好的 DOCX 文件：请在办公软件里另存为 .docx") from error
    return json.dumps({"paragraphs": paragraphs, "rows": rows}, ensure_ascii=False).encode("utf-8", "replace")
