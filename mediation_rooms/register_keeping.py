"""Making and changing rooms, committees and mediators: what a person enters, checked, kept, in the trail.

An administrator may keep every register, a centre those of its area, the head of a room the particulars
of that room and its people, but not its legal footing. Changes of committees are kept for the notice to
the basic court (人民调解法第十条).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms import audit, registers
from mediation_rooms.actor import Actor
from mediation_rooms.case_view import MAJORITY_YEARS, age_on, day_of
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.divisions import all_divisions, is_within
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.languages import LANGUAGES
from mediation_rooms.models.cases import IssuedNumber
from mediation_rooms.models.registers import Committee, Mediator, MediatorLanguage
from mediation_rooms.models.rooms import MediationRoom, OpeningHours, RoomLanguage, RoomMember, RoomSubject
from mediation_rooms.models.vocabulary import CommitteeKind, HostKind, RoomKind, Sex
from mediation_rooms.people import id_number_problem
from mediation_rooms.permissions import Role
from mediation_rooms.wording import N_, say

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}")
FOOTING = ("code", "kind", "host_kind", "host_body", "legal_basis", "committee_id", "division_code")
"""What the law decides about a room: for the centre above, not for the room itself."""


@dataclass(frozen=True)
class Hours:
    """One span of a weekday (0 = Monday)."""

    weekday: int
    opens_at: time
    closes_at: time


@dataclass(frozen=True)
class RoomEntry:
    """Everything that is entered of a room."""

    code: str
    name: str
    kind: RoomKind
    host_kind: HostKind
    host_body: str
    legal_basis: str
    division_code: str
    committee_id: int | None = None
    address: str = ""
    phone: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    founded_on: date | None = None
    closed_on: date | None = None
    public_note: str = ""
    hours: tuple[Hours, ...] = ()
    language_codes: frozenset[str] = frozenset()
    subject_codes: frozenset[str] = frozenset()
    mediator_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class CommitteeEntry:
    """Everything that is entered of a committee; funds in yuan a year, None is not reported."""

    code: str
    name: str
    number_prefix: str
    kind: CommitteeKind
    host_body: str
    division_code: str
    trade: str = ""
    has_seal: bool = True
    is_multi_ethnic_area: bool = True
    smaller_ethnicity: str = ""
    founded_on: date | None = None
    dissolved_on: date | None = None
    address: str = ""
    phone: str = ""
    fax: str = ""
    postcode: str = ""
    email: str = ""
    guidance_funds: Decimal | None = None
    work_funds: Decimal | None = None
    allowance_funds: Decimal | None = None
    collected_on: date | None = None


@dataclass(frozen=True)
class MediatorEntry:
    """Everything that is entered of a mediator."""

    name: str
    sex: Sex = Sex.NOT_STATED
    ethnicity: str = ""
    id_number: str = ""
    born_on: date | None = None
    education: str = ""
    major: str = ""
    employer: str = ""
    other_capacity: str = ""
    working_since_on: date | None = None
    is_full_time: bool = False
    is_purchased_service: bool = False
    certificates: str = ""
    injury_at_work: str = ""
    phone: str = ""
    reads_chinese: bool = True
    province_system_code: str = ""
    left_on: date | None = None
    language_codes: frozenset[str] = frozenset()
    interprets_codes: frozenset[str] = frozenset()


def may_keep_area(actor: Actor, division_code: str) -> bool:
    """Whether the registers of a place are this actor's to keep; commands of the machine may everything."""
    if actor.account_id is None or Role.ADMINISTRATOR in actor.roles:
        return True
    return actor.division_code is not None and is_within(division_code, actor.division_code)


def may_keep_room(actor: Actor, room: MediationRoom) -> bool:
    """Whether a room's particulars are this actor's to change."""
    is_head = Role.ROOM_HEAD in actor.roles and actor.room_id == room.id
    return is_head or may_keep_area(actor, room.division_code)


def may_keep_mediator(session: Session, actor: Actor, mediator: Mediator) -> bool:
    """Whether a mediator's entry is this actor's to change: of a room or committee within reach."""
    places = {term.committee.division_code for term in mediator.terms}
    members = session.scalars(select(RoomMember).where(RoomMember.mediator_id == mediator.id)).all()
    if any(may_keep_room(actor, member.room) for member in members):
        return True
    if not places and not members:
        return may_keep_area(actor, actor.division_code or "") or Role.ROOM_HEAD in actor.roles
    return any(may_keep_area(actor, place) for place in places)


