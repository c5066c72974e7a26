"""Requests for help from kiosks, rounds of screening, and prevented events.

A kiosk may only write a request; nothing here gives one back to it but the reference on the receipt.
The day of a request is kept because a request to a people's mediation committee interrupts limitation.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms import audit, cases
from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.divisions import all_divisions
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.languages import language
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.registers import Committee
from mediation_rooms.models.requests import PreventedEvent, RequestForHelp, ScreeningFinding, ScreeningRound
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import Channel, PreventedKind, RequestState
from mediation_rooms.wording import N_, say

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which are misread on a slip of paper."""
REFERENCE_LENGTH = 8
_WORDS_LIMIT = 2000
_LONGEST = (("contact_name", 60), ("contact_phone", 30), ("call_when", 120), ("form_token", 64))
_PHONE_MARKS = frozenset("0123456789+-() 　")


@dataclass(frozen=True)
class HelpEntry:
    """What a villager leaves at a kiosk; name, phone and words are optional, the notice is not."""

    form_token: str
    room_id: int
    division_code: str
    notice_version: str
    notice_language_code: str
    words: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    kind_code: str = ""
    language_code: str = ""
    is_safe_to_call: bool = False
    call_when: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the kiosk prints: reference, when, which room. Nothing personal."""

    reference: str
    received_at: datetime
    room_name: str
    channel: Channel
    is_new: bool = field(default=True, compare=False)
    """False where the same form had been stored before."""


def ask_for_help(
    session: Session,
    *,
    entry: HelpEntry,
    now: datetime,
    channel: Channel = Channel.KIOSK,
    reference: str | None = None,
) -> Receipt:
    """Leave a request in a room's box. The same form sent twice gives the same receipt.

    ``now`` is when the villager asked; ``reference`` the one already printed on a receipt.

    Raises :class:`InvalidEntry` with every problem, :class:`NotFound` for a room that does not exist.
    """
    earlier = session.scalar(select(RequestForHelp).where(RequestForHelp.form_token == entry.form_token))
    if earlier is not None:
        return Receipt(earlier.reference, earlier.received_at, earlier.room.name, earlier.channel, False)
    room = session.get(MediationRoom, entry.room_id)
    if room is None or room.closed_on is not None:
        raise NotFound("没有这个调解室")
    if problems := help_problems(entry):
        raise InvalidEntry(problems)
    if reference is not None and session.scalar(
        select(RequestForHelp.id).where(RequestForHelp.reference == reference)
    ):
        reference = f"{reference}-{new_reference()[:4]}"  # one in 10¹¹; the printed part still leads here
    request = RequestForHelp(
        reference=reference or new_reference(),
        form_token=entry.form_token,
        room=room,
        received_at=now,
        channel=channel,
        division_code=entry.division_code,
        kind_code=entry.kind_code,
        words=entry.words.strip() or None,
        contact_name=entry.contact_name.strip() or None,
        contact_phone=entry.contact_phone.strip() or None,
        language_code=entry.language_code,
        is_safe_to_call=entry.is_safe_to_call,
        call_when=entry.call_when.strip(),
        notice_version=entry.notice_version,
        notice_language_code=entry.notice_language_code,
    )
    session.add(request)
    session.flush()
    return Receipt(request.reference, request.received_at, room.name, channel)


def new_reference() -> str:
    """A random reference for a receipt."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(REFERENCE_LENGTH))


def help_problems(entry: HelpEntry) -> dict[str, str]:
    """What is wrong with a request, field by field."""
    problems: dict[str, str] = {}
    if not entry.notice_version:
        problems["notice"] = N_("请先看（听）个人信息怎样使用的说明（个人信息保护法第十七条）")
    if entry.division_code not in all_divisions():
        problems["division_code"] = N_("请选择您在哪个村、社区")
    if entry.kind_code and entry.kind_code not in dispute_kinds():
        problems["kind_code"] = N_("请从图上选一类事情")
    if not (entry.words.strip() or entry.contact_phone.strip() or entry.kind_code):
        problems["words"] = N_("请说一说是什么事，或者留一个电话")
    if len(entry.words) > _WORDS_LIMIT:
        problems["words"] = say(
            N_("写得太长了，最多%(words_limit)s个字，其余可以当面说"), words_limit=_WORDS_LIMIT
        )
    for name, longest in _LONGEST:
        if len(getattr(entry, name)) > longest:
            problems[name] = say(N_("写得太长了，最多%(longest)s个字"), longest=longest)
    if any(mark not in _PHONE_MARKS for mark in entry.contact_phone):
        problems["contact_phone"] = N_("电话只写数字，例如 13800000000")
    for name in ("language_code", "notice_language_code"):
        code = getattr(entry, name)
        if code:
            try:
                language(code)
            except ValueError as error:
                problems[name] = str(error)
    return problems


def inbox(session: Session, *, actor: Actor) -> list[RequestForHelp]:
    """The requests of the actor's room that are not yet answered or taken up, oldest first."""
    if actor.room_id is None:
        return []
    return list(
        session.scalars(
            select(RequestForHelp)
            .where(
                RequestForHelp.room_id == actor.room_id,
                RequestForHelp.state.in_([RequestState.NEW, RequestState.OPENED]),
            )
            .order_by(RequestForHelp.received_at)
        )
    )


