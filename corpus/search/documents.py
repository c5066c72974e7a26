"""What the search knows of an article: plain values, read from the collection or made by a test.

The index is derived data. Everything in it comes from these values, so that a test can build
a small index from a few articles without a database.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

CIVIL_CODE = "民法典"
STATE_PREFIX = "中华人民共和国"
_SPACE = re.compile(r"\s+")
_HEADING_NUMBER = re.compile(r"^第[一二三四五六七八九十百零〇]+(?:分编|编|章|节)\s*")

FOREVER = date.max
LONG_AGO = date.min


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """One article of one version of one statute.

    ``citation`` is the canonical text (``民法典#1079@2021-01-01``), ``kind`` one of ``statute``,
    ``amendment``, ``decision``, ``interpretation``. ``effective_on`` and ``ended_on`` bound the days on
    which these words were law: from the first, up to and not including the second; ``None`` is open.
    ``doubt`` says what is uncertain about these days, in a sentence for the reader.
    ``successors`` are the canonical citations that replaced the article.
    """

    citation: str
    law: str
    short_name: str
    label: str
    number: int
    suffix: int
    text: str
    heading_path: tuple[str, ...] = ()
    kind: str = "statute"
    category: str = ""
    effective_on: date | None = None
    ended_on: date | None = None
    repealed: bool = False
    doubt: str = ""
    successors: tuple[str, ...] = ()
    translations: tuple[str, ...] = ()
    nicknames: tuple[str, ...] = ()

    @property
    def headings(self) -> str:
        """The heading path without its numbers: ``婚姻家庭 离婚``."""
        return " ".join(_HEADING_NUMBER.sub("", heading) for heading in self.heading_path)

    @property
    def status_on(self) -> StatusRule:
        """The rule that says on a day whether the article is in force."""
        return StatusRule(self.effective_on, self.ended_on, self.repealed)

    def to_json(self) -> bytes:
        """The values as one line of JSON, dates in ISO form."""
        return json.dumps(asdict(self), ensure_ascii=False, default=str, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, line: bytes) -> IndexedArticle:
        """Read what :meth:`to_json` wrote."""
        values: dict[str, Any] = json.loads(line)
        for name in ("effective_on", "ended_on"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        for name in ("heading_path", "successors", "translations", "nicknames"):
            values[name] = tuple(values[name])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class StatusRule:
    """Whether words were law on a day, computed from dates, never stored."""

    effective_on: date | None
    ended_on: date | None
    repealed: bool

    def on(self, day: date) -> str:
        """``not_yet_in_force``, ``in_force``, ``repealed`` or ``superseded`` (a later version rules)."""
        if self.effective_on is not None and day < self.effective_on:
            return "not_yet_in_force"
        if self.ended_on is not None and day >= self.ended_on:
            return "repealed" if self.repealed else "superseded"
        return "in_force"


def short_name_of(law: str) -> str:
    """The name without the state's: ``中华人民共和国民法典`` is ``民法典``."""
    return law.removeprefix(STATE_PREFIX)


def vector_key(short_name: str, text: str) -> int:
    """The 64-bit key of an article's meaning vector: its statute's name and its words, spaces aside.

    The same words keep their vector whatever row or version they stand in.
    """
    material = short_name + "\n" + _SPACE.sub("", text)
    return int.from_bytes(hashlib.blake2b(material.encode(), digest_size=8).digest(), "big")


def passage_text(article: IndexedArticle) -> str:
    """The text from which an article's meaning vector is computed, at most 400 characters."""
    return f"{article.short_name} {article.headings}：{article.text}"[:400]


def fingerprint_of(articles: Iterable[IndexedArticle]) -> str:
    """A hash over all articles in order: the edition an index was built from."""
    digest = hashlib.sha256()
    for article in articles:
        digest.update(article.to_json())
        digest.update(b"\n")
    return digest.hexdigest()
