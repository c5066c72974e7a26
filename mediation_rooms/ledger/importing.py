"""Brings the entries of an old register into the case store, all of them or none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import CHINA
from mediation_rooms.ledger.columns import FAILURE, ORAL, SUCCESS, WRITTEN
from mediation_rooms.ledger.reading import CellProblem, LedgerEntry
from mediation_rooms.ledger.rows import PROVINCE_SYSTEM
from mediation_rooms.models.agreements import Agreement, AgreementTerm, OralAgreement
from mediation_rooms.models.cases import CaseFile, CaseMediator, ExternalNumber, StepTaken
from mediation_rooms.models.people import Party
from mediation_rooms.models.registers import Committee, Mediator
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import CaseState, Channel, CloseReason, Lane, Performance, Side

OLD_REGISTER = "old_register"
"""External numbering of the paper register: the old number of an agreement is kept, not re-issued."""


@dataclass(frozen=True)
class PlacedEntry:
    """An entry with the room, committee and mediators (the first in the lead) it belongs to."""

    entry: LedgerEntry
    room: MediationRoom
    committee: Committee
    mediators: tuple[Mediator, ...]


@dataclass(frozen=True)
class ImportPlan:
    """What an import would store, what is there already, and what stands in the way."""

    placed: tuple[PlacedEntry, ...]
    already_present: tuple[LedgerEntry, ...]
    problems: tuple[CellProblem, ...]


def plan_import(session: Session, *, entries: list[LedgerEntry]) -> ImportPlan:
    """Find each entry's room, committee and mediators by name; what cannot be found is a problem."""
    committees = {each.name: each for each in session.scalars(select(Committee))}
    rooms = {each.name: each for each in session.scalars(select(MediationRoom))}
    mediators: dict[str, Mediator] = {each.name: each for each in session.scalars(select(Mediator))}
    rows = session.execute(select(ExternalNumber.system, ExternalNumber.number))
    known = {(system, number) for system, number in rows}
    placed, present, problems = [], [], []
    for entry in entries:
        if set(_numbers(entry)) & known:
            present.append(entry)
            continue
        committee = committees.get(entry.committee)
        room = rooms.get(entry.room) or next(
            (each for each in rooms.values() if committee is not None and each.committee_id == committee.id),
            None,
        )
        if committee is None:
            problems.append(
                CellProblem(entry.row, "调委会", f"登记册里没有“{entry.committee}”：请先登记这个调委会")
            )
        if room is None or (entry.room and entry.room not in rooms):
            problems.append(
                CellProblem(entry.row, "调解工作室", f"没有名为“{entry.room}”的调解室：请先登记，或更正名称")
            )
        missing = [name for name in entry.mediator_names if name not in mediators]
        problems += [
            CellProblem(entry.row, "主办调解员", f"登记册里没有调解员“{name}”：请先登记，或更正姓名")
            for name in missing
        ]
        if committee is not None and room is not None and not missing:
            placed.append(
                PlacedEntry(entry, room, committee, tuple(mediators[name] for name in entry.mediator_names))
            )
    return ImportPlan(tuple(placed), tuple(present), tuple(problems))


def import_ledger(
    session: Session,
    *,
    plan: ImportPlan,
    actor: Actor,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
) -> list[CaseFile]:
    """Store every placed entry. Raises ValueError when the plan still has problems."""
    if plan.problems:
        raise ValueError("the plan still has problems; nothing may be imported")
    cases = []
    for done, placed in enumerate(plan.placed, start=1):
        cases.append(_store(session, placed, actor=actor, now=now))
        if progress is not None:
            progress(done, len(plan.placed))
    session.flush()
    return cases


def _numbers(entry: LedgerEntry) -> list[tuple[str, str]]:
    pairs = ((PROVINCE_SYSTEM, entry.province_number), (OLD_REGISTER, entry.agreement_number))
    return [(system, number) for system, number in pairs if number]


def _store(session: Session, placed: PlacedEntry, *, actor: Actor, now: datetime) -> CaseFile:
    entry = placed.entry
    is_success = entry.result == SUCCESS
    reason = CloseReason.AGREEMENT if is_success else CloseReason.GAP_TOO_WIDE
    if not is_success and entry.result != FAILURE:
        reason = CloseReason.WITHDRAWN
    case = CaseFile(
        room=placed.room,
        committee=placed.committee,
        title=f"{'、'.join(entry.party_names)}纠纷",
        state=CaseState.CLOSED,
        lane={ORAL: Lane.ORAL, WRITTEN: Lane.WRITTEN}.get(entry.form, Lane.UNDECIDED),
        kind_code=entry.kind_code,
        source_code=entry.source_code,
        statement=entry.statement,
        division_code=entry.division_code,
        applied_on=entry.accepted_on,
        accepted_on=entry.accepted_on,
        received_at=datetime.combine(entry.accepted_on, time(12), CHINA).astimezone(UTC),
        received_by=entry.received_by or actor.name,
        channel=Channel.TRANSFER,
        grade=entry.grade,
        involves_death=entry.involves_death,
        special_groups=entry.special_groups,
        involves_migrant_wages=entry.involves_migrant_wages,
        performance=entry.performance if is_success else Performance.UNKNOWN,
        close_reason=reason,
        closed_on=entry.mediated_on,
        archive_remarks=entry.remarks,
    )
    case.external_numbers = [
        ExternalNumber(system=system, number=number) for system, number in _numbers(entry)
    ]
    case.mediators = [
        CaseMediator(mediator=mediator, is_lead=index == 0) for index, mediator in enumerate(placed.mediators)
    ]
    case.parties = [
        Party(side=Side.APPLICANT if index == 0 else Side.RESPONDENT, position=max(1, index), name=name)
        for index, name in enumerate(entry.party_names)
    ]
    if is_success and entry.form == WRITTEN:
        case.agreements = [
            Agreement(
                number=entry.agreement_number,
                total_amount=entry.amount,
                drafted_on=entry.mediated_on,
                effective_on=entry.mediated_on,
                terms=[AgreementTerm(ordinal=1, content="见纸质协议书", amount=entry.amount)],
            )
        ]
    elif is_success:
        case.oral_agreements = [
            OralAgreement(
                agreed_on=entry.mediated_on,
                content="见纸质登记表",
                total_amount=entry.amount,
                recorded_by=entry.received_by or actor.name,
            )
        ]
    session.add(case)
    case.history = [
        StepTaken(
            step="import",
            from_state=None,
            to_state=CaseState.CLOSED,
            actor_account_id=actor.account_id,
            actor_name=actor.name,
            actor_room_id=actor.room_id,
            reason=f"从旧台账导入（第 {entry.row} 行）",
            taken_at=now,
        )
    ]
    return case
