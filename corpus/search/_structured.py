"""What Whoosh answers itself: phrases, the articles of one statute, filters, spelling.

Queries are built from terms, never parsed from text; each search stops at a time limit and says so.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.search import _analysis
from corpus.search._guard import MOST_STRUCTURED_TERMS, STRUCTURED_SECONDS


class StructuredIndex:
    """The Whoosh index, opened once; one search at a time (a searcher is not made for two threads)."""

    def __init__(self, directory: Path) -> None:
        from whoosh.filedb.filestore import FileStorage

        self._index = FileStorage(str(directory), readonly=True).open_index()
        self._searcher: Any = self._index.searcher()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Give the files back."""
        self._searcher.close()
        self._index.close()

    def _rows(self, query: Any) -> tuple[list[int], bool]:
        from whoosh.collectors import TimeLimit, TimeLimitCollector, UnlimitedCollector

        inner = UnlimitedCollector()
        collector = TimeLimitCollector(inner, timelimit=STRUCTURED_SECONDS, use_alarm=False)
        partial = False
        with self._lock:
            try:
                self._searcher.search_with_collector(query, collector)
            except TimeLimit:
                partial = True
            return sorted(int(row) for _score, row in inner.results().top_n), partial

    def phrase(self, text: str) -> tuple[list[int], bool]:
        """Rows whose text has these words one after another."""
        from whoosh.query import Phrase, Term

        words = _analysis.words(text)[:MOST_STRUCTURED_TERMS]
        if not words:
            return [], False
        return self._rows(Term("body", words[0]) if len(words) == 1 else Phrase("body", words))

    def of_statute(self, law: str) -> tuple[list[int], bool]:
        """Rows of one statute in the order of the collection."""
        from whoosh.query import Term

        return self._rows(Term("law", law))

    def translated(self, varieties: Sequence[str]) -> tuple[list[int], bool]:
        """Rows with an approved translation into one of these varieties (all, when none is named)."""
        from whoosh.query import Every, Or, Term

        if not varieties:
            return self._rows(Every("translations"))
        return self._rows(Or([Term("translations", variety) for variety in varieties]))

    def spellings(self, word: str) -> list[str]:
        """Words of the law one character away."""
        with self._lock:
            return list(self._searcher.corrector("body").suggest(word, limit=3, maxdist=1, prefix=1))
