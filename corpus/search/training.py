"""Learning the ranking weights: ``python -m corpus.search.training INDEX QUESTIONS… [--write]``.

A listwise softmax (Cao et al., ICML 2007, ListNet's top-one loss) over the signals of each question's
candidates, with a small quadratic penalty. Prints the cross-validated figures, then fits on everything.
Signals that hardly ever appear in the questions (an article named by the thesaurus) are held near
the prior by the penalty.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.search import _query
from corpus.search._experience import FEATURES as BEFORE
from corpus.search._experience import Experience, Key
from corpus.search._ranking import (
    FEATURES,
    NOT_A_STATUTE,
    NOT_IN_FORCE,
    WEIGHTS_FILE,
    best_rows,
    shipped_weights,
)
from corpus.search.engine import SearchEngine
from corpus.search.evaluation import JudgedQuestion, read_questions

CANDIDATES = 300
FOLDS = 5
PENALTY = 0.003
MEANING = ("meaning", "meaning_best")
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """The candidates of a question: signals, names, which are right, and all right answers there are."""

    features: Matrix
    keys: tuple[Key, ...]
    right: npt.NDArray[np.bool_]
    relevant: frozenset[Key]

    def informed(self, experience: Experience) -> Sample:
        """The same with the signals of experience as they would be with this one."""
        features = self.features.copy()
        features[:, [FEATURES.index(name) for name in BEFORE]] = experience.columns(self.keys)
        return replace(self, features=features)


# where learning starts and is drawn back to: what a right hint of the thesaurus is worth
START = {
    "semantic": {"topic": 1.0, "article": 2.5, "terms_best": 1.5},
    # without the sense of meaning the thesaurus is all that understands everyday words
    "lexical": {"topic": 2.0, "article": 4.5, "terms_best": 3.0},
}


def sample(engine: SearchEngine, question: JudgedQuestion, on: date, *, semantic: bool) -> Sample:
    """Signals of the candidates of a question, which are right, and how many right ones there are."""
    reading = _query.read(question.text[:200], engine.names, engine.thesaurus)
    asked = engine.asked(reading, on=on)
    if not semantic:
        asked.vector = None
    ruling = engine.table.in_force(on.toordinal()) & engine.table.is_statute
    scores = engine.ranker.score(asked, on.toordinal())
    rows = best_rows(scores, ruling, CANDIDATES)
    keys = [(engine.names.short[int(engine.table.law[row])], int(engine.table.number[row])) for row in rows]
    right = np.asarray([key in question.relevant for key in keys], np.bool_)
    features = engine.ranker.feature_matrix(asked, rows).astype(np.float64)
    return Sample(features, tuple(keys), right, frozenset(question.relevant))


def for_learning(samples: Sequence[Sample]) -> list[Sample]:
    """Each question with the experience of all the others, so that none teaches its own answer."""
    experience = Experience.of(sample.relevant for sample in samples)
    return [sample.informed(experience.without(sample.relevant)) for sample in samples]


def start_vector(used: npt.NDArray[np.bool_]) -> Matrix:
    """Where the fit begins."""
    start = START["semantic" if used[FEATURES.index("meaning")] else "lexical"]
    return np.asarray([start.get(name, 0.0) for name in FEATURES])


def fit(samples: Sequence[Sample], used: npt.NDArray[np.bool_]) -> Matrix:
    """The weights with the least loss; unused signals keep 0."""
    from scipy.optimize import minimize

    origin = np.where(used, start_vector(used), 0.0)

    def loss(values: Matrix) -> tuple[float, Matrix]:
        weights = np.zeros(len(FEATURES))
        weights[used] = values
        total, gradient = 0.0, np.zeros(len(FEATURES))
        for each in samples:
            features, right = each.features, each.right
            if not right.any():
                continue
            scores = features @ weights
            scores -= scores.max()
            chance = np.exp(scores)
            chance /= chance.sum()
            wanted = right / right.sum()
            total -= float((wanted * np.log(chance + 1e-12)).sum())
            gradient -= features.T @ (wanted - chance)
        away = weights - origin
        total = total / len(samples) + PENALTY * float(away @ away)
        return total, (gradient / len(samples) + 2 * PENALTY * away)[used]

    found = minimize(loss, origin[used], jac=True, method="L-BFGS-B", options={"maxiter": 300})
    weights = np.zeros(len(FEATURES))
    weights[used] = found.x
    return weights


def recall_and_mrr(samples: Sequence[Sample], weights: Matrix) -> tuple[float, float, float]:
    """Recall@10, MRR@10 and the share of questions with a right article among ten."""
    recall = reciprocal = found = 0.0
    for each in samples:
        order = np.argsort(-(each.features @ weights), kind="stable")[:10]
        hits = np.flatnonzero(each.right[order])
        recall += len(hits) / len(each.relevant)
        if len(hits):
            reciprocal += 1 / (hits[0] + 1)
            found += 1
    return recall / len(samples), reciprocal / len(samples), found / len(samples)


def cross_validate(
    samples: Sequence[Sample], origins: Sequence[str], used: npt.NDArray[np.bool_]
) -> dict[str, tuple[float, float, float]]:
    """The measures by file, each question ranked by weights fitted without its fold."""
    order = np.random.default_rng(20260101).permutation(len(samples))
    sums: dict[str, list[tuple[float, float, float]]] = {}
    for fold in range(FOLDS):
        held = order[fold::FOLDS].tolist()
        known = [samples[number] for number in order if number not in set(held)]
        weights = fit(for_learning(known), used)
        experience = Experience.of(each.relevant for each in known)
        for number in held:
            unseen = samples[number].informed(experience)
            sums.setdefault(origins[number], []).append(recall_and_mrr([unseen], weights))
    means = {name: np.asarray(rows).mean(axis=0) for name, rows in sums.items()}
    return {name: (float(row[0]), float(row[1]), float(row[2])) for name, row in sorted(means.items())}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train both sets of weights and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path, nargs="+")
    parser.add_argument("--on", type=date.fromisoformat, default=date(2026, 1, 1))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    engine = SearchEngine.open(options.index)
    groups = {path.name: read_questions(path) for path in options.questions}
    report: dict[str, Any] = {
        "constants": {"not_in_force": NOT_IN_FORCE, "not_a_statute": NOT_A_STATUTE},
        "cross_validated": {},
        "weights": dict(shipped_weights()),
    }
    for name in ("lexical", "semantic") if engine.semantic else ("lexical",):
        used = np.asarray([name == "semantic" or feature not in MEANING for feature in FEATURES])
        samples: list[Sample] = []
        for questions in groups.values():
            samples.extend(
                sample(engine, question, options.on, semantic=name == "semantic") for question in questions
            )
        origins = [file for file, questions in groups.items() for _question in questions]
        report["cross_validated"][name] = {}
        for file, figures in cross_validate(samples, origins, used).items():
            sys.stdout.write(
                f"{name} {file} cross-validated: recall@10 {figures[0]:.3f}"
                f" mrr@10 {figures[1]:.3f} found@10 {figures[2]:.3f}\n"
            )
            report["cross_validated"][name][file] = [round(figure, 4) for figure in figures]
        weights = fit(for_learning(samples), used)
        report["before"] = Experience.of(each.relevant for each in samples).as_json()
        report["weights"][name] = {
            feature: round(float(value), 4) for feature, value in zip(FEATURES, weights, strict=True) if value
        }
    if options.write:
        WEIGHTS_FILE.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
