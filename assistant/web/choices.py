"""Choices that several surfaces offer: villages near a room (never a list of 1,159), languages."""

from __future__ import annotations

from assistant.i18n import gettext as _
from mediation_rooms.divisions import Level, all_divisions, ancestors, children, full_name
from mediation_rooms.languages import LANGUAGES


def place_choices(room_code: str, present_code: str = "") -> list[tuple[object, object]]:
    """The villages of the room's township, then the other townships of its county.

    A room of a county chooses among townships; a place chosen before is always in the list.
    """
    known = all_divisions()
    line = {place.level: place for place in ancestors(room_code)} if room_code in known else {}
    chosen: dict[str, str] = {}
    township, county = line.get(Level.TOWNSHIP), line.get(Level.COUNTY)
    if township is not None:
        chosen |= {place.code: place.name for place in children(township.code)}
        chosen[township.code] = township.name
    if county is not None:
        for place in children(county.code):
            chosen.setdefault(place.code, place.name)
        chosen.setdefault(county.code, county.name)
    if not chosen:
        chosen = {place.code: place.name for place in known.values() if place.level is Level.COUNTY}
    if present_code in known:
        chosen.setdefault(present_code, full_name(present_code))
    return list(chosen.items())


def language_choices() -> list[tuple[object, object]]:
    """The languages people may be heard in."""
    return [(each.code, _(each.name)) for each in LANGUAGES]
