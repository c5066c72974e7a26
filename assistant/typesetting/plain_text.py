"""Text that enters a document as nothing but text."""

from __future__ import annotations

KEPT_SPACES = frozenset("\n\u3000\u00a0")
"""Spaces that Python does not call printable and a Chinese paragraph is made with."""


def plain_text(text: str) -> str:
    """The text without control and direction characters, which could change what a page seems to say."""
    return "".join(character for character in text if character in KEPT_SPACES or character.isprintable())
