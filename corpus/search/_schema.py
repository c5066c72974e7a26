"""The fields of the Whoosh index, each with its purpose.

Whatever changes here or in the analysis changes ``SCHEMA_VERSION``: an index of another version is
rebuilt, never read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema

from corpus.search import _analysis

SCHEMA_VERSION = 1


class WordAnalyzer(Analyzer):  # type: ignore[misc] # whoosh is opaque to mypy
    """Whoosh's view of :func:`corpus.search._analysis.words`, with positions for phrases."""

    def __call__(self, value: str, positions: bool = False, **_options: Any) -> Iterator[Token]:
        token = Token(positions)
        token.boost = 1.0
        for position, word in enumerate(_analysis.words(value)):
            token.text = token.original = word
            token.stopped = False
            if positions:
                token.pos = position
            yield token


def schema() -> Schema:
    """The schema. Whoosh numbers documents in the order of the article file, so nothing is stored.

    Character pairs are not here: nobody asks for them by name, so they go straight into the weights.
    """
    return Schema(
        body=TEXT(analyzer=WordAnalyzer(), phrase=True),  # words of the text; phrases; suggestions
        title=TEXT(analyzer=WordAnalyzer(), phrase=False),  # words of statute name and headings; ranking
        law=ID(),  # the statute's full name; filter, facet, listing of one statute
        category=ID(),  # the branch of law; facet
        kind=ID(),  # statute, amendment, decision, interpretation; filter
        number=NUMERIC(sortable=True),  # article number; order within a statute
        translations=KEYWORD(commas=True),  # varieties with an approved translation; filter
    )
