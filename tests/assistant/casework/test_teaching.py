"""A closed file becomes a story for teaching: two people, every replacement seen, nobody left in it."""

from __future__ import annotations

import io
import json

import docx
import pytest
from sqlalchemy import select

from assistant.outreach.case_stories import NotACaseStory, read_case_story
from assistant.outreach.models import ItemStatus, OutreachItem
from mediation_rooms import people, samples
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.teaching import TeachingStory
from mediation_rooms.models.vocabulary import ConsentKind, Manner, TeachingState
from tests.assistant.casework.conftest import NOW

TO = {"recipient": "示例普法队"}


@pytest.fixture
def head(signed_in, rooms):
    """The browser of the head of the first room."""
    return signed_in("room_head", room_id=next(iter(rooms.values())))


@pytest.fixture
def agreed(app, make_case):
    """An archived file whose parties all agreed to teaching; its id."""
    case_id = make_case(samples.boundary_case_archived, days_ago=200)
    consent(app, case_id, is_given=True)
    return case_id


def consent(app, case_id, *, is_given):
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        actor = Actor(None, "示例登记人", room_id=case.room_id, roles=frozenset({"mediator"}))
        for party in case.parties:
            people.record_consent(
                session, party, kind=ConsentKind.TEACHING, is_given=is_given, manner=Manner.WRITTEN, actor=actor,
                now=NOW,
            )  # fmt: skip


def story(app):
    with app.extensions["stores"].cases.reading() as session:
        return session.scalar(select(TeachingStory).order_by(TeachingStory.id.desc()))


def test_a_story_is_prepared_reviewed_by_another_and_handed_to_outreach(
    app, mediator, head, agreed, tmp_path
):
    address = f"/cases/{agreed}/teaching"
    assert mediator.post(address).status_code == 303
    page = mediator.get(address).text
    assert "示例甲" in page  # the original, struck out beside what stands there now
    assert mediator.post(f"{address}.json", data=TO).status_code == 404
    assert mediator.post(f"{address}/review", data={"decision": "approve"}).status_code == 404
    kept = story(app)
    assert mediator.post(f"{address}/text", data={"text": kept.text + "\n找示例甲问"}).status_code == 422
    assert mediator.post(f"{address}/text", data={"text": kept.text + "\n道理讲清了。"}).status_code == 303
    assert head.post(f"{address}/review", data={"decision": "approve"}).status_code == 303
    approved = story(app)
    assert approved.state is TeachingState.APPROVED
    assert approved.replaced is None
    assert mediator.post(f"{address}.json").status_code == 422
    content = mediator.post(f"{address}.json", data=TO).data
    assert set(json.loads(content)) == {"format", "kind", "text", "articles", "reviewed_on"}
    paper = docx.Document(io.BytesIO(mediator.post(f"{address}.docx", data=TO).data))
    words = "\n".join(each.text for each in paper.paragraphs)
    assert "道理讲清了" in words
    for name in ("示例甲", "示例乙"):
        assert name not in content.decode()
        assert name not in words
    assert read_case_story(content).script == approved.text
    file = tmp_path / "story.json"
    file.write_bytes(content)
    outcome = app.test_cli_runner().invoke(args=["outreach", "take-story", str(file)])
    assert outcome.exit_code == 0, outcome.output
    with app.extensions["stores"].collection.reading() as session:
        (item,) = session.scalars(select(OutreachItem))
        assert item.status is ItemStatus.DRAFT


def test_nobody_reviews_what_they_prepared(app, head, agreed):
    address = f"/cases/{agreed}/teaching"
    head.post(address)
    answer = head.post(f"{address}/review", data={"decision": "approve"})
    assert answer.status_code == 422
    assert "另一个人" in answer.text
    assert story(app).state is TeachingState.PREPARED


def test_a_refusal_needs_its_reason_and_forgets_what_was_replaced(app, mediator, head, agreed):
    address = f"/cases/{agreed}/teaching"
    mediator.post(address)
    assert head.post(f"{address}/review", data={"decision": "refuse"}).status_code == 422
    assert head.post(f"{address}/review", data={"decision": "refuse", "remarks": "示例"}).status_code == 303
    assert story(app).replaced is None
    assert mediator.post(f"{address}.docx", data=TO).status_code == 404


def test_consent_withdrawn_after_the_review_closes_the_download(app, mediator, head, agreed):
    """PRI-04: withdrawal stops the use at once; the record of the review stays."""
    address = f"/cases/{agreed}/teaching"
    mediator.post(address)
    head.post(f"{address}/review", data={"decision": "approve"})
    consent(app, agreed, is_given=False)
    assert mediator.post(f"{address}.json", data=TO).status_code == 409
    assert story(app).state is TeachingState.APPROVED


def test_files_of_minors_open_files_and_files_without_consent_give_no_story(app, mediator, make_case, rooms):
    """PRI-12: a minor's file gives no story; neither does an open one or one without every consent."""
    unfinished = make_case(samples.boundary_case_mediating)
    answer = mediator.post(f"/cases/{unfinished}/teaching")
    assert answer.status_code == 409
    assert "没有结案" in answer.text
    assert "没有同意用于教学" in answer.text
    with app.extensions["stores"].cases.writing() as session:
        session.get_one(CaseFile, unfinished).involves_minor = True
    assert "未成年人保护法第一百零三条" in mediator.post(f"/cases/{unfinished}/teaching").text
    assert story(app) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[1]", b'{"format": "other"}', b"\xff\xfe", b'{"format": "case-story/1", "text": ""}'],
)
def test_outreach_takes_nothing_that_is_no_reviewed_story(content):
    with pytest.raises(NotACaseStory):
        read_case_story(content)
