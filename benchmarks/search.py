"""``python -m benchmarks.search COLLECTION [QUESTIONS…] [--large]``: quality and speed beside two peers.

All engines answer the same questions in the same run, so that a noisy machine is noisy for all of
them. Prints a table, the ratios, and for every promised figure whether it was met; exit status 1 when
one was not. ``--large`` adds the collection ten times over with perturbed text (words only).
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from benchmarks.peers import Peer, SqliteFts5, Tantivy
from corpus.database import Store
from corpus.search import _index
from corpus.search._semantic import VectorTable
from corpus.search.collection import forwarding, read_articles
from corpus.search.documents import IndexedArticle
from corpus.search.engine import SearchEngine
from corpus.search.evaluation import (
    JudgedQuestion,
    Measures,
    evaluate,
    measures_of,
    percentile,
    read_questions,
)

COPIES = 10


@dataclass(frozen=True)
class Figure:
    """A promised figure: what it is, what was measured, and the bound."""

    name: str
    measured: float
    bound: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the promise is kept."""
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


def say(line: str = "") -> None:
    """One line of the report."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def measure_peer(
    peer: Peer, articles: Sequence[IndexedArticle], questions: Sequence[JudgedQuestion]
) -> Measures:
    """The same measures for a peer."""
    ranked, milliseconds = [], []
    for question in questions:
        start = time.perf_counter()
        rows = peer.rank(question.text)
        milliseconds.append((time.perf_counter() - start) * 1000)
        ranked.append([(articles[row].short_name, articles[row].number) for row in rows])
    return measures_of(ranked, questions, milliseconds)


def perturbed(articles: Sequence[IndexedArticle]) -> list[IndexedArticle]:
    """The collection ten times; in the copies words of other articles take the place of a tenth."""
    chance = random.Random(20260101)  # noqa: S311 - a repeatable perturbation, not a secret
    pieces = [piece for article in articles[::7] for piece in article.text.split("，") if len(piece) > 3]
    found = list(articles)
    for copy in range(1, COPIES):
        for article in articles:
            parts = article.text.split("，")
            mixed = [chance.choice(pieces) if chance.random() < 0.1 else part for part in parts]
            chance.shuffle(mixed)
            found.append(
                replace(
                    article,
                    law=f"{article.law}（{copy}）",
                    short_name=f"{article.short_name}（{copy}）",
                    citation=f"{article.citation}~{copy}",
                    text="，".join(mixed),
                )
            )
    return found


def row_of(name: str, measures: Measures) -> str:
    """One line of the table."""
    return (
        f"| {name:26} | {measures.recall_at_10:.3f} | {measures.recall_at_100:.3f} | {measures.mrr_at_10:.3f}"
        f" | {measures.found_at_10:.3f} | {measures.latency_p50:7.2f} | {measures.latency_p95:7.2f} |"
    )


def timed(what: str, action: Callable[[], SearchEngine]) -> tuple[SearchEngine, float]:
    """Run an action and say how long it took, in seconds."""
    start = time.perf_counter()
    result = action()
    seconds = time.perf_counter() - start
    say(f"{what}: {seconds:.1f} s")
    return result, seconds


def built(
    base: Path, articles: Sequence[IndexedArticle], vectors: VectorTable | None, *, semantic: bool
) -> SearchEngine:
    """Build an index and open it."""
    _index.build(base, articles, fingerprint="benchmark", forwarding=forwarding(), vectors=vectors)
    return SearchEngine.open(base, semantic=semantic)


def large(
    articles: Sequence[IndexedArticle], questions: Sequence[JudgedQuestion], folder: Path, day: date
) -> Figure:
    """p95 on ten times the articles, by words."""
    many = perturbed(articles)
    engine, _seconds = timed(
        f"index of {len(many)} articles",
        lambda: built(folder / "large", many, VectorTable.empty(), semantic=False),
    )
    engine.warm()
    milliseconds = []
    for question in questions:
        start = time.perf_counter()
        engine.find(question.text[:200], in_force_on=day)
        milliseconds.append((time.perf_counter() - start) * 1000)
    return Figure(f"p95 ms, {len(many)} articles", percentile(milliseconds, 0.95), 60)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", help="sqlite:///… of an imported collection")
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--on", type=date.fromisoformat, default=date(2026, 1, 1))
    options = parser.parse_args(arguments)
    with Store(options.collection, read_only=True).reading() as session:
        articles = read_articles(session)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine, seconds = timed(
            f"index of {len(articles)} articles",
            lambda: built(folder / "index", articles, None, semantic=True),
        )
        figures.append(Figure("index build, s", seconds, 90))
        lexical = SearchEngine.open(folder / "index", semantic=False)
        peers: list[Peer] = [SqliteFts5(articles, folder), Tantivy(articles, folder)]
        for path in options.questions:
            questions = read_questions(path)
            say(f"\n{path.name}: {len(questions)} questions")
            say(f"| {'engine':26} | R@10  | R@100 | MRR@10 | found | p50 ms | p95 ms |")
            by_peer = [measure_peer(peer, articles, questions) for peer in peers]
            for peer, measures in zip(peers, by_peer, strict=True):
                say(row_of(peer.name, measures))
            words = evaluate(lexical, questions, in_force_on=options.on)
            say(row_of("this search, words only", words))
            figures += [
                Figure(f"{path.name}: p50 ms, words", words.latency_p50, 3),
                Figure(f"{path.name}: p95 ms, words", words.latency_p95, 10),
            ]
            best = words
            if engine.semantic:
                best = evaluate(engine, questions, in_force_on=options.on)
                say(row_of("this search, with meaning", best))
                figures.append(Figure(f"{path.name}: p95 ms, with meaning", best.latency_p95, 80))
            figures += [
                Figure(f"{path.name}: recall@10", best.recall_at_10, 0.62, at_least=True),
                Figure(f"{path.name}: MRR@10", best.mrr_at_10, 0.52, at_least=True),
            ]
            for peer, measures in zip(peers, by_peer, strict=True):
                say(
                    f"beside {peer.name}: recall@10 × {best.recall_at_10 / measures.recall_at_10:.2f},"
                    f" words-only p50 × {words.latency_p50 / measures.latency_p50:.2f}"
                )
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say(f"\nmost memory of this process, all engines and the build included: {memory:.0f} MB")
        if options.large:
            figures.append(large(articles, read_questions(options.questions[0]), folder, options.on))
    say()
    for figure in figures:
        sign = "≥" if figure.at_least else "≤"
        say(
            f"{'met   ' if figure.met else 'MISSED'} {figure.name}: {figure.measured:.3f} ({sign} {figure.bound:g})"
        )
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
