"""From a question's terms to an order of all articles: a small linear model over a few signals.

Every signal is an array over all articles; the weights are learned by ``corpus.search.training`` and
shipped in ``data/ranking-weights.json``, one set with and one without the semantic signal.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.search import _analysis
from corpus.search._experience import Experience
from corpus.search._guard import MOST_TERMS
from corpus.search._weights import FieldWeights

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

WEIGHTS_FILE = Path(__file__).parent / "data" / "ranking-weights.json"
FEATURES = (
    "words_best",  # BM25 of the words, relative to the best article
    "pairs_best",  # BM25 of the character pairs, likewise
    "words_asked",  # BM25 of the words, relative to all that was asked
    "pairs_asked",
    "title_asked",  # BM25 in statute name and headings, relative to all that was asked
    "meaning",  # nearness in meaning, standardised over all articles
    "meaning_best",  # distance to the nearest article, times 20
    "terms_best",  # BM25 of the thesaurus's legal terms, relative to the best
    "topic",  # a statute of a topic that the thesaurus named
    "article",  # an article that the thesaurus named
    "civil_code",
    "everyday_statute",  # a statute of any topic: law of daily life
    "length",  # logarithm of the length, standardised
    "closing",  # chapters on liability and closing provisions
    "statute_before",  # how often the statute answered earlier questions
    "article_before",  # likewise the article, once it answered more than one
)
# more than all word signals together can give: what is not law today stands after what is
NOT_IN_FORCE = -12.0
NOT_A_STATUTE = -8.0
NAMED_STATUTE = 3.0


@dataclass(frozen=True)
class ArticleTable:
    """What the ranking knows of each article (row): statute, dates as ordinals, kind, length."""

    law: npt.NDArray[np.int32]
    number: npt.NDArray[np.int32]
    suffix: npt.NDArray[np.int32]
    effective: npt.NDArray[np.int32]
    ended: npt.NDArray[np.int32]
    is_statute: Flags
    civil_code: Flags
    closing: Flags
    length: Floats

    @property
    def size(self) -> int:
        """How many articles."""
        return len(self.law)

    def in_force(self, ordinal: int) -> Flags:
        """Which articles are law on the day with this ordinal."""
        return (self.effective <= ordinal) & (ordinal < self.ended)

    def rules(self, row: int, ordinal: int) -> bool:
        """Whether one article is law on the day with this ordinal."""
        return bool(self.effective[row] <= ordinal < self.ended[row])


@dataclass
class Asked:
    """A question in terms: its own words and pairs, the thesaurus's additions, its vector."""

    words: Mapping[str, float]
    pairs: Mapping[str, float]
    added_words: Mapping[str, float] = field(default_factory=dict)
    added_pairs: Mapping[str, float] = field(default_factory=dict)
    topic_laws: Sequence[int] = ()
    named_rows: Sequence[int] = ()
    vector: Floats | None = None


def terms_of(text: str) -> tuple[dict[str, float], dict[str, float]]:
    """The weighted words and pairs of a text; a repeated word counts at most twice."""
    words = {word: float(min(count, 2)) for word, count in Counter(_analysis.words(text)).items()}
    pairs = dict.fromkeys(_analysis.pairs(text), 1.0)
    return _capped(words), _capped(pairs)


def _capped(terms: dict[str, float]) -> dict[str, float]:
    return dict(list(terms.items())[:MOST_TERMS])


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    return loaded


def shipped_weights() -> dict[str, dict[str, float]]:
    """``{"lexical": {feature: weight}, "semantic": {…}}``."""
    weights: dict[str, dict[str, float]] = _shipped()["weights"]
    return weights


def shipped_experience() -> Experience:
    """What earlier questions rested on."""
    return Experience.from_json(_shipped().get("before", {"statutes": {}, "articles": {}}))


def _best(scores: Floats) -> Floats:
    peak = float(scores.max(initial=0.0))
    return scores / np.float32(peak) if peak > 0 else scores


