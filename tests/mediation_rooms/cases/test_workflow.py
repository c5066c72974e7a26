"""The life of a file: what each step needs, and that nothing goes round a guard."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from mediation_rooms import cases, follow_ups, hearings, intake, people, sample_acts, samples, settlements
from mediation_rooms.actor import Actor
from mediation_rooms.case_view import CaseView
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.errors import InvalidEntry, NotFound, StaleVersion, StepNotAllowed
from mediation_rooms.models.vocabulary import (
    Answer,
    CaseState,
    Channel,
    CloseReason,
    ConsentKind,
    Lane,
    Manner,
    NoticeKind,
    Performance,
    ReferralDirection,
    SessionResult,
    SignatureMethod,
    SignedPaper,
    SignerKind,
)
from mediation_rooms.referrals import refer
from mediation_rooms.steps import take_step
from mediation_rooms.workflow import STEPS, as_mermaid, check_step, offered_steps


def test_a_boundary_dispute_goes_from_the_first_word_to_the_archive(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_archived(session, actor=mediator, now=now)
    assert case.state is CaseState.ARCHIVED
    assert case.number == "（2026）示镇人调字第1号"
    assert [line.step for line in case.history] == [
        "open",
        "accept",
        "begin_mediation",
        "settle_in_writing",
        "bring_into_force",
        "apply_for_confirmation",
        "confirm",
        "record_performance",
        "close",
        "archive",
    ]
    assert all(line.actor_name and line.reason and line.taken_at for line in case.history)


def test_the_oral_lane_is_complete_too(session: Session, mediator: Actor, now: datetime) -> None:
    case = samples.oral_case_performed(session, actor=mediator, now=now)
    assert (case.lane, case.state) == (Lane.ORAL, CaseState.PERFORMED)
    close_reason = CloseReason.AGREEMENT
    cases.close(session, case, close_reason=close_reason, actor=mediator, reason="当场履行", now=now)
    assert case.state is CaseState.CLOSED


def test_an_agreement_takes_effect_with_the_last_mark_not_with_the_draft(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_mediating(session, actor=mediator, now=now)
    held = now + timedelta(days=3)
    entry = samples.boundary_session(case, starts_at=held, result=SessionResult.WRITTEN_AGREEMENT)
    later = held + timedelta(hours=2)
    hearings.record_session(session, case, entry=entry, actor=mediator, now=later)
    settlements.draft_agreement(
        session, case, entry=samples.boundary_agreement(case, day=date(2026, 3, 5)), actor=mediator, now=later
    )
    sample_acts.consent_of_all(session, case, ConsentKind.SETTLEMENT, actor=mediator, now=later)
    settlements.settle_in_writing(session, case, actor=mediator, reason="达成协议", now=later)
    with pytest.raises(StepNotAllowed) as refused:
        settlements.bring_into_force(session, case, actor=mediator, reason="签署", now=later)
    text = str(refused.value)
    assert "申请人1还没有签名" in text and "人民调解员还没有签名" in text and "印章" in text
    assert "人民调解法第二十九条" in text
    signing = later + timedelta(days=4)
    samples.sign_agreement(session, case, actor=mediator, now=signing)
    done = signing + timedelta(minutes=15)
    assert settlements.bring_into_force(session, case, actor=mediator, reason="签齐", now=done) == date(
        2026, 3, 9
    )


def test_nothing_moves_without_a_reason(session: Session, mediator: Actor, now: datetime) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    with pytest.raises(StepNotAllowed, match="写明理由"):
        take_step(session, case, "accept", actor=mediator, reason="  ", now=now)


def test_a_case_of_another_room_does_not_exist(
    session: Session, mediator: Actor, stranger: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    with pytest.raises(NotFound):
        take_step(session, case, "accept", actor=stranger, reason="看看", now=now)
    with pytest.raises(NotFound):
        cases.write_note(session, case, text="便条", actor=stranger, now=now)


def test_a_room_without_a_committee_cannot_accept(session: Session, now: datetime) -> None:
    from mediation_rooms.sample_rooms import sample_room

    lawyer = Actor(5, "示例律师", room_id=sample_room(session, "sample-lawyer").id)
    case = samples.boundary_case_opened(session, actor=lawyer, now=now)
    with pytest.raises(StepNotAllowed, match=r"没有所属的人民调解委员会.*人民调解法第八条"):
        cases.accept(session, case, actor=lawyer, reason="受理", now=now)
    assert case.number is None


def test_unanswered_questions_and_refusal_stop_acceptance(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    people.record_consent(
        session,
        case.parties[2],
        kind=ConsentKind.MEDIATION,
        is_given=False,
        manner=Manner.ORAL,
        actor=mediator,
        now=now,
    )
    with pytest.raises(StepNotAllowed, match=r"被申请人1明确拒绝调解.*人民调解法第十七条"):
        cases.accept(session, case, actor=mediator, reason="受理", now=now)
    intake.answer_gate(
        session, case, gate_code="crime", answer=Answer.YES, actor=mediator, now=now + timedelta(minutes=1)
    )
    with pytest.raises(StepNotAllowed, match="可能是犯罪"):
        cases.accept(session, case, actor=mediator, reason="受理", now=now)


def test_mediation_waits_for_rights_told_and_understood(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    cases.accept(session, case, actor=mediator, reason="受理", now=now)
    with pytest.raises(StepNotAllowed) as refused:
        take_step(session, case, "begin_mediation", actor=mediator, reason="开始", now=now)
    text = str(refused.value)
    assert "听得懂的话告知权利义务" in text and "至少一名调解员" in text and "同意调解" in text


def test_a_session_in_a_language_a_party_does_not_speak_needs_an_interpreter(
    session: Session, mediator: Actor, now: datetime
) -> None:
    from dataclasses import replace

    case = samples.boundary_case_mediating(session, actor=mediator, now=now)
    entry = samples.boundary_session(case, starts_at=now, result=SessionResult.CONTINUES)
    with pytest.raises(InvalidEntry) as refused:
        hearings.record_session(
            session,
            case,
            entry=replace(entry, interpreter_name=""),
            actor=mediator,
            now=now + timedelta(hours=2),
        )
    assert "被申请人1" in refused.value.problems["interpreter_name"]
    with pytest.raises(InvalidEntry, match="近亲属"):
        hearings.record_session(
            session,
            case,
            entry=replace(entry, interpreter_is_near_relative=True),
            actor=mediator,
            now=now + timedelta(hours=2),
        )


def test_a_failed_mediation_tells_the_remedies_first(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_mediating(session, actor=mediator, now=now)
    later = now + timedelta(hours=3)
    entry = samples.boundary_session(case, starts_at=now, result=SessionResult.NO_AGREEMENT)
    hearings.record_session(session, case, entry=entry, actor=mediator, now=later)
    with pytest.raises(StepNotAllowed, match=r"仲裁、行政、司法.*人民调解法第二十六条"):
        take_step(session, case, "fail", actor=mediator, reason="谈不拢", now=later)
    sample_acts.tell(session, case, NoticeKind.REMEDIES, actor=mediator, now=later)
    take_step(session, case, "fail", actor=mediator, reason="谈不拢", now=later)
    cases.close(
        session, case, close_reason=CloseReason.GAP_TOO_WIDE, actor=mediator, reason="调解不成", now=later
    )
    assert case.state is CaseState.CLOSED
    fresh = cases.reopen(
        session, case, actor=mediator, reason="双方又愿意谈", channel=Channel.IN_PERSON, now=later
    )
    assert fresh.reopened_from is case and fresh.state is CaseState.RECEIVED
    assert case.state is CaseState.CLOSED and case.history[-1].step == "reopen"


def test_confirmation_is_refused_on_the_thirty_first_day(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_in_force(session, actor=mediator, now=now)
    agreement = case.agreement
    assert agreement is not None and agreement.effective_on == date(2026, 3, 5)
    late = now + timedelta(days=40)
    sample_acts.consent_of_all(session, case, ConsentKind.JUDICIAL_CONFIRMATION, actor=mediator, now=late)
    with pytest.raises(StepNotAllowed, match="三十日"):
        follow_ups.apply_for_confirmation(
            session,
            case,
            court="示例人民法院",
            applied_on=date(2026, 4, 9),
            actor=mediator,
            reason="共同申请",
            now=late,
        )


def test_thirty_days_end_after_the_holiday_when_the_last_is_a_day_off(
    session: Session, mediator: Actor, now: datetime
) -> None:
    """30 days from 5 March 2026 end on Saturday 4 April, Qingming; 7 April is the first working day."""
    case = samples.boundary_case_in_force(session, actor=mediator, now=now)
    moment = now + timedelta(days=36)
    sample_acts.consent_of_all(session, case, ConsentKind.JUDICIAL_CONFIRMATION, actor=mediator, now=moment)
    follow_ups.apply_for_confirmation(
        session,
        case,
        court="示例人民法院",
        applied_on=date(2026, 4, 7),
        actor=mediator,
        reason="共同申请",
        now=moment,
    )
    assert case.state is CaseState.CONFIRMING


def test_family_papers_take_no_tablet_signature(session: Session, mediator: Actor, now: datetime) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    case.kind_code = "marriage_family"
    with pytest.raises(InvalidEntry, match="电子签名法第三条"):
        settlements.sign(
            session,
            case,
            paper=SignedPaper.AGREEMENT,
            paper_id=1,
            signer_kind=SignerKind.PARTY,
            signer_name="示例甲",
            method=SignatureMethod.TABLET,
            signed_at=now,
            place="示例室",
            actor=mediator,
            now=now,
            party=case.parties[0],
        )


def test_labour_medical_and_wished_agreements_are_never_only_oral() -> None:
    for code in ("migrant_wages", "other_labour", "medical"):
        view = CaseView(CaseState.MEDIATING, dispute_kinds()[code], "application", date(2026, 1, 1))
        step = next(
            each for each in offered_steps(view, today=date(2026, 1, 2)) if each.step.name == "settle_orally"
        )
        assert any("书面" in reason for reason in step.reasons), code


def test_harm_to_a_minor_is_reported_before_anything_else(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    intake.answer_gate(
        session,
        case,
        gate_code="minor_harmed",
        answer=Answer.UNSURE,
        actor=mediator,
        now=now,
        asked_alone=True,
        party=case.parties[0],
    )
    assert case.is_sealed and [each.kind.value for each in case.risks] == ["minor_harmed"]
    sample_acts.tell(session, case, NoticeKind.REMEDIES, actor=mediator, now=now)
    with pytest.raises(StepNotAllowed, match="未成年人保护法第十一条"):
        cases.decline(
            session,
            case,
            actor=mediator,
            reason="报告",
            now=now,
            close_reason=CloseReason.NOT_ACCEPTABLE,
        )
    refer(
        session,
        case,
        direction=ReferralDirection.REPORT,
        target="示例派出所",
        reason="发现后立即报告",
        actor=mediator,
        now=now,
        gate_code="minor_harmed",
    )
    cases.decline(
        session, case, actor=mediator, reason="已报告", now=now, close_reason=CloseReason.NOT_ACCEPTABLE
    )
    assert case.state is CaseState.DECLINED


def test_one_sides_later_no_never_hides_the_other_sides_yes(
    session: Session, mediator: Actor, now: datetime
) -> None:
    from mediation_rooms.case_view import latest_answers

    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    for minutes, (party, answer) in enumerate(
        ((case.parties[0], Answer.YES), (case.parties[2], Answer.NO)), start=1
    ):
        intake.answer_gate(
            session,
            case,
            gate_code="violence_now",
            answer=answer,
            actor=mediator,
            now=now + timedelta(minutes=minutes),
            party=party,
            asked_alone=True,
        )
    assert latest_answers(case)["violence_now"] is Answer.YES


def test_full_performance_needs_every_instalment(session: Session, mediator: Actor, now: datetime) -> None:
    case = samples.boundary_case_in_force(session, actor=mediator, now=now)
    later = now + timedelta(days=120)
    with pytest.raises(StepNotAllowed, match="第2项第1期还没有登记履行"):
        follow_ups.record_performance(
            session,
            case,
            performance=Performance.FULL,
            performed_on=date(2026, 6, 1),
            actor=mediator,
            reason="听说付了",
            now=later,
        )


def test_the_same_form_sent_twice_opens_one_case(session: Session, mediator: Actor, now: datetime) -> None:
    entry = cases.CaseEntry("neighbour", "application", date(2026, 3, 2), Channel.IN_PERSON, "532901104")
    first = cases.open_case(session, actor=mediator, entry=entry, now=now, form_token="a")
    assert cases.open_case(session, actor=mediator, entry=entry, now=now, form_token="a") is first


def test_bad_entries_are_reported_all_at_once(session: Session, mediator: Actor, now: datetime) -> None:
    entry = cases.CaseEntry("quarrel", "court", date(2027, 1, 1), Channel.IN_PERSON, "1", court_stage="third")
    with pytest.raises(InvalidEntry) as refused:
        cases.open_case(session, actor=mediator, entry=entry, now=now)
    assert set(refused.value.problems) == {
        "kind_code",
        "entrusted_by",
        "entrusted_received_on",
        "division_code",
        "applied_on",
        "court_stage",
    }


@settings(max_examples=300, deadline=None)
@given(
    state=st.sampled_from(list(CaseState)),
    name=st.sampled_from([step.name for step in STEPS]),
    kind=st.sampled_from(sorted(dispute_kinds())),
    lane=st.sampled_from(list(Lane)),
)
def test_a_step_from_another_state_is_always_refused(
    state: CaseState, name: str, kind: str, lane: Lane
) -> None:
    step = next(each for each in STEPS if each.name == name)
    view = CaseView(state, dispute_kinds()[kind], "application", date(2026, 1, 1), lane=lane)
    if state not in step.sources:
        with pytest.raises(StepNotAllowed, match="案件现在是"):
            check_step(view, name, reason="理由", today=date(2026, 2, 1))


def test_every_state_is_reached_and_every_guard_cites_an_article() -> None:
    reached = {CaseState.RECEIVED} | {step.target for step in STEPS}
    assert reached == set(CaseState)
    dead_ends = set(CaseState) - {source for step in STEPS for source in step.sources}
    assert dead_ends == {CaseState.ARCHIVED, CaseState.VOIDED}
    for step in STEPS:
        for guard in step.guards:
            assert re.search(r"第[零一二三四五六七八九十百]+条", guard.article), guard.name


def test_the_drawing_shows_every_step() -> None:
    drawing = as_mermaid()
    assert drawing.startswith("stateDiagram-v2")
    for step in STEPS:
        assert step.label in drawing


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    seen = case.version_id
    cases.amend(
        session, case, changes={"statement": "第一个人写的"}, seen_version=seen, actor=mediator, now=now
    )
    with pytest.raises(StaleVersion) as late:
        cases.amend(
            session, case, changes={"statement": "第二个人写的"}, seen_version=seen, actor=mediator, now=now
        )
    assert case.statement == "第一个人写的" and late.value.current_version == case.version_id


def test_neither_the_day_of_the_request_nor_the_number_can_be_amended(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    with pytest.raises(InvalidEntry) as refused:
        cases.amend(
            session,
            case,
            changes={"applied_on": date(2025, 1, 1), "number": "x", "room_id": 2, "is_sealed": False},
            seen_version=case.version_id,
            actor=mediator,
            now=now,
        )
    assert set(refused.value.problems) == {"applied_on", "number", "room_id", "is_sealed"}


def test_the_page_in_the_docs_is_drawn_from_the_code() -> None:
    page = Path(__file__).parents[3] / "docs" / "case-workflow.md"
    assert as_mermaid() in page.read_text(encoding="utf-8")
