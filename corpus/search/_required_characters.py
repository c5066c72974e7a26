"""Which characters a text must hold before an expression can match it at all.

Hundreds of expressions searched one after the other cost more than the ranking itself. Most of
them cannot match a given question, and a look at its characters is enough to know: an expression
``(?:老公|丈夫).{0,8}打`` needs one of 老 and 丈, and 打. The conditions are necessary, never
sufficient, so leaving out the texts that fail them loses no match (a test compares both ways).
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

# The standard library's own reader of expressions; it has no public name since Python 3.11.
_parser: Any = import_module("re._parser")

_LARGEST_CONDITION = 64


def required_characters(pattern: str) -> tuple[frozenset[str], ...]:
    """Conditions of which a matching text fulfils every one: it holds a character of each set.

    The rarest conditions (smallest sets) come first. Raises ``re.error`` for a broken expression.
    """
    parsed = _parser.parse(pattern)
    if parsed.state.flags & re.IGNORECASE:
        return ()
    return tuple(sorted(set(_of_sequence(parsed)), key=lambda each: (len(each), sorted(each))))


def _of_sequence(sequence: Any) -> list[frozenset[str]]:
    conditions: list[frozenset[str]] = []
    for operation, argument in sequence:
        conditions.extend(_of_one(str(operation), argument))
    return [each for each in conditions if len(each) <= _LARGEST_CONDITION]


def _of_one(operation: str, argument: Any) -> list[frozenset[str]]:
    match operation:
        case "LITERAL":
            return [frozenset(chr(argument))]
        case "IN":
            return _of_class(argument)
        case "SUBPATTERN":
            return [] if argument[1] & re.IGNORECASE else _of_sequence(argument[3])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _of_sequence(argument[2]) if argument[0] else []
        case "ATOMIC_GROUP":
            return _of_sequence(argument)
        case "BRANCH":
            return _of_branches([_of_sequence(branch) for branch in argument[1]])
    return []  # looks ahead and behind, anchors, any character: no condition of their own


def _of_class(members: Any) -> list[frozenset[str]]:
    characters: set[str] = set()
    for operation, argument in members:
        if str(operation) != "LITERAL":
            return []
        characters.add(chr(argument))
    return [frozenset(characters)]


def _of_branches(branches: list[list[frozenset[str]]]) -> list[frozenset[str]]:
    """One condition for alternatives: a character from the rarest condition of each of them."""
    if not all(branches):
        return []
    return [frozenset().union(*(min(each, key=lambda one: (len(one), sorted(one))) for each in branches))]
