"""Reads the plain facts of a period out of the case store; the table itself is pure.

A case belongs to the period in which mediation was concluded: the day a written agreement took
effect, the day an oral agreement was reached, or else the day the file was closed without one.
Performance may take years after that and has its own rate.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, selectinload

from mediation_rooms.models.agreements import Agreement, OralAgreement
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.outcomes import JudicialConfirmation
from mediation_rooms.models.registers import Committee
from mediation_rooms.models.requests import PreventedEvent, ScreeningFinding, ScreeningRound
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import (
    CaseState,
    CommitteeKind,
    ConfirmationOutcome,
    Grade,
    Lane,
    Performance,
    PreventedKind,
)
from mediation_rooms.statistics.periods import Period
from mediation_rooms.statistics.table import CaseFact, Flow, PreventionFacts


@dataclass(frozen=True)
class Scope:
    """Whose cases are counted: rooms, committees or an area by the beginning of its code; sample cases never.

    An empty scope counts nothing: what may be counted is always said.
    """

    room_ids: frozenset[int] = frozenset()
    committee_ids: frozenset[int] = frozenset()
    division_prefix: str | None = None
    include_samples: bool = False

    def cases(self) -> Select[CaseFile]:
        """Select of every case in the scope, voided numbers left out."""
        conditions: list[ColumnElement[bool]] = []
        if self.room_ids:
            conditions.append(CaseFile.room_id.in_(self.room_ids))
        if self.committee_ids:
            conditions.append(CaseFile.committee_id.in_(self.committee_ids))
        if self.division_prefix:
            conditions.append(CaseFile.division_code.startswith(self.division_prefix, autoescape=True))
        statement = select(CaseFile).where(
            or_(*conditions) if conditions else CaseFile.id.is_(None), CaseFile.state != CaseState.VOIDED
        )
        return statement if self.include_samples else statement.where(CaseFile.is_sample.is_(False))


@dataclass(frozen=True)
class OutcomeCounts:
    """Numbers printed under the table, each with its formula."""

    agreements_due_count: int
    agreements_performed_count: int
    confirmable_count: int
    confirmation_applied_count: int
    confirmed_count: int


def concluded_on(case: CaseFile) -> date | None:
    """The day mediation ended, or None while it goes on."""
    agreement, oral = case.agreement, case.oral_agreement
    if agreement is not None and agreement.effective_on is not None:
        return agreement.effective_on
    if oral is not None:
        return oral.agreed_on
    return case.closed_on


def _concluded_in(period: Period, scope: Scope) -> Select[CaseFile]:
    start, end = period.starts_on, period.ends_on
    written = select(Agreement.case_id).where(
        Agreement.withdrawn_on.is_(None), Agreement.effective_on.between(start, end)
    )
    oral = select(OralAgreement.case_id).where(
        OralAgreement.withdrawn_on.is_(None), OralAgreement.agreed_on.between(start, end)
    )
    return scope.cases().where(
        or_(CaseFile.id.in_(written), CaseFile.id.in_(oral), CaseFile.closed_on.between(start, end))
    )


def case_facts(session: Session, *, period: Period, scope: Scope) -> list[CaseFact]:
    """One fact a case concluded in the period. Cases declined before acceptance are not cases mediated."""
    statement = _concluded_in(period, scope).where(CaseFile.accepted_on.is_not(None))
    statement = statement.options(
        selectinload(CaseFile.agreements),
        selectinload(CaseFile.oral_agreements),
        selectinload(CaseFile.parties),
        selectinload(CaseFile.committee),
    )
    cases = session.scalars(statement)
    return [_fact(case) for case in cases if period.contains(concluded_on(case))]


def _fact(case: CaseFile) -> CaseFact:
    agreement, oral = case.agreement, case.oral_agreement
    in_force = agreement is not None and agreement.effective_on is not None
    amount = Decimal(0)
    if agreement is not None and in_force:
        amount = agreement.total_amount or Decimal(0)
    elif oral is not None:
        amount = oral.total_amount
    lane = Lane.WRITTEN if in_force else Lane.ORAL if oral is not None else Lane.UNDECIDED
    return CaseFact(
        kind_code=case.kind_code,
        source_code=case.source_code,
        subject=case.committee.kind if case.committee is not None else CommitteeKind.SOCIAL,
        people_count=max(1, len(case.parties)),
        is_success=in_force or oral is not None,
        lane=lane,
        amount=amount,
        is_difficult=case.grade is Grade.DIFFICULT,
    )


def flow(session: Session, *, period: Period, scope: Scope) -> Flow:
    """Carried over, accepted and still open: the stock that explains the table's total."""

    def count(statement: Select[CaseFile]) -> int:
        return session.scalar(select(func.count()).select_from(statement.subquery())) or 0

    accepted = scope.cases().where(CaseFile.accepted_on.between(period.starts_on, period.ends_on))

    def open_on(day_before: date) -> int:
        candidates = session.scalars(
            scope.cases()
            .where(
                CaseFile.accepted_on < day_before,
                or_(CaseFile.closed_on.is_(None), CaseFile.closed_on >= day_before),
            )
            .options(selectinload(CaseFile.agreements), selectinload(CaseFile.oral_agreements))
        )
        return sum((ended := concluded_on(case)) is None or ended >= day_before for case in candidates)

    after = date.fromordinal(period.ends_on.toordinal() + 1)
    return Flow(
        carried_over_count=open_on(period.starts_on),
        accepted_count=count(accepted),
        open_count=open_on(after),
    )


