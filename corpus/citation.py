"""A citation of an article: one value that everybody shares, read from what people write and printed back.

Work, point in time and place are kept apart: ``民法典#1079.2(3)@2021-01-01`` is statute 民法典,
article 1079, paragraph 2 (款), item 3 (项), in the version in force from 1 January 2021. 之一 articles
carry a suffix: ``刑法#120-1``. Without ``@`` the citation means the statute, whatever the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from corpus.numerals import NotANumeral, to_chinese, to_number

_DATA = Path(__file__).parent / "law" / "data"
_NAMES = _DATA / "statute-names.tsv"
_TRADITIONAL = _DATA / "traditional-characters.tsv"
STATE = "中华人民共和国"
_LARGEST_ARTICLE = 2000

_CANONICAL = re.compile(
    r"(?P<statute>[^#@\s]+)#(?P<article>\d{1,4})(?:-(?P<suffix>\d{1,2}))?"
    r"(?:\.(?P<paragraph>\d{1,2}))?(?:\((?P<item>\d{1,2})\))?(?:@(?P<edition>\d{4}-\d{2}-\d{2}))?"
)
_FULL_WIDTH_SIGNS = str.maketrans("＃＠（）", "#@()")
_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_NUMERAL = r"(?:\d{1,4}|[零〇一二三四五六七八九十百千两廿卅]{1,9})"
_INNER_NAME = re.compile(r"《([^《》]+)》")


class NotACitation(ValueError):
    """The text names no article of a statute."""


@dataclass(frozen=True, order=True)
class Citation:
    """An article of a statute, with optional paragraph, item and version.

    ``statute`` is the official name without 中华人民共和国. Raises ValueError when built with a number
    that no article can have.
    """

    statute: str
    article: int
    suffix: int | None = None
    paragraph: int | None = None
    item: int | None = None
    edition: date | None = None

    def __post_init__(self) -> None:
        if not self.statute or any(each in "#@\n\t " for each in self.statute):
            raise ValueError(f"“{self.statute}” is not the name of a statute")
        if not 1 <= self.article <= _LARGEST_ARTICLE:
            raise ValueError(f"there is no article {self.article}")
        for part in (self.suffix, self.paragraph, self.item):
            if part is not None and not 1 <= part <= 99:
                raise ValueError(f"{part} is not the number of a paragraph or item")

    def __str__(self) -> str:
        text = f"{self.statute}#{self.article}"
        text += f"-{self.suffix}" if self.suffix else ""
        text += f".{self.paragraph}" if self.paragraph else ""
        text += f"({self.item})" if self.item else ""
        return text + (f"@{self.edition.isoformat()}" if self.edition else "")

    @property
    def official_name(self) -> str:
        """The statute's full name; texts that are not statutes of the state keep theirs.

        An interpretation names the statute it interprets in full: 关于适用《中华人民共和国民法典》….
        """
        if _has_own_name(self.statute):
            return _INNER_NAME.sub(lambda inner: f"《{_full_name(inner[1])}》", self.statute)
        return f"{STATE}{self.statute}"

    @property
    def label(self) -> str:
        """``第一千零七十九条第二款第三项``."""
        words = f"第{to_chinese(self.article)}条"
        words += f"之{to_chinese(self.suffix)}" if self.suffix else ""
        words += f"第{to_chinese(self.paragraph)}款" if self.paragraph else ""
        return words + (f"第{to_chinese(self.item)}项" if self.item else "")

    def in_words(self) -> str:
        """``《中华人民共和国民法典》第一千零七十九条第二款第三项``, as it is printed in documents."""
        inside = self.official_name.replace("《", "〈").replace("》", "〉")
        return f"《{inside}》{self.label}"

    @property
    def whole_article(self) -> Citation:
        """The same article without paragraph and item."""
        return replace(self, paragraph=None, item=None)

    def at(self, edition: date | None) -> Citation:
        """The same place in the version in force from ``edition``."""
        return replace(self, edition=edition)

    @classmethod
    def parse(cls, text: str) -> Citation:
        """Read the canonical form or what people write. Raises NotACitation with an example."""
        plain = _simplified(text.strip()).translate(_FULL_WIDTH_SIGNS)
        match = _CANONICAL.fullmatch(plain)
        try:
            if match is not None:
                return _from_canonical(match)
        except ValueError as error:
            raise NotACitation(f"“{text}”不是有效的条文编号") from error
        found = find_citations(text)
        if (
            len(found) == 1
            and not text[: found[0].start].strip()
            and not text[found[0].end :].strip(" 。，,.")
        ):
            return found[0].citation
        raise NotACitation(f"看不懂“{text[:60]}”：请写成《民法典》第1079条，或 民法典#1079")


@dataclass(frozen=True)
class FoundCitation:
    """A citation found in a text at ``text[start:end]``."""

    start: int
    end: int
    raw: str
    citation: Citation


def find_citations(text: str) -> list[FoundCitation]:
    """Every citation in a text, in order, without overlaps.

    Reads 《…》 with any name, known names and nicknames without brackets, digits of either width and
    Chinese numerals, 之一 articles, 款 and 项, Traditional characters, a bare number after a known name
    (婚姻法32), and the articles that follow in a list (《民法典》第1079条、第1080条).
    """
    plain = _simplified(text)
    found: list[FoundCitation] = []
    for match in _pattern().finditer(plain):
        statute = _statute_in(match)
        follower: re.Match[str] | None = match
        while follower is not None:
            citation = _from_words(follower, statute)
            if citation is None:
                break
            start = follower.start() if follower is match else follower.start("place")
            found.append(FoundCitation(start, follower.end(), text[start : follower.end()], citation))
            follower = _FOLLOWING.match(plain, follower.end())
    return found


def short_name(name: str) -> str:
    """The short official name for an official name or a nickname: 民诉法 → 民事诉讼法.

    Unknown names come back bare.
    """
    bare = _simplified(name.strip())
    if bare.startswith("《") and bare.endswith("》") and _is_one_bracket(bare):
        bare = bare[1:-1]
    bare = (
        bare.replace("〈", "《").replace("〉", "》").replace("(", "（").replace(")", "）").replace(STATE, "")
    )
    return _nicknames().get(bare, bare)


def _is_one_bracket(name: str) -> bool:
    """Whether the first 《 is closed by the last 》: 《…》 and not 《…》的《…》."""
    depth = 0
    for position, each in enumerate(name):
        depth += {"《": 1, "》": -1}.get(each, 0)
        if depth == 0:
            return position == len(name) - 1
    return False


def known_names() -> Iterable[str]:
    """Short official names the programme ships, for suggestions and for the search dictionary."""
    return _nicknames_by_statute().keys()


def nicknames_of(statute: str) -> tuple[str, ...]:
    """What people call a statute beside its name."""
    return _nicknames_by_statute().get(statute, ())


def _from_canonical(match: re.Match[str]) -> Citation:
    def number(name: str) -> int | None:
        return int(match[name]) if match[name] else None

    return Citation(
        statute=short_name(match["statute"]),
        article=int(match["article"]),
        suffix=number("suffix"),
        paragraph=number("paragraph"),
        item=number("item"),
        edition=date.fromisoformat(match["edition"]) if match["edition"] else None,
    )


def _statute_in(match: re.Match[str]) -> str:
    """The short name of the statute, with the ordinal that some write after the closing bracket."""
    name = match["bracketed"] or match["interpretation"] or match["bare"]
    note = match["note"]
    if note and _ORDINAL.fullmatch(note):
        name += f"（{note}）"
    return short_name(name)


def _from_words(match: re.Match[str], statute: str) -> Citation | None:
    def number(name: str) -> int | None:
        return to_number(match[name]) if match[name] else None

    try:
        return Citation(
            statute=statute,
            article=to_number(match["article"] or match.groupdict().get("digits") or ""),
            suffix=number("suffix"),
            paragraph=number("paragraph"),
            item=number("item"),
        )
    except (NotANumeral, ValueError):
        return None


_PLACE = rf"""
    (?:\s*之\s*(?P<suffix>{_NUMERAL})(?!\s*[款项]))?
    (?:\s*第?\s*(?P<paragraph>{_NUMERAL})\s*款)?
    (?:\s*第?\s*[(（]?(?P<item>{_NUMERAL})[)）]?\s*项)?
