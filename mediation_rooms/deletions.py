"""Decisions on deletion outlive a restore: an older backup must not bring back what was withdrawn.

Before a backup takes the place of the store, the decided requests for deletion are read; after it they
are applied again (个人信息保护法第四十七条): the file is sealed, the request stands decided as it was.
Files that two people let be destroyed after their years are destroyed again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor
from mediation_rooms.models.appraisals import RetentionAppraisal
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rights import DataRequest
from mediation_rooms.models.vocabulary import DataRequestKind, DataRequestState, RetentionClass
from mediation_rooms.retention import destroy_case

DECIDED = frozenset({DataRequestState.FROZEN, DataRequestState.DONE})


@dataclass(frozen=True)
class DeletionDecision:
    """A decided request for deletion and the file it concerns."""

    case_id: int
    received_at: datetime
    """When the file was opened: with the id it says that both stores mean the same file."""
    party_id: int | None
    words: str
    asked_on: date
    received_by: str
    state: DataRequestState
    decided_on: date | None
    decided_by: str
    reason: str


def decided_deletions(session: Session) -> list[DeletionDecision]:
    """Every request for deletion that was carried out or frozen, oldest first."""
    statement = (
        select(DataRequest, CaseFile.received_at)
        .join(CaseFile)
        .where(DataRequest.kind == DataRequestKind.DELETION, DataRequest.state.in_(DECIDED))
        .order_by(DataRequest.id)
    )
    return [
        DeletionDecision(
            request.case_id,
            received_at,
            request.party_id,
            request.words,
            request.asked_on,
            request.received_by,
            request.state,
            request.decided_on,
            request.decided_by,
            request.decision_reason,
        )
        for request, received_at in session.execute(statement)
    ]


def file_meant(session: Session, case_id: int, received_at: datetime) -> CaseFile | None:
    """The file that another store knew by this id, opened at that moment; None where the id is another file's."""
    case = session.get(CaseFile, case_id)
    return case if case is not None and case.received_at == received_at else None


def tell_replay(session: Session, case: CaseFile, *, reason: str, actor: Actor, now: datetime) -> None:
    """The line of a decision on a file that was carried out again after a restore."""
    audit.record(
        session,
        actor=actor,
        action="privacy.replay",
        object_kind="case_file",
        object_id=case.id,
        room_id=case.room_id,
        reason=reason,
        now=now,
    )


def replay(
    session: Session, decisions: list[DeletionDecision], *, actor: Actor, now: datetime
) -> list[DeletionDecision]:
    """Apply the decisions that a restored store does not know; returns those, each in the trail."""
    known = set(decided_deletions(session))
    applied = []
    for decision in decisions:
        case = file_meant(session, decision.case_id, decision.received_at)
        if decision in known or case is None:
            continue
        waiting = session.scalars(
            select(DataRequest).where(
                DataRequest.case_id == case.id,
                DataRequest.kind == DataRequestKind.DELETION,
                DataRequest.state == DataRequestState.OPEN,
            )
        )
        request = next((each for each in waiting if each.words == decision.words), None)
        if request is None:
            request = DataRequest(
                case=case,
                party_id=decision.party_id,
                kind=DataRequestKind.DELETION,
                words=decision.words,
                asked_on=decision.asked_on,
                received_by=decision.received_by,
            )
            session.add(request)
        request.state, request.decision_reason = decision.state, decision.reason
        request.decided_on, request.decided_by = decision.decided_on, decision.decided_by
        case.is_sealed = True
        tell_replay(session, case, reason=decision.state.value, actor=actor, now=now)
        applied.append(decision)
    session.flush()
    return applied


@dataclass(frozen=True)
class DestroyedFile:
    """A line of the list of destroyed files, apart from any store."""

    case_id: int
    received_at: datetime
    room_id: int
    case_number: str
    retention_class: RetentionClass
    kept_until: date
    reason: str
    proposed_by_account_id: int
    proposed_by: str
    proposed_at: datetime
    approved_by_account_id: int | None
    approved_by: str
    approved_at: datetime | None
    destroyed_at: datetime | None


def destroyed_files(session: Session) -> list[DestroyedFile]:
    """The list of what was destroyed after its years, oldest first."""
    lines = session.scalars(
        select(RetentionAppraisal)
        .where(RetentionAppraisal.destroyed_at.is_not(None))
        .order_by(RetentionAppraisal.id)
    )
    names = DestroyedFile.__dataclass_fields__
    return [DestroyedFile(**{name: getattr(line, name) for name in names}) for line in lines]


def destroy_again(
    session: Session, files: list[DestroyedFile], *, actor: Actor, now: datetime
) -> tuple[int, list[str]]:
    """Destroy in a restored store what had been destroyed; how many, and the stored files to remove."""
    known = {(each.case_id, each.received_at) for each in destroyed_files(session)}
    count, names = 0, []
    for file in files:
        if (file.case_id, file.received_at) in known:
            continue
        if file_meant(session, file.case_id, file.received_at) is not None:
            names += destroy_case(session, file.case_id)
            count += 1
        for waiting in session.scalars(
            select(RetentionAppraisal).where(
                RetentionAppraisal.case_id == file.case_id,
                RetentionAppraisal.received_at == file.received_at,
            )
        ):
            session.delete(waiting)
        session.add(RetentionAppraisal(**asdict(file)))
        audit.record(
            session,
            actor=actor,
            action="retention.replay",
            object_kind="case_file",
            object_id=file.case_id,
            room_id=file.room_id,
            now=now,
        )
    session.flush()
    return count, names
