"""Decisions on deletion outlive a restore: an older backup must not bring back what was withdrawn.

Before a backup takes the place of the store, the decided requests for deletion are read; after it they
are applied again (个人信息保护法第四十七条): the file is sealed, the request stands decided as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rights import DataRequest
from mediation_rooms.models.vocabulary import DataRequestKind, DataRequestState

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


def replay(
    session: Session, decisions: list[DeletionDecision], *, actor: Actor, now: datetime
) -> list[DeletionDecision]:
    """Apply the decisions that a restored store does not know; returns those, each in the trail."""
    known = set(decided_deletions(session))
    applied = []
    for decision in decisions:
        case = session.get(CaseFile, decision.case_id)
        if decision in known or case is None or case.received_at != decision.received_at:
            continue
        request = session.scalar(
            select(DataRequest).where(
                DataRequest.case_id == case.id,
                DataRequest.kind == DataRequestKind.DELETION,
                DataRequest.words == decision.words,
                DataRequest.state == DataRequestState.OPEN,
            )
        )
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
        audit.record(
            session,
            actor=actor,
            action="privacy.replay",
            object_kind="case",
            object_id=case.id,
            room_id=case.room_id,
            reason=decision.state.value,
            now=now,
        )
        applied.append(decision)
    session.flush()
    return applied