def keep_room(
    session: Session, room: MediationRoom | None, *, entry: RoomEntry, actor: Actor, now: datetime
) -> MediationRoom:
    """Enter a room or change it. Raises :class:`InvalidEntry` with every problem, :class:`NotFound`."""
    if room is None and not may_keep_area(actor, entry.division_code):
        raise InvalidEntry({"division_code": N_("只能登记自己区域里的调解室")})
    if room is not None and not may_keep_room(actor, room):
        raise NotFound("没有这个调解室")
    problems = _room_problems(session, room, entry)
    if room is not None and not may_keep_area(actor, room.division_code):
        changed = [name for name in FOOTING if getattr(entry, name) != getattr(room, name)]
        problems |= dict.fromkeys(changed, "这一项由上级中心修改")
    elif not may_keep_area(actor, entry.division_code):
        problems["division_code"] = N_("只能登记自己区域里的调解室")
    if problems:
        raise InvalidEntry(problems)
    kept = room if room is not None else MediationRoom()
    for name in (*FOOTING, "name", "address", "phone", "latitude", "longitude", "founded_on", "closed_on",
                 "public_note"):  # fmt: skip
        setattr(kept, name, getattr(entry, name))
    kept.hours = [
        OpeningHours(weekday=span.weekday, opens_at=span.opens_at, closes_at=span.closes_at)
        for span in entry.hours
    ]
    _set_codes(session, kept, entry)
    _set_members(session, kept, entry.mediator_ids, today=day_of(now))
    session.add(kept)
    session.flush()
    _trail(session, "room", kept.id, actor=actor, now=now)
    return kept


def _room_problems(session: Session, room: MediationRoom | None, entry: RoomEntry) -> dict[str, str]:
    problems = _place_problems(entry.code, entry.name, entry.host_body, entry.division_code)
    taken = session.scalar(select(MediationRoom.id).where(MediationRoom.code == entry.code))
    if taken is not None and (room is None or taken != room.id):
        problems["code"] = say(N_("编码“%(code)s”已经有调解室在用"), code=entry.code)
    if not entry.legal_basis.strip():
        problems["legal_basis"] = N_("要写明设立的法律依据，例如：人民调解法第八条")
    if entry.committee_id is not None:
        committee = session.get(Committee, entry.committee_id)
        if committee is None or committee.dissolved_on is not None:
            problems["committee_id"] = N_("请从列表中选择还在的调委会")
    if not {each.code for each in LANGUAGES} >= entry.language_codes:
        problems["language_codes"] = N_("请从列表中选择语言")
    if not set(dispute_kinds()) >= entry.subject_codes:
        problems["subject_codes"] = N_("请从列表中选择纠纷类型")
    if (entry.latitude is None) != (entry.longitude is None):
        problems["latitude"] = N_("经度和纬度要一起填")
    if entry.founded_on and entry.closed_on and entry.closed_on < entry.founded_on:
        problems["closed_on"] = N_("撤销日期不能早于设立日期")
    return problems


def _place_problems(code: str, name: str, host_body: str, division_code: str) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not _CODE.fullmatch(code):
        problems["code"] = N_("编码只用字母、数字和连字符，例如 xizhou-jinhua")
    if not name.strip():
        problems["name"] = N_("请填名称")
    if not host_body.strip():
        problems["host_body"] = N_("要写明设在哪个单位")
    if division_code not in all_divisions():
        problems["division_code"] = N_("没有这个行政区划，请写乡镇或者村的名称，或者统计用区划代码")
    return problems


def _set_codes(session: Session, room: MediationRoom, entry: RoomEntry) -> None:
    for row in [each for each in room.languages if each.language_code not in entry.language_codes]:
        room.languages.remove(row)
    for each in [row for row in room.subjects if row.kind_code not in entry.subject_codes]:
        room.subjects.remove(each)
    if room.id is not None:
        session.flush()  # the old rows leave before the same code may come again
    spoken = {row.language_code for row in room.languages}
    known = {row.kind_code for row in room.subjects}
    room.languages += [RoomLanguage(language_code=code) for code in sorted(entry.language_codes - spoken)]
    room.subjects += [RoomSubject(kind_code=code) for code in sorted(entry.subject_codes - known)]


def _set_members(session: Session, room: MediationRoom, wanted: frozenset[int], *, today: date) -> None:
    present = {row.mediator_id: row for row in room.members if row.until_on is None}
    for mediator_id, row in present.items():
        if mediator_id not in wanted:
            row.until_on = today
    for mediator_id in sorted(wanted - set(present)):
        mediator = session.get(Mediator, mediator_id)
        if mediator is None:
            raise InvalidEntry({"mediator_ids": N_("请从列表中选择调解员")})
        again = next((m for m in room.members if m.mediator_id == mediator_id and m.since_on == today), None)
        if again is not None:
            again.until_on = None
        else:
            room.members.append(RoomMember(mediator=mediator, since_on=today))


