"""What earlier questions rested on: how often a statute or an article was the right answer.

People's troubles repeat themselves: support of a child, a dismissal, a collision. The counts are
learned with the weights (``corpus.search.training``) from judged questions and stand beside them in
``data/ranking-weights.json``; an article that answered a single question counts for nothing, so that no
question is remembered for its own sake.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Key = tuple[str, int]
FEATURES = ("statute_before", "article_before")


@dataclass
class Experience:
    """Counts of judged questions by statute (short name) and by article (short name, number)."""

    statutes: Counter[str] = field(default_factory=Counter)
    articles: Counter[Key] = field(default_factory=Counter)

    @classmethod
    def of(cls, judged: Iterable[Iterable[Key]]) -> Experience:
        """Count the right answers of some questions."""
        found = cls()
        for answers in judged:
            for key in answers:
                found.statutes[key[0]] += 1
                found.articles[key] += 1
        return found

    def without(self, answers: Iterable[Key]) -> Experience:
        """The same as if one question had never been asked."""
        left = Experience(self.statutes.copy(), self.articles.copy())
        for key in answers:
            left.statutes[key[0]] -= 1
            left.articles[key] -= 1
        return left

    @classmethod
    def from_json(cls, values: dict[str, dict[str, int]]) -> Experience:
        """Read what :meth:`as_json` wrote."""
        articles: Counter[Key] = Counter()
        for reference, count in values["articles"].items():
            name, _, number = reference.rpartition("#")
            articles[name, int(number)] = count
        return cls(Counter(values["statutes"]), articles)

    def as_json(self) -> dict[str, dict[str, int]]:
        """What counts: statutes, and articles that answered more than one question."""
        often = sorted((key, count) for key, count in self.articles.items() if count > 1)
        return {
            "statutes": {name: count for name, count in sorted(self.statutes.items()) if count > 0},
            "articles": {f"{name}#{number}": count for (name, number), count in often},
        }

    def of_statute(self, name: str) -> float:
        """ln(1 + questions that the statute answered)."""
        return float(np.log1p(max(self.statutes[name], 0)))

    def of_article(self, key: Key) -> float:
        """ln(questions that the article answered); 0 up to one."""
        return float(np.log(max(self.articles[key], 1)))

    def columns(self, keys: Sequence[Key]) -> npt.NDArray[np.float64]:
        """Both signals for some articles, one row an article."""
        return np.asarray([(self.of_statute(key[0]), self.of_article(key)) for key in keys], np.float64)

    def signals(
        self, names: Sequence[str], laws: Integers, numbers: Integers, plain: Flags
    ) -> dict[str, Floats]:
        """Both signals for every article of an index.

        ``names`` are short names, ``laws`` the place of an article's statute among them, ``plain`` tells
        articles without a suffix (第十条之一 is another article than 第十条).
        """
        by_law = np.asarray([self.of_statute(name) for name in names], np.float32)
        articles = np.zeros(len(laws), np.float32)
        for key, count in self.articles.items():
            if count > 1:
                of_law = np.isin(laws, [place for place, name in enumerate(names) if name == key[0]])
                articles[of_law & plain & (numbers == key[1])] = self.of_article(key)
        return dict(zip(FEATURES, (by_law[laws], articles), strict=True))
