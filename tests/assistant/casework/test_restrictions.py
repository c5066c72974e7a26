"""Restricting the processing of one's data: its own request, its article, in force until it is lifted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from mediation_rooms import privacy, restrictions, samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.errors import InvalidEntry, NotFound, StepNotAllowed
from mediation_rooms.ledger.rows import ledger_cases
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rights import ProcessingRestriction
from mediation_rooms.models.vocabulary import DataRequestKind, DataRequestState, RestrictionState
from tests.assistant.casework.conftest import NOW
from tests.shared_data import law_database


@pytest.fixture
def file_of(app, make_case):
    """``(case id, room id)`` of an accepted file, asked to be restricted by its first party."""
    case_id = make_case(samples.boundary_case_in_force, days_ago=60)
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        actor = Actor(None, "示例登记人", room_id=case.room_id, roles=frozenset({"mediator"}))
        restrictions.ask_to_restrict(
            session, case, party=case.parties[0], words="示例：请不要再用我的信息", actor=actor, now=NOW
        )
        return case_id, case.room_id


def test_a_restriction_in_force_leaves_storing_only_until_the_person_lifts_it(app, signed_in, file_of):
    """PRI-09: asked on the file's page, granted with a reason: gone from list, search, ledger; back when lifted."""
    case_id, room_id = file_of
    head, mediator = signed_in("room_head", room_id=room_id), signed_in("mediator", room_id=room_id)
    store = app.extensions["stores"].cases

    def shown() -> list[bool]:
        pages = (mediator.get("/cases/files?all=yes"), mediator.get("/cases/files?q=示例乙"))
        with store.reading() as session:
            in_ledger = (
                session.scalar(ledger_cases(select(CaseFile).where(CaseFile.id == case_id))) is not None
            )
        opened = mediator.get(f"/cases/{case_id}").status_code == 200
        return [*(f'/cases/{case_id}"' in page.text for page in pages), in_ledger, opened]

    assert shown() == [True] * 4
    asked = mediator.post(
        f"/cases/{case_id}/acts/restriction", data={"party": "1", "words": "示例：也请限制我的"}
    )
    assert asked.status_code in (303, 422)
    page = head.get("/cases/data-requests").text
    assert "示例：请不要再用我的信息" in page
    assert "第四十四条" in page
    with store.reading() as session:
        first = session.scalars(select(ProcessingRestriction.id).order_by(ProcessingRestriction.id)).first()
        others = session.scalars(
            select(ProcessingRestriction.id).where(ProcessingRestriction.id != first)
        ).all()
    address = f"/cases/restrictions/{first}"
    assert head.post(address, data={"state": "in_force", "reason": " "}).status_code == 422
    assert head.post(address, data={"state": "lifted", "reason": "示例"}).status_code == 422
    assert head.post(address, data={"state": "in_force", "reason": "示例理由"}).status_code == 303
    assert head.post(address, data={"state": "refused", "reason": "示例"}).status_code == 409
    assert shown() == [False] * 4
    for other in others:
        head.post(f"/cases/restrictions/{other}", data={"state": "refused", "reason": "示例"})
    page = head.get("/cases/data-requests").text
    assert "示例理由" in page
    assert "示例甲" not in page
    assert head.post(f"{address}/lift", data={"reason": ""}).status_code == 422
    assert head.post(f"{address}/lift", data={"reason": "示例：本人来室同意"}).status_code == 303
    assert shown() == [True] * 4
    assert head.post(f"{address}/lift", data={"reason": "示例"}).status_code == 409