def keep_committee(
    session: Session, committee: Committee | None, *, entry: CommitteeEntry, actor: Actor, now: datetime
) -> Committee:
    """Enter a committee or change it; each change is kept for the court. Raises as :func:`keep_room`."""
    if committee is not None and not may_keep_area(actor, committee.division_code):
        raise NotFound("没有这个调委会")
    problems = _committee_problems(session, committee, entry)
    if not may_keep_area(actor, entry.division_code):
        problems["division_code"] = N_("只能登记自己区域里的调委会")
    if problems:
        raise InvalidEntry(problems)
    if committee is None:
        committee = registers.found_committee(
            session,
            code=entry.code,
            name=entry.name,
            number_prefix=entry.number_prefix,
            kind=entry.kind,
            host_body=entry.host_body,
            division_code=entry.division_code,
            founded_on=entry.founded_on or day_of(now),
            actor=actor,
            now=now,
        )
    for name in CommitteeEntry.__dataclass_fields__:
        before, after = getattr(committee, name), getattr(entry, name)
        if before == after or (name == "founded_on" and after is None):
            continue
        setattr(committee, name, after)
        title = NOTIFIED.get(name)
        if title is not None and before not in (None, ""):
            registers.note_change(
                session,
                committee,
                what=title,
                before=str(before),
                after=str(after or ""),
                actor=actor,
                now=now,
            )
    session.flush()
    _trail(session, "committee", committee.id, actor=actor, now=now)
    return committee


NOTIFIED = {
    "name": "名称变更", "kind": "类型变更", "host_body": "设立单位变更", "division_code": "所在地变更",
    "dissolved_on": "撤销", "address": "地址变更", "phone": "电话变更", "has_seal": "印章变更",
}  # fmt: skip
"""Changes of a committee's entry that the court is told of, and how the notice calls them."""


def _committee_problems(
    session: Session, committee: Committee | None, entry: CommitteeEntry
) -> dict[str, str]:
    problems = _place_problems(entry.code, entry.name, entry.host_body, entry.division_code)
    for name, title in (("code", "编码"), ("number_prefix", "卷号字头")):
        taken = session.scalar(select(Committee.id).where(getattr(Committee, name) == getattr(entry, name)))
        if taken is not None and (committee is None or taken != committee.id):
            problems[name] = say(
                N_("%(title)s“%(name)s”已经有调委会在用"), title=title, name=getattr(entry, name)
            )
    if not entry.number_prefix.strip():
        problems["number_prefix"] = N_("要写卷号字头，例如 喜金人")
    elif committee is not None and entry.number_prefix != committee.number_prefix:
        given = select(IssuedNumber.id).where(IssuedNumber.committee_id == committee.id).limit(1)
        if session.scalar(given) is not None:
            problems["number_prefix"] = N_("已经用这个字头编过卷号，不能再改")
    if entry.founded_on and entry.dissolved_on and entry.dissolved_on < entry.founded_on:
        problems["dissolved_on"] = N_("撤销日期不能早于设立日期")
    return problems


def keep_mediator(
    session: Session, mediator: Mediator | None, *, entry: MediatorEntry, actor: Actor, now: datetime
) -> Mediator:
    """Enter a mediator or change the entry. Raises as :func:`keep_room`."""
    if mediator is not None and not may_keep_mediator(session, actor, mediator):
        raise NotFound("没有这位调解员")
    if problems := _mediator_problems(entry, today=day_of(now)):
        raise InvalidEntry(problems)
    kept = mediator if mediator is not None else Mediator()
    for name in MediatorEntry.__dataclass_fields__:
        if name not in {"language_codes", "interprets_codes"}:
            setattr(kept, name, getattr(entry, name))
    kept.id_number, kept.phone = entry.id_number.strip().upper() or None, entry.phone.strip() or None
    spoken = entry.language_codes | entry.interprets_codes
    for row in [each for each in kept.languages if each.language_code not in spoken]:
        kept.languages.remove(row)
    for row in kept.languages:
        row.can_interpret = row.language_code in entry.interprets_codes
    present = {row.language_code for row in kept.languages}
    kept.languages += [
        MediatorLanguage(language_code=code, can_interpret=code in entry.interprets_codes)
        for code in sorted(spoken - present)
    ]
    session.add(kept)
    session.flush()
    _trail(session, "mediator", kept.id, actor=actor, now=now)
    return kept


def _mediator_problems(entry: MediatorEntry, *, today: date) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not entry.name.strip():
        problems["name"] = N_("请填姓名")
    if entry.id_number and (problem := id_number_problem(entry.id_number, born_on=entry.born_on)):
        problems["id_number"] = problem
    if entry.born_on is not None and age_on(entry.born_on, today) < MAJORITY_YEARS:
        problems["born_on"] = N_("调解员应当是成年公民（人民调解法第十四条）")
    if not {each.code for each in LANGUAGES} >= entry.language_codes | entry.interprets_codes:
        problems["language_codes"] = N_("请从列表中选择语言")
    return problems


def mediators_within_reach(session: Session, *, actor: Actor) -> Sequence[Mediator]:
    """The mediators an actor may put into a room or elect, by name."""
    rows = session.scalars(
        select(Mediator).where(Mediator.left_on.is_(None)).order_by(Mediator.name, Mediator.id)
    )
    return [row for row in rows if may_keep_mediator(session, actor, row)]


def _trail(session: Session, kind: str, row_id: int, *, actor: Actor, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=f"register.{kind}",
        object_kind=kind,
        object_id=row_id,
        room_id=actor.room_id,
        now=now,
    )
