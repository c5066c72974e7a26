"""Committees by law, what a room may issue, and the directory for the public."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms import sample_acts
from mediation_rooms.actor import Actor
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.registers import Committee, Mediator
from mediation_rooms.models.vocabulary import CommitteeKind, Post, Sex
from mediation_rooms.registers import (
    changes_since,
    committee_problems,
    elect,
    found_committee,
    leave_post,
)
from mediation_rooms.rooms import (
    directory,
    documents_it_may_issue,
    from_snapshot,
    may_issue,
    nearest_first,
    snapshot,
)
from mediation_rooms.sample_rooms import sample_room

TODAY = date(2026, 3, 2)


def committee(session: Session) -> Committee:
    return session.scalars(select(Committee).where(Committee.code == "sample-township")).one()


def test_the_sample_committees_meet_the_law(session: Session) -> None:
    for each in session.scalars(select(Committee)):
        assert committee_problems(each, today=TODAY) == []


def test_what_a_committee_lacks_is_said_with_its_article(
    session: Session, mediator: Actor, now: datetime
) -> None:
    town = committee(session)
    woman = next(term for term in town.terms if term.mediator.sex is Sex.FEMALE)
    leave_post(session, woman, left_on=TODAY, reason="调离", actor=mediator, now=now)
    problems = committee_problems(town, today=TODAY)
    said = {problem.sentence: problem.article for problem in problems}
    assert said["委员应为三至九人，现有2人"] == "人民调解法第八条第二款"
    assert said["应当有妇女成员"] == "人民调解法第八条第三款"
    assert said["应设主任一人，现有0人"] == "人民调解法第八条第二款"


def test_a_term_lasts_three_years_and_its_end_is_announced(session: Session) -> None:
    town = committee(session)
    assert {term.ends_on for term in town.terms} == {date(2027, 3, 1)}
    soon = committee_problems(town, today=date(2027, 1, 15))
    over = committee_problems(town, today=date(2027, 3, 2))
    assert len(soon) == len(over) == 3
    assert all("将于" in problem.sentence for problem in soon)
    assert all("已于" in problem.sentence for problem in over)


def test_nobody_is_elected_as_a_minor_or_twice(session: Session, mediator: Actor, now: datetime) -> None:
    town = committee(session)
    child = Mediator(name="示例少年", born_on=date(2010, 1, 1))
    session.add(child)
    session.flush()
    for person in (child, town.terms[0].mediator):
        with pytest.raises(InvalidEntry):
            elect(session, town, person, post=Post.MEMBER, elected_on=TODAY, actor=mediator, now=now)


def test_two_committees_never_share_a_number_prefix(session: Session, mediator: Actor, now: datetime) -> None:
    with pytest.raises(InvalidEntry) as refused:
        found_committee(
            session,
            code="sample-township",
            name="示例另一调委会",
            number_prefix="示镇人",
            kind=CommitteeKind.VILLAGE,
            host_body="示例村",
            division_code="532901104201",
            founded_on=TODAY,
            actor=mediator,
            now=now,
        )
    assert set(refused.value.problems) == {"code", "number_prefix"}


def test_the_court_gets_the_changes_since_a_day_in_its_area_only(
    session: Session, mediator: Actor, now: datetime
) -> None:
    term = committee(session).terms[0]
    leave_post(session, term, left_on=TODAY, reason="任期内辞职", actor=mediator, now=now)
    lines = changes_since(session, area_code="532901", since=now - timedelta(days=1))
    assert [(line.what, line.before, line.after) for line in lines] == [
        ("主任离任", "示例调解员甲", "任期内辞职")
    ]
    assert changes_since(session, area_code="532922", since=now - timedelta(days=400)) == []


def test_only_a_room_with_a_committee_and_its_seal_issues_agreements(session: Session) -> None:
    allowed = {
        code: {
            rule.document for rule in documents_it_may_issue(sample_room(session, code)) if rule.is_allowed
        }
        for code in ("sample-jinhua", "sample-lawyer", "sample-minors", "sample-grid")
    }
    assert {"agreement", "confirmation", "oral_agreement", "dossier"} <= allowed["sample-jinhua"]
    for code in ("sample-lawyer", "sample-minors", "sample-grid"):
        assert allowed[code] == {"referral", "request_receipt", "opinion"}
    room = sample_room(session, "sample-jinhua")
    assert room.committee is not None
    room.committee.has_seal = False
    assert not may_issue(room, "agreement") and may_issue(room, "oral_agreement")
    refused = [rule for rule in documents_it_may_issue(room) if not rule.is_allowed]
    assert all(rule.reason and rule.article for rule in refused)


def test_a_villager_is_shown_first_who_speaks_her_language_then_who_is_near(
    session: Session, now: datetime
) -> None:
    rooms = directory(session, now=now)
    assert len(rooms) == 8
    order = nearest_first(
        rooms, near_code="532901104213", now=now, language_code="bfs", subject_code="neighbour"
    )
    assert [room.code for room in order[:2]] == ["sample-elder", "sample-jinhua"]
    assert {room.code for room in order} == {room.code for room in rooms}
    assert next(room for room in rooms if room.code == "sample-apeng").speaks_bai


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-03-02T00:29:00+00:00", False),
        ("2026-03-02T00:30:00+00:00", True),
        ("2026-03-07T02:00:00+00:00", False),
    ],
)
def test_opening_hours_are_reckoned_in_chinese_time(session: Session, moment: str, is_open: bool) -> None:
    instant = datetime.fromisoformat(moment)
    room = next(each for each in directory(session, now=instant) if each.code == "sample-jinhua")
    assert room.is_open_at(instant) is is_open


def test_the_public_directory_survives_its_file(session: Session, now: datetime) -> None:
    rooms = directory(session, now=now)
    text = json.dumps(snapshot(rooms), ensure_ascii=False)
    assert from_snapshot(json.loads(text)) == rooms
    assert "示例调解员" not in text


def test_loading_the_samples_twice_changes_nothing(session: Session, mediator: Actor, now: datetime) -> None:
    from mediation_rooms.sample_rooms import load_sample_rooms

    before = len(session.scalars(select(Mediator)).all())
    assert len(load_sample_rooms(session, actor=mediator, now=now)) == 8
    assert len(session.scalars(select(Mediator)).all()) == before
    assert sample_acts.sample_moment(TODAY) == now
