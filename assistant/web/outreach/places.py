"""Choosing a place in the four levels: the way down to it, what lies beside it, what lies below."""

from __future__ import annotations

from mediation_rooms.divisions import Level, all_divisions, ancestors, children


def place_levels(code: str) -> list[tuple[object, object]]:
    """Choices around a place, indented by level; from the prefecture without one. Never a list of 1,159."""
    known = all_divisions()
    if code not in known:
        code = next(each.code for each in known.values() if each.level is Level.PREFECTURE)
    line = ancestors(code)
    beside = line[-1].code if children(line[-1].code) else (line[-2].code if len(line) > 1 else code)
    chosen = [place for place in line if place.level < known[beside].level or place.code == beside]
    return [(place.code, f"{_indent(place.level)}{place.name}") for place in (*chosen, *children(beside))]


def _indent(level: Level) -> str:
    return "　" * (level - Level.PREFECTURE)


def county_of(code: str) -> str:
    """The county that a place lies in; the place itself where it is the prefecture."""
    return next((place.code for place in ancestors(code) if place.level is Level.COUNTY), code)


def part_of(area: str, code: str) -> str:
    """The division directly below an area that a place lies in; empty where it lies in none."""
    if code not in all_divisions():
        return ""
    below = {place.code for place in children(area)}
    return next((place.code for place in ancestors(code) if place.code in below), "")
