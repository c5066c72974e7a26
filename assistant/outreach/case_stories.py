"""Taking in a case story: a file that the room's review step let out, without names, with moved days.

The shape (``docs/case-stories.md``)::

    {"kind": "case-story", "schema": 1, "title": "…", "paragraphs": ["…"], "citations": ["民法典#1079"],
     "reviewed_by_two": true, "shifted_dates": true}

A mediation room's page exports ``{"format": "case-story/1", "text", "articles", "reviewed_on", …}``, which
is there only after the second person's review; it is taken in as well.

What two people did not review, or whose days were not moved, is not taken in; numbers that look like a
telephone or an identity card stop it as well. It comes in as a draft and passes the same checks as any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from assistant.outreach.items import ItemEntry
from assistant.outreach.kinds import ItemKind
from corpus.citation import Citation, NotACitation

LARGEST_BYTES = 300_000
SCHEMA = 1
ROOM_FORMAT, LONGEST_TEXT = "case-story/1", 20_000
MOST_PARAGRAPHS, LONGEST_PARAGRAPH, LONGEST_TITLE, MOST_CITATIONS = 60, 2_000, 120, 30
_KEYS = {"kind", "schema", "title", "paragraphs", "citations", "reviewed_by_two", "shifted_dates"}
_NUMBERS = re.compile(r"(?<!\d)(?:1\d{10}|\d{15}|\d{17}[\dXx])(?!\d)")


class NotACaseStory(ValueError):
    """The file is not taken in; ``problems`` are complete sentences, all at once."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def read_story(content: bytes, *, on: date) -> ItemEntry:
    """The entry of a new draft, from either shape. Raises :class:`NotACaseStory` with everything that is wrong."""
    row = _row(content)
    if "format" in row:
        return _of_a_room(row)
    if row.get("kind") != "case-story":
        raise NotACaseStory(["这不是案例故事文件：请用案件里“去掉身份”那一步导出的文件。"])
    if row.get("schema") != SCHEMA or isinstance(row.get("schema"), bool):
        raise NotACaseStory([f"文件的格式版本不是 {SCHEMA}，请用同一版软件导出。"])
    problems = [f"多出了“{name[:30]}”：案例故事里只能有规定的几项。" for name in sorted(set(row) - _KEYS)]
    for rule in _RULES:
        problems += rule(row)
    if problems:
        raise NotACaseStory(problems)
    return ItemEntry(
        title=row["title"].strip(),
        written_on=on,
        kind=ItemKind.CASE_STORY,
        script="\n\n".join(paragraph.strip() for paragraph in row["paragraphs"]),
        articles=tuple(row["citations"]),
    )


def read_case_story(content: bytes) -> ItemEntry:
    """The entry of a new draft, from the file a mediation room's page exports. Raises :class:`NotACaseStory`."""
    return _of_a_room(_row(content))


def _row(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_BYTES:
        raise NotACaseStory([f"文件有 {len(content) // 1000} 千字节，最多 {LARGEST_BYTES // 1000}。"])
    try:
        row = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise NotACaseStory(["这不是案例故事文件（JSON，UTF-8）：请用案件里“去掉身份”那一步导出的文件。"])
    return row


def _of_a_room(row: dict[str, Any]) -> ItemEntry:
    """The room's own shape: it exists only after the review, whose day it names, and its days were moved."""
    if row.get("format") != ROOM_FORMAT:
        raise NotACaseStory(["不是这一版的案例文件，请从调解室重新导出。"])
    text, articles = row.get("text"), row.get("articles")
    problems = []
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        problems.append(f"案例的文字（text）要有 1 到 {LONGEST_TEXT} 个字。")
    else:
        problems += _hidden("案例", text)
    try:
        reviewed_on = date.fromisoformat(str(row.get("reviewed_on")))
    except ValueError:
        reviewed_on = date.min
        problems.append("没有写明哪一天经过复核（reviewed_on），不能收。")
    problems += _citations({"citations": articles}) if articles else []
    if problems:
        raise NotACaseStory(problems)
    return ItemEntry(
        title="调解案例",
        written_on=reviewed_on,
        kind=ItemKind.CASE_STORY,
        icon="handshake",
        script=str(text).strip(),
        articles=tuple(articles or ()),
    )


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _review(row: dict[str, Any]) -> list[str]:
    problems = []
    if row.get("reviewed_by_two") is not True:
        problems.append("没有写明经过两个人审查（reviewed_by_two），不能收。")
    if row.get("shifted_dates") is not True:
        problems.append("没有写明日期已经移动（shifted_dates），不能收。")
    return problems


def _title(row: dict[str, Any]) -> list[str]:
    title = row.get("title")
    if not isinstance(title, str) or not title.strip() or len(title) > LONGEST_TITLE:
        return [f"标题（title）要有 1 到 {LONGEST_TITLE} 个字。"]
    return _hidden("标题", title)


def _paragraphs(row: dict[str, Any]) -> list[str]:
    paragraphs = row.get("paragraphs")
    if not isinstance(paragraphs, list) or not 1 <= len(paragraphs) <= MOST_PARAGRAPHS:
        return [f"段落（paragraphs）要有 1 到 {MOST_PARAGRAPHS} 段。"]
    problems = []
    for number, paragraph in enumerate(paragraphs, start=1):
        if not isinstance(paragraph, str) or not paragraph.strip() or len(paragraph) > LONGEST_PARAGRAPH:
            problems.append(f"第 {number} 段要有 1 到 {LONGEST_PARAGRAPH} 个字。")
        else:
            problems += _hidden(f"第 {number} 段", paragraph)
    return problems


def _hidden(place: str, text: str) -> list[str]:
    problems = []
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        problems.append(f"{place}里有看不见的控制字符。")
    if _NUMBERS.search(text):
        problems.append(f"{place}里有像电话或者身份证的号码，请回到案件里重新去掉身份。")
    return problems


def _citations(row: dict[str, Any]) -> list[str]:
    citations = row.get("citations")
    if not isinstance(citations, list) or not 1 <= len(citations) <= MOST_CITATIONS:
        return [f"依据（citations）要有 1 到 {MOST_CITATIONS} 条，例如 民法典#1079。"]
    problems = []
    for text in citations:
        try:
            Citation.parse(text if isinstance(text, str) else "")
        except NotACitation:
            problems.append(f"看不懂依据“{str(text)[:30]}”，要写成 民法典#1079 的样子。")
    return problems


_RULES: tuple[Callable[[dict[str, Any]], list[str]], ...] = (_review, _title, _paragraphs, _citations)
