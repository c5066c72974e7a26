"""The fingerprint of an article's words, by which it is known whether they changed."""

from __future__ import annotations

import hashlib


def hash_of(words: str) -> str:
    """SHA-256 of words without white space, so that a new line is no change of law."""
    return hashlib.sha256("".join(words.split()).encode()).hexdigest()
