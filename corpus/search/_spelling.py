"""Better spellings of words that no article has: the same sound first, then one character away."""

from __future__ import annotations

from corpus.search import _analysis
from corpus.search._names import NameTable
from corpus.search._query import Reading
from corpus.search._structured import StructuredIndex
from corpus.search._weights import FieldWeights

LONGEST_CORRECTED = 6  # characters; a longer question is understood by its meaning, not its spelling
MOST_SUGGESTED = 5


def better_spellings(
    reading: Reading, *, body: FieldWeights, names: NameTable, structured: StructuredIndex
) -> tuple[str, ...]:
    """What the reader may have meant; nothing for a question that was understood or is long."""
    if reading.pinyin or reading.is_citation or reading.expansions or reading.phrases:
        return ()
    text = "".join(reading.text.split())
    if not 2 <= len(text) <= LONGEST_CORRECTED:
        return ()
    strange = [
        piece
        for piece in dict.fromkeys([text, *_analysis.pairs(text)])
        if body.column(piece) < 0 and not _analysis.is_word(piece)
    ]
    found: list[str] = []
    for piece in strange:
        alike = [word for word in names.same_sound(piece) if set(word) & set(piece)]
        found.extend(text.replace(piece, word) for word in alike[:2])
    if not found and strange and strange[0] == text:
        found = structured.spellings(text)
    return tuple(dict.fromkeys(found))[:MOST_SUGGESTED]
