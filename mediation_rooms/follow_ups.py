"""Verbs after an agreement: visits, performance, and the court's confirmation.

Nothing is filled in beforehand: a visit is planned with a day and a reason only, and its findings
are what somebody found out on that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.errors import InvalidEntry, StepNotAllowed
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.outcomes import FollowUp, JudicialConfirmation
from mediation_rooms.models.vocabulary import (
    ConfirmationOutcome,
    Performance,
    Satisfaction,
    VisitForm,
)
from mediation_rooms.steps import must_be_own, take_step, touched
from mediation_rooms.wording import N_, say


@dataclass(frozen=True)
class VisitFindings:
    """What a visit found out; every field is an answer somebody gave on that day."""

    visited_at: datetime
    form: VisitForm
    visited_person: str
    performance: Performance
    satisfaction: Satisfaction
    findings: str
    suit: str = ""
    hidden_risks: str = ""
    measures: str = ""


def plan_visit(
    session: Session, case: CaseFile, *, planned_on: date, reason: str, actor: Actor, now: datetime
) -> FollowUp:
    """Plan a visit by a day."""
    must_be_own(case, actor)
    visit = FollowUp(case=case, planned_on=planned_on, reason=reason.strip())
    session.add(visit)
    touched(session, case, actor=actor, action="case.plan_visit", now=now, renews_deadline=True)
    return visit


def plan_visits_from_agreement(
    session: Session, case: CaseFile, *, actor: Actor, now: datetime
) -> list[FollowUp]:
    """Plan a visit on each day on which something falls due and none is planned yet."""
    agreement = case.agreement
    if agreement is None:
        return []
    days = {part.due_on for term in agreement.terms for part in term.instalments}
    days |= {term.due_on for term in agreement.terms if term.due_on and not term.instalments}
    days -= {each.planned_on for each in case.follow_ups}
    return [
        plan_visit(session, case, planned_on=day, reason="协议约定的履行日", actor=actor, now=now)
        for day in sorted(days)
        if day >= day_of(now)
    ]


def visit(
    session: Session, follow_up: FollowUp, *, findings: VisitFindings, actor: Actor, now: datetime
) -> FollowUp:
    """Fill in a planned visit. Raises :class:`InvalidEntry` with every problem."""
    case = follow_up.case
    must_be_own(case, actor)
    problems: dict[str, str] = {}
    if follow_up.visited_at is not None:
        raise StepNotAllowed([N_("这次回访已经记过了，有新情况的另记一次")])
    if findings.visited_at > now:
        problems["visited_at"] = N_("回访时间不能晚于现在")
    agreed = case.agreement.effective_on if case.agreement else None
    agreed = agreed or (case.oral_agreement.agreed_on if case.oral_agreement else None)
    if agreed is not None and day_of(findings.visited_at) < agreed:
        problems["visited_at"] = say(N_("回访日期不能早于协议生效日期（%(agreed)s）"), agreed=agreed)
    if not findings.visited_person.strip():
        problems["visited_person"] = N_("要写明回访了谁")
    if not findings.findings.strip():
        problems["findings"] = N_("要写回访时了解到的情况")
    if problems:
        raise InvalidEntry(problems)
    follow_up.visited_at, follow_up.form = findings.visited_at, findings.form
    follow_up.visited_person = findings.visited_person.strip()
    follow_up.visited_by = actor.name
    follow_up.performance, follow_up.satisfaction = findings.performance, findings.satisfaction
    follow_up.findings, follow_up.suit = findings.findings.strip(), findings.suit.strip()
    follow_up.hidden_risks, follow_up.measures = findings.hidden_risks.strip(), findings.measures.strip()
    touched(session, case, actor=actor, action="case.visit", now=now, renews_deadline=True)
    return follow_up


def record_performance(
    session: Session,
    case: CaseFile,
    *,
    performance: Performance,
    performed_on: date | None,
    actor: Actor,
    reason: str,
    now: datetime,
    at_once: bool = False,
) -> None:
    """Record what was found out about performance, and move the file where it is full or missing."""
    must_be_own(case, actor)
    if performed_on is not None and performed_on > day_of(now):
        raise InvalidEntry({"performed_on": N_("履行日期不能晚于今天")})
    case.performance, case.performed_on, case.performed_at_once = performance, performed_on, at_once
    if performance is Performance.FULL:
        take_step(session, case, "record_performance", actor=actor, reason=reason, now=now)
    else:
        touched(
            session,
            case,
            actor=actor,
            action="case.performance",
            now=now,
            reason=reason,
            renews_deadline=True,
        )


def apply_for_confirmation(
    session: Session,
    case: CaseFile,
    *,
    court: str,
    applied_on: date,
    actor: Actor,
    reason: str,
    now: datetime,
    is_oral_application: bool = False,
) -> JudicialConfirmation:
    """Record the parties' joint application (人民调解法第三十三条). Raises :class:`StepNotAllowed`."""
    must_be_own(case, actor)
    agreement = case.agreement
    if agreement is None:
        raise StepNotAllowed([N_("申请司法确认要有书面调解协议（人民调解法第三十三条）")])
    problems: dict[str, str] = {}
    if not court.strip():
        problems["court"] = N_("要写明向哪个法院申请")
    if applied_on > day_of(now):
        problems["applied_on"] = N_("申请日期不能晚于今天")
    if agreement.effective_on is not None and applied_on < agreement.effective_on:
        problems["applied_on"] = say(
            N_("申请日期不能早于协议生效日期（%(effective_on)s）"), effective_on=agreement.effective_on
        )
    if problems:
        raise InvalidEntry(problems)
    confirmation = JudicialConfirmation(
        case=case,
        agreement=agreement,
        court=court.strip(),
        applied_on=applied_on,
        is_oral_application=is_oral_application,
        outcome=ConfirmationOutcome.PENDING,
    )
    session.add(confirmation)
    take_step(session, case, "apply_for_confirmation", actor=actor, reason=reason, now=now)
    return confirmation


