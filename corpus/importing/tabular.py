"""Statutes as a table, CSV or XLSX, one article a row.

Columns: 法规名称 (official name), 公布日期, 施行日期, 条号 (第一条, 1, 120之一), 正文; optional 章节.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from corpus.contained import Unreadable
from corpus.importing.archive_guard import ArchiveRefused
from corpus.importing.corrections import apply_corrections
from corpus.importing.markdown import kind_of, read_text
from corpus.importing.office_files import sheet_rows
from corpus.importing.statute_text import (
    ImportProblem,
    IncomingArticle,
    IncomingVersion,
    article_number,
    check_articles,
    repeals_in,
)

REQUIRED = ("法规名称", "公布日期", "施行日期", "条号", "正文")
_DAY = re.compile(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?")
_MOST_ROWS = 30_000


def read_table(path: Path) -> list[IncomingVersion]:
    """Read every statute of a table. Raises ImportProblem with the row and the remedy."""
    rows = _workbook_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
    groups: dict[tuple[str, date, date], list[IncomingArticle]] = {}
    for number, row in rows:
        name = row["法规名称"].strip()
        if not name:
            raise ImportProblem(path, "“法规名称”空着：每一行都要写全名", line=number)
        key = (name, _day(path, number, row, "公布日期"), _day(path, number, row, "施行日期"))
        groups.setdefault(key, []).append(_article(path, number, row))
    if not groups:
        raise ImportProblem(path, "表里没有一行数据")
    versions = []
    for (name, published_on, effective_on), articles in groups.items():
        check_articles(f"{path.name}（{name}）", articles)
        version = IncomingVersion(
            name=name,
            kind=kind_of(name),
            published_on=published_on,
            effective_on=effective_on,
            source=f"表格：{path.name}",
            articles=articles,
            repeals=repeals_in(articles),
        )
        apply_corrections(version)
        versions.append(version)
    return versions


def _article(path: Path, number: int, row: dict[str, str]) -> IncomingArticle:
    text = row["条号"].strip()
    plain = text if text.startswith("第") else re.sub(r"^(\d+)(?:条)?", r"第\1条", text)
    place = article_number(plain)
    if place is None:
        raise ImportProblem(path, f"条号“{text}”看不懂：请写成 第一条、1 或 120之一", line=number)
    path_ = tuple(part for part in re.split(r"\s*[/>｜]\s*", row.get("章节", "")) if part)
    return IncomingArticle(*place, path_, row["正文"].strip())


def _day(path: Path, number: int, row: dict[str, str], column: str) -> date:
    match = _DAY.fullmatch(row[column].strip())
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise ImportProblem(path, f"{column}“{row[column]}”不是日期：请写成 2021-01-01", line=number)


def _check_columns(path: Path, header: list[str]) -> None:
    missing = [each for each in REQUIRED if each not in header]
    if missing:
        raise ImportProblem(path, f"缺少栏目：{'、'.join(missing)}；第一行应有 {'、'.join(REQUIRED)}", line=1)


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.reader(io.StringIO(read_text(path)))
    header = [each.strip() for each in next(reader, [])]
    _check_columns(path, header)
    for line in reader:
        if any(each.strip() for each in line):
            yield reader.line_num, dict(zip(header, [*line, *[""] * len(header)], strict=False))


def _workbook_rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        lines = sheet_rows(path.read_bytes(), most_rows=_MOST_ROWS, computed=True)
    except (ArchiveRefused, Unreadable) as error:
        raise ImportProblem(path, str(error)) from error
    header = [each.strip() for each in lines[0]] if lines else []
    _check_columns(path, header)
    for number, line in enumerate(lines[1:], start=2):
        if any(line):
            yield number, dict(zip(header, line, strict=False))