def test_what_else_seals_a_file_keeps_it_sealed(app, file_of):
    """PRI-09: lifting one restriction opens neither a frozen file nor one that somebody else restricted."""
    case_id, room_id = file_of
    head = Actor(5, "示例负责人", room_id=room_id, roles=frozenset({"room_head"}))
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        first = session.scalars(select(ProcessingRestriction)).one()
        second = restrictions.ask_to_restrict(
            session, case, party=case.parties[1], words="示例", actor=head, now=NOW
        )
        for each in (first, second):
            restrictions.decide_restriction(
                session, each, state=RestrictionState.IN_FORCE, reason="示例", actor=head, now=NOW
            )
        restrictions.lift_restriction(session, first, reason="示例", actor=head, now=NOW)
        assert case.is_sealed
        frozen = privacy.ask_about_data(
            session, case, party=case.parties[0], kind=DataRequestKind.DELETION, words="示例", actor=head, now=NOW
        )  # fmt: skip
        privacy.decide_data_request(
            session, frozen, state=DataRequestState.FROZEN, reason="示例", actor=head, now=NOW
        )
        restrictions.lift_restriction(session, second, reason="示例", actor=head, now=NOW)
        assert case.is_sealed
        frozen.state = DataRequestState.REFUSED
        session.flush()
        assert not restrictions._stays_sealed(session, case)
        case.involves_minor = True
        assert restrictions._stays_sealed(session, case)
        with pytest.raises(StepNotAllowed):
            restrictions.lift_restriction(session, second, reason="示例", actor=head, now=NOW)


def test_nobody_of_another_room_decides_and_nothing_is_asked_without_words(app, signed_in, rooms, file_of):
    case_id, room_id = file_of
    stranger = signed_in("room_head", room_id=list(rooms.values())[1])
    for path in ("/cases/restrictions/1", "/cases/restrictions/1/lift"):
        assert stranger.post(path, data={"state": "in_force", "reason": "示例"}).status_code == 404
    assert "示例：请不要再用" not in stranger.get("/cases/data-requests").text
    actor = Actor(5, "示例", room_id=room_id, roles=frozenset({"mediator"}))
    other = Actor(6, "示例", room_id=room_id + 1, roles=frozenset({"mediator"}))
    with app.extensions["stores"].cases.open_writer() as session:
        case = session.get_one(CaseFile, case_id)
        with pytest.raises(InvalidEntry, match="要求什么"):
            restrictions.ask_to_restrict(
                session, case, party=case.parties[0], words=" ", actor=actor, now=NOW
            )
        with pytest.raises(NotFound):
            restrictions.restriction_of_room(session, restriction_id=1, actor=other)


def test_a_restore_of_an_older_backup_ends_no_restriction(app, file_of):
    """BAK-07: what was in force is applied again to the store of before, once."""
    case_id, room_id = file_of
    head = Actor(5, "示例负责人", room_id=room_id, roles=frozenset({"room_head"}))
    store = app.extensions["stores"].cases
    with store.open_writer() as session:
        asked = session.scalars(select(ProcessingRestriction)).one()
        restrictions.decide_restriction(
            session, asked, state=RestrictionState.IN_FORCE, reason="示例", actor=head, now=NOW
        )
        known = restrictions.restrictions_in_force(session)
        session.rollback()
    with store.writing() as session:
        assert not session.get_one(CaseFile, case_id).is_sealed
        assert restrictions.restrict_again(session, known, actor=programme("示例"), now=NOW) == 1
        assert session.get_one(CaseFile, case_id).is_sealed
        assert restrictions.restrict_again(session, known, actor=programme("示例"), now=NOW) == 0


def test_a_request_about_a_sealed_file_waits_on_the_list_without_its_title(app, signed_in, file_of):
    """PRI-05: it was not on the list at all; now it is, with its last day, and the file stays closed."""
    case_id, room_id = file_of
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        actor = Actor(None, "示例登记人", room_id=room_id, roles=frozenset({"mediator"}))
        asked = privacy.ask_about_data(
            session, case, party=case.parties[0], kind=DataRequestKind.COPY, words="示例：要一份副本", actor=actor,
            now=NOW - timedelta(days=20),
        )  # fmt: skip
        case.is_sealed = True
        session.flush()
        title, request_id = case.title, asked.id
    head = signed_in("room_head", room_id=room_id)
    page = head.get("/cases/data-requests").text
    assert "示例：要一份副本" in page
    assert "已经过了答复的日子" in page
    assert title not in page
    assert f'/cases/{case_id}"' not in page
    assert head.post(f"/cases/data-requests/{request_id}/copy.json").status_code == 404
    assert privacy.answer_until(NOW.date(), days=15) == NOW.date() + timedelta(days=15)


def test_the_article_says_what_the_page_says():
    """The right stands in the Act: 第四十四条 speaks of restricting or refusing."""
    with closing(sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT article_text FROM articles WHERE law_name = '中华人民共和国个人信息保护法' AND article_no_arabic = 44"
        )
        assert "有权限制或者拒绝" in found.fetchone()[0]