def open_request(session: Session, *, request_id: int, actor: Actor, now: datetime) -> RequestForHelp:
    """Look at one request; the look is recorded. Raises :class:`NotFound` when it is not the room's."""
    request = session.get(RequestForHelp, request_id)
    if request is None or actor.room_id is None or request.room_id != actor.room_id:
        raise NotFound("没有这条求助")
    if request.state is RequestState.NEW:
        request.state, request.opened_at, request.opened_by = RequestState.OPENED, now, actor.name
    session.flush()
    _record(session, actor, "request.open", request.id, now)
    return request


def take_up(
    session: Session, request: RequestForHelp, *, entry: cases.CaseEntry, actor: Actor, now: datetime
) -> CaseFile:
    """Open a case from a request; the day of the request stays the day of application."""
    if actor.room_id is None or request.room_id != actor.room_id:
        raise NotFound("没有这条求助")
    if entry.applied_on != day_of(request.received_at):
        raise InvalidEntry(
            {
                "applied_on": say(
                    N_("申请日期应是求助那一天（%(received_at)s），诉讼时效从这一天中断"),
                    received_at=day_of(request.received_at),
                )
            }
        )
    case = cases.open_case(
        session, actor=actor, entry=entry, now=now, form_token=f"request-{request.reference}"
    )
    request.case, request.state = case, RequestState.TAKEN_UP
    session.flush()
    _record(session, actor, "request.take_up", request.id, now)
    return case


def answer_request(
    session: Session, request: RequestForHelp, *, answer: str, actor: Actor, now: datetime
) -> None:
    """Close a request with what was told or done. Raises :class:`InvalidEntry` without words."""
    if actor.room_id is None or request.room_id != actor.room_id:
        raise NotFound("没有这条求助")
    if not answer.strip():
        raise InvalidEntry({"answer": N_("要写明怎样答复的")})
    request.answer, request.state = answer.strip(), RequestState.ANSWERED
    session.flush()
    _record(session, actor, "request.answer", request.id, now)


@dataclass(frozen=True)
class FindingEntry:
    """A dispute seen in a round."""

    people: str
    kind_code: str
    situation: str
    phone: str = ""
    is_prevented: bool = False


def record_screening(
    session: Session,
    committee: Committee,
    *,
    screened_on: date,
    place: str,
    screened_by: str,
    findings: tuple[FindingEntry, ...],
    actor: Actor,
    now: datetime,
    remarks: str = "",
) -> ScreeningRound:
    """Record a round; one that found nothing becomes an explicit zero report."""
    problems: dict[str, str] = {}
    if screened_on > day_of(now):
        problems["screened_on"] = N_("排查日期不能晚于今天")
    if not place.strip():
        problems["place"] = N_("要写明排查了哪里")
    for number, finding in enumerate(findings, start=1):
        if finding.kind_code not in dispute_kinds() or not finding.situation.strip():
            problems[f"findings-{number}"] = say(N_("第%(number)s条要选类型并写明情况"), number=number)
    if problems:
        raise InvalidEntry(problems)
    screening = ScreeningRound(
        committee=committee,
        room_id=actor.room_id,
        screened_on=screened_on,
        place=place.strip(),
        screened_by=screened_by,
        is_zero_report=not findings,
        remarks=remarks,
        findings=[
            ScreeningFinding(
                people=each.people,
                phone=each.phone or None,
                kind_code=each.kind_code,
                situation=each.situation.strip(),
                is_prevented=each.is_prevented,
            )
            for each in findings
        ],
    )
    session.add(screening)
    session.flush()
    _record(session, actor, "screening.record", screening.id, now)
    return screening


def record_prevented(
    session: Session,
    committee: Committee,
    *,
    kind: PreventedKind,
    happened_on: date,
    people_count: int,
    note: str,
    actor: Actor,
    now: datetime,
    case: CaseFile | None = None,
) -> PreventedEvent:
    """Record what was prevented; it counts only after a second person has confirmed it."""
    problems: dict[str, str] = {}
    if people_count < 1:
        problems["people_count"] = N_("人数至少是 1")
    if happened_on > day_of(now):
        problems["happened_on"] = N_("日期不能晚于今天")
    if not note.strip():
        problems["note"] = N_("要写明怎样发现、怎样防止的")
    if problems:
        raise InvalidEntry(problems)
    event = PreventedEvent(
        committee=committee,
        case_id=case.id if case is not None else None,
        kind=kind,
        happened_on=happened_on,
        people_count=people_count,
        note=note.strip(),
        recorded_by=actor.name,
        recorded_at=now,
    )
    session.add(event)
    session.flush()
    _record(session, actor, "prevented.record", event.id, now)
    return event


def confirm_prevented(session: Session, event: PreventedEvent, *, actor: Actor, now: datetime) -> None:
    """Confirm by a second person. Raises :class:`InvalidEntry` for the one who recorded it."""
    if actor.name == event.recorded_by:
        raise InvalidEntry({"confirmed_by": N_("要由另一个人核实，登记人自己不能核实")})
    event.confirmed_by, event.confirmed_at = actor.name, now
    session.flush()
    _record(session, actor, "prevented.confirm", event.id, now)


def _record(session: Session, actor: Actor, action: str, object_id: int, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_kind=action.split(".", maxsplit=1)[0],
        object_id=object_id,
        room_id=actor.room_id,
        now=now,
    )
