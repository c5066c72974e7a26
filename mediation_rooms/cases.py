"""Verbs on a case file, from the first word to the archive; each is one act of one person.

Verbs take the session first and keywords after, flush, and never commit. Steps of the workflow go
through :func:`mediation_rooms.steps.take_step`, which checks the guards and writes the history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.database import Versioned
from mediation_rooms.actor import Actor
from mediation_rooms.case_titles import case_title
from mediation_rooms.case_view import day_of
from mediation_rooms.dispute_kinds import case_sources, dispute_kinds
from mediation_rooms.divisions import all_divisions
from mediation_rooms.errors import InvalidEntry, NotFound, StaleVersion, StepNotAllowed
from mediation_rooms.models.cases import CaseFile, CaseMediator, CaseNote, ExternalNumber
from mediation_rooms.models.registers import Mediator
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import (
    CaseState,
    Channel,
    CloseReason,
    ConsentKind,
    RetentionClass,
)
from mediation_rooms.numbering import issue_number, void_number
from mediation_rooms.steps import must_be_own, settle_down, take_step, touched, write_history
from mediation_rooms.wording import N_, say

COURT_STAGES = ("", "before_filing", "after_filing_ordinary", "after_filing_summary")


@dataclass(frozen=True)
class CaseEntry:
    """What is entered when a case is opened. ``applied_on`` interrupts limitation."""

    kind_code: str
    source_code: str
    applied_on: date
    channel: Channel
    division_code: str
    statement: str = ""
    requests: str = ""
    amount_in_dispute: Decimal | None = None
    occurred_on: date | None = None
    occurred_place: str = ""
    session_language_code: str = ""
    entrusted_by: str = ""
    entrusted_received_on: date | None = None
    court_stage: str = ""
    has_written_application: bool = False
    special_groups: str = ""
    involves_migrant_wages: bool = False


def entry_problems(entry: CaseEntry, *, today: date) -> dict[str, str]:
    """Everything wrong with an entry at once, by field."""
    problems: dict[str, str] = {}
    if entry.kind_code not in dispute_kinds():
        problems["kind_code"] = N_("请从列表中选择纠纷类型")
    if entry.source_code not in case_sources():
        problems["source_code"] = N_("请从列表中选择案件来源")
    elif case_sources()[entry.source_code].is_entrusted:
        if not entry.entrusted_by.strip():
            problems["entrusted_by"] = N_("委托移送的案件要写明由哪个单位移送")
        if entry.entrusted_received_on is None:
            problems["entrusted_received_on"] = N_("委托移送的案件要填收到材料的日期，期限从这一天起算")
    if entry.division_code not in all_divisions():
        problems["division_code"] = N_("请从列表中选择纠纷发生地")
    if entry.applied_on > today:
        problems["applied_on"] = N_("申请日期不能晚于今天")
    if entry.occurred_on is not None and entry.occurred_on > entry.applied_on:
        problems["occurred_on"] = N_("纠纷发生日期不能晚于申请日期")
    if entry.amount_in_dispute is not None and entry.amount_in_dispute < 0:
        problems["amount_in_dispute"] = N_("金额不能小于 0")
    if entry.court_stage not in COURT_STAGES:
        problems["court_stage"] = N_("请选择立案前、普通程序或者简易程序")
    return problems


def open_case(
    session: Session,
    *,
    actor: Actor,
    entry: CaseEntry,
    now: datetime,
    form_token: str | None = None,
    reopened_from: CaseFile | None = None,
) -> CaseFile:
    """Open a file in the actor's room. The same form sent twice gives the same file.

    Raises :class:`InvalidEntry` with every problem, :class:`NotFound` without a room.
    """
    room = session.get(MediationRoom, actor.room_id) if actor.room_id is not None else None
    if room is None:
        raise NotFound("没有选定办理的调解室")
    if form_token is not None:
        earlier = session.scalar(
            select(CaseFile).where(CaseFile.form_token == form_token, CaseFile.room_id == room.id)
        )
        if earlier is not None:
            return earlier
    if problems := entry_problems(entry, today=day_of(now)):
        raise InvalidEntry(problems)
    case = CaseFile(
        room=room,
        committee=room.committee,
        state=CaseState.RECEIVED,
        kind_code=entry.kind_code,
        source_code=entry.source_code,
        applied_on=entry.applied_on,
        received_at=now,
        received_by=actor.name,
        channel=entry.channel,
        division_code=entry.division_code,
        statement=entry.statement.strip(),
        requests=entry.requests.strip(),
        amount_in_dispute=entry.amount_in_dispute,
        occurred_on=entry.occurred_on,
        occurred_place=entry.occurred_place.strip(),
        session_language_code=entry.session_language_code,
        entrusted_by=entry.entrusted_by.strip(),
        entrusted_received_on=entry.entrusted_received_on,
        court_stage=entry.court_stage,
        has_written_application=entry.has_written_application,
        special_groups=entry.special_groups,
        involves_migrant_wages=entry.involves_migrant_wages or entry.kind_code == "migrant_wages",
        reopened_from=reopened_from,
        form_token=form_token,
    )
    session.add(case)
    session.flush()
    reason = "重新立案" if reopened_from is not None else "登记申请"
    write_history(session, case, step="open", from_state=None, actor=actor, reason=reason, now=now)
    touched(session, case, actor=actor, action="case.open", now=now, renews_deadline=True)
    return case


_AMENDABLE = frozenset(
    {
        "kind_code",
        "statement",
        "requests",
        "amount_in_dispute",
        "occurred_on",
        "occurred_place",
        "division_code",
        "session_language_code",
        "special_groups",
        "involves_migrant_wages",
        "involves_death",
        "is_cross_area",
        "has_written_application",
        "grade",
        "grade_reason",
        "appraisal_days_count",
    }
)
"""What may be amended after opening; never the day of the request, the source or the number."""


def expect_version(row: Versioned, seen: int) -> None:
    """The editor saw this version. Raises :class:`StaleVersion` when somebody saved since."""
    if row.version_id != seen:
        raise StaleVersion(current_version=row.version_id)


def amend(
    session: Session,
    case: CaseFile,
    *,
    changes: Mapping[str, object],
    seen_version: int,
    actor: Actor,
    now: datetime,
) -> CaseFile:
    """Change the statement and other particulars of an unfinished file.

    Raises :class:`StaleVersion` when somebody saved first, :class:`InvalidEntry` with every problem,
    :class:`StepNotAllowed` for a closed file.
    """
    must_be_own(case, actor)
    expect_version(case, seen_version)
    if case.state in {CaseState.CLOSED, CaseState.ARCHIVED, CaseState.VOIDED}:
        raise StepNotAllowed(
            [say(N_("案件现在是“%(state)s”，内容不能再改；有新情况的重新立案"), state=case.state.label)]
        )
    problems = {name: N_("这一项不能在这里改") for name in changes if name not in _AMENDABLE}
    if changes.get("kind_code", case.kind_code) not in dispute_kinds():
        problems["kind_code"] = N_("请从列表中选择纠纷类型")
    if changes.get("division_code", case.division_code) not in all_divisions():
        problems["division_code"] = N_("请从列表中选择纠纷发生地")
    occurred_on = changes.get("occurred_on", case.occurred_on)
    if isinstance(occurred_on, date) and occurred_on > case.applied_on:
        problems["occurred_on"] = N_("纠纷发生日期不能晚于申请日期")
    amount = changes.get("amount_in_dispute", case.amount_in_dispute)
    if isinstance(amount, Decimal) and amount < 0:
        problems["amount_in_dispute"] = N_("金额不能小于 0")
    if problems:
        raise InvalidEntry(problems)
    for name, value in changes.items():
        setattr(case, name, value)
    touched(
        session,
        case,
        actor=actor,
        action="case.amend",
        now=now,
        reason="、".join(sorted(changes)),
        renews_deadline=True,
    )
    return case


def accept(session: Session, case: CaseFile, *, actor: Actor, reason: str, now: datetime) -> CaseFile:
    """Accept a case: the step, the day, and the next number of the committee's year."""
    case_day = day_of(now)
    take_step(session, case, "accept", actor=actor, reason=reason, now=now)
    if case.committee is None:
        raise StepNotAllowed([N_("本室没有所属的人民调解委员会，不能受理（人民调解法第八条、第三十四条）")])
    case.accepted_on = case_day
    case.number = issue_number(
        session, committee=case.committee, year=case_day.year, case_id=case.id, now=now
    ).number
    case.title = case_title(case)
    settle_down(session, case, now=now)
    return case


