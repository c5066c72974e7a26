"""From everyday words to legal terms, topics and articles: a reviewed table, matched in one pass.

``data/thesaurus.tsv`` (pattern, kind, terms, topics, articles, note) and ``data/topics.tsv``
(slug, name_zh, name_en, statutes); lists are divided by ``；``.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.search._required_characters import required_characters

_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Expansion:
    """What one everyday expression stands for.

    ``said`` is the matched text; ``terms`` are legal words added to the question with less weight,
    ``topics`` slugs of ``topics.tsv``, ``articles`` references like ``民法典#1079``.
    """

    said: str
    terms: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """A field of everyday life with the statutes that rule it (short names)."""

    slug: str
    name_zh: str
    name_en: str
    statutes: tuple[str, ...]


def told_once(expansions: Iterable[Expansion]) -> tuple[Expansion, ...]:
    """For a reader: expansions with the same terms as one, in the fullest of the words that were said."""
    told: dict[tuple[str, ...], Expansion] = {}
    for each in expansions:
        before = told.get(each.terms, each)
        told[each.terms] = Expansion(
            max(before.said, each.said, key=len),
            each.terms,
            tuple(dict.fromkeys((*before.topics, *each.topics))),
            tuple(dict.fromkeys((*before.articles, *each.articles))),
        )
    return tuple(told.values())


def _split(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split("[；;]", cell or "") if part.strip())


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)


class Thesaurus:
    """The table, ready to match: words by their first two characters, expressions compiled."""

    def __init__(self, rows: Iterable[dict[str, str]], topics: Iterable[Topic]) -> None:
        self.topics = {topic.slug: topic for topic in topics}
        self._words: dict[str, list[tuple[str, Expansion]]] = defaultdict(list)
        self._expressions: list[tuple[tuple[frozenset[str], ...], re.Pattern[str], Expansion]] = []
        self._rarest: dict[str, list[int]] = defaultdict(list)
        self._unconditional: list[int] = []
        self.legal_terms: set[str] = set()
        self.everyday_words: set[str] = set()
        for row in rows:
            expansion = Expansion(
                row["pattern"], _split(row["terms"]), _split(row["topics"]), _split(row["articles"])
            )
            self.legal_terms.update(expansion.terms)
            if row["kind"] == "regex":
                pattern = row["pattern"]
                conditions = required_characters(pattern)
                for character in conditions[0] if conditions else ():
                    self._rarest[character].append(len(self._expressions))
                if not conditions:
                    self._unconditional.append(len(self._expressions))
                self._expressions.append((conditions[1:], re.compile(pattern), expansion))
            else:
                self._words[row["pattern"][:2]].append((row["pattern"], expansion))
                self.everyday_words.add(row["pattern"])
        for candidates in self._words.values():
            candidates.sort(key=lambda pair: -len(pair[0]))

    def expand(self, text: str) -> list[Expansion]:
        """Every entry whose word or expression stands in the text; a longer word hides those inside it."""
        found: list[Expansion] = []
        position = 0
        covered = 0
        while position < len(text):
            for word, expansion in self._words.get(text[position : position + 2], ()):
                if text.startswith(word, position):
                    end = position + len(word)
                    if end > covered:
                        found.append(expansion)
                        covered = end
                    break
            position += 1
        characters = frozenset(text)
        possible = set(self._unconditional).union(*(self._rarest.get(each, ()) for each in characters))
        for place in sorted(possible):
            conditions, expression, expansion = self._expressions[place]
            if any(characters.isdisjoint(each) for each in conditions):
                continue
            match = expression.search(text)
            if match:
                found.append(Expansion(match.group(), expansion.terms, expansion.topics, expansion.articles))
        return found


@lru_cache(maxsize=1)
def load() -> Thesaurus:
    """The shipped thesaurus."""
    topics = [
        Topic(row["slug"], row["name_zh"], row["name_en"], _split(row["statutes"]))
        for row in _rows(_DATA / "topics.tsv")
    ]
    return Thesaurus(_rows(_DATA / "thesaurus.tsv"), topics)
