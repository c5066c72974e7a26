"""Ways a dispute may go besides the straight one: violence, a minor, refusal by the court, longer talks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from mediation_rooms import (
    cases,
    evidence,
    follow_ups,
    hearings,
    intake,
    people,
    requests,
    sample_acts,
    sample_rooms,
    samples,
    settlements,
)
from mediation_rooms.actor import Actor
from mediation_rooms.agreements import agreement_text, hints_for, written_form_reasons
from mediation_rooms.case_view import view_of
from mediation_rooms.deadlines import by_day, deadlines_of
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.errors import InvalidEntry, StepNotAllowed
from mediation_rooms.models.vocabulary import (
    Answer,
    CaseState,
    CloseReason,
    ConfirmationOutcome,
    ConsentKind,
    Manner,
    NoticeKind,
    NoticeMedium,
    ReferralDirection,
    RepresentativeKind,
    SessionResult,
    Side,
)
from mediation_rooms.people import GivenNotice, PartyEntry, RepresentativeEntry
from mediation_rooms.referrals import refer
from mediation_rooms.steps import take_step
from mediation_rooms.workflow import allowed_steps


def test_violence_in_the_home_is_asked_alone_hidden_and_referred_not_mediated(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    cases.amend(
        session,
        case,
        changes={"kind_code": "marriage_family"},
        seen_version=case.version_id,
        actor=mediator,
        now=now,
    )
    with pytest.raises(InvalidEntry, match="单独问"):
        intake.answer_gate(
            session, case, gate_code="violence_now", answer=Answer.YES, actor=mediator, now=now
        )
    row = intake.answer_gate(
        session,
        case,
        gate_code="violence_now",
        answer=Answer.YES,
        actor=mediator,
        now=now,
        party=case.parties[1],
        asked_alone=True,
    )
    assert row.is_hidden_from_other_side and case.risks[0].is_hidden_from_other_side
    with pytest.raises(StepNotAllowed) as refused:
        cases.accept(session, case, actor=mediator, reason="受理", now=now)
    # The sentence another side might read over a shoulder says nothing about violence.
    assert "不能调解" in str(refused.value) and "暴力" not in str(refused.value)
    sheet = refer(
        session,
        case,
        direction=ReferralDirection.OUT,
        target="公安机关、人民法院（人身安全保护令）",
        reason="安全第一",
        actor=mediator,
        now=now,
        gate_code="violence_now",
    )
    assert sheet.is_hidden_from_other_side and "反家庭暴力法第二十三条" in sheet.citation
    assert case.risks[0].reported_to.startswith("公安机关")
    take_step(session, case, "refer", actor=mediator, reason="转公安、法院", now=now)
    sample_acts.tell(session, case, NoticeKind.REMEDIES, actor=mediator, now=now)
    cases.close(session, case, close_reason=CloseReason.TRANSFERRED, actor=mediator, reason="已转交", now=now)
    assert case.state is CaseState.CLOSED and case.number is None


def test_a_minors_case_goes_on_with_a_guardian_and_stays_sealed(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    notice = GivenNotice("bfs", NoticeMedium.READ_ALOUD, mediator.name, is_understood=True)
    youth = PartyEntry(Side.APPLICANT, "示例少年", born_on=date(2010, 6, 1), language_code="bfs")
    party = people.add_party(session, case, entry=youth, notice=notice, actor=mediator, now=now)
    cases_now = now + timedelta(minutes=1)
    sample_acts.answer_all_gates(session, case, actor=mediator, now=cases_now)
    cases.accept(session, case, actor=mediator, reason="受理", now=cases_now)
    cases.assign_mediator(
        session,
        case,
        sample_rooms.sample_mediator(session, "示例调解员甲"),
        actor=mediator,
        now=cases_now,
    )
    sample_acts.tell(session, case, NoticeKind.RIGHTS_AND_DUTIES, actor=mediator, now=cases_now)
    sample_acts.consent_of_all(session, case, ConsentKind.MEDIATION, actor=mediator, now=cases_now)
    with pytest.raises(StepNotAllowed, match=r"申请人3要有监护人到场（民法典第十九条"):
        take_step(session, case, "begin_mediation", actor=mediator, reason="开始", now=cases_now)
    guardian = RepresentativeEntry(RepresentativeKind.GUARDIAN, "示例监护人", relation_to_party="父亲")
    people.add_representative(session, party, entry=guardian, actor=mediator, now=cases_now)
    session.refresh(party)
    take_step(session, case, "begin_mediation", actor=mediator, reason="监护人已到", now=cases_now)
    assert case.is_sealed and case.state is CaseState.MEDIATING


def test_after_the_court_refuses_a_new_agreement_is_written_beside_the_old(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_in_force(session, actor=mediator, now=now)
    first = case.agreement
    assert first is not None
    moment = now + timedelta(days=8)
    sample_acts.consent_of_all(session, case, ConsentKind.JUDICIAL_CONFIRMATION, actor=mediator, now=moment)
    follow_ups.apply_for_confirmation(
        session,
        case,
        court="示例人民法院",
        applied_on=date(2026, 3, 10),
        actor=mediator,
        reason="共同申请",
        now=moment,
    )
    moment = now + timedelta(days=15)
    with pytest.raises(InvalidEntry, match="调确字"):
        follow_ups.confirm(
            session,
            case,
            outcome=ConfirmationOutcome.CONFIRMED,
            decided_on=date(2026, 3, 16),
            actor=mediator,
            reason="裁定",
            now=moment,
        )
    follow_ups.confirm(
        session,
        case,
        outcome=ConfirmationOutcome.REJECTED,
        decided_on=date(2026, 3, 16),
        actor=mediator,
        reason="内容不明确",
        now=moment,
    )
    assert case.state is CaseState.CONFIRMATION_REFUSED
    take_step(session, case, "mediate_again", actor=mediator, reason="双方愿意重谈", now=moment)
    entry = samples.boundary_agreement(case, day=date(2026, 3, 17))
    settlements.draft_agreement(session, case, entry=entry, actor=mediator, now=moment)
    session.refresh(case)
    assert case.agreement is not first and first.effective_on == date(2026, 3, 5)
    with pytest.raises(StepNotAllowed) as refused:
        settlements.settle_in_writing(session, case, actor=mediator, reason="又达成", now=moment)
    assert "还没有新的调解记录" in str(refused.value) and "同意协议内容" in str(refused.value)
    sitting = samples.boundary_session(
        case, starts_at=moment + timedelta(minutes=5), result=SessionResult.WRITTEN_AGREEMENT
    )
    later = moment + timedelta(hours=2)
    hearings.record_session(session, case, entry=sitting, actor=mediator, now=later)
    sample_acts.consent_of_all(session, case, ConsentKind.SETTLEMENT, actor=mediator, now=later)
    session.refresh(case)
    settlements.settle_in_writing(session, case, actor=mediator, reason="又达成", now=later)
    with pytest.raises(StepNotAllowed, match="还没有签名"):
        settlements.bring_into_force(session, case, actor=mediator, reason="生效", now=later)
    samples.sign_agreement(session, case, actor=mediator, now=later)
    session.refresh(case)
    done = later + timedelta(minutes=15)
    assert settlements.bring_into_force(session, case, actor=mediator, reason="生效", now=done) == date(
        2026, 3, 17
    )


def test_the_parties_lengthen_the_talks_only_all_together_and_to_one_day(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_mediating(session, actor=mediator, now=now)
    until = date(2026, 4, 30)
    with pytest.raises(StepNotAllowed, match="还没有同意延长"):
        cases.extend_deadline(session, case, until=until, actor=mediator, now=now, reason="等测量")
    for party in case.parties:
        people.record_consent(
            session,
            party,
            kind=ConsentKind.EXTENSION,
            is_given=True,
            manner=Manner.ORAL,
            actor=mediator,
            now=now,
            subject="2026-04-30",
        )
    session.refresh(case)
    cases.extend_deadline(session, case, until=until, actor=mediator, now=now, reason="等测量")
    assert case.next_due_on == until
    assert list(by_day(deadlines_of(view_of(case, today=date(2026, 3, 2)), date(2026, 3, 2)))) == [until]


def test_what_is_wished_in_writing_is_not_settled_orally(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_mediating(session, actor=mediator, now=now)
    assert written_form_reasons(case, dispute_kinds()["neighbour"]) == []
    people.record_consent(
        session,
        case.parties[0],
        kind=ConsentKind.WRITTEN_FORM,
        is_given=True,
        manner=Manner.ORAL,
        actor=mediator,
        now=now,
    )
    session.refresh(case)
    assert "人民调解法第二十八条" in written_form_reasons(case, dispute_kinds()["neighbour"])[0]
    with pytest.raises(StepNotAllowed, match="不能只用口头协议"):
        settlements.settle_orally(session, case, actor=mediator, reason="口头", now=now)


def test_enquiry_evidence_and_articles_enter_the_file(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_mediating(session, actor=mediator, now=now)
    with pytest.raises(InvalidEntry) as refused:
        hearings.record_enquiry(
            session,
            case,
            starts_at=now + timedelta(days=1),
            place=" ",
            asked_person="",
            asked_by="示例调解员甲",
            recorded_by="示例调解员乙",
            language_code="bfs",
            record="",
            actor=mediator,
            now=now,
        )
    assert set(refused.value.problems) == {"place", "asked_person", "record", "starts_at"}
    piece = evidence.add_evidence(
        session,
        case,
        name="旧界石照片",
        provided_on=date(2026, 3, 2),
        provided_by=case.parties[0],
        is_original=True,
        page_count=2,
        proves="界石的位置",
        actor=mediator,
        now=now,
    )
    assert (piece.ordinal, piece.provided_by_name) == (1, "示例甲")
    cited = hearings.cite_article(
        session,
        case,
        citation="民法典#288@2021-01-01",
        title="《中华人民共和国民法典》第二百八十八条",
        words="示例文字",
        words_on=date(2026, 3, 2),
        was_in_force=True,
        placed_in="record",
        actor=mediator,
        now=now,
    )
    assert cited.words_on == date(2026, 3, 2)


def test_a_planned_sitting_is_filled_in_once_or_cancelled_with_its_reason(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_mediating(session, actor=mediator, now=now)
    held = samples.boundary_session(case, starts_at=now + timedelta(days=1), result=SessionResult.CONTINUES)
    with pytest.raises(InvalidEntry, match="不能先写结果"):
        hearings.record_session(session, case, entry=held, actor=mediator, now=now)
    planned = hearings.record_session(
        session, case, entry=replace(held, result=None, course=""), actor=mediator, now=now
    )
    later = now + timedelta(days=1, hours=2)
    hearings.record_session(session, case, entry=held, actor=mediator, now=later, replaces=planned)
    with pytest.raises(StepNotAllowed, match="不能改写"):
        hearings.record_session(session, case, entry=held, actor=mediator, now=later, replaces=planned)
    with pytest.raises(StepNotAllowed, match="不能取消"):
        hearings.cancel_session(session, planned, reason="下雨", actor=mediator, now=later)


def test_an_agreement_that_was_not_signed_is_withdrawn_with_its_reason(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_mediating(session, actor=mediator, now=now)
    entry = samples.boundary_agreement(case, day=date(2026, 3, 2))
    bad = replace(entry.terms[0], content="示例乙退墙，今后双方不得再起诉")
    drafted = settlements.draft_agreement(
        session, case, entry=replace(entry, terms=(bad, *entry.terms[1:])), actor=mediator, now=now
    )
    assert [hint.code for hint in hints_for(agreement_text(drafted))] == ["no_suit"]
    again = settlements.draft_agreement(session, case, entry=entry, actor=mediator, now=now)
    assert again is drafted and len(again.terms) == 3
    session.refresh(case)
    settlements.withdraw_agreement(session, case, reason="一方反悔", actor=mediator, now=now)
    assert case.agreement is None and drafted.withdrawn_reason == "一方反悔"


def test_a_received_case_offers_only_what_it_can_do(session: Session, mediator: Actor, now: datetime) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    today = date(2026, 3, 2)
    assert [step.name for step in allowed_steps(view_of(case, today=today), today=today)] == ["accept"]


def test_a_request_is_answered_with_words(session: Session, mediator: Actor, now: datetime) -> None:
    room_id = mediator.room_id
    assert room_id is not None
    entry = requests.HelpEntry("t", room_id, "532901104213", "1", "bfs", words="想问问界石的事")
    requests.ask_for_help(session, entry=entry, now=now)
    (waiting,) = requests.inbox(session, actor=mediator)
    with pytest.raises(InvalidEntry):
        requests.answer_request(session, waiting, answer=" ", actor=mediator, now=now)
    requests.answer_request(session, waiting, answer="已电话答复", actor=mediator, now=now)
    assert requests.inbox(session, actor=mediator) == []
