"""What a person can do next: a few plain sentences a topic, each resting on articles that are law today.

The table ``data/next-steps.tsv`` (topic, step_zh, step_en, articles; lists divided by ``；``) was written by us and
read against the articles on 2026-11-26. A step whose article is not in force on the day, or not in the
collection, is left out: a changed law silences the advice that rested on it.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpus.citation import Citation

TABLE = Path(__file__).parent / "data" / "next-steps.tsv"
MOST_TOPICS = 2
MOST_STEPS = 4
STANDS_ALONE = frozenset({"domestic-violence"})
"""Topics beside which no other advice is given: a beating at home is no quarrel to be settled by mediation."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, in Chinese and English, and the articles (``民法典#1132``) it rests on."""

    topic: str
    chinese: str
    english: str
    articles: tuple[str, ...]

    def said_in(self, language: str) -> str:
        """The sentence for an interface language; every language but English reads the Chinese."""
        return self.english if language == "en" else self.chinese


@lru_cache(maxsize=1)
def all_steps() -> tuple[NextStep, ...]:
    """The table, in its order. Raises NotACitation for an article that cannot be read."""
    with TABLE.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(
        NextStep(
            row["topic"],
            row["step_zh"],
            row["step_en"],
            tuple(str(Citation.parse(article)) for article in row["articles"].split("；")),
        )
        for row in rows
    )


def next_steps(topics: Iterable[str], is_law: Callable[[str], bool]) -> list[NextStep]:
    """The steps of the first topics understood; ``is_law`` tells whether an article is in force today."""
    wanted: list[str] = []
    known = {step.topic for step in all_steps()}
    for topic in topics:
        if topic in known and topic not in wanted:
            wanted.append(topic)
    alone = [topic for topic in wanted if topic in STANDS_ALONE]
    found = [
        step
        for topic in (alone or wanted[:MOST_TOPICS])
        for step in all_steps()
        if step.topic == topic and all(map(is_law, step.articles))
    ]
    return found[:MOST_STEPS]
