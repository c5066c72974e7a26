"""A case file as the pure rules see it: facts without names, numbers of identity or a database.

:func:`view_of` makes it from the stored file; rules (workflow, deadlines, dates) take only this, so
they can be tested as tables and can leak nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

from mediation_rooms.agreements import content_problems
from mediation_rooms.dispute_kinds import DisputeKind, dispute_kinds
from mediation_rooms.gates import GateOutcome, evaluate
from mediation_rooms.languages import understand_each_other
from mediation_rooms.models.agreements import Agreement
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.models.vocabulary import (
    Answer,
    CaseState,
    CloseReason,
    ConfirmationOutcome,
    ConsentKind,
    Lane,
    NoticeKind,
    Performance,
    RepresentativeKind,
    SessionResult,
    SignatureMethod,
    SignedPaper,
    SignerKind,
)
from mediation_rooms.wording import INSTALMENT, TERM, party_title, say

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Official time; days of the law are days here. China has had no summer time since 1992."""

MAJORITY_YEARS = 18
CHILD_DATA_YEARS = 14


def day_of(instant: datetime) -> date:
    """The day on which an instant falls in China."""
    return instant.astimezone(CHINA).date()


def age_on(born_on: date, day: date) -> int:
    """Completed years of age on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


@dataclass(frozen=True)
class PartyView:
    """One party: what it was told, what it answered, who stands for it."""

    id: int
    title: str
    """``申请人1``: side and position, never the name."""
    is_organisation: bool = False
    age: int | None = None
    lacks_capacity: bool = False
    has_representative: bool = False
    has_fit_guardian: bool = False
    language_code: str = ""
    understood: frozenset[NoticeKind] = frozenset()
    """Notices given whose content the party said it understood."""
    told: frozenset[NoticeKind] = frozenset()
    consents: dict[ConsentKind, bool] = field(default_factory=dict)
    """The latest answer to each question of consent."""
    guardian_agreed_to_data: bool = False
    has_sensitive_data: bool = False

    @property
    def needs_guardian(self) -> bool:
        """A minor, or an adult without full capacity (民法典第十九条至第二十三条)."""
        return self.lacks_capacity or (self.age is not None and self.age < MAJORITY_YEARS)

    @property
    def is_young_child(self) -> bool:
        """Under 14: personal information needs a guardian's consent (个人信息保护法第三十一条)."""
        return self.age is not None and self.age < CHILD_DATA_YEARS


@dataclass(frozen=True)
class SessionView:
    """One sitting as the rules see it."""

    on: date
    result: SessionResult | None
    is_read_back: bool | None = None
    missing_interpreter: bool = False
    unconsented_guests_count: int = 0
    interpreter_is_near_relative: bool = False


@dataclass(frozen=True)
class DueView:
    """A payment or act that falls due: title, day, whether done."""

    title: str
    due_on: date
    is_done: bool


@dataclass(frozen=True)
class AgreementView:
    """The written agreement as the rules see it."""

    drafted_on: date
    problems: tuple[str, ...] = ()
    """What article 29 asks for and is missing."""
    unsigned: tuple[str, ...] = ()
    """Titles of the parties whose signature is missing."""
    mediator_signed: bool = False
    is_sealed: bool = False
    has_tablet_signature: bool = False
    complete_on: date | None = None
    """The day of the last signature or seal, once all are there."""
    effective_on: date | None = None
    dues: tuple[DueView, ...] = ()
    has_terms: bool = False


@dataclass(frozen=True)
class CaseView:
    """Everything the rules need to know of a case."""

    state: CaseState
    kind: DisputeKind
    source_code: str
    applied_on: date
    lane: Lane = Lane.UNDECIDED
    court_stage: str = ""
    entrusted_received_on: date | None = None
    accepted_on: date | None = None
    extended_until: date | None = None
    appraisal_days_count: int = 0
    closed_on: date | None = None
    archived_on: date | None = None
    close_reason: CloseReason | None = None
    has_committee: bool = True
    committee_has_seal: bool = True
    mediators_count: int = 0
    gates: GateOutcome = field(default_factory=lambda: GateOutcome((), ()))
    parties: tuple[PartyView, ...] = ()
    has_both_sides: bool = False
    enquiries_count: int = 0
    sessions: tuple[SessionView, ...] = ()
    needs_new_session: bool = False
    """Talks began again (恢复商谈, 重新调解) and nobody has sat since; what was agreed before is over."""
    agreement: AgreementView | None = None
    oral_agreed_on: date | None = None
    oral_dues: tuple[DueView, ...] = ()
    confirmation_applied_on: date | None = None
    confirmation_accepted_on: date | None = None
    confirmation_outcome: ConfirmationOutcome | None = None
    confirmation_decided_on: date | None = None
    performance: Performance = Performance.UNKNOWN
    performed_on: date | None = None
    performed_at_once: bool = False
    visits_on: tuple[date, ...] = ()
    planned_visits_on: tuple[date, ...] = ()
    has_referral: bool = False
    reported_gates: frozenset[str] = frozenset()
    open_risk_titles: tuple[str, ...] = ()
    """Dangers that were neither reported nor cleared."""
    retention_is_set: bool = False
    filed_by: str = ""
    checked_by: str = ""

    @property
    def effective_on(self) -> date | None:
        """The day the agreement took effect: signed and sealed (第二十九条), or orally agreed (第三十条)."""
        if self.agreement is not None and self.agreement.effective_on is not None:
            return self.agreement.effective_on
        return self.oral_agreed_on if self.lane is Lane.ORAL else None