class Ranker:
    """Computes the signals and their weighted sum."""

    def __init__(
        self,
        table: ArticleTable,
        fields: Mapping[str, FieldWeights],
        *,
        everyday_laws: Sequence[int],
        before: Mapping[str, Floats],
        vectors: Floats | None,
        known: Flags | None,
    ) -> None:
        self.table = table
        self.fields = fields
        self.vectors = vectors
        self.known = known
        self._everyday = np.isin(table.law, list(everyday_laws))
        self._static = {
            "civil_code": table.civil_code.astype(np.float32),
            "everyday_statute": self._everyday.astype(np.float32),
            "length": np.asarray(table.length),
            "closing": table.closing.astype(np.float32),
            **before,
        }
        self._prior: dict[int, Floats] = {}
        self._penalty: tuple[int, Floats] | None = None

    def signals(self, asked: Asked) -> dict[str, Floats]:
        """The signals that depend on the question; an absent one is left out."""
        words, words_asked = self.fields["body"].score(asked.words)
        pairs, pairs_asked = self.fields["pairs"].score(asked.pairs)
        title, title_asked = self.fields["title"].score(asked.words)
        found = {
            "words_best": _best(words),
            "pairs_best": _best(pairs),
            "words_asked": words / np.float32(words_asked + 1e-6),
            "pairs_asked": pairs / np.float32(pairs_asked + 1e-6),
            "title_asked": title / np.float32(title_asked + 1e-6),
        }
        if asked.added_words or asked.added_pairs:
            added = self.fields["body"].score(asked.added_words)[0]
            added += self.fields["pairs"].score(asked.added_pairs)[0]
            added += self.fields["title"].score(asked.added_words)[0]
            found["terms_best"] = _best(added)
        if asked.topic_laws:
            found["topic"] = np.isin(self.table.law, list(asked.topic_laws)).astype(np.float32)
        if asked.named_rows:
            named = np.zeros(self.table.size, np.float32)
            named[list(asked.named_rows)] = 1
            found["article"] = named
        if asked.vector is not None and self.vectors is not None and self.known is not None:
            nearness = self.vectors @ asked.vector
            of_known = nearness[self.known]
            mean, spread = float(of_known.mean()), float(of_known.std()) + 1e-6
            nearness[~self.known] = mean
            found["meaning"] = (nearness - np.float32(mean)) / np.float32(spread)
            found["meaning_best"] = (nearness - nearness.max()) * np.float32(20)
        return found

    def prior(self, weights: Mapping[str, float]) -> Floats:
        """The part of the score that no question changes."""
        key = id(weights)
        if key not in self._prior:
            total = np.where(self.table.is_statute, 0.0, NOT_A_STATUTE).astype(np.float32)
            for name, values in self._static.items():
                total += np.float32(weights.get(name, 0.0)) * values
            self._prior[key] = total
        return self._prior[key]

    def _not_law_on(self, ordinal: int) -> Floats:
        """What articles lose that are not law on a day; kept for the day asked about last, mostly today."""
        kept = self._penalty
        if kept is None or kept[0] != ordinal:
            kept = (ordinal, np.where(self.table.in_force(ordinal), 0.0, NOT_IN_FORCE).astype(np.float32))
            self._penalty = kept
        return kept[1]

    def feature_matrix(self, asked: Asked, rows: Rows) -> Floats:
        """All features of some rows (columns as in ``FEATURES``), for learning."""
        signals = self.signals(asked) | self._static
        empty = np.zeros(self.table.size, np.float32)
        return np.stack([signals.get(name, empty)[rows] for name in FEATURES], axis=1)

    def score(self, asked: Asked, ordinal: int, named_laws: Sequence[int] = ()) -> Floats:
        """The score of every article for a question on a day."""
        with_meaning = asked.vector is not None and self.vectors is not None
        weights = shipped_weights()["semantic" if with_meaning else "lexical"]
        total = self.prior(weights).copy()
        for name, values in self.signals(asked).items():
            total += np.float32(weights.get(name, 0.0)) * values
        total += self._not_law_on(ordinal)
        if named_laws:
            total[np.isin(self.table.law, list(named_laws))] += np.float32(NAMED_STATUTE)
        return total


def best_rows(scores: Floats, allowed: Flags | None, count: int) -> Rows:
    """The rows with the highest scores, best first; ties in the order of the collection."""
    if allowed is not None:
        scores = np.where(allowed, scores, -np.inf).astype(np.float32)
        count = min(count, int(allowed.sum()))
    count = min(count, len(scores))
    if count <= 0:
        return np.zeros(0, np.int64)
    part = np.sort(np.argpartition(-scores, count - 1)[:count])
    return part[np.argsort(-scores[part], kind="stable")]
