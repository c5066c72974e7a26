"""Dictionary order of written Bai: by Latin letters, tone letters included, as 白汉词典 sorts."""

from __future__ import annotations

from corpus.bai.parsing import normalise, split_words


def dictionary_key(text: str) -> tuple[tuple[str, ...], str, str]:
    """A sort key: word by word in letter order, so that ``bel ded`` stands before ``beldedmef``.

    Capitals and separators decide only between otherwise equal texts.
    """
    words = tuple(split_words(normalise(text)))
    return words, normalise(text), text
