"""Verbs before acceptance: answers to the plain questions, and the dangers they show."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.gates import all_gates
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.models.risks import GateAnswer, RiskFlag
from mediation_rooms.models.vocabulary import Answer, RiskKind
from mediation_rooms.steps import must_be_own, touched
from mediation_rooms.wording import N_


def answer_gate(
    session: Session,
    case: CaseFile,
    *,
    gate_code: str,
    answer: Answer,
    actor: Actor,
    now: datetime,
    party: Party | None = None,
    asked_alone: bool = False,
    remark: str = "",
) -> GateAnswer:
    """Record one answer to one question before acceptance; a danger it shows is flagged at once.

    Raises :class:`InvalidEntry` when a question to be asked alone was not.
    """
    must_be_own(case, actor)
    gate = all_gates().get(gate_code)
    if gate is None:
        raise InvalidEntry({"gate": f"没有“{gate_code}”这个问题"})
    if gate.asked_alone and not asked_alone:
        raise InvalidEntry({gate_code: N_("这个问题要单独问，请在对方不在场时再问，并记明是单独问的")})
    row = GateAnswer(
        case=case,
        gate_code=gate_code,
        answer=answer,
        party_id=party.id if party is not None else None,
        asked_alone=asked_alone,
        is_hidden_from_other_side=gate.is_hidden_from_other_side,
        remark=remark,
        asked_by=actor.name,
        asked_at=now,
    )
    session.add(row)
    counts = answer is Answer.YES or (answer is Answer.UNSURE and gate.unsure_counts)
    if counts and gate.risk is not None:
        raise_risk(
            session,
            case,
            kind=gate.risk,
            description=gate.why,
            actor=actor,
            now=now,
            is_hidden_from_other_side=gate.is_hidden_from_other_side,
        )
    if counts and gate_code in {"minor_harmed", "minor_party", "serious_bullying"}:
        case.involves_minor = True
        case.is_sealed = True
    touched(session, case, actor=actor, action="case.answer_gate", now=now)
    return row


def raise_risk(
    session: Session,
    case: CaseFile,
    *,
    kind: RiskKind,
    description: str,
    actor: Actor,
    now: datetime,
    is_hidden_from_other_side: bool = False,
) -> RiskFlag:
    """Mark a danger; an open mark of the same kind is kept and not doubled."""
    must_be_own(case, actor)
    already = next((each for each in case.risks if each.kind is kind and each.cleared_at is None), None)
    if already is not None:
        return already
    flag = RiskFlag(
        case=case,
        kind=kind,
        description=description,
        is_hidden_from_other_side=is_hidden_from_other_side,
        raised_at=now,
        raised_by=actor.name,
    )
    session.add(flag)
    touched(session, case, actor=actor, action="case.raise_risk", now=now)
    return flag


def answer_risk(
    session: Session,
    flag: RiskFlag,
    *,
    actor: Actor,
    now: datetime,
    reported_to: str = "",
    clear_reason: str = "",
    measures: str = "",
) -> None:
    """Say to whom a danger was reported, or why it is over. Raises :class:`InvalidEntry` for neither."""
    must_be_own(flag.case, actor)
    if not reported_to.strip() and not clear_reason.strip():
        raise InvalidEntry({"risk": N_("要写明向谁报告，或者为什么解除")})
    flag.measures = measures or flag.measures
    if reported_to.strip():
        flag.reported_to, flag.reported_at = reported_to.strip(), now
    if clear_reason.strip():
        flag.cleared_at, flag.cleared_by, flag.clear_reason = now, actor.name, clear_reason.strip()
    touched(session, flag.case, actor=actor, action="case.answer_risk", now=now)