_STEP_OF_OUTCOME = {
    ConfirmationOutcome.CONFIRMED: "confirm",
    ConfirmationOutcome.REJECTED: "refuse_confirmation",
    ConfirmationOutcome.NOT_ACCEPTED: "refuse_confirmation",
    ConfirmationOutcome.WITHDRAWN: "withdraw_confirmation",
}


def confirm(
    session: Session,
    case: CaseFile,
    *,
    outcome: ConfirmationOutcome,
    decided_on: date,
    actor: Actor,
    reason: str,
    now: datetime,
    court_number: str = "",
    accepted_on: date | None = None,
) -> JudicialConfirmation:
    """Record what the court decided, and move the file accordingly. Raises :class:`InvalidEntry`."""
    must_be_own(case, actor)
    confirmation = case.confirmation
    if confirmation is None or confirmation.outcome is not ConfirmationOutcome.PENDING:
        raise StepNotAllowed([N_("没有等待法院处理的司法确认申请")])
    problems: dict[str, str] = {}
    if outcome is ConfirmationOutcome.PENDING:
        problems["outcome"] = N_("请选择法院的结果")
    if decided_on > day_of(now) or decided_on < confirmation.applied_on:
        problems["decided_on"] = N_("裁定日期要在申请日期以后、今天以前")
    if outcome is ConfirmationOutcome.CONFIRMED and not court_number.strip():
        problems["court_number"] = N_("要填法院案号（调确字）")
    if problems:
        raise InvalidEntry(problems)
    confirmation.outcome, confirmation.decided_on = outcome, decided_on
    confirmation.court_number = court_number.strip()
    confirmation.accepted_on = accepted_on or confirmation.accepted_on
    take_step(session, case, _STEP_OF_OUTCOME[outcome], actor=actor, reason=reason, now=now)
    return confirmation
