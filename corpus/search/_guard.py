"""What a question may look like before anything is done with it.

Nobody's text ever reaches Whoosh's own query syntax: queries are built from terms. The limits follow
trials on 20,000 documents in which wildcards, ranges and thousands of terms took over 20 seconds.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_QUERY = 200  # characters
MOST_TERMS = 48  # terms scored on the compiled weights
MOST_STRUCTURED_TERMS = 12  # terms of one Whoosh query
MOST_RESULTS = 200  # ranked results of one question
STRUCTURED_SECONDS = 0.5  # Whoosh stops here and the answer says that it is partial

_MARKUP = re.compile(r"<[^>]{0,200}>")


class QueryTooLong(ValueError):
    """The question has more than ``LONGEST_QUERY`` characters."""

    def __init__(self, length: int) -> None:
        super().__init__(f"{length} characters; at most {LONGEST_QUERY} are read")
        self.length = length


def clean(query: str) -> str:
    """One line without control characters, markup and doubled spaces.

    Raises QueryTooLong before anything else is looked at.
    """
    if len(query) > LONGEST_QUERY:
        raise QueryTooLong(len(query))
    visible = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else character
        for character in query
    )
    return " ".join(_MARKUP.sub(" ", visible).split())
