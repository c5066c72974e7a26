"""Two complete invented cases on the sample rooms, for tests, documents and first steps.

Everybody here is visibly made up (示例…). The written case is a field boundary between two families,
heard in southern Bai with an interpreter for the side that speaks Chinese, settled with instalments;
the oral one is a small debt between neighbours, performed on the spot.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from mediation_rooms import cases, follow_ups, hearings, people, performance, settlements
from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import (
    Capacity,
    Channel,
    CloseReason,
    ConfirmationOutcome,
    ConsentKind,
    NoticeKind,
    Performance,
    RetentionClass,
    Satisfaction,
    SessionResult,
    Side,
    SignatureMethod,
    SignedPaper,
    SignerKind,
    VisitForm,
)
from mediation_rooms.sample_acts import (
    answer_all_gates,
    consent_of_all,
    enter_party,
    tell,
)
from mediation_rooms.sample_rooms import sample_mediator
from mediation_rooms.steps import take_step


def boundary_case_opened(session: Session, *, actor: Actor, now: datetime) -> CaseFile:
    """The field boundary, received: parties, notices on data and all questions answered."""
    entry = cases.CaseEntry(
        kind_code="neighbour",
        source_code="application",
        applied_on=day_of(now),
        channel=Channel.IN_PERSON,
        division_code="532901104213",
        statement="示例甲说，示例乙家砌新墙时占到了两家田埂中间，还压坏了一季蚕豆。",
        requests="把墙退回到原来的田埂线\n赔偿蚕豆损失",
        amount_in_dispute=Decimal("3600.00"),
        occurred_on=day_of(now) - timedelta(days=20),
        occurred_place="示例村示例田",
        session_language_code="bfs",
        has_written_application=False,
    )
    case = cases.open_case(session, actor=actor, entry=entry, now=now)
    case.is_sample = True
    for side, name, spoken, born in (
        (Side.APPLICANT, "示例甲", "bfs", date(1960, 4, 5)),
        (Side.APPLICANT, "示例甲之妻", "bfs", date(1962, 9, 9)),
        (Side.RESPONDENT, "示例乙", "zh-x-local", date(1971, 1, 20)),
    ):
        party = people.PartyEntry(
            side=side,
            name=name,
            born_on=born,
            ethnicity="白族" if spoken == "bfs" else "汉族",
            address="示例村示例组",
            phone="13800000000",
            occupation="务农",
            language_code=spoken,
            reads_chinese=spoken != "bfs",
        )
        enter_party(session, case, party, actor=actor, now=now)
    first, second, third = case.parties
    people.relate(session, first, second, relation="夫妻", actor=actor)
    people.relate(session, first, third, relation="邻居", actor=actor)
    answer_all_gates(session, case, actor=actor, now=now)
    session.flush()
    return case


def boundary_case_mediating(session: Session, *, actor: Actor, now: datetime) -> CaseFile:
    """The field boundary, accepted and in mediation."""
    case = boundary_case_opened(session, actor=actor, now=now)
    cases.accept(session, case, actor=actor, reason="符合受理条件，双方愿意调解", now=now)
    lead = sample_mediator(session, "示例调解员甲")
    cases.assign_mediator(session, case, lead, actor=actor, now=now, is_lead=True, chosen_by_parties=True)
    tell(session, case, NoticeKind.RIGHTS_AND_DUTIES, actor=actor, now=now)
    consent_of_all(session, case, ConsentKind.MEDIATION, actor=actor, now=now)
    take_step(session, case, "begin_mediation", actor=actor, reason="双方到齐", now=now)
    return case


def boundary_session(case: CaseFile, *, starts_at: datetime, result: SessionResult) -> hearings.SessionEntry:
    """A sitting in southern Bai, interpreted for the side that speaks Chinese, read back in Bai."""
    participants = [
        hearings.ParticipantEntry(Capacity.PARTY, party.name, party_id=party.id) for party in case.parties
    ]
    participants.append(hearings.ParticipantEntry(Capacity.NEIGHBOUR, "示例邻居", parties_consented=True))
    return hearings.SessionEntry(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1, minutes=30),
        place="示例金花调解室",
        language_code="bfs",
        needs_interpreter=True,
        interpreter_name="示例翻译",
        interpreter_relation="无亲属关系",
        course="先到田里看了界石和旧田埂，再回室里分别听了两家的说法，核对了压坏蚕豆的面积。",
        result=result,
        result_text="双方同意以旧界石为准，墙退回，蚕豆损失分三期赔偿。",
        is_read_back=True,
        read_back_language_code="bfs",
        recorded_by="示例调解员乙",
        participants=tuple(participants),
    )


def boundary_agreement(case: CaseFile, *, day: date) -> settlements.AgreementEntry:
    """Three terms: move the wall, pay in three parts, keep the boundary stone."""
    payee, _wife, payer = case.parties
    parts = tuple(
        settlements.InstalmentEntry(day + timedelta(days=30 * number), Decimal("1200.00"), "现金，当面付清")
        for number in (1, 2, 3)
    )
    return settlements.AgreementEntry(
        drafted_on=day,
        facts="示例乙砌新墙时越过旧界石约三十厘米，施工中压坏示例甲家蚕豆。",
        disputed_matters="墙的位置；蚕豆损失的数额。",
        responsibilities="示例乙砌墙前没有核对界石，承担主要责任；示例甲发现后没有及时说明，承担次要责任。",
        place="示例金花调解室",
        total_amount=Decimal("3600.00"),
        terms=(
            settlements.TermEntry(
                content="示例乙把新墙退到旧界石以内。",
                manner="自行拆改，示例村委会到场看界",
                place="示例村示例田",
                due_on=day + timedelta(days=20),
                obligor_id=payer.id,
                obligee_id=payee.id,
            ),
            settlements.TermEntry(
                content="示例乙赔偿示例甲蚕豆损失3600元，分三期付清。",
                manner="现金，当面付清，收据为凭",
                place="示例金花调解室",
                obligor_id=payer.id,
                obligee_id=payee.id,
                amount=Decimal("3600.00"),
                instalments=parts,
            ),
            settlements.TermEntry(
                content="双方共同保护界石，今后修墙先互相说一声。",
                manner="长期遵守",
                place="示例村示例田",
                due_on=day + timedelta(days=20),
            ),
        ),
    )


def sign_agreement(session: Session, case: CaseFile, *, actor: Actor, now: datetime) -> None:
    """Each party, the mediator and the seal, one after the other."""
    agreement = case.agreement
    if agreement is None:
        raise LookupError("the sample case has no agreement yet")
    for number, party in enumerate(case.parties):
        settlements.sign(
            session,
            case,
            paper=SignedPaper.AGREEMENT,
            paper_id=agreement.id,
            signer_kind=SignerKind.PARTY,
            signer_name=party.name,
            method=SignatureMethod.INK if party.reads_chinese else SignatureMethod.FINGERPRINT,
            signed_at=now + timedelta(minutes=2 * number),
            place="示例金花调解室",
            actor=actor,
            now=now + timedelta(minutes=10),
            party=party,
            witness="示例翻译",
        )
    mediator = case.mediators[0].mediator
    settlements.sign(
        session,
        case,
        paper=SignedPaper.AGREEMENT,
        paper_id=agreement.id,
        signer_kind=SignerKind.MEDIATOR,
        signer_name=mediator.name,
        method=SignatureMethod.INK,
        signed_at=now + timedelta(minutes=8),
        place="示例金花调解室",
        actor=actor,
        now=now + timedelta(minutes=10),
        mediator=mediator,
    )
    settlements.seal(session, case, actor=actor, place="示例金花调解室", now=now + timedelta(minutes=12))


def boundary_case_in_force(session: Session, *, actor: Actor, now: datetime) -> CaseFile:
    """The field boundary with its agreement signed, sealed and in force; visits are planned."""
    case = boundary_case_mediating(session, actor=actor, now=now)
    held = now + timedelta(days=3)
    entry = boundary_session(case, starts_at=held, result=SessionResult.WRITTEN_AGREEMENT)
    later = held + timedelta(hours=2)
    hearings.record_session(session, case, entry=entry, actor=actor, now=later)
    agreement = boundary_agreement(case, day=day_of(later))
    settlements.draft_agreement(session, case, entry=agreement, actor=actor, now=later)
    tell(session, case, NoticeKind.AGREEMENT_READ_BACK, actor=actor, now=later)
    consent_of_all(session, case, ConsentKind.SETTLEMENT, actor=actor, now=later)
    settlements.settle_in_writing(session, case, actor=actor, reason="双方自愿达成书面协议", now=later)
    sign_agreement(session, case, actor=actor, now=later)
    settlements.bring_into_force(
        session, case, actor=actor, reason="签名、指印、印章齐全", now=later + timedelta(minutes=15)
    )
    follow_ups.plan_visits_from_agreement(session, case, actor=actor, now=later + timedelta(minutes=20))
    return case


def boundary_case_archived(session: Session, *, actor: Actor, now: datetime) -> CaseFile:
    """The whole dispute: confirmed by the court, paid in parts, visited, closed and archived."""
    case = boundary_case_in_force(session, actor=actor, now=now)
    moment = now + timedelta(days=6)
    tell(session, case, NoticeKind.JUDICIAL_CONFIRMATION, actor=actor, now=moment)
    consent_of_all(session, case, ConsentKind.JUDICIAL_CONFIRMATION, actor=actor, now=moment)
    follow_ups.apply_for_confirmation(
        session,
        case,
        court="示例人民法院",
        applied_on=day_of(moment),
        actor=actor,
        reason="双方共同申请",
        now=moment,
    )
    moment = now + timedelta(days=14)
    follow_ups.confirm(
        session,
        case,
        outcome=ConfirmationOutcome.CONFIRMED,
        decided_on=day_of(moment),
        accepted_on=day_of(now + timedelta(days=7)),
        court_number="（2026）示例0000民特调确1号",
        actor=actor,
        reason="收到裁定书",
        now=moment,
    )
    agreement = case.agreement
    if agreement is None:
        raise LookupError("the sample case has no agreement yet")
    moment = now + timedelta(days=100)
    for term in agreement.terms:
        for part in term.instalments:
            performance.record_payment(
                session,
                case,
                part,
                paid_on=part.due_on,
                paid_amount=part.amount,
                receipt_number=f"示例{part.ordinal}",
                actor=actor,
                now=moment,
            )
        if not term.instalments:
            performance.record_term_performed(
                session, case, term, performed_on=day_of(now + timedelta(days=20)), actor=actor, now=moment
            )
    findings = follow_ups.VisitFindings(
        visited_at=moment,
        form=VisitForm.AT_HOME,
        visited_person=case.parties[0].name,
        performance=Performance.FULL,
        satisfaction=Satisfaction.FAIR,
        findings="墙已退回，三期都收到了，两家照常往来。",
    )
    follow_ups.visit(session, case.follow_ups[-1], findings=findings, actor=actor, now=moment)
    follow_ups.record_performance(
        session,
        case,
        performance=Performance.FULL,
        performed_on=day_of(moment),
        actor=actor,
        reason="回访查明，收据三张",
        now=moment,
    )
    cases.close(
        session, case, close_reason=CloseReason.AGREEMENT, actor=actor, reason="已履行完毕", now=moment
    )
    cases.archive(
        session,
        case,
        retention_class=RetentionClass.LONG,
        filed_by="示例调解员乙",
        checked_by="示例调解员甲",
        remarks="材料齐全",
        actor=actor,
        now=moment + timedelta(days=1),
    )
    return case


def oral_case_performed(session: Session, *, actor: Actor, now: datetime) -> CaseFile:
    """A small debt between neighbours, settled orally and paid on the spot."""
    entry = cases.CaseEntry(
        kind_code="contract",
        source_code="own_initiative",
        applied_on=day_of(now),
        channel=Channel.VISIT,
        division_code="532901104213",
        statement="示例丙向示例丁借了五百元，过了说好的日子没有还。",
        requests="归还借款500元",
        amount_in_dispute=Decimal("500.00"),
        occurred_on=day_of(now) - timedelta(days=60),
        session_language_code="zh-x-local",
    )
    case = cases.open_case(session, actor=actor, entry=entry, now=now)
    case.is_sample = True
    for side, name in ((Side.APPLICANT, "示例丁"), (Side.RESPONDENT, "示例丙")):
        party = people.PartyEntry(
            side=side, name=name, address="示例村示例组", language_code="zh-x-local", reads_chinese=True
        )
        enter_party(session, case, party, actor=actor, now=now)
    answer_all_gates(session, case, actor=actor, now=now)
    cases.accept(session, case, actor=actor, reason="双方愿意调解", now=now)
    lead = sample_mediator(session, "示例调解员乙")
    cases.assign_mediator(session, case, lead, actor=actor, now=now, is_lead=True)
    tell(session, case, NoticeKind.RIGHTS_AND_DUTIES, actor=actor, now=now)
    consent_of_all(session, case, ConsentKind.MEDIATION, actor=actor, now=now)
    take_step(session, case, "begin_mediation", actor=actor, reason="当面调解", now=now)
    later = now + timedelta(hours=1)
    sitting = hearings.SessionEntry(
        starts_at=now + timedelta(minutes=10),
        ends_at=now + timedelta(minutes=40),
        place="示例村示例组",
        language_code="zh-x-local",
        course="双方对借款数额没有争议，示例丙当场还清。",
        result=SessionResult.ORAL_AGREEMENT,
        result_text="当场归还500元。",
        is_read_back=True,
        read_back_language_code="zh-x-local",
        recorded_by="示例调解员乙",
    )
    hearings.record_session(session, case, entry=sitting, actor=actor, now=later)
    settlements.record_oral_agreement(
        session,
        case,
        agreed_on=day_of(later),
        place="示例村示例组",
        content="示例丙当场归还示例丁500元，双方再无其他借款。",
        total_amount=Decimal("500.00"),
        due_on=day_of(later),
        actor=actor,
        now=later,
    )
    consent_of_all(session, case, ConsentKind.SETTLEMENT, actor=actor, now=later)
    settlements.settle_orally(session, case, actor=actor, reason="双方口头达成协议", now=later)
    follow_ups.record_performance(
        session,
        case,
        performance=Performance.FULL,
        performed_on=day_of(later),
        at_once=True,
        actor=actor,
        reason="当场还清，双方在场",
        now=later,
    )
    return case
