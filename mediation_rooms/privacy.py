"""Rights of persons over their data: correction, copies, deletion within the law, retention, sealing.

Deletion asked for before the years of keeping are over freezes the data instead: it is stored and
protected, and used for nothing else (个人信息保护法第四十七条第二款). Nothing is destroyed by a clock:
the list of files past their years is a proposal for people to appraise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor
from mediation_rooms.calendar_days import add_months
from mediation_rooms.case_view import day_of
from mediation_rooms.deidentify import Deidentified, deidentify
from mediation_rooms.encryption import blind_indexes
from mediation_rooms.errors import InvalidEntry, NotFound, StepNotAllowed
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party, Representative
from mediation_rooms.models.rights import Correction, DataRequest, SealedAccess
from mediation_rooms.models.vocabulary import (
    ConsentKind,
    DataRequestKind,
    DataRequestState,
    RetentionClass,
)
from mediation_rooms.people import PartyEntry, entry_problems
from mediation_rooms.steps import must_be_own, touched
from mediation_rooms.store import Base
from mediation_rooms.visibility import may_read
from mediation_rooms.wording import N_, say

LONGEST_OPENING_DAYS = 90
"""The longest that one approval lets a person into a sealed file (our rule)."""
DATA = Path(__file__).with_name("data") / "retention.toml"

CORRECTABLE = frozenset(
    {
        "name",
        "sex",
        "ethnicity",
        "born_on",
        "id_number",
        "phone",
        "address",
        "household_address",
        "delivery_address",
        "occupation",
        "employer",
        "language_code",
        "reads_chinese",
    }
)


@lru_cache(maxsize=1)
def default_retention_years() -> Mapping[RetentionClass, int | None]:
    """Years by class from the shipped table; None is for ever. A county passes its own instead."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["class"]
    return {RetentionClass(row["code"]): row.get("years") for row in rows}


def keep_until(case: CaseFile, years: Mapping[RetentionClass, int | None] | None = None) -> date | None:
    """The last day of keeping: years after the end of the year of archiving; None is for ever or not set."""
    table = years if years is not None else default_retention_years()
    if case.archived_on is None or case.retention_class is None or case.legal_hold:
        return None
    count = table[case.retention_class]
    return None if count is None else add_months(date(case.archived_on.year, 12, 31), 12 * count)


def proposed_for_appraisal(
    session: Session,
    *,
    actor: Actor,
    today: date,
    years: Mapping[RetentionClass, int | None] | None = None,
) -> list[CaseFile]:
    """Files of the actor's room whose years are over and that no hold keeps: a list for people."""
    archived = session.scalars(
        select(CaseFile).where(may_read(actor, today=today), CaseFile.archived_on.is_not(None))
    )
    return [case for case in archived if (last := keep_until(case, years)) is not None and last < today]


