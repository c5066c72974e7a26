"""A statute as an importer reads it, before anything is stored, and the rules every importer shares."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from corpus.law.models import StatuteKind
from corpus.numerals import NotANumeral, to_number

ARTICLE_HEAD = re.compile(
    r"^第(?P<number>[零〇一二三四五六七八九十百千两\d]{1,9})条"
    r"(?:之(?P<suffix>[一二三四五六七八九十]{1,3}))?[　\s]*"
)
HEADING = re.compile(
    r"^第[一二三四五六七八九十百]{1,5}(?P<level>分编|编|章|节)(?:[　\s]+|(?=\S))(?P<title>\S.*)?$"
)
_STATE = "中华人民共和国"
_COMMENCEMENT = re.compile(
    r"自(?P<day>公布之日|(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<date>\d{1,2})日)起(?:施行|实施|生效|执行)"
)
_REPEALS = re.compile(
    r"(?P<names>(?:《(?:[^《》]|《[^《》]*》)+》\s*[、和及，]?\s*)+)[^。；《》]{0,30}同时(?:废止|停止执行)"
)
_NAME = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")


UNDATED_REPEAL = "数据来源把这部法律标为已废止"
"""How a doubt begins that is settled once the repealing text is found."""


class ImportProblem(ValueError):
    """An error that names the file, the line where it can, and the remedy."""

    def __init__(self, path: str | Path, sentence: str, *, line: int | None = None) -> None:
        place = f"{Path(path).name}" + (f" 第 {line} 行" if line else "")
        super().__init__(f"{place}：{sentence}")


@dataclass(frozen=True)
class IncomingArticle:
    """One article as read: number, 之 suffix (0 without), headings above it, text without its number."""

    number: int
    suffix: int
    heading_path: tuple[str, ...]
    text: str


@dataclass
class IncomingVersion:
    """One version of one statute as read from a source."""

    name: str
    kind: StatuteKind
    published_on: date
    effective_on: date
    source: str
    articles: list[IncomingArticle]
    issuing_body: str = ""
    department: str = ""
    doubt: str = ""
    repealed_on: date | None = None
    replaced_by: str = ""
    repeals: tuple[str, ...] = field(default=())
    """Short names of the statutes that the text itself repeals on its first day."""
    is_part: bool = False
    """True for one book of a code: it can only complete a version that is stored already."""

    @property
    def short_name(self) -> str:
        """The name used in citations."""
        return short_name_of(self.name)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over numbers and texts; white space does not make a new version."""
        digest = hashlib.sha256()
        for article in self.articles:
            words = re.sub(r"\s", "", article.text)
            digest.update(f"{article.number}-{article.suffix}\x1f{words}\x1e".encode())
        return digest.hexdigest()


def short_name_of(name: str) -> str:
    """Official name without 中华人民共和国, inside nested brackets too (《中华人民共和国民法典》 → 《民法典》)."""
    return name.strip().replace(_STATE, "")


def article_number(text: str) -> tuple[int, int] | None:
    """``第一百二十条之一`` → (120, 1); None when the text does not begin with an article number."""
    match = ARTICLE_HEAD.match(text)
    if match is None:
        return None
    try:
        return to_number(match["number"]), to_number(match["suffix"]) if match["suffix"] else 0
    except NotANumeral:
        return None


def commencement_in(articles: list[IncomingArticle], *, published_on: date) -> date | None:
    """The first day the text gives itself (本法自…起施行), looked for in its last articles."""
    for article in reversed(articles[-6:]):
        matches = list(_COMMENCEMENT.finditer(article.text))
        if not matches:
            continue
        match = matches[-1] if len(matches) == 1 else matches[0]
        if match["day"] == "公布之日":
            return published_on
        try:
            return date(int(match["year"]), int(match["month"]), int(match["date"]))
        except ValueError:
            return None
    return None


def repeals_in(articles: list[IncomingArticle]) -> tuple[str, ...]:
    """Short names of statutes the text repeals as a whole (《…》同时废止)."""
    names: dict[str, None] = {}
    for article in articles[-6:]:
        for match in _REPEALS.finditer(article.text):
            names |= dict.fromkeys(short_name_of(each) for each in _NAME.findall(match["names"]))
    return tuple(names)


def check_articles(path: str | Path, articles: list[IncomingArticle], *, first: int = 1) -> None:
    """Raise ImportProblem when there is no article, one stands twice, or the numbers leave a gap."""
    if not articles:
        raise ImportProblem(path, "没有找到“第一条”这样的条文：请核对文件是不是法律全文")
    seen: set[tuple[int, int]] = set()
    previous = first - 1
    for article in articles:
        place = (article.number, article.suffix)
        label = f"第{article.number}条" + (f"之{article.suffix}" if article.suffix else "")
        if place in seen:
            raise ImportProblem(path, f"{label}出现了两次：请删去重复的一条")
        if article.number > previous + 1:
            raise ImportProblem(
                path, f"第{previous}条之后就是{label}，中间缺条：文件可能只有一半，请重新取得全文"
            )
        if not article.text.strip():
            raise ImportProblem(path, f"{label}没有内容：请补上条文")
        seen.add(place)
        previous = max(previous, article.number)


_NEXT_PART = re.compile(r"附\s*则|第[一二三四五六七八九十百]+(?:分编|编|章|节)\s*\S[^。；，：]{0,30}")


def without_next_heading(text: str) -> str:
    """An article's words without the heading of the part that follows it.

    Some sources leave the line ``第五编 婚姻家庭`` or ``附 则`` at the end of the last article before it. A first
    line is never taken for a heading, and neither is a line with a mark that ends or divides a sentence.
    """
    lines = text.strip().splitlines()
    while len(lines) > 1 and _NEXT_PART.fullmatch(lines[-1].strip()):
        lines.pop()
    return "\n".join(lines).rstrip()