def _committee_ids(session: Session, scope: Scope) -> Collection[int]:
    """The committees whose rounds and events belong to the scope."""
    found = set(scope.committee_ids)
    if scope.division_prefix:
        within = Committee.division_code.startswith(scope.division_prefix, autoescape=True)
        found.update(session.scalars(select(Committee.id).where(within)))
    if scope.room_ids:
        rooms = select(MediationRoom.committee_id).where(MediationRoom.id.in_(scope.room_ids))
        found.update(committee_id for committee_id in session.scalars(rooms) if committee_id is not None)
    return found


def prevention_facts(session: Session, *, period: Period, scope: Scope) -> PreventionFacts:
    """Rounds held, disputes prevented, and the four prevented pairs.

    Only events confirmed by a second person count: unconfirmed ones are free numbers.
    """
    committees = _committee_ids(session, scope)
    rounds: Sequence[int] = session.scalars(
        select(ScreeningRound.id).where(
            ScreeningRound.committee_id.in_(committees),
            ScreeningRound.screened_on.between(period.starts_on, period.ends_on),
        )
    ).all()
    prevented = session.scalar(
        select(func.count())
        .select_from(ScreeningFinding)
        .where(ScreeningFinding.round_id.in_(rounds), ScreeningFinding.is_prevented.is_(True))
    )
    rows = session.execute(
        select(PreventedEvent.kind, func.count(), func.sum(PreventedEvent.people_count))
        .where(
            PreventedEvent.committee_id.in_(committees),
            PreventedEvent.happened_on.between(period.starts_on, period.ends_on),
            PreventedEvent.confirmed_by != "",
        )
        .group_by(PreventedEvent.kind)
    )
    events: dict[PreventedKind, tuple[int, int]] = {kind: (count, people) for kind, count, people in rows}
    return PreventionFacts(screening_count=len(rounds), prevented_count=prevented or 0, events=events)


def outcome_counts(session: Session, *, period: Period, scope: Scope) -> OutcomeCounts:
    """Performance and confirmation of agreements concluded in the period.

    Performance rate = performed ÷ agreements due by the end of the period; confirmation rate =
    confirmed ÷ written agreements in force (oral ones cannot be confirmed without a paper).
    """
    due = performed = confirmable = applied = confirmed = 0
    statement = _concluded_in(period, scope).options(
        selectinload(CaseFile.agreements).selectinload(Agreement.terms),
        selectinload(CaseFile.oral_agreements),
        selectinload(CaseFile.confirmations),
    )
    for case in session.scalars(statement):
        if not period.contains(concluded_on(case)):
            continue
        agreement, oral = case.agreement, case.oral_agreement
        due_days = [term.due_on for term in agreement.terms if term.due_on] if agreement else []
        if oral is not None and oral.due_on:
            due_days.append(oral.due_on)
        if (agreement is not None or oral is not None) and max(due_days, default=date.min) <= period.ends_on:
            due += 1
            performed += case.performance is Performance.FULL
        if agreement is not None and agreement.effective_on is not None:
            confirmable += 1
            confirmation: JudicialConfirmation | None = case.confirmation
            applied += confirmation is not None
            confirmed += confirmation is not None and confirmation.outcome is ConfirmationOutcome.CONFIRMED
    return OutcomeCounts(due, performed, confirmable, applied, confirmed)
