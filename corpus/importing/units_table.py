"""Translations in tables: XLSX and CSV with headings, DOCX with a table of two columns.

In a two-column table the left cell begins with the article (第一千零七十九条 …), the right one is the
translation; which law, variety and script is said beside the file.
"""

from __future__ import annotations

import csv
import io
import re

from corpus.bai.varieties import Variety
from corpus.contained import Unreadable
from corpus.importing.archive_guard import ArchiveRefused
from corpus.importing.file_refused import FileRefused, RowProblem
from corpus.importing.incoming_units import UnitsRead, incoming_unit
from corpus.importing.office_files import open_document, sheet_rows
from corpus.parallel.booklet import EMPTY_PLACE
from corpus.parallel.unit_tables import UnitScript

HEADINGS = {
    "条文": "citation",
    "方言": "variety",
    "文字": "script",
    "中文": "source",
    "译文": "text",
    "来源": "provenance",
    "页码": "printed_page",
}
MOST_ROWS = 50_000
_ARTICLE = re.compile(r"^\s*(第[零〇一二三四五六七八九十百千0-9０-９]+条(?:之[一二三四五六七八九十]+)?)\s*")


def read_units_table(
    content: bytes,
    *,
    name: str,
    statute: str = "",
    variety: Variety | None = None,
    script: UnitScript | None = None,
) -> UnitsRead:
    """Rows of an XLSX, CSV or DOCX file, told apart by content and ending. Raises :class:`FileRefused`."""
    ending = name.lower().rsplit(".", 1)[-1]
    try:
        if ending == "docx":
            return units_of_table(open_document(content).table_rows, statute, variety, script)
        if ending == "xlsx":
            rows = sheet_rows(content, most_rows=MOST_ROWS + 1)
        elif ending == "csv":
            rows = list(csv.reader(io.StringIO(_decoded(content))))
        else:
            raise FileRefused("请用 XLSX、CSV、DOCX 或 TMX 文件")
    except (ArchiveRefused, Unreadable) as problem:
        raise FileRefused(str(problem)) from problem
    except csv.Error as problem:
        raise FileRefused("表格里有读不了的行（一格太长或者引号不配对），请另存再试") from problem
    return _rows(rows, variety, script)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused("看不出文件的编码：请另存为 UTF-8 的 CSV")


def _rows(rows: list[list[str]], variety: Variety | None, script: UnitScript | None) -> UnitsRead:
    header = [each.strip() for each in rows[0]] if rows else []
    missing = [each for each in ("条文", "译文") if each not in header]
    if missing:
        raise FileRefused(f"缺少栏目：{'、'.join(missing)}；第一行应有 {'、'.join(HEADINGS)}")
    if len(rows) > MOST_ROWS:
        raise FileRefused(f"超过 {MOST_ROWS} 行，请分成几个文件")
    read = UnitsRead()
    for number, row in enumerate(rows[1:], start=2):
        values = {HEADINGS[name]: value for name, value in zip(header, row, strict=False) if name in HEADINGS}
        if not values.get("text", "").strip() and values.get("source", "").strip():
            continue  # a row still to be translated
        if not any(value.strip() for value in values.values()):
            continue
        unit = incoming_unit(number, values, read.problems, variety=variety, script=script)
        if unit is not None:
            read.units.append(unit)
    return read


def units_of_table(
    rows: list[list[str]], statute: str, variety: Variety | None, script: UnitScript | None
) -> UnitsRead:
    """Units of a document's two columns, the article in the left one. Raises :class:`FileRefused`."""
    if not statute:
        raise FileRefused("DOCX 里只有条号，请在旁边选是哪一部法律")
    read = UnitsRead()
    for number, cells in enumerate(rows, start=1):
        match = _ARTICLE.match(cells[0]) if len(cells) > 1 else None
        if match is None:
            if any(cells):
                read.problems.append(RowProblem(number, "左边一格不是以“第…条”开头，对不上条文"))
            continue
        if cells[1] in {"", EMPTY_PLACE}:
            continue  # still to be translated
        values = {
            "citation": f"《{statute}》{match[1]}",
            "source": cells[0][match.end() :],
            "text": _ARTICLE.sub("", cells[1]),
        }
        unit = incoming_unit(number, values, read.problems, variety=variety, script=script)
        if unit is not None:
            read.units.append(unit)
    if not rows:
        raise FileRefused("文件里没有表格：请用两栏的表格，左边中文，右边译文")
    return read
