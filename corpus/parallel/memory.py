"""Translation memory: earlier translations of similar Chinese, with scores.

Chinese sources are compared by their pairs of neighbouring characters (Dice's coefficient, Dice 1945);
pairs stand in an inverted index, so that only sources sharing a pair are looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corpus.bai.varieties import Variety
from corpus.parallel.unit_tables import TranslationUnit, UnitChange, UnitScript, UnitStatus

LEAST_SCORE = 0.35


@dataclass(frozen=True)
class MemoryEntry:
    """A source and its translation as they were kept."""

    unit_id: int
    label: str
    source: str
    text: str
    variety: Variety
    script: UnitScript
    status: UnitStatus


@dataclass(frozen=True)
class MemoryHit:
    """An entry with how similar its source is, 0 to 1."""

    entry: MemoryEntry
    score: float


def _pairs(text: str) -> Counter[str]:
    plain = "".join(character for character in text if character.isalnum())
    return Counter(plain[place : place + 2] for place in range(len(plain) - 1)) or Counter({plain: 1})


class TranslationMemory:
    """An index over entries; made once, asked often."""

    def __init__(self, entries: Iterable[MemoryEntry]) -> None:
        self.entries = list(entries)
        counts = [_pairs(entry.source) for entry in self.entries]
        self._sizes: npt.NDArray[np.float64] = np.array([sum(each.values()) for each in counts], dtype=float)
        places: dict[str, list[tuple[int, int]]] = {}
        for number, each in enumerate(counts):
            for pair, times in each.items():
                places.setdefault(pair, []).append((number, times))
        self._places: dict[str, npt.NDArray[np.int64]] = {
            pair: np.array(rows, dtype=np.int64) for pair, rows in places.items()
        }

    def similar(
        self, source: str, *, variety: Variety | None = None, limit: int = 5, leave_out: int | None = None
    ) -> list[MemoryHit]:
        """The most similar sources, best first; of one variety when it is named."""
        if not self.entries:
            return []
        asked = _pairs(source)
        shared = np.zeros(len(self.entries))
        for pair, times in asked.items():
            rows = self._places.get(pair)
            if rows is not None:
                shared[rows[:, 0]] += np.minimum(rows[:, 1], times)
        scores = 2 * shared / (self._sizes + sum(asked.values()))
        hits: list[MemoryHit] = []
        for number in np.argsort(-scores, kind="stable")[: 20 * limit]:
            entry, score = self.entries[int(number)], float(scores[int(number)])
            if score < LEAST_SCORE or len(hits) == limit:
                break
            if entry.unit_id != leave_out and variety in {None, entry.variety}:
                hits.append(MemoryHit(entry, round(score, 3)))
        return hits


def read_memory(session: Session) -> TranslationMemory:
    """Everything that was translated and not withdrawn."""
    units = session.scalars(
        select(TranslationUnit).where(
            TranslationUnit.text != "", TranslationUnit.status != UnitStatus.WITHDRAWN
        )
    )
    return TranslationMemory(
        MemoryEntry(
            unit.id,
            unit.citation.in_words(),
            unit.source_text,
            unit.text,
            unit.variety,
            unit.script,
            unit.status,
        )
        for unit in units
    )


def memory_version(session: Session) -> int:
    """Changes with every saved text; a memory made at the same number is still right."""
    return session.scalar(select(func.max(UnitChange.id))) or 0
