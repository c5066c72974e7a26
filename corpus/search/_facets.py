"""Which statutes rule which topic, and how many of some results belong to each statute, state and topic."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from corpus.search._ranking import ArticleTable

MOST_STATUTES = 12
MOST_TOPICS = 8

Counts = tuple[tuple[str, int], ...]


class TopicTable:
    """The statutes of each topic (by their place in the index's list of names), both ways round."""

    def __init__(self, laws_of: Mapping[str, Sequence[int]]) -> None:
        self._laws_of = {slug: list(laws) for slug, laws in laws_of.items()}
        self._topics_of: dict[int, list[str]] = defaultdict(list)
        for slug, laws in self._laws_of.items():
            for law in dict.fromkeys(laws):
                self._topics_of[law].append(slug)

    def laws_of(self, slug: str) -> Sequence[int]:
        """The statutes that rule a topic; none for a topic that is not known."""
        return self._laws_of.get(slug, ())

    def topics_of(self, law: int) -> Sequence[str]:
        """The topics that a statute rules, in the order of the table."""
        return self._topics_of.get(law, ())

    def everyday_laws(self) -> list[int]:
        """Every statute of any topic: the law of daily life."""
        return sorted(self._topics_of)

    def counted(self, laws: Sequence[int]) -> list[tuple[str, int]]:
        """How many of these (a statute an article) belong to each topic, most first."""
        topics: Counter[str] = Counter(dict.fromkeys(self._laws_of, 0))
        for law, count in Counter(laws).items():
            for slug in self.topics_of(law):
                topics[slug] += count
        return (+topics).most_common()


def facets(
    rows: Sequence[int], *, table: ArticleTable, short_names: Sequence[str], topics: TopicTable, ordinal: int
) -> dict[str, Counts]:
    """Counts of the articles ``rows`` by statute, by state on the day with this ordinal and by topic."""
    chosen = np.asarray(rows, np.int64)
    laws: list[int] = table.law[chosen].tolist()
    ruling = (table.effective[chosen] <= ordinal) & (ordinal < table.ended[chosen])
    states = Counter("in_force" if each else "not_in_force" for each in ruling.tolist())
    return {
        "statute": tuple(Counter(short_names[law] for law in laws).most_common(MOST_STATUTES)),
        "status": tuple(states.most_common()),
        "topic": tuple(topics.counted(laws)[:MOST_TOPICS]),
    }
