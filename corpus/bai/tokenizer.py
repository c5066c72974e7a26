"""Terms of a Bai text for an index: every word's sounds with and without tones, and its joined letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.bai.keys import keys_of_script
from corpus.bai.scheme import Edition

_WORD = re.compile(r"[A-Za-z]+(?:['’`‧·–~-][A-Za-z]+)*")


def words_of(text: str) -> Iterator[str]:
    """The Latin words of a text; Chinese, digits and punctuation are left out."""
    for match in _WORD.finditer(text):
        yield match.group()


def terms(text: str, edition: Edition | None = None) -> list[str]:
    """Index terms of a text, in order: for every word its letters, sounds, toneless and loose sounds.

    Prefixes keep the kinds apart (``l:`` letters, ``s:`` sound, ``t:`` toneless, ``d:`` dialect-insensitive).
    """
    found: list[str] = []
    for word in words_of(text):
        for keys in keys_of_script(word, edition):
            found.extend((f"l:{keys.exact}", f"s:{keys.sound}", f"t:{keys.toneless}", f"d:{keys.loose}"))
    return list(dict.fromkeys(found))
