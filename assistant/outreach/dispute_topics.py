"""Which topics the disputes of an area call for: data with a reason and an article beside every line.

Only kinds and their counts ever come here, from the published statistics; no file, no party, no story.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Need:
    """A kind of dispute, the topic that answers it, why, and by which article."""

    kind: str
    topic: str
    reason: str
    citation: str


@cache
def needs() -> tuple[Need, ...]:
    """Every line of the table."""
    text = (files(__package__) / "data" / "dispute_topics.toml").read_text("utf-8")
    return tuple(Need(**row) for row in tomllib.loads(text)["need"])


def topics_for(kind: str) -> list[Need]:
    """What answers a kind of dispute; empty for a kind that no topic of the set answers."""
    return [need for need in needs() if need.kind == kind]


@dataclass(frozen=True)
class Called:
    """A kind of dispute with its count (None: small and hidden) and the topics that answer it."""

    kind: str
    count: int | None
    needs: tuple[Need, ...]
    taught: tuple[str, ...]
    """Which of these topics were taught in the period."""

    @property
    def missing(self) -> tuple[Need, ...]:
        """What was not taught although the disputes call for it."""
        return tuple(need for need in self.needs if need.topic not in self.taught)


def called_for(counts: Mapping[str, int | None], taught: Mapping[str, int]) -> list[Called]:
    """The kinds that occurred, most frequent first, small ones last; each with what answers it.

    ``counts`` are cases by kind, None where the statistics hide a small count; ``taught`` are events by topic.
    """
    order: Sequence[str] = sorted(
        (kind for kind, count in counts.items() if count != 0), key=lambda kind: -(counts[kind] or 0)
    )
    return [
        Called(
            kind,
            counts[kind],
            tuple(topics_for(kind)),
            tuple(need.topic for need in topics_for(kind) if taught.get(need.topic)),
        )
        for kind in order
    ]
