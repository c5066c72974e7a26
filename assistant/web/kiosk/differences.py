"""What changed between two texts, character by character, in pieces large enough to read."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

SHORTEST_SAME = 2
LONGEST_COMPARED = 6_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: ``same``, ``added`` or ``removed``."""

    kind: str
    text: str


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces that turn ``old`` into ``new``, in reading order.

    A single unchanged character between two changes belongs to the change. Texts longer than
    :data:`LONGEST_COMPARED` are shown as replaced whole, so that a page never waits for them.
    """
    if old == new:
        return (Piece("same", new),)
    if max(len(old), len(new)) > LONGEST_COMPARED:
        return (Piece("removed", old), Piece("added", new))
    pieces: list[Piece] = []
    removed = added = ""
    for operation, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        is_edge = a == 0 or b == len(old)
        if operation == "equal" and (b - a >= SHORTEST_SAME or is_edge):
            pieces.extend(_changes(removed, added))
            pieces.append(Piece("same", old[a:b]))
            removed = added = ""
        else:
            removed += old[a:b]
            added += new[c:d]
    pieces.extend(_changes(removed, added))
    return tuple(pieces)


def _changes(removed: str, added: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in (("removed", removed), ("added", added)) if text]
