"""Statutes in Markdown: a ``#`` title, dated lines of history up to ``<!-- INFO END -->``, 第…条 paragraphs."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from charset_normalizer import from_bytes

from corpus.importing.corrections import apply_corrections
from corpus.importing.statute_text import (
    HEADING,
    ImportProblem,
    IncomingArticle,
    IncomingVersion,
    article_number,
    check_articles,
    commencement_in,
    repeals_in,
)
from corpus.law.models import StatuteKind

_INFO_END = "<!-- INFO END -->"
_NAME_AND_DAY = re.compile(r"^(?P<name>.+?)[(（](?P<day>\d{4}-\d{2}-\d{2})[)）]$")
_DATED_LINE = re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_FROM_DAY = re.compile(r"自\s*(\d{4})年(\d{1,2})月(\d{1,2})日起(?:施行|实施|生效)")
_LEVELS = ("编", "分编", "章", "节")
_LARGEST_FILE = 10 * 1024 * 1024


def read_markdown(path: Path) -> IncomingVersion:
    """Read one file. Raises ImportProblem that names the file, the line and the remedy."""
    lines = read_text(path).splitlines()
    titles = [line.lstrip("# ").strip() for line in lines if line.startswith("# ")]
    title = titles[0] if titles else ""
    is_part = len(titles) > 1 and bool(
        re.fullmatch(r"(?:第[一二三四五六七八九十]+编\s*)?\S{1,8}编", titles[1])
    )
    match = _NAME_AND_DAY.match(path.stem)
    name = title or (match["name"] if match else path.stem)
    end = next((number for number, line in enumerate(lines) if line.strip() == _INFO_END), None)
    if end is None:
        raise ImportProblem(path, f"缺少“{_INFO_END}”这一行：它把公布历史和正文分开，请补上")
    history = [line.strip() for line in lines[:end] if line.strip() and not line.startswith("#")]
    published_on = date.fromisoformat(match["day"]) if match else _last_day(history)
    if published_on is None:
        raise ImportProblem(path, "没有公布日期：请在文件名里写上，如 民法典(2020-05-28).md")
    articles = articles_from_lines(path, lines[end + 1 :], first_line=end + 2, is_part=is_part)
    version = finished_version(
        name=_official_name(name, path.parent.name),
        kind=kind_of(name, path.parent.name),
        published_on=published_on,
        articles=articles,
        history=history,
        source=f"Markdown：{path.name}",
    )
    version.is_part = is_part
    return version


def read_text(path: Path) -> str:
    """The text of a file in UTF-8 or, as is common here, GB18030. Raises ImportProblem."""
    content = path.read_bytes()
    if len(content) > _LARGEST_FILE:
        raise ImportProblem(path, "文件超过 10 MB：一个文件只放一部法律")
    if not content.strip():
        raise ImportProblem(path, "文件是空的")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text and "�" not in text:
            return text
    guess = from_bytes(content).best()
    found = f"看起来是 {guess.encoding}" if guess is not None else "认不出"
    raise ImportProblem(path, f"文字编码{found}：请在编辑器里另存为 UTF-8 后再导入")


def articles_from_lines(
    path: str | Path, lines: list[str], *, first_line: int = 1, is_part: bool = False
) -> list[IncomingArticle]:
    """Articles from lines of text: headings (with or without #), 第…条 paragraphs and what follows them."""
    headings: dict[str, str] = {}
    found: list[tuple[tuple[int, int], tuple[str, ...], list[str]]] = []
    lines_of: dict[tuple[int, int], int] = {}
    for number, raw in enumerate(lines, start=first_line):
        line = raw.lstrip("#").replace("\u3000", " ").strip()
        if not line:
            continue
        place = article_number(line)
        if place is not None:
            if place in lines_of:
                label = f"第{place[0]}条" + (f"之{place[1]}" if place[1] else "")
                raise ImportProblem(
                    path, f"{label}出现了两次（第 {lines_of[place]} 行和第 {number} 行）：请删去重复的一条"
                )
            lines_of[place] = number
            body = re.sub(r"^第[^条]{1,9}条(?:之[一二三四五六七八九十]{1,3})?\s*", "", line)
            found.append((place, tuple(headings.values()), [body] if body else []))
            continue
        heading = HEADING.match(line)
        if (
            heading is not None
            and len(line) < 60
            and (raw.startswith("#") or not found or line[-1] not in "。；：")
        ):
            level = _LEVELS.index(heading["level"])
            headings = {key: value for key, value in headings.items() if _LEVELS.index(key) < level}
            headings[heading["level"]] = line
            continue
        if raw.startswith("#"):
            headings = {"章": line}
            continue
        if found:
            found[-1][2].append(line)
        elif number > first_line + 400:
            break
    articles = [IncomingArticle(*place, path_, "\n".join(body)) for place, path_, body in found]
    check_articles(path, articles, first=articles[0].number if is_part and articles else 1)
    return articles


def finished_version(
    *,
    name: str,
    kind: StatuteKind,
    published_on: date,
    articles: list[IncomingArticle],
    history: list[str],
    source: str,
) -> IncomingVersion:
    """A version with its first day: from its own text, from the history, else the day of publication, doubted."""
    stated = commencement_in(articles, published_on=published_on)
    doubt = ""
    if stated is None or stated < published_on:
        from_history = [
            date(int(m[1]), int(m[2]), int(m[3])) for line in history for m in _FROM_DAY.finditer(line)
        ]
        later = [day for day in from_history if day >= published_on]
        stated = later[-1] if later else None
    if stated is None:
        stated = published_on
        doubt = "这个文本自哪一天起施行，文件里没有写明，暂按公布之日计算。"
    version = IncomingVersion(
        name=name,
        kind=kind,
        published_on=published_on,
        effective_on=stated,
        source=source,
        articles=articles,
        doubt=doubt,
        repeals=repeals_in(articles),
    )
    apply_corrections(version)
    return version


def kind_of(name: str, folder: str = "") -> StatuteKind:
    """The kind of a text by its name and the folder it lies in."""
    if name.startswith(("最高人民", "人民法院")) or folder == "司法解释":
        return StatuteKind.JUDICIAL_INTERPRETATION
    if name.endswith(("条例", "办法", "规定", "细则")):
        return StatuteKind.REGULATION
    if name.endswith("宪法"):
        return StatuteKind.CONSTITUTION
    return StatuteKind.LAW


def _official_name(name: str, folder: str) -> str:
    is_state_law = kind_of(name, folder) in {StatuteKind.LAW, StatuteKind.CONSTITUTION}
    return f"中华人民共和国{name}" if is_state_law and not name.startswith("中华人民共和国") else name


def _last_day(history: list[str]) -> date | None:
    days = [
        date(int(m["year"]), int(m["month"]), int(m["day"]))
        for line in history
        for m in _DATED_LINE.finditer(line)
    ]
    return max(days, default=None)
