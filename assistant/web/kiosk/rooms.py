"""The directory of rooms: which is near, open now, and speaks the visitor's language; one page a room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template, request, url_for
from werkzeug.exceptions import NotFound

from assistant import public_desk
from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.settings import Settings
from assistant.web.clock import now
from assistant.web.kiosk import blueprint
from assistant.web.kiosk.places import chosen_place, prefecture_code
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.divisions import Level, ancestors, full_name
from mediation_rooms.languages import LANGUAGES, language
from mediation_rooms.rooms import PublicRoom, nearest_first

WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))
KIND_ICONS = {
    "jinhua": "people",
    "apeng": "shield",
    "expert": "book",
    "elder": "elder",
    "lawyer": "scales",
    "minors": "child",
    "volunteer": "handshake",
    "grid": "village",
}


@dataclass(frozen=True)
class RoomCard:
    """A room as a page shows it: with how near it is, when it is open, and what is said of it."""

    room: PublicRoom
    nearness: str
    is_open: bool
    opening: str
    icon: str

    @property
    def subjects(self) -> list[str]:
        """Names of the kinds of dispute it is known for."""
        kinds = dispute_kinds()
        return [_(kinds[code].name) for code in self.room.subject_codes if code in kinds]

    @property
    def languages(self) -> list[str]:
        """Names of the languages spoken there."""
        return [_(language(code).name) for code in self.room.language_codes]

    @property
    def days(self) -> list[tuple[object, str]]:
        """Each weekday with its hours; a day without is closed."""
        rows = []
        for number, name in enumerate(WEEKDAYS):
            spans = [
                f"{span.opens_at}–{span.closes_at}" for span in self.room.hours if span.weekday == number
            ]
            rows.append((name, "、".join(spans) or _("关门")))
        return rows


def room_card(room: PublicRoom, *, place: str, at: datetime) -> RoomCard:
    """A room seen from a place at an instant."""
    is_open = room.is_open_at(at)
    return RoomCard(
        room, _nearness(place, room), is_open, _opening(room, is_open, at), KIND_ICONS.get(room.kind, "door")
    )


def rooms_near(place: str, *, language_code: str = "", subject_code: str = "") -> list[PublicRoom]:
    """The published rooms, those that fit and are near first."""
    settings: Settings = current_app.extensions["settings"]
    return nearest_first(
        public_desk.published(settings).rooms,
        near_code=place or prefecture_code(),
        now=now(),
        language_code=language_code or None,
        subject_code=subject_code or None,
    )


@blueprint.get("/rooms")
def rooms() -> str:
    """Every room; ``language`` and ``about`` move those that fit to the front, ``open`` keeps the open ones."""
    place, at = chosen_place(), now()
    spoken = {each.code for each in LANGUAGES}
    wanted = request.args.get("language", "")
    about = request.args.get("about", "")
    only_open = request.args.get("open") == "1"
    found = rooms_near(
        place,
        language_code=wanted if wanted in spoken else "",
        subject_code=about if about in dispute_kinds() else "",
    )
    cards = [room_card(room, place=place, at=at) for room in found]
    return render_template(
        "kiosk/rooms.html",
        cards=[card for card in cards if card.is_open or not only_open],
        room_count=len(cards),
        place=place,
        place_name=full_name(place) if place else "",
        wanted=wanted,
        about=about,
        only_open=only_open,
        spoken=[each for each in LANGUAGES if any(each.code in card.room.language_codes for card in cards)],
        narrowed=_narrowed,
    )


@blueprint.get("/rooms/<code>")
def room(code: str) -> str:
    """One room, to read, to print, to take along as a code."""
    settings: Settings = current_app.extensions["settings"]
    found = public_desk.published(settings).room(code)
    if found is None:
        raise NotFound
    return render_template(
        "kiosk/room.html",
        card=room_card(found, place=chosen_place(), at=now()),
        address=url_for("kiosk.room", code=code, _external=True),
    )


def _narrowed(**changes: str | None) -> str:
    """The address of this list with some of its filters changed."""
    kept = {key: request.args[key] for key in ("language", "about", "open", "place") if request.args.get(key)}
    kept.update({key: value for key, value in changes.items() if value})
    for key in [key for key, value in changes.items() if not value]:
        kept.pop(key, None)
    return url_for("kiosk.rooms", **kept)  # type: ignore[arg-type]


def _nearness(place: str, room: PublicRoom) -> str:
    """How near in words: the narrowest place that holds both."""
    if not place:
        return ""
    here = {each.code: each for each in ancestors(place)}
    shared = [each for each in ancestors(room.division_code) if each.code in here]
    levels = {
        Level.VILLAGE: _("就在您的村（社区）"),
        Level.TOWNSHIP: _("就在您的乡镇（街道）"),
        Level.COUNTY: _("在您的县（市）里"),
        Level.PREFECTURE: _("在别的县（市）"),
    }
    return levels[shared[-1].level] if shared else ""


def _opening(room: PublicRoom, is_open: bool, at: datetime) -> str:
    """``开到 17:30`` or ``明天 08:30 开门``."""
    if is_open:
        closes = next(
            span.closes_at
            for span in room.hours
            if span.weekday == at.weekday() and span.opens_at <= at.strftime("%H:%M") < span.closes_at
        )
        return _("现在开门，开到 %(time)s", time=closes)
    coming = room.opens_next(at)
    if coming is None:
        return _("没有登记开门时间，请先打电话")
    days, span = coming
    day = {0: _("今天"), 1: _("明天")}.get(days, str(WEEKDAYS[span.weekday]))
    return _("现在关门，%(day)s %(time)s 开门", day=day, time=span.opens_at)
