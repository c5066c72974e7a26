"""Who sees which file, in lists and by id."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from mediation_rooms import people, privacy, samples
from mediation_rooms.actor import Actor
from mediation_rooms.errors import InvalidEntry, NotFound, StepNotAllowed
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import (
    ConsentKind,
    Manner,
    NoticeMedium,
    ReferralDirection,
    RepresentativeKind,
    Side,
)
from mediation_rooms.people import GivenNotice, PartyEntry, RepresentativeEntry
from mediation_rooms.referrals import ask_opinion, give_opinion, refer, share_with_room, stop_sharing
from mediation_rooms.sample_rooms import sample_room
from mediation_rooms.visibility import area_overview, load_case, load_own_case, visible_cases

TODAY = date(2026, 3, 2)


def seen(session: Session, actor: Actor) -> list[int]:
    return [case.id for case in session.scalars(visible_cases(actor, today=TODAY))]


def notice() -> GivenNotice:
    return GivenNotice("zh", NoticeMedium.READ_ALOUD, "示例调解员甲", is_understood=True)


def child() -> PartyEntry:
    guardian = RepresentativeEntry(
        RepresentativeKind.GUARDIAN, "示例监护人", relation_to_party="母亲", agrees_to_data=True
    )
    return PartyEntry(
        Side.APPLICANT, "示例孩子", born_on=date(2014, 5, 1), representatives=(guardian,), language_code="bfs"
    )


def test_a_room_sees_its_own_files_only(
    session: Session, mediator: Actor, stranger: Actor, now: datetime
) -> None:
    own = samples.boundary_case_opened(session, actor=mediator, now=now)
    other = samples.boundary_case_opened(session, actor=stranger, now=now)
    assert seen(session, mediator) == [own.id]
    assert seen(session, stranger) == [other.id]
    assert seen(session, Actor(9, "无室人员")) == []
    with pytest.raises(NotFound):
        load_case(session, actor=stranger, case_id=own.id, today=TODAY)
    with pytest.raises(NotFound):
        load_case(session, actor=stranger, case_id=10**9, today=TODAY)


def test_an_expert_room_reads_what_was_shared_and_never_changes_it(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    samples.boundary_case_opened(session, actor=mediator, now=now)
    room = sample_room(session, "sample-expert")
    expert = Actor(7, "示例博士", room_id=room.id)
    with pytest.raises(StepNotAllowed, match="个人信息保护法第二十三条"):
        share_with_room(session, case, room, purpose="问法律意见", until=None, actor=mediator, now=now)
    for party in case.parties:
        people.record_consent(
            session,
            party,
            kind=ConsentKind.SHARING,
            is_given=True,
            manner=Manner.ORAL,
            actor=mediator,
            now=now,
            subject=room.name,
        )
    share = share_with_room(
        session, case, room, purpose="问法律意见", until=date(2026, 3, 2), actor=mediator, now=now
    )
    assert seen(session, expert) == [case.id]
    assert not list(session.scalars(visible_cases(expert, today=date(2026, 3, 3))))
    with pytest.raises(NotFound):
        load_own_case(session, actor=expert, case_id=case.id, today=TODAY)
    opinion = ask_opinion(session, case, room, question="界石效力", actor=mediator, now=now)
    with pytest.raises(NotFound):
        give_opinion(session, opinion, answer="有效", field_of_knowledge="法学", actor=mediator, now=now)
    give_opinion(session, opinion, answer="以旧界石为准", field_of_knowledge="法学", actor=expert, now=now)
    assert opinion.answered_by == "示例博士"
    stop_sharing(session, share, actor=mediator, now=now)
    session.flush()
    assert seen(session, expert) == []


def test_a_centre_sees_figures_and_only_the_file_referred_up(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    samples.boundary_case_opened(session, actor=mediator, now=now)
    county = Actor(8, "示例县级人员", division_code="532901")
    township = Actor(11, "示例镇级人员", division_code="532901104")
    assert seen(session, county) == []
    figures = {
        each.division.code: each
        for each in area_overview(session, actor=county, today=TODAY, area_code="532901")
    }
    assert figures["532901104"].open_count == 2
    assert sum(each.open_count for each in figures.values()) == 2
    with pytest.raises(NotFound):
        area_overview(session, actor=county, today=TODAY, area_code="532922")
    sheet = refer(
        session,
        case,
        direction=ReferralDirection.UP,
        target="",
        reason="涉及人多",
        actor=mediator,
        now=now,
    )
    assert sheet.target_division_code == "532901"
    assert seen(session, county) == [case.id]
    assert seen(session, township) == []


def test_a_minors_file_is_in_no_list_until_a_second_person_approves(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    people.add_party(session, case, entry=child(), notice=notice(), actor=mediator, now=now)
    assert case.is_sealed and seen(session, mediator) == []
    with pytest.raises(NotFound):
        load_case(session, actor=mediator, case_id=case.id, today=TODAY)
    county = Actor(8, "示例县级人员", division_code="532901")
    assert all(
        each.open_count == 0 for each in area_overview(session, actor=county, today=TODAY, area_code="532901")
    )
    assert mediator.account_id is not None
    with pytest.raises(InvalidEntry, match="另一个人批准"):
        privacy.approve_opening(
            session,
            case,
            account_id=mediator.account_id,
            until=TODAY,
            reason="办理",
            approver=mediator,
            now=now,
        )
    head = Actor(4, "示例室主任", room_id=mediator.room_id)
    privacy.approve_opening(
        session, case, account_id=mediator.account_id, until=TODAY, reason="办理", approver=head, now=now
    )
    assert seen(session, mediator) == [case.id]
    assert not list(session.scalars(visible_cases(mediator, today=date(2026, 3, 3))))
    assert isinstance(session.get(CaseFile, case.id), CaseFile)


def test_personal_fields_wait_for_the_notice_and_a_young_childs_for_a_fit_guardian(
    session: Session, mediator: Actor, now: datetime
) -> None:
    from dataclasses import replace

    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    entry = PartyEntry(Side.APPLICANT, "示例己")
    with pytest.raises(InvalidEntry, match="个人信息保护法第十七条"):
        people.add_party(session, case, entry=entry, notice=None, actor=mediator, now=now)
    accused = replace(child().representatives[0], accused_of_harm=True)
    for representatives in ((), (accused,)):
        with pytest.raises(InvalidEntry, match="个人信息保护法第三十一条"):
            people.add_party(
                session,
                case,
                entry=replace(child(), representatives=representatives),
                notice=notice(),
                actor=mediator,
                now=now,
            )
    with pytest.raises(InvalidEntry, match="第二十九条"):
        people.add_party(
            session,
            case,
            entry=replace(entry, special_group="残疾人"),
            notice=notice(),
            actor=mediator,
            now=now,
        )
    assert len(case.parties) == 3


@pytest.mark.parametrize(("born_on", "needs_guardian"), [(date(2012, 3, 3), True), (date(2012, 3, 2), False)])
def test_fourteen_is_reached_on_the_birthday(born_on: date, needs_guardian: bool) -> None:
    entry = PartyEntry(Side.APPLICANT, "示例少年", born_on=born_on)
    problems = people.entry_problems(entry, today=date(2026, 3, 2))
    assert ("guardian" in problems) is needs_guardian