def _talks_restarted_at(case: CaseFile) -> datetime | None:
    """When talks last began again after an agreement, or None."""
    moments = [line.taken_at for line in case.history if line.step in {"resume_talks", "mediate_again"}]
    return max(moments, default=None)


def _party_view(party: Party, day: date) -> PartyView:
    consents: dict[ConsentKind, bool] = {}
    restarted = _talks_restarted_at(party.case)
    for consent in sorted(party.case.consents, key=lambda each: (each.given_at, each.id or 0)):
        if consent.kind is ConsentKind.SETTLEMENT and restarted and consent.given_at < restarted:
            continue  # consent to an earlier text is no consent to the new one
        if consent.party_id == party.id or consent.party is party:
            consents[consent.kind] = consent.is_given
    notices = [each for each in party.case.notices if each.party_id == party.id or each.party is party]
    guardians = [each for each in party.representatives if each.kind is RepresentativeKind.GUARDIAN]
    own_consents = [each for each in party.case.consents if each.party_id == party.id or each.party is party]
    return PartyView(
        id=party.id,
        title=party_title(party.side.label, party.position),
        is_organisation=party.is_organisation,
        age=age_on(party.born_on, day) if party.born_on else None,
        lacks_capacity=party.lacks_capacity,
        has_representative=bool(party.representatives),
        has_fit_guardian=any(not each.accused_of_harm for each in guardians),
        language_code=party.language_code,
        understood=frozenset(each.kind for each in notices if each.is_understood),
        told=frozenset(each.kind for each in notices),
        consents=consents,
        guardian_agreed_to_data=any(
            each.kind is ConsentKind.PERSONAL_INFORMATION
            and each.is_given
            and each.given_by is not None
            and each.given_by.kind is RepresentativeKind.GUARDIAN
            and not each.given_by.accused_of_harm
            for each in own_consents
        ),
        has_sensitive_data=bool(party.special_group),
    )


def _sessions(case: CaseFile) -> tuple[SessionView, ...]:
    views = []
    for sitting in case.sessions:
        if sitting.cancelled_reason:
            continue
        spoken = sitting.language_code
        foreign = any(
            party.language_code and not understand_each_other(party.language_code, spoken)
            for party in case.parties
        )
        guests = [
            each
            for each in sitting.participants
            if each.capacity in {"relative", "neighbour", "colleague", "expert", "organisation"}
        ]
        views.append(
            SessionView(
                on=day_of(sitting.starts_at),
                result=sitting.result,
                is_read_back=sitting.is_read_back,
                missing_interpreter=(foreign or sitting.needs_interpreter) and not sitting.interpreter_name,
                unconsented_guests_count=sum(1 for each in guests if not each.parties_consented),
                interpreter_is_near_relative=sitting.interpreter_is_near_relative,
            )
        )
    return tuple(views)


def dues_of(agreement: Agreement) -> tuple[DueView, ...]:
    """Everything that falls due under an agreement: single terms and instalments."""
    dues: list[DueView] = []
    for term in agreement.terms:
        if term.instalments:
            dues.extend(
                DueView(
                    say(INSTALMENT, term=term.ordinal, part=part.ordinal),
                    part.due_on,
                    part.paid_on is not None,
                )
                for part in term.instalments
            )
        elif term.due_on is not None:
            dues.append(DueView(say(TERM, term=term.ordinal), term.due_on, term.performed_on is not None))
    return tuple(dues)


def _agreement_view(case: CaseFile, agreement: Agreement) -> AgreementView:
    marks = [
        each
        for each in case.signatures
        if each.paper is SignedPaper.AGREEMENT and each.paper_id == agreement.id
    ]
    signed_parties = {
        each.party_id
        for each in marks
        if each.signer_kind in {SignerKind.PARTY, SignerKind.REPRESENTATIVE} and each.party_id
    }
    unsigned = tuple(
        party_title(party.side.label, party.position)
        for party in case.parties
        if party.id not in signed_parties
    )
    mediator_signed = any(each.signer_kind is SignerKind.MEDIATOR for each in marks)
    is_sealed = any(each.signer_kind is SignerKind.COMMITTEE for each in marks)
    complete = not unsigned and mediator_signed and is_sealed
    return AgreementView(
        drafted_on=agreement.drafted_on,
        problems=tuple(content_problems(case, agreement)),
        unsigned=unsigned,
        mediator_signed=mediator_signed,
        is_sealed=is_sealed,
        has_tablet_signature=any(each.method is SignatureMethod.TABLET for each in marks),
        complete_on=max(day_of(each.signed_at) for each in marks) if complete else None,
        effective_on=agreement.effective_on,
        dues=dues_of(agreement),
        has_terms=bool(agreement.terms),
    )


