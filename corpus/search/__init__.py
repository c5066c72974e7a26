"""Search: this function is the only door. Nothing heavy is imported before the first question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from corpus.search._answer import Answer
    from corpus.search.engine import SearchEngine


def find(
    engine: SearchEngine,
    query: str,
    *,
    in_force_on: date,
    statute: str | None = None,
    topic: str | None = None,
    translated: Sequence[str] | None = None,
    only_in_force: bool = False,
    limit: int = 10,
    offset: int = 0,
) -> Answer:
    """Answer a question: see :meth:`corpus.search.engine.SearchEngine.find`."""
    return engine.find(
        query,
        in_force_on=in_force_on,
        statute=statute,
        topic=topic,
        translated=translated,
        only_in_force=only_in_force,
        limit=limit,
        offset=offset,
    )


def cut_words(text: str) -> list[str]:
    """A text cut into words by the dictionary that the search uses; one dictionary a process."""
    from corpus.search._analysis import tokenizer

    return [str(word) for word in tokenizer().lcut(text)]
