"""The fixed sentences of the forms: ours, dated, each with its articles; Bai only where approved."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from corpus.citation import Citation

_DATA = Path(__file__).parent.parent / "data" / "phrases.toml"


@dataclass(frozen=True)
class Phrase:
    """One sentence, the articles it rests on, and nothing else: its Bai version comes from outside."""

    key: str
    text: str
    articles: tuple[Citation, ...]


@dataclass(frozen=True)
class BaiPhrases:
    """Approved Bai versions of phrases in one variety, by key; ``source`` names the approved units."""

    language_code: str
    texts: Mapping[str, str]
    source: str


@lru_cache(maxsize=1)
def phrases() -> Mapping[str, Phrase]:
    """Every phrase by key."""
    rows = tomllib.loads(_DATA.read_text(encoding="utf-8"))["phrase"]
    return {
        row["key"]: Phrase(row["key"], row["text"], tuple(Citation.parse(each) for each in row["articles"]))
        for row in rows
    }


@lru_cache(maxsize=1)
def checked_on() -> date:
    """The day on which the phrases were last held against the law."""
    day = tomllib.loads(_DATA.read_text(encoding="utf-8"))["checked_on"]
    if not isinstance(day, date):
        raise TypeError("phrases.toml: checked_on must be a date")
    return day
