"""What is wrong with a file or with a row of it. Imports nothing, so that a contained reader starts quickly."""

from __future__ import annotations

from dataclasses import dataclass


class FileRefused(ValueError):
    """The file as a whole cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in a row, and how to mend it."""

    line: int
    sentence: str
