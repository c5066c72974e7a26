"""Statutes as the National Law Database (国家法律法规数据库) publishes them in DOCX.

A title, a line in brackets with the days of adoption, amendment and commencement, a table of contents
(目录) that is passed over, headings, and paragraphs that begin 第…条.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from corpus.contained import Unreadable
from corpus.importing.archive_guard import ArchiveRefused
from corpus.importing.markdown import articles_from_lines, finished_version, kind_of
from corpus.importing.office_files import open_document
from corpus.importing.statute_text import HEADING, ImportProblem, IncomingVersion, article_number

_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def read_docx(path: Path) -> IncomingVersion:
    """Read one file. Raises ImportProblem that names the file and the remedy."""
    try:
        document = open_document(path.read_bytes())
    except (ArchiveRefused, Unreadable) as error:
        raise ImportProblem(path, str(error)) from error
    lines = [paragraph.replace("\u3000", " ").strip() for paragraph in document.paragraphs]
    first = next((number for number, line in enumerate(lines) if article_number(line) is not None), None)
    if first is None:
        raise ImportProblem(path, "没有找到“第一条”：请核对文件是不是法律全文")
    title, history = _opening(lines[:first])
    if not title:
        raise ImportProblem(path, "第一段没有法律名称：请在文件开头写上全名")
    published_on = _published(history)
    if published_on is None:
        raise ImportProblem(path, "名称下面没有写明公布日期：应有“（2020年5月28日……通过）”这样的一行")
    body = _body(lines, first)
    first_line = first + 1 - body.index(lines[first])
    return finished_version(
        name=title,
        kind=kind_of(title),
        published_on=published_on,
        articles=articles_from_lines(path, body, first_line=first_line),
        history=history,
        source=f"DOCX：{path.name}",
    )


def _opening(lines: list[str]) -> tuple[str, list[str]]:
    """The title and the lines of history before the table of contents."""
    filled = [line for line in lines if line]
    end = next((number for number, line in enumerate(filled) if re.fullmatch(r"目\s*录", line)), len(filled))
    title_lines = []
    for line in filled[:end]:
        if line.startswith(("（", "(")) or _DAY.search(line):
            break
        title_lines.append(line)
    return "".join(title_lines), filled[len(title_lines) : end]


def _published(history: list[str]) -> date | None:
    """The last day on which the text was adopted or amended; days of commencement do not count."""
    days = [
        date(int(match[1]), int(match[2]), int(match[3]))
        for line in history
        for match in _DAY.finditer(line)
        if not line[: match.start()].rstrip().endswith("自")
    ]
    return max(days, default=None)


def _body(lines: list[str], first: int) -> list[str]:
    """The headings that stand directly before the first article, and everything after.

    A table of contents ends with the last heading of the statute; the headings of the first article
    begin again at the highest level after it.
    """
    start = first
    while start > 0 and (not lines[start - 1] or HEADING.match(lines[start - 1])):
        start -= 1
    headings = [line for line in lines[start:first] if line]
    opening: list[str] = []
    for line in reversed(headings):
        level = _level(line)
        if opening and level >= _level(opening[0]):
            break
        opening.insert(0, line)
    return opening + lines[first:]


def _level(line: str) -> int:
    match = HEADING.match(line)
    return ("编", "分编", "章", "节").index(match["level"]) if match else 9