def decline(
    session: Session, case: CaseFile, *, actor: Actor, reason: str, now: datetime, close_reason: CloseReason
) -> None:
    """Do not accept, with the reason and after saying where to go instead."""
    case.close_reason = close_reason
    take_step(session, case, "decline", actor=actor, reason=reason, now=now)


def assign_mediator(
    session: Session,
    case: CaseFile,
    mediator: Mediator,
    *,
    actor: Actor,
    now: datetime,
    is_lead: bool = False,
    chosen_by_parties: bool = False,
) -> CaseMediator:
    """Name a mediator, or note the one the parties chose (人民调解法第十九条)."""
    must_be_own(case, actor)
    if any(each.mediator_id == mediator.id and each.left_on is None for each in case.mediators):
        raise InvalidEntry({"mediator": say(N_("%(name)s已经是本案调解员"), name=mediator.name)})
    assigned = CaseMediator(
        case=case, mediator=mediator, is_lead=is_lead, chosen_by_parties=chosen_by_parties
    )
    session.add(assigned)
    touched(session, case, actor=actor, action="case.assign_mediator", now=now)
    return assigned


def replace_mediator(
    session: Session, assigned: CaseMediator, *, reason: str, actor: Actor, now: datetime
) -> None:
    """A mediator leaves the case: challenged by a party, or for another reason that is kept."""
    must_be_own(assigned.case, actor)
    if not reason.strip():
        raise InvalidEntry({"reason": N_("要写明回避或者更换的原因")})
    assigned.left_on, assigned.challenged_reason = day_of(now), reason.strip()
    touched(session, assigned.case, actor=actor, action="case.replace_mediator", now=now, reason=reason)