def has_minor(case: CaseFile, day: date) -> bool:
    """Whether a minor takes part or is concerned."""
    return case.involves_minor or any(
        party.born_on is not None and age_on(party.born_on, day) < MAJORITY_YEARS for party in case.parties
    )


def latest_answers(case: CaseFile) -> dict[str, Answer]:
    """The answers to the gates; where several were asked, the most serious of each person's latest.

    One side's later "no" never overwrites the other side's "yes".
    """
    per_person: dict[tuple[str, int | None], Answer] = {}
    for row in sorted(case.gate_answers, key=lambda each: (each.asked_at, each.id or 0)):
        per_person[(row.gate_code, row.party_id)] = row.answer
    order = {Answer.NO: 0, Answer.UNSURE: 1, Answer.YES: 2}
    answers: dict[str, Answer] = {}
    for (code, _party), answer in per_person.items():
        if code not in answers or order[answer] > order[answers[code]]:
            answers[code] = answer
    return answers


def _dated_agreement(agreement: Agreement) -> AgreementView:
    return AgreementView(
        drafted_on=agreement.drafted_on,
        effective_on=agreement.effective_on,
        dues=dues_of(agreement),
        has_terms=bool(agreement.terms),
    )


def deadline_view_of(case: CaseFile) -> CaseView:
    """Only the facts that time limits depend on: no party, answer, sitting or signature is read."""
    agreement, oral, confirmation = case.agreement, case.oral_agreement, case.confirmation
    return CaseView(
        state=case.state,
        kind=dispute_kinds()[case.kind_code],
        source_code=case.source_code,
        applied_on=case.applied_on,
        lane=case.lane,
        court_stage=case.court_stage,
        entrusted_received_on=case.entrusted_received_on,
        accepted_on=case.accepted_on,
        extended_until=case.extended_until,
        appraisal_days_count=case.appraisal_days_count,
        closed_on=case.closed_on,
        archived_on=case.archived_on,
        close_reason=case.close_reason,
        agreement=_dated_agreement(agreement) if agreement is not None else None,
        oral_agreed_on=oral.agreed_on if oral is not None else None,
        oral_dues=(
            (DueView("口头协议", oral.due_on, case.performed_on is not None),)
            if oral is not None and oral.due_on is not None
            else ()
        ),
        confirmation_applied_on=confirmation.applied_on if confirmation else None,
        confirmation_accepted_on=confirmation.accepted_on if confirmation else None,
        confirmation_outcome=confirmation.outcome if confirmation else None,
        confirmation_decided_on=confirmation.decided_on if confirmation else None,
        performance=case.performance,
        performed_on=case.performed_on,
        performed_at_once=case.performed_at_once,
        visits_on=tuple(day_of(each.visited_at) for each in case.follow_ups if each.visited_at),
        planned_visits_on=tuple(each.planned_on for each in case.follow_ups if each.visited_at is None),
    )


def view_of(case: CaseFile, *, today: date) -> CaseView:
    """The facts of a stored file on a day."""
    agreement, restarted = case.agreement, _talks_restarted_at(case)
    return replace(
        deadline_view_of(case),
        has_committee=case.committee is not None,
        committee_has_seal=case.committee is not None and case.committee.has_seal,
        mediators_count=sum(1 for each in case.mediators if each.left_on is None),
        gates=evaluate(
            latest_answers(case),
            kind_code=case.kind_code,
            source_code=case.source_code,
            has_minor=has_minor(case, today),
        ),
        parties=tuple(_party_view(party, today) for party in case.parties),
        has_both_sides=len({party.side for party in case.parties} & {"applicant", "respondent"}) == 2,
        enquiries_count=len(case.enquiries),
        sessions=_sessions(case),
        needs_new_session=restarted is not None
        and not any(each.starts_at >= restarted and each.result is not None for each in case.sessions),
        agreement=_agreement_view(case, agreement) if agreement is not None else None,
        has_referral=bool(case.referrals),
        reported_gates=frozenset(each.gate_code for each in case.referrals if each.gate_code),
        open_risk_titles=tuple(
            each.kind.label for each in case.risks if each.cleared_at is None and each.reported_at is None
        ),
        retention_is_set=case.retention_class is not None,
        filed_by=case.filed_by,
        checked_by=case.checked_by,
    )
