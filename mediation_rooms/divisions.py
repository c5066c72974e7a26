"""The four levels of the prefecture: prefecture, county, township, village. Pure look-up.

The table ships as ``data/divisions.csv`` (statistical codes of the National Bureau of Statistics).
A county's code begins with the first four digits of the prefecture's, a township's with its
county's, a village's with its township's; :func:`code_prefix` uses that so that a database can
select an area with one LIKE, and a test holds the table to it.
"""

from __future__ import annotations

import csv
import enum
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mediation_rooms.errors import NotFound

DATA = Path(__file__).with_name("data") / "divisions.csv"


class Level(enum.IntEnum):
    """The levels, from the widest to the narrowest."""

    PREFECTURE = 1
    COUNTY = 2
    TOWNSHIP = 3
    VILLAGE = 4


@dataclass(frozen=True)
class Division:
    """One place: its code, official name, level and the code of the place above (None at the top)."""

    code: str
    name: str
    level: Level
    parent_code: str | None


@lru_cache(maxsize=1)
def all_divisions() -> Mapping[str, Division]:
    """Every division by code, in the order of the table."""
    with DATA.open(encoding="utf-8", newline="") as handle:
        return {
            row["code"]: Division(
                row["code"], row["name"], Level[row["level"].upper()], row["parent_code"] or None
            )
            for row in csv.DictReader(handle)
        }


@lru_cache(maxsize=1)
def _children_by_parent() -> Mapping[str, tuple[Division, ...]]:
    children: dict[str, list[Division]] = defaultdict(list)
    for division in all_divisions().values():
        if division.parent_code:
            children[division.parent_code].append(division)
    return {code: tuple(found) for code, found in children.items()}


def division(code: str) -> Division:
    """The division with this code. Raises :class:`NotFound`."""
    try:
        return all_divisions()[code]
    except KeyError:
        raise NotFound(f"没有代码为 {code} 的行政区划，请从列表中选择") from None


def children(code: str) -> tuple[Division, ...]:
    """The divisions directly below."""
    return _children_by_parent().get(code, ())


def ancestors(code: str) -> tuple[Division, ...]:
    """From the prefecture down to and including the division itself."""
    chain = [division(code)]
    while chain[0].parent_code:
        chain.insert(0, division(chain[0].parent_code))
    return tuple(chain)


def descendants(code: str) -> tuple[Division, ...]:
    """Everything below, without the division itself."""
    found: list[Division] = []
    for child in children(code):
        found.append(child)
        found.extend(descendants(child.code))
    return tuple(found)


def is_within(code: str, area_code: str) -> bool:
    """Whether a division is the area or lies in it. Unknown codes lie nowhere."""
    if code not in all_divisions() or area_code not in all_divisions():
        return False
    return any(each.code == area_code for each in ancestors(code))


def code_prefix(code: str) -> str:
    """What the codes of an area and of everything in it begin with."""
    found = division(code)
    return found.code[:4] if found.level is Level.PREFECTURE else found.code


def level_above(code: str) -> Division | None:
    """The centre that looks after overdue work of this place; None above the prefecture."""
    parent = division(code).parent_code
    return division(parent) if parent else None


def distance_in_levels(code: str, other_code: str) -> int:
    """How far apart two places lie in the tree: 0 the same, 2 two villages of one township, …"""
    own = [each.code for each in ancestors(code)]
    other = [each.code for each in ancestors(other_code)]
    shared = sum(1 for left, right in zip(own, other, strict=False) if left == right)
    return len(own) + len(other) - 2 * shared


def full_name(code: str) -> str:
    """``大理白族自治州大理市喜洲镇周城村委会``."""
    return "".join(each.name for each in ancestors(code))