def extend_deadline(
    session: Session, case: CaseFile, *, until: date, actor: Actor, now: datetime, reason: str
) -> None:
    """Mediate longer, when every party agreed to that very day. Raises :class:`StepNotAllowed`."""
    must_be_own(case, actor)
    latest = {
        consent.party_id: consent
        for consent in sorted(case.consents, key=lambda each: each.given_at)
        if consent.kind is ConsentKind.EXTENSION and consent.subject == until.isoformat()
    }
    missing = [
        say(
            N_("%(side)s%(position)s还没有同意延长到%(until)s"),
            side=party.side.label,
            position=party.position,
            until=until,
        )
        for party in case.parties
        if party.id not in latest or not latest[party.id].is_given
    ]
    if missing:
        raise StepNotAllowed(missing)
    case.extended_until = until
    touched(session, case, actor=actor, action="case.extend", now=now, reason=reason, renews_deadline=True)


def write_note(session: Session, case: CaseFile, *, text: str, actor: Actor, now: datetime) -> CaseNote:
    """Keep a quick note. Raises :class:`InvalidEntry` for an empty one."""
    must_be_own(case, actor)
    if not text.strip():
        raise InvalidEntry({"text": N_("便条是空的，没有保存")})
    note = CaseNote(case=case, written_at=now, written_by=actor.name, text=text.strip())
    session.add(note)
    touched(session, case, actor=actor, action="case.note", now=now)
    return note


def add_external_number(session: Session, case: CaseFile, *, system: str, number: str) -> ExternalNumber:
    """Note the same dispute's number in another system."""
    added = ExternalNumber(case=case, system=system.strip(), number=number.strip())
    session.add(added)
    session.flush()
    return added


def close(
    session: Session,
    case: CaseFile,
    *,
    close_reason: CloseReason,
    actor: Actor,
    reason: str,
    now: datetime,
) -> None:
    """Close a file, performed or not; the state decides which guards stand before it."""
    case.close_reason = close_reason
    step = "close" if case.state is CaseState.PERFORMED else "close_without_performance"
    before = case.closed_on
    case.closed_on = day_of(now)
    try:
        take_step(session, case, step, actor=actor, reason=reason, now=now)
    except StepNotAllowed:
        case.closed_on = before
        raise


def archive(
    session: Session,
    case: CaseFile,
    *,
    retention_class: RetentionClass,
    filed_by: str,
    checked_by: str,
    remarks: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Bind and keep the file: class of retention, who filed it, who checked it, what is missing."""
    case.retention_class = retention_class
    case.filed_by, case.checked_by, case.archive_remarks = filed_by.strip(), checked_by.strip(), remarks
    take_step(session, case, "archive", actor=actor, reason=remarks or "整理归档", now=now)
    case.archived_on = day_of(now)
    session.flush()


def reopen(
    session: Session, case: CaseFile, *, actor: Actor, reason: str, channel: Channel, now: datetime
) -> CaseFile:
    """Open a new file that points back to a closed one; the old file stays as it is."""
    must_be_own(case, actor)
    if case.state not in {CaseState.CLOSED, CaseState.ARCHIVED}:
        raise StepNotAllowed(
            [say(N_("案件现在是“%(state)s”，只有已结案、已归档的才重新立案"), state=case.state.label)]
        )
    if not reason.strip():
        raise StepNotAllowed([N_("重新立案要写明理由")])
    entry = CaseEntry(
        kind_code=case.kind_code,
        source_code="application",
        applied_on=day_of(now),
        channel=channel,
        division_code=case.division_code,
        statement=case.statement,
        occurred_on=case.occurred_on,
        occurred_place=case.occurred_place,
        session_language_code=case.session_language_code,
    )
    fresh = open_case(session, actor=actor, entry=entry, now=now, reopened_from=case)
    fresh.is_sealed, fresh.involves_minor = case.is_sealed, case.involves_minor
    write_history(session, case, step="reopen", from_state=case.state, actor=actor, reason=reason, now=now)
    touched(session, case, actor=actor, action="case.reopen", now=now, reason=reason)
    return fresh


def void(session: Session, case: CaseFile, *, actor: Actor, reason: str, now: datetime) -> None:
    """Void a file opened by mistake; its number stays in the register with the reason."""
    take_step(session, case, "void", actor=actor, reason=reason, now=now)
    if case.number is not None:
        void_number(session, number=case.number, reason=reason, now=now)