"""
_FOLLOWING = re.compile(
    rf"\s*[、和及与，,]\s*(?P<place>第\s*(?P<article>{_NUMERAL})\s*条{_PLACE})", re.VERBOSE
)
_ORDINAL = re.compile(r"[一二三四五六七八九十]{1,2}")


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = sorted({*_nicknames(), *known_names()}, key=len, reverse=True)
    bare = "|".join(re.escape(name) for name in names)
    return re.compile(
        rf"""
        (?: 《(?P<bracketed>(?:[^《》\n]|《[^《》\n]{{1,40}}》){{1,80}})》     # 《民法典》, one level of nesting
          | (?P<interpretation>最高人民(?:法院|检察院)关于[^。；\n#@\s]{{4,60}}?
              (?:解释|规定|批复|意见)(?:[(（][一二三四五六七八九十]{{1,2}}[)）])?(?=\s*第))
          | (?:{STATE})?(?P<bare>{bare})                                        # a known name or nickname
        )
        (?:[(（](?P<note>[^()（）\n]{{1,20}})[)）])?                            # （2023年修正）
        \s*(?:的)?\s*
        (?: 第?\s*(?P<article>{_NUMERAL})\s*条                                 # 第一千零七十九条, 1079条
          | (?P<digits>\d{{1,4}})(?![\d年月日.%元])                             # a bare number: 婚姻法32
        )
        {_PLACE}
        """,
        re.VERBOSE,
    )


def _simplified(text: str) -> str:
    """Digits of ASCII width and simplified characters, one for one, so that offsets stay."""
    return text.translate(_FULL_WIDTH_DIGITS).translate(_traditional())


@lru_cache(maxsize=1)
def _traditional() -> dict[int, str]:
    """The characters of statute names only: a full conversion belongs to the search, not here."""
    rows = (line.split("\t") for line in _TRADITIONAL.read_text(encoding="utf-8").splitlines()[1:])
    return {ord(traditional): simplified for traditional, simplified in rows}


@lru_cache(maxsize=1)
def _nicknames_by_statute() -> dict[str, tuple[str, ...]]:
    lines = _NAMES.read_text(encoding="utf-8").splitlines()[1:]
    table = {}
    for line in lines:
        name, _tab, nicknames = line.partition("\t")
        table[name] = tuple(each for each in nicknames.split("；") if each)
    return table


@lru_cache(maxsize=1)
def _nicknames() -> dict[str, str]:
    return {nickname: name for name, nicknames in _nicknames_by_statute().items() for nickname in nicknames}


def _full_name(name: str) -> str:
    """A name inside the title of an interpretation, in full when it is a statute of the state."""
    return name if name.startswith(STATE) or _has_own_name(name) else f"{STATE}{name}"


def _has_own_name(statute: str) -> bool:
    """Whether the official name does not begin with the state's: regulations, interpretations, a few laws."""
    if statute in _OF_THE_STATE:
        return False
    return statute.endswith(_OWN_NAME_ENDINGS) or statute.startswith(_OWN_NAME_BEGINNINGS)


_OWN_NAME_ENDINGS = ("条例", "决定", "决议", "调解规则")
_OWN_NAME_BEGINNINGS = (
    "最高人民",
    "人民法院在线",
    "全国人民代表大会",
    "中国人民解放军",
    "反分裂",
)
_OF_THE_STATE = frozenset(
    {
        "户口登记条例",
        "人民警察警衔条例",
        "外交特权与豁免条例",
        "海关关衔条例",
        "消防救援衔条例",
        "领事特权与豁免条例",
        "全国人民代表大会和地方各级人民代表大会代表法",
        "全国人民代表大会和地方各级人民代表大会选举法",
        "全国人民代表大会常务委员会议事规则",
        "全国人民代表大会组织法",
        "全国人民代表大会议事规则",
    }
)
"""Statutes whose official names begin with the state's though their endings or beginnings say otherwise."""
