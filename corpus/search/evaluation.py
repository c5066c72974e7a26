"""Measuring the search on questions with known answers.

A question file has one JSON object a line: ``{"id", "question", "relevant": [{"law", "article"}]}``,
``law`` being a statute's full or short name and ``article`` its number.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.search._guard import LONGEST_QUERY
from corpus.search.documents import short_name_of

if TYPE_CHECKING:
    from corpus.search.engine import SearchEngine

DEPTH = 100


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question and its right articles as (short statute name, number)."""

    identity: str
    text: str
    relevant: frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Measures:
    """Means over all questions; latencies in milliseconds of engine time."""

    questions: int
    recall_at_5: float
    recall_at_10: float
    recall_at_100: float
    mrr_at_10: float
    ndcg_at_10: float
    found_at_10: float
    latency_p50: float
    latency_p95: float

    def as_json(self) -> dict[str, float | int]:
        """The names of the command line."""
        return {
            "questions": self.questions,
            "recall@5": round(self.recall_at_5, 4),
            "recall@10": round(self.recall_at_10, 4),
            "recall@100": round(self.recall_at_100, 4),
            "mrr@10": round(self.mrr_at_10, 4),
            "ndcg@10": round(self.ndcg_at_10, 4),
            "found@10": round(self.found_at_10, 4),
            "latency_p50_ms": round(self.latency_p50, 2),
            "latency_p95_ms": round(self.latency_p95, 2),
        }


def read_questions(path: Path) -> list[JudgedQuestion]:
    """Read a question file. Raises ValueError naming file, line and remedy."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            relevant = frozenset((short_name_of(str(r["law"])), int(r["article"])) for r in row["relevant"])
            text = str(row["question"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{path.name}:{number}: {error}; a line needs id, question and relevant [{{law, article}}]"
            ) from error
        if not relevant:
            raise ValueError(f"{path.name}:{number}: no relevant article; name at least one")
        found.append(JudgedQuestion(str(row.get("id", number)), text, relevant))
    if not found:
        raise ValueError(f"{path.name}: no questions")
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def measures_of(
    ranked: Sequence[Sequence[tuple[str, int]]],
    questions: Sequence[JudgedQuestion],
    milliseconds: Sequence[float],
) -> Measures:
    """Compute the measures from ranked (statute, number) lists."""
    sums = dict.fromkeys(("r5", "r10", "r100", "mrr", "ndcg", "found"), 0.0)
    for found, question in zip(ranked, questions, strict=True):
        unique = list(dict.fromkeys(found))
        hits = [place for place, key in enumerate(unique) if key in question.relevant]
        count = len(question.relevant)
        for name, depth in (("r5", 5), ("r10", 10), ("r100", 100)):
            sums[name] += sum(place < depth for place in hits) / count
        if hits and hits[0] < 10:
            sums["mrr"] += 1 / (hits[0] + 1)
            sums["found"] += 1
        ideal = sum(1 / math.log2(place + 2) for place in range(min(count, 10)))
        sums["ndcg"] += sum(1 / math.log2(place + 2) for place in hits if place < 10) / ideal
    total = len(questions)
    return Measures(
        questions=total,
        recall_at_5=sums["r5"] / total,
        recall_at_10=sums["r10"] / total,
        recall_at_100=sums["r100"] / total,
        mrr_at_10=sums["mrr"] / total,
        ndcg_at_10=sums["ndcg"] / total,
        found_at_10=sums["found"] / total,
        latency_p50=percentile(milliseconds, 0.5),
        latency_p95=percentile(milliseconds, 0.95),
    )


def evaluate(engine: SearchEngine, questions: Sequence[JudgedQuestion], *, in_force_on: date) -> Measures:
    """Ask every question. A question longer than the limit is cut, as a page would ask its reader to do."""
    engine.warm()
    ranked, milliseconds = [], []
    for question in questions:
        text = question.text[:LONGEST_QUERY]
        start = time.perf_counter()
        engine.find(text, in_force_on=in_force_on)
        milliseconds.append((time.perf_counter() - start) * 1000)
        answer = engine.find(text, in_force_on=in_force_on, limit=DEPTH)
        ranked.append([(result.short_name, result.number) for result in answer.results])
    return measures_of(ranked, questions, milliseconds)
