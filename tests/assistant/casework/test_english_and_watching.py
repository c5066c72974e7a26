"""Casework in English has no Chinese but data; rounds, opinions and odd patterns have pages."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from assistant.web.casework.act_list import all_acts
from mediation_rooms import people, referrals, samples
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import ExpertOpinion
from mediation_rooms.models.requests import PreventedEvent, ScreeningRound
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import ConsentKind, Manner
from tests.assistant.casework.conftest import NOW

CITATION = re.compile(
    r"《?[一-鿿（）〔〕]{2,40}(?:法|条例|规定|规则|解释（[一二]）|工作规范)》?(?:（[^）]*）)?第[一-鿿\d]+条[^；、，,。)）]*"
)
"""Citations of law are data and stay what they are."""


def chinese_left(page: str) -> list[str]:
    """Runs of Chinese in the visible text that are no sample data, citation or language name."""
    body = re.sub(r"<(script|style|svg|textarea)\b.*?</\1>", " ", page, flags=re.S)
    body = re.sub(r"<nav class=\"languages.*?</nav>", " ", body, flags=re.S)
    text = unescape(re.sub(r"<[^>]+>", "\n", body))
    text = CITATION.sub(" ", text)
    return sorted(set(re.findall(r"[一-鿿][一-鿿、，。“”（）]+", text)))


DATA = re.compile(
    r"示例|族$|分三期|印章齐全|^第三十二条$|履行日|街道|^民法典$|^第二百八十八条$|中文|白语|喜洲|村|镇|乡|市|县|州|田埂|墙|蚕豆|调字|符合受理条件|双方|人民调解委员会|无亲属关系|务农|夫妻|邻居|人民币|周一|喜金人|调确字|年|〔"
)


def strange(page: str) -> list[str]:
    return [words for words in chinese_left(page) if not DATA.search(words)]


@pytest.mark.parametrize(
    "sample", [samples.boundary_case_opened, samples.boundary_case_mediating, samples.boundary_case_in_force]
)
def test_a_file_and_its_forms_are_english_apart_from_data(mediator, make_case, sample):
    case_id = make_case(sample, days_ago=60)
    addresses = ["/cases/", "/cases/files", "/cases/calendar", "/cases/screening", "/cases/forms", f"/cases/{case_id}",
                 f"/cases/{case_id}/dossier"]  # fmt: skip
    addresses += [f"/cases/{case_id}/acts/{key}" for key in all_acts()]
    left = {}
    for address in addresses:
        page = mediator.get(address, query_string={"lang": "en"})
        if found := strange(page.text):
            left[address] = found
    assert left == {}


def test_overview_pages_are_english_apart_from_data(signed_in, rooms, make_case):
    make_case(samples.boundary_case_mediating, days_ago=90)
    officer = signed_in("county_officer", division_code="532901")
    left = {}
    for address in ("/overview/", "/overview/table", "/overview/registers", "/overview/registers/room/new"):
        page = officer.get(address, query_string={"lang": "en"})
        assert page.status_code == 200
        if found := strange(page.text):
            left[address] = found
    assert left == {}


def test_overdue_work_is_raised_to_the_centre_without_a_name(signed_in, rooms, make_case):
    make_case(samples.boundary_case_mediating, days_ago=90)
    page = signed_in("county_officer", division_code="532901").get("/overview/").text
    assert "过期的事，报到这一级督办" in page
    assert "一般纠纷调解期限" in page
    assert "示例甲" not in page


def test_a_round_without_findings_is_a_zero_report_and_prevention_needs_a_second_person(
    app, mediator, signed_in, rooms
):
    assert (
        mediator.post("/cases/screening", data={"place": "", "screened_on": "2999-01-01"}).status_code == 422
    )
    kept = mediator.post(
        "/cases/screening", data={"screened_on": "2026-01-05", "place": "示例组", "screened_by": "示例甲"}
    )
    assert kept.status_code == 303
    found = {"screened_on": "2026-01-06", "place": "示例组", "screened_by": "示例甲", "people1": "示例丙、示例丁",
             "kind1": "neighbour", "situation1": "排水", "prevented1": "yes"}  # fmt: skip
    assert mediator.post("/cases/screening", data=found).status_code == 303
    event = {"kind": "suicide", "happened_on": "2026-01-06", "people_count": "1", "note": "示例经过"}
    assert mediator.post("/cases/screening/prevented", data=event).status_code == 303
    with app.extensions["stores"].cases.reading() as session:
        rounds = session.scalars(select(ScreeningRound).order_by(ScreeningRound.screened_on)).all()
        assert [each.is_zero_report for each in rounds] == [True, False]
        event_id = session.scalars(select(PreventedEvent.id)).one()
    assert mediator.post("/cases/screening/prevented", data={"event": event_id}).status_code == 422
    second = signed_in("mediator", room_id=next(iter(rooms.values())))
    assert second.post("/cases/screening/prevented", data={"event": event_id}).status_code == 303
    assert "零报告" in mediator.get("/cases/screening").text


def test_an_asked_room_answers_into_the_file_and_nobody_else(app, signed_in, rooms, make_case, mediator):
    case_id = make_case(samples.boundary_case_mediating)
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        expert = session.get_one(MediationRoom, rooms["sample-expert"])
        actor = Actor(None, "示例调解员甲", room_id=case.room_id)
        for party in case.parties:
            people.record_consent(
                session, party, kind=ConsentKind.SHARING, subject=expert.name, is_given=True,
                manner=Manner.ORAL, actor=actor, now=NOW,
            )  # fmt: skip
        referrals.share_with_room(session, case, expert, purpose="请教", until=None, actor=actor, now=NOW)
        referrals.ask_opinion(session, case, expert, question="界石怎样认定？", actor=actor, now=NOW)
        session.flush()
        opinion_id = session.scalars(select(ExpertOpinion.id)).one()
    address = f"/cases/{case_id}/opinions/{opinion_id}"
    asked = signed_in("mediator", room_id=rooms["sample-expert"])
    assert "有人请本室提意见" in asked.get("/cases/").text
    assert (
        signed_in("mediator", room_id=rooms["sample-lawyer"]).post(address, data={"answer": "x"}).status_code
        == 404
    )
    assert mediator.post(address, data={"answer": "x"}).status_code == 404
    assert (
        asked.post(address, data={"answer": "以旧界石为准", "field_of_knowledge": "民法"}).status_code == 303
    )
    assert "以旧界石为准" in mediator.get(f"/cases/{case_id}").text


def test_odd_patterns_are_listed_for_the_head_of_the_room_only(signed_in, rooms, make_case, mediator):
    ids = [make_case(samples.boundary_case_in_force, days_ago=60) for _twice in range(2)]
    assert mediator.get("/cases/oddities").status_code == 404
    page = signed_in("room_head", room_id=next(iter(rooms.values()))).get("/cases/oddities").text
    assert "一字不差" in page
    assert all(f"/cases/{case_id}" in page for case_id in ids)
    assert "本月抽查回访" in page
