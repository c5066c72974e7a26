"""Rooms: what they may issue, who is there, and the directory a kiosk may show.

A room is not a committee. Only what a people's mediation committee does makes an agreement with
the effect of 人民调解法第三十一条; the other rooms help, refer, or give an opinion.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mediation_rooms.case_view import CHINA, day_of
from mediation_rooms.divisions import code_prefix, distance_in_levels, full_name
from mediation_rooms.languages import is_bai, language
from mediation_rooms.models.rooms import MediationRoom


@dataclass(frozen=True)
class IssueRule:
    """One document a room may or may not issue, and the article that decides."""

    document: str
    title: str
    is_allowed: bool
    article: str
    reason: str


_OF_A_COMMITTEE = (
    ("acceptance", "人民调解受理登记表", "人民调解法第十七条"),
    ("record", "人民调解记录", "人民调解法第二十七条"),
    ("oral_agreement", "人民调解口头协议登记表", "人民调解法第二十八条"),
    ("termination", "终止调解通知书", "人民调解法第二十六条"),
    ("follow_up", "人民调解回访记录", "人民调解法第三十一条"),
    ("dossier", "人民调解卷宗", "人民调解法第二十七条"),
)
_OF_ANY_ROOM = (
    ("referral", "转办告知单、报告单", "人民调解法第二十五条"),
    ("request_receipt", "求助登记回执", "人民调解法第十七条"),
    ("opinion", "专家意见", "人民调解法第二十条"),
)


def documents_it_may_issue(room: MediationRoom) -> list[IssueRule]:
    """What a room may issue, each with its article; what it may not, with the reason."""
    has_committee = room.committee is not None and room.committee.dissolved_on is None
    sealed = has_committee and room.committee is not None and room.committee.has_seal
    no_committee = "" if has_committee else "没有所属的人民调解委员会，不产生人民调解协议的效力"
    rules = [IssueRule(key, title, True, article, "") for key, title, article in _OF_ANY_ROOM]
    rules += [
        IssueRule(key, title, has_committee, article, no_committee) for key, title, article in _OF_A_COMMITTEE
    ]
    no_seal = no_committee or ("" if sealed else "所属调委会没有登记印章，协议书不能生效")
    rules.append(
        IssueRule("agreement", "人民调解协议书", sealed, "人民调解法第二十九条、第三十一条", no_seal)
    )
    rules.append(
        IssueRule("confirmation", "司法确认申请书及调委会证明", sealed, "人民调解法第三十三条", no_seal)
    )
    return rules


def may_issue(room: MediationRoom, document: str) -> bool:
    """Whether a room may issue one document."""
    return any(rule.is_allowed for rule in documents_it_may_issue(room) if rule.document == document)


@dataclass(frozen=True)
class PublicHours:
    """A span of a weekday (0 = Monday), as ``HH:MM``."""

    weekday: int
    opens_at: str
    closes_at: str


@dataclass(frozen=True)
class PublicRoom:
    """All the public may know of a room; made of plain values so that it can be written to a file."""

    id: int
    code: str
    name: str
    kind: str
    kind_label: str
    host_body: str
    division_code: str
    place: str
    address: str
    phone: str
    latitude: float | None
    longitude: float | None
    language_codes: tuple[str, ...]
    subject_codes: tuple[str, ...]
    hours: tuple[PublicHours, ...]
    takes_cases: bool
    """Whether the room can accept a case itself, or only help and refer."""
    note: str
    is_sample: bool

    @property
    def speaks_bai(self) -> bool:
        """Whether any variety of Bai is spoken here."""
        return any(is_bai(code) for code in self.language_codes)

    @property
    def language_names(self) -> tuple[str, ...]:
        """Names of the languages spoken."""
        return tuple(language(code).name for code in self.language_codes)

    def is_open_at(self, now: datetime) -> bool:
        """Whether somebody should be there at an instant, by the weekly hours."""
        local = now.astimezone(CHINA)
        clock = local.time()
        return any(
            span.weekday == local.weekday()
            and time.fromisoformat(span.opens_at) <= clock < time.fromisoformat(span.closes_at)
            for span in self.hours
        )

    def opens_next(self, now: datetime) -> tuple[int, PublicHours] | None:
        """The next span that begins after an instant: days from today (0–7) and the span; None without hours."""
        local = now.astimezone(CHINA)
        for days in range(8):
            weekday = (local.weekday() + days) % 7
            spans = sorted(
                (span for span in self.hours if span.weekday == weekday), key=lambda span: span.opens_at
            )
            for span in spans:
                if days or time.fromisoformat(span.opens_at) > local.time():
                    return days, span
        return None


def public_room(room: MediationRoom) -> PublicRoom:
    """The public side of a stored room."""
    return PublicRoom(
        id=room.id,
        code=room.code,
        name=room.name,
        kind=room.kind.value,
        kind_label=room.kind.label,
        host_body=room.host_body,
        division_code=room.division_code,
        place=full_name(room.division_code),
        address=room.address,
        phone=room.phone,
        latitude=float(room.latitude) if room.latitude is not None else None,
        longitude=float(room.longitude) if room.longitude is not None else None,
        language_codes=tuple(sorted(each.language_code for each in room.languages)),
        subject_codes=tuple(sorted(each.kind_code for each in room.subjects)),
        hours=tuple(
            PublicHours(span.weekday, span.opens_at.strftime("%H:%M"), span.closes_at.strftime("%H:%M"))
            for span in room.hours
        ),
        takes_cases=may_issue(room, "acceptance"),
        note=room.public_note,
        is_sample=room.is_sample,
    )


def directory(session: Session, *, now: datetime, area_code: str | None = None) -> list[PublicRoom]:
    """Every room that is not closed, for the public, by name; an area narrows it."""
    statement = (
        select(MediationRoom)
        .options(
            selectinload(MediationRoom.languages),
            selectinload(MediationRoom.subjects),
            selectinload(MediationRoom.hours),
            selectinload(MediationRoom.committee),
        )
        .where((MediationRoom.closed_on.is_(None)) | (MediationRoom.closed_on > day_of(now)))
        .order_by(MediationRoom.name)
    )
    if area_code is not None:
        statement = statement.where(MediationRoom.division_code.startswith(code_prefix(area_code)))
    return [public_room(room) for room in session.scalars(statement)]


def nearest_first(
    rooms: Iterable[PublicRoom],
    *,
    near_code: str,
    now: datetime,
    language_code: str | None = None,
    subject_code: str | None = None,
) -> list[PublicRoom]:
    """Rooms in the order a villager should see them: speaks the language, knows the subject, near, open.

    Nothing is left out: a far room that is open may be the only one. ``language_code`` and
    ``subject_code`` move rooms that fit to the front.
    """

    def order(room: PublicRoom) -> tuple[bool, bool, int, bool, str]:
        return (
            language_code is not None and language_code not in room.language_codes,
            subject_code is not None and subject_code not in room.subject_codes,
            distance_in_levels(near_code, room.division_code),
            not room.is_open_at(now),
            room.name,
        )

    return sorted(rooms, key=order)


def snapshot(rooms: Iterable[PublicRoom]) -> list[dict[str, object]]:
    """The directory as plain values for a public file; :func:`from_snapshot` reads it back."""
    return [asdict(room) for room in rooms]


def from_snapshot(rows: Iterable[dict[str, object]]) -> list[PublicRoom]:
    """Read a directory written by :func:`snapshot`. Raises TypeError for a row of another shape."""
    rooms = []
    for row in rows:
        values = dict(row)
        hours, languages, subjects = values["hours"], values["language_codes"], values["subject_codes"]
        if not (isinstance(hours, list | tuple) and isinstance(languages, list | tuple)):
            raise TypeError("a room's hours and languages must be lists")
        if not isinstance(subjects, list | tuple):
            raise TypeError("a room's subjects must be a list")
        values["hours"] = tuple(PublicHours(**span) for span in hours)
        values["language_codes"] = tuple(languages)
        values["subject_codes"] = tuple(subjects)
        rooms.append(PublicRoom(**values))  # type: ignore[arg-type]
    return rooms
