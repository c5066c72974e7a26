"""Which lines of a translation belong to which lines of its source, by their lengths alone.

After Gale, W. A. & Church, K. W. (1993): A Program for Aligning Sentences in Bilingual Corpora.
Computational Linguistics 19 (1), 75-102. Long lines tend to be translated by long lines; the probability
of a step is the prior of its shape times that of the difference in length, and the cheapest way
through both texts is found by dynamic programming. The expected ratio of lengths is taken from the
two texts themselves, because a Latin script needs several times the letters of Chinese.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

VARIANCE = 6.8
"""s² of the paper: variance of the target length for one character of source."""
PRIORS: dict[tuple[int, int], float] = {
    (1, 1): 0.89,
    (1, 0): 0.0099 / 2,
    (0, 1): 0.0099 / 2,
    (2, 1): 0.089 / 2,
    (1, 2): 0.089 / 2,
    (2, 2): 0.011,
}
"""Probabilities of the shapes (lines of source, lines of target), table 5 of the paper."""
MOST_CELLS = 40_000
_LEAST = 1e-300


@dataclass(frozen=True)
class Bead:
    """Lines that belong together: places in the source and in the target, counting from 0."""

    source: tuple[int, ...]
    target: tuple[int, ...]


def _cost(source_length: int, target_length: int, ratio: float, prior: float) -> float:
    """-log of the probability of this difference in length, and of the shape."""
    if source_length == target_length == 0:
        return -math.log(prior)
    mean = (source_length + target_length / ratio) / 2
    delta = (target_length - source_length * ratio) / math.sqrt(max(mean, 1.0) * VARIANCE * ratio * ratio)
    chance = math.erfc(abs(delta) / math.sqrt(2))
    return -math.log(max(chance, _LEAST)) - math.log(prior)


def align(source: Sequence[str], target: Sequence[str]) -> list[Bead]:
    """Beads in order that hold every line of both texts exactly once.

    Texts far longer than any article (:data:`MOST_CELLS`) stay together in one bead.
    """
    if len(source) * len(target) > MOST_CELLS:
        return [Bead(tuple(range(len(source))), tuple(range(len(target))))]
    source_lengths = [len("".join(line.split())) for line in source]
    target_lengths = [len("".join(line.split())) for line in target]
    ratio = (sum(target_lengths) or 1) / (sum(source_lengths) or 1)
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    for i in range(len(source) + 1):
        for j in range(len(target) + 1):
            for (down, across), prior in PRIORS.items():
                before = best.get((i - down, j - across))
                if before is None or (i, j) == (0, 0):
                    continue
                cost = before[0] + _cost(
                    sum(source_lengths[i - down : i]), sum(target_lengths[j - across : j]), ratio, prior
                )
                if (i, j) not in best or cost < best[(i, j)][0]:
                    best[(i, j)] = (cost, (down, across))
    beads: list[Bead] = []
    i, j = len(source), len(target)
    while i or j:
        down, across = best[(i, j)][1]
        beads.append(Bead(tuple(range(i - down, i)), tuple(range(j - across, j))))
        i, j = i - down, j - across
    return beads[::-1]
