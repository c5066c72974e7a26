"""The process that Whoosh runs in: ``python -m corpus.search._structured_child DIRECTORY``.

It reads one question a line from its standard input and writes one answer a line, both JSON. Whoosh's own
time limit looks at the clock between matches only, so a match that is long in coming is cut by the parent,
which ends this process (:mod:`corpus.search._structured`). It leaves by itself when its parent is gone.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any

MOST_MEMORY_BYTES = 1024 * 1024 * 1024
SPELLINGS = 3


class Searches:
    """The Whoosh index, opened once. Queries are built from terms, never parsed from text."""

    def __init__(self, directory: str, seconds: float) -> None:
        from whoosh.filedb.filestore import FileStorage

        self._searcher: Any = FileStorage(directory, readonly=True).open_index().searcher()
        self._seconds = seconds

    def answer(self, kind: str, terms: list[str]) -> tuple[list[Any], bool]:
        """What was found, and whether the time limit cut it short."""
        if kind == "spellings":
            suggest = self._searcher.corrector("body").suggest
            return list(suggest(terms[0], limit=SPELLINGS, maxdist=1, prefix=1)), False
        return self._rows(_query(kind, terms))

    def _rows(self, query: Any) -> tuple[list[Any], bool]:
        from whoosh.collectors import TimeLimit, TimeLimitCollector, UnlimitedCollector

        inner = UnlimitedCollector()
        collector = TimeLimitCollector(inner, timelimit=self._seconds, use_alarm=False)
        partial = False
        try:
            self._searcher.search_with_collector(query, collector)
        except TimeLimit:
            partial = True
        return sorted(int(row) for _score, row in inner.results().top_n), partial


def _query(kind: str, terms: list[str]) -> Any:
    from whoosh.query import Every, Or, Phrase, Term

    if kind == "phrase":
        return Term("body", terms[0]) if len(terms) == 1 else Phrase("body", terms)
    if kind == "statute":
        return Term("law", terms[0])
    return Or([Term("translations", variety) for variety in terms]) if terms else Every("translations")


def main() -> None:
    """Answer until the parent closes the pipe."""
    directory, seconds = sys.argv[1], float(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    searches = Searches(directory, seconds)
    for line in sys.stdin:
        kind, terms = json.loads(line)
        sys.stdout.write(json.dumps(searches.answer(kind, terms)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
