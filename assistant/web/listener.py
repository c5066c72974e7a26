"""Which Bai a listener wants to hear: chosen once on this machine, never another variety afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.browser_cookies import read_cookie, set_cookie
from corpus.bai.varieties import Variety
from corpus.parallel.tables import Recording, RecordingStatus, Speaker
from mediation_rooms.divisions import all_divisions, full_name

COOKIE = "speech"
PREFECTURE = "大理白族自治州"
COOKIE_AGE_SECONDS = 400 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Listener:
    """A variety (None: nothing chosen yet, all are offered) and the full name of a village, if any."""

    variety: Variety | None = None
    village: str = ""


def place_of(code: str) -> str:
    """The full name of a division as speakers carry it; empty for no division."""
    return full_name(code) if code in all_divisions() else ""


def short_place(full: str) -> str:
    """A division as people here say it: without the prefecture that all of them share."""
    return full.removeprefix(PREFECTURE) or full


def chosen_speech(value: str) -> Listener | None:
    """What ``bca`` or ``bca.532901104201`` says; None for anything else."""
    variety, _dot, code = value.partition(".")
    if variety not in set(Variety) or variety == Variety.UNKNOWN or (code and code not in all_divisions()):
        return None
    return Listener(Variety(variety), place_of(code))


def current_listener() -> Listener:
    """The listener in front of this browser."""
    return chosen_speech(read_cookie(COOKIE)) or Listener()


def remember_speech(response: Response, value: str) -> None:
    """Keep the choice in this browser; an empty value forgets it."""
    set_cookie(response, COOKIE, value, seconds=COOKIE_AGE_SECONDS if value else 0)


def speeches_to_choose(session: Session) -> list[tuple[Variety, tuple[tuple[str, str], ...]]]:
    """The varieties somebody can be heard in, each with its villages as (value of the choice, name)."""
    codes = {full_name(code): code for code in all_divisions()}
    try:
        rows = session.execute(
            select(Speaker.variety, Speaker.village)
            .join(Recording, Recording.speaker_id == Speaker.id)
            .where(Recording.status == RecordingStatus.APPROVED)
            .distinct()
            .order_by(Speaker.variety, Speaker.village)
        ).all()
    except SQLAlchemyError:
        rows = []  # a collection carried here before it had recordings
    found: dict[Variety, list[tuple[str, str]]] = {}
    for variety, village in rows:
        villages = found.setdefault(variety, [])
        if village in codes:
            villages.append((f"{variety.value}.{codes[village]}", short_place(village)))
    return [(variety, tuple(villages)) for variety, villages in found.items()]
