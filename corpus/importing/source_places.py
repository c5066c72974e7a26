"""Where Chinese stands in the law: how entries of a foreign translation memory find their articles.

Programs that know nothing of articles keep sentences or paragraphs. An article or paragraph is found when
entries cover its words from the first to the last; their translations are then joined in that order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from corpus.citation import Citation
from corpus.law.queries import articles_of, version_on
from corpus.parallel.parts import paragraphs_of
from corpus.parallel.unit_tables import UnitScript

_ARTICLE_NUMBER = re.compile(
    r"^第[零〇一二三四五六七八九十百千两\d]{1,9}条(?:之[一二三四五六七八九十]{1,3})?"
)
_KEY_LENGTH = 2


def plain_words(text: str) -> str:
    """Words without white space and without the number of the article in front, for comparing."""
    return _ARTICLE_NUMBER.sub("", "".join(text.split()))


@dataclass(frozen=True)
class Entry:
    """A sentence or paragraph with its translation, and where it stands in its file."""

    line: int
    source: str
    text: str


@dataclass(frozen=True)
class Placed:
    """The entries that cover a place in the law, in order."""

    citation: Citation
    entries: tuple[Entry, ...]

    def text(self, script: UnitScript) -> str:
        """The translations joined: by nothing in Han characters, by a space in Latin ones."""
        return ("" if script is UnitScript.HAN else " ").join(entry.text.strip() for entry in self.entries)


class SourcePlaces:
    """The articles of one statute as it stands on a day."""

    def __init__(self, articles: Sequence[tuple[Citation, str]]) -> None:
        self._articles = articles

    def place(self, entries: Sequence[Entry]) -> Iterator[Placed]:
        """Articles, else paragraphs, whose words the entries cover; a later entry for the same words wins."""
        by_key: dict[str, dict[str, Entry]] = {}
        for entry in entries:
            words = plain_words(entry.source)
            if len(words) >= _KEY_LENGTH:
                by_key.setdefault(words[:_KEY_LENGTH], {})[words] = entry
        for citation, text in self._articles:
            whole = _covered(plain_words(text), by_key)
            if whole is not None:
                yield Placed(citation, whole)
                continue
            for number, paragraph in enumerate(paragraphs_of(text), start=1):
                part = _covered(plain_words(paragraph.text), by_key)
                if part is not None:
                    yield Placed(Citation(citation.statute, citation.article, citation.suffix, number), part)


def _covered(words: str, by_key: dict[str, dict[str, Entry]]) -> tuple[Entry, ...] | None:
    """The entries that follow one another through the words, the longest first at every step; None with a gap."""
    found: list[Entry] = []
    place = 0
    while place < len(words):
        fitting = [
            key for key in by_key.get(words[place : place + _KEY_LENGTH], ()) if words.startswith(key, place)
        ]
        if not fitting:
            return None
        longest = max(fitting, key=len)
        found.append(by_key[longest[:_KEY_LENGTH]][longest])
        place += len(longest)
    return tuple(found) or None


def source_places(session: Session, *, statute: str, on: date) -> SourcePlaces | None:
    """The places of a statute in force on a day; None where there is none of that name."""
    version = version_on(session, statute=statute, on=on) if statute else None
    if version is None:
        return None
    return SourcePlaces(
        [
            (Citation(statute, article.number, suffix=article.suffix or None), article.text)
            for article in articles_of(session, version)
        ]
    )
