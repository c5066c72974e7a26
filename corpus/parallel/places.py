"""Where a unit stands: an article of the law, or a fixed phrase of the programme's own (``phrase:rights.stop``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from corpus.citation import Citation, NotACitation

PHRASE_PREFIX = "phrase:"
PHRASES_TITLE = "固定用语"
"""What stands in lists and files where a unit of the law has the name of its statute."""
LONGEST_KEY = 80


@dataclass(frozen=True)
class PhrasePlace(Citation):
    """A fixed phrase in the place of an article: its ``statute`` is ``phrase:KEY``, and it has no parts.

    So that everything that holds, sorts, exports and remembers units by their place holds phrases too.
    """

    @cached_property
    def key(self) -> str:
        """The phrase's own name, ``rights.stop``."""
        return self.statute.removeprefix(PHRASE_PREFIX)

    def __str__(self) -> str:
        return self.statute

    @property
    def label(self) -> str:
        """The key: a phrase has no number."""
        return self.key

    def in_words(self) -> str:
        """``固定用语 rights.stop``."""
        return f"{PHRASES_TITLE} {self.key}"


def phrase_place(key: str) -> PhrasePlace:
    """The place of a phrase. Raises ValueError for a key that no phrase can have."""
    if not key or len(key) > LONGEST_KEY:
        raise ValueError(f"“{key[:LONGEST_KEY]}” is not the key of a phrase")
    return PhrasePlace(f"{PHRASE_PREFIX}{key}", 1)


def place_of(text: str) -> Citation:
    """Read ``phrase:KEY`` or any citation of an article. Raises :class:`NotACitation`."""
    plain = text.strip()
    if not plain.startswith(PHRASE_PREFIX):
        return Citation.parse(text)
    try:
        return phrase_place(plain.removeprefix(PHRASE_PREFIX))
    except ValueError as error:
        raise NotACitation(f"“{plain[:60]}”不是固定用语的编号：请从固定用语一览中选") from error