def correct_party(
    session: Session,
    party: Party,
    *,
    field: str,
    value: object,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Correction:
    """Correct one field; the old value stays in the history with both dates (第四十六条).

    Raises :class:`InvalidEntry` for a field that cannot be corrected or a value that is wrong.
    """
    must_be_own(party.case, actor)
    if field not in CORRECTABLE:
        raise InvalidEntry({"field": N_("这一项不能在这里更正")})
    if not reason.strip():
        raise InvalidEntry({"reason": N_("要写明为什么更正、依据什么材料")})
    entry = PartyEntry(**{"side": party.side, "name": party.name, field: value})  # type: ignore[arg-type]
    wrong = entry_problems(entry, today=day_of(now)).get(field)
    if wrong is not None:
        raise InvalidEntry({field: wrong})
    old = getattr(party, field)
    setattr(party, field, value)
    correction = Correction(
        case_id=party.case_id,
        table_name="parties",
        row_id=party.id,
        field_name=field,
        old_value=None if old is None else str(old),
        new_value=None if value is None else str(value),
        reason=reason.strip(),
        corrected_at=now,
        corrected_by=actor.name,
    )
    session.add(correction)
    touched(session, party.case, actor=actor, action="privacy.correct", now=now, reason=field)
    return correction


def ask_about_data(
    session: Session,
    case: CaseFile,
    *,
    party: Party | None,
    kind: DataRequestKind,
    words: str,
    actor: Actor,
    now: datetime,
) -> DataRequest:
    """Put a person's request about their data on the work list."""
    must_be_own(case, actor)
    if not words.strip():
        raise InvalidEntry({"words": N_("要写明本人要求什么")})
    request = DataRequest(
        case=case,
        party_id=party.id if party is not None else None,
        kind=kind,
        words=words.strip(),
        asked_on=day_of(now),
        received_by=actor.name,
        state=DataRequestState.OPEN,
    )
    session.add(request)
    touched(session, case, actor=actor, action="privacy.ask", now=now, reason=kind.value)
    return request


def answer_until(asked_on: date, *, days: int) -> date:
    """The house's own last day for answering; the Act says 及时 and names no number (第四十五条、第五十条)."""
    return asked_on + timedelta(days=days)


def open_data_requests(session: Session, *, actor: Actor) -> list[DataRequest]:
    """The work list of the actor's room, oldest first; requests about sealed files wait there as well."""
    return list(
        session.scalars(
            select(DataRequest)
            .join(CaseFile)
            .where(CaseFile.room_id == actor.room_id, DataRequest.state == DataRequestState.OPEN)
            .order_by(DataRequest.asked_on, DataRequest.id)
        )
    )


def decide_data_request(
    session: Session,
    request: DataRequest,
    *,
    state: DataRequestState,
    reason: str,
    actor: Actor,
    now: datetime,
    years: Mapping[RetentionClass, int | None] | None = None,
) -> None:
    """Decide a request, with the reason. Deletion before the years are over can only freeze.

    Raises :class:`StepNotAllowed` with the article, :class:`InvalidEntry` without a reason.
    """
    case = request.case
    must_be_own(case, actor)
    if not reason.strip() or state is DataRequestState.OPEN:
        raise InvalidEntry({"reason": N_("要选结果并写明理由，理由要告知本人（个人信息保护法第五十条）")})
    if request.kind is DataRequestKind.DELETION and state is DataRequestState.DONE:
        last = keep_until(case, years)
        if last is None or last >= day_of(now):
            raise StepNotAllowed(
                [N_("档案保管期限未满，不能删除，只能停止存储和保护以外的处理（个人信息保护法第四十七条）")]
            )
    request.state, request.decision_reason = state, reason.strip()
    request.decided_on, request.decided_by = day_of(now), actor.name
    if state is DataRequestState.FROZEN:
        case.is_sealed = True
    touched(session, case, actor=actor, action="privacy.decide", now=now, reason=state.value)


def approve_opening(
    session: Session,
    case: CaseFile,
    *,
    account_id: int,
    until: date,
    reason: str,
    approver: Actor,
    now: datetime,
) -> SealedAccess:
    """Let one person open one sealed file until a day; a second person of the room approves."""
    must_be_own(case, approver)
    problems: dict[str, str] = {}
    if approver.account_id is None or approver.account_id == account_id:
        problems["approver"] = N_("封存的案卷要由另一个人批准")
    if not reason.strip():
        problems["reason"] = N_("要写明为什么要看")
    if until < day_of(now):
        problems["until"] = N_("批准的最后一天不能早于今天")
    elif until > day_of(now) + timedelta(days=LONGEST_OPENING_DAYS):
        problems["until"] = say(N_("一次最多批准 %(days)s 天，到期可以再批"), days=LONGEST_OPENING_DAYS)
    if problems or approver.account_id is None:
        raise InvalidEntry(problems)
    access = SealedAccess(
        case_id=case.id,
        account_id=account_id,
        reason=reason.strip(),
        approved_by_account_id=approver.account_id,
        approved_by=approver.name,
        approved_at=now,
        until_on=until,
    )
    session.add(access)
    touched(session, case, actor=approver, action="case.approve_opening", now=now, reason=reason)
    return access


def sealed_case_for_approval(session: Session, *, case_id: int, approver: Actor) -> CaseFile:
    """The sealed file an approver is asked about, without opening it. Raises :class:`NotFound`."""
    case = session.get(CaseFile, case_id)
    if case is None or approver.room_id is None or case.room_id != approver.room_id or not case.is_sealed:
        raise NotFound("没有这份案卷")
    return case


@dataclass(frozen=True)
class PersonalTrace:
    """One row that holds a person's data: the table, the row, and the fields with their values."""

    table: str
    row_id: int
    case_id: int
    values: Mapping[str, str]


def personal_data_of(
    session: Session, *, actor: Actor, now: datetime, id_number: str = "", name: str = ""
) -> list[PersonalTrace]:
    """Everything the room holds of one person, other parties left out (个人信息保护法第四十五条).

    Found by identity number, or by name where none was ever given; then every row of every table
    that points at that party. Leaves a line in the trail. Raises :class:`InvalidEntry`.
    """
    if not id_number.strip() and not name.strip():
        raise InvalidEntry({"id_number": N_("请填本人的身份证号或者姓名")})
    today = day_of(now)
    mine = select(Party).join(CaseFile).where(may_read(actor, today=today))
    if id_number.strip():
        mine = mine.where(Party.id_number_index.in_(blind_indexes(id_number, "parties.id_number")))
    else:
        mine = mine.where(Party.name_index.in_(blind_indexes(name, "parties.name")))
    traces: list[PersonalTrace] = []
    for party in session.scalars(mine):
        traces.append(trace_of(party, party.case_id))
        for mapper in Base.registry.mappers:
            pointing = [
                column
                for column in mapper.columns
                if any(key.column.table.name == "parties" for key in column.foreign_keys)
            ]
            for column in pointing:
                rows = session.scalars(select(mapper.class_).where(column == party.id))
                traces.extend(trace_of(row, party.case_id) for row in rows)
    if name.strip():
        stands_for = (
            select(Representative)
            .join(Party)
            .join(CaseFile)
            .where(
                may_read(actor, today=today),
                Representative.name_index.in_(blind_indexes(name, "representatives.name")),
            )
        )
        traces.extend(trace_of(row, row.party.case_id) for row in session.scalars(stands_for))
    audit.record(
        session,
        actor=actor,
        action="privacy.copy",
        object_kind="person",
        object_id=len(traces),
        room_id=actor.room_id,
        now=now,
    )
    return traces


def trace_of(row: object, case_id: int) -> PersonalTrace:
    """A row of any table as a trace: every field that is not empty, without blind indexes."""
    mapper = inspect(row).mapper
    values = {
        column.key: str(getattr(row, column.key))
        for column in mapper.column_attrs
        if getattr(row, column.key) is not None and not column.key.endswith("_index")
    }
    return PersonalTrace(mapper.local_table.name, int(values["id"]), case_id, values)


def people_named_in(case: CaseFile) -> list[str]:
    """Everybody whose name the file knows: parties, who stands for them, participants, interpreters, mediators."""
    names = [party.name for party in case.parties]
    names += [each.name for party in case.parties for each in party.representatives]
    names += [each.name for sitting in case.sessions for each in sitting.participants]
    names += [sitting.interpreter_name for sitting in case.sessions if sitting.interpreter_name]
    names += [each.mediator.name for each in case.mediators]
    return names


def teaching_text(case: CaseFile, *, shift_days: int) -> Deidentified:
    """The story of a case without its people, for review before teaching.

    Raises :class:`StepNotAllowed` for a sealed or unfinished file or without every party's consent.
    """
    reasons = []
    if case.is_sealed or case.involves_minor:
        reasons.append(N_("涉及未成年人或者封存的案卷不用于教学（未成年人保护法第一百零三条）"))
    if case.closed_on is None:
        reasons.append(N_("没有结案的不用于教学"))
    agreed = {
        consent.party_id: consent.is_given
        for consent in sorted(case.consents, key=lambda each: each.given_at)
        if consent.kind is ConsentKind.TEACHING
    }
    reasons += [
        say(
            N_("%(side)s%(position)s没有同意用于教学（个人信息保护法第二十五条）"),
            side=party.side.label,
            position=party.position,
        )
        for party in case.parties
        if not agreed.get(party.id, False)
    ]
    if reasons:
        raise StepNotAllowed(reasons)
    parts = [case.statement, case.requests, *(sitting.course for sitting in case.sessions)]
    if case.agreement is not None:
        parts += [case.agreement.facts, case.agreement.responsibilities]
        parts += [term.content for term in case.agreement.terms]
    parts += [oral.content for oral in case.oral_agreements]
    return deidentify(
        "\n".join(part for part in parts if part), names=people_named_in(case), shift_days=shift_days
    )
