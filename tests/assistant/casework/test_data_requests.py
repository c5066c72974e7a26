"""The work list of requests about personal data, decisions within the law, and the copy to take home."""

from __future__ import annotations

import io
import json
import re

import docx
import pytest

from mediation_rooms import evidence, people, privacy, reading, samples
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.models.rights import DataRequest
from mediation_rooms.models.vocabulary import ConsentKind, DataRequestKind, DataRequestState, Manner
from tests.assistant.casework.conftest import NOW


@pytest.fixture
def head(signed_in, rooms):
    """The browser of the head of the first room."""
    return signed_in("room_head", room_id=next(iter(rooms.values())))


@pytest.fixture
def asked(app, rooms, make_case):
    """``asked(kind)``: a request of the first party of an agreed file; its id."""

    def ask(kind, sample=samples.boundary_case_in_force):
        case_id = make_case(sample, days_ago=60)
        with app.extensions["stores"].cases.writing() as session:
            case = session.get_one(CaseFile, case_id)
            actor = Actor(None, "示例登记人", room_id=case.room_id, roles=frozenset({"mediator"}))
            request = privacy.ask_about_data(
                session,
                case,
                party=case.parties[0],
                kind=kind,
                words="示例：请给我看我的信息",
                actor=actor,
                now=NOW,
            )
            evidence.add_evidence(
                session, case, name="示例田契", provided_on=NOW.date(), provided_by=case.parties[0], is_original=True,
                page_count=1, proves="示例", actor=actor, now=NOW,
            )  # fmt: skip
            session.flush()
            return request.id

    return ask


def state_of(app, request_id):
    with app.extensions["stores"].cases.reading() as session:
        return session.get_one(DataRequest, request_id).state


def test_a_request_waits_until_the_head_decides_it_with_a_reason(app, head, asked):
    request_id = asked(DataRequestKind.CORRECTION)
    page = head.get("/cases/data-requests").text
    assert "示例：请给我看我的信息" in page
    assert "第四十六条" in page
    refused = head.post(f"/cases/data-requests/{request_id}", data={"state": "done"})
    assert refused.status_code == 422
    decided = head.post(
        f"/cases/data-requests/{request_id}", data={"state": "done", "reason": "示例：已更正"}
    )
    assert decided.status_code == 303
    assert state_of(app, request_id) is DataRequestState.DONE
    assert "示例：已更正" in head.get("/cases/data-requests").text


def test_deletion_within_the_years_of_keeping_can_only_freeze_and_the_page_says_why(app, head, asked):
    request_id = asked(DataRequestKind.DELETION)
    answer = head.post(f"/cases/data-requests/{request_id}", data={"state": "done", "reason": "示例"})
    assert answer.status_code == 409
    assert "第四十七条" in answer.text
    frozen = head.post(f"/cases/data-requests/{request_id}", data={"state": "frozen", "reason": "示例"})
    assert frozen.status_code == 303
    assert state_of(app, request_id) is DataRequestState.FROZEN


def test_the_copy_holds_every_trace_of_the_person_and_nobody_else(app, head, asked):
    """PRI-05: all rows that point at the person, as DOCX and JSON; the other party is nowhere in them."""
    request_id = asked(DataRequestKind.COPY)
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(DataRequest, request_id).case
        me, other = case.parties[0], case.parties[1]
        other.phone = "13911111111"
        own, others = me.name, [other.name, other.phone, other.id_number]
    content = json.loads(head.post(f"/cases/data-requests/{request_id}/copy.json").data)
    kinds = [row["kind"] for row in content["records"]]
    assert content["person"] == own
    assert len(kinds) >= 14
    assert {
        "parties",
        "consents",
        "notices",
        "signatures",
        "session_participants",
        "data_requests",
        "evidence",
    } <= set(kinds)
    everything = json.dumps(content, ensure_ascii=False)
    document = docx.Document(io.BytesIO(head.post(f"/cases/data-requests/{request_id}/copy.docx").data))
    words = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    words += "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert own in words
    for trace in others:
        if trace:
            assert trace not in everything
            assert trace not in words
    assert "version_id" not in everything


def test_the_copy_holds_requests_for_help_that_became_no_case(app, head, asked):
    """PRI-05: found by telephone however it was written, by name where none was given; another's stays out."""
    request_id = asked(DataRequestKind.COPY)
    with app.extensions["stores"].cases.writing() as session:
        me = session.get_one(DataRequest, request_id).case.parties[0]
        room_id, name, phone = me.case.room_id, me.name, me.phone
        spaced = f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}"
        for number, (contact, telephone) in enumerate(
            (("示例别名", spaced), (name, None), (name, "13899990000"), ("示例旁人", None))
        ):
            session.add(
                RequestForHelp(
                    reference=f"COPY{number}", form_token=f"c{number}", room_id=room_id, received_at=NOW, words=f"求助{number}",
                    division_code="532901104213", contact_name=contact, contact_phone=telephone, notice_version="1",
                    notice_language_code="zh",
                )
            )  # fmt: skip
    content = json.loads(head.post(f"/cases/data-requests/{request_id}/copy.json").data)
    words = [row["fields"]["words"] for row in content["records"] if row["kind"] == "requests_for_help"]
    assert sorted(words) == ["求助0", "求助1"]


def test_the_copy_tells_who_looked_changed_and_handed_on_and_names_no_other_party(app, head, asked):
    """PRI-05 and AUD-01: the person is given the trail of the own data; reasons and others' rows are not in it."""
    request_id = asked(DataRequestKind.COPY)
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(DataRequest, request_id).case
        case.accepted_on = NOW.date()
        me, other = case.parties[0], case.parties[1]
        others = [other.name, other.phone]
        looker = Actor(7, "示例查看人", room_id=case.room_id, roles=frozenset({"mediator"}))
        second = Actor(8, "示例另一位", room_id=case.room_id, roles=frozenset({"mediator"}))
        reading.record_look(session, case, actor=looker, now=NOW)
        reading.reveal(session, me, field="phone", reason=f"通知{other.name}", actor=looker, now=NOW)
        reading.reveal(session, other, field="phone", reason="通知", actor=second, now=NOW)
    ledger = {"recipient": "示例乡镇", "reason": "示例", "basis": "示例依据"}
    assert head.post(f"/overview/ledger.xlsx?period={NOW:%Y}", data=ledger).status_code == 200
    assert head.post(f"/cases/data-requests/{request_id}/copy.docx").status_code == 200
    content = json.loads(head.post(f"/cases/data-requests/{request_id}/copy.json").data)
    lines = [(line["who"], line["what"]) for line in content["trail"]]
    assert lines.count(("示例查看人", "查看")) == 2
    assert ("示例登记人", "登记、更改") in lines
    handed = sorted(what for _who, what in lines if what.startswith("对外提供"))
    assert handed == ["对外提供", "对外提供：示例乡镇"]
    assert "示例另一位" not in {who for who, _what in lines}
    words = json.dumps(content["trail"], ensure_ascii=False)
    assert not [each for each in others if each and each in words]
    document = docx.Document(io.BytesIO(head.post(f"/cases/data-requests/{request_id}/copy.docx").data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "示例查看人" in cells


def test_another_room_and_another_role_find_no_such_request(app, signed_in, rooms, asked):
    request_id = asked(DataRequestKind.COPY)
    other = signed_in("room_head", room_id=list(rooms.values())[1])
    mediator = signed_in("mediator", room_id=next(iter(rooms.values())))
    for browser in (other, mediator):
        for address in (f"/cases/data-requests/{request_id}", f"/cases/data-requests/{request_id}/copy.json"):
            data = {"state": "refused", "reason": "示例"}
            assert browser.post(address, data=data).status_code == 404
    assert "示例：请给我看" not in other.get("/cases/data-requests").text


def test_consent_withdrawn_ends_the_use_and_both_stay_on_record(app, make_case):
    """PRI-04: after the withdrawal the text is refused; that consent was once given stays."""
    case_id = make_case(samples.boundary_case_archived, days_ago=200)
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        actor = Actor(None, "示例登记人", room_id=case.room_id, roles=frozenset({"mediator"}))
        for is_given in (True, False):
            for party in case.parties:
                people.record_consent(
                    session, party, kind=ConsentKind.TEACHING, is_given=is_given, manner=Manner.WRITTEN,
                    actor=actor, now=NOW,
                )  # fmt: skip
            session.flush()
            session.refresh(case)
            if is_given:
                assert privacy.teaching_text(case, shift_days=5).text
        with pytest.raises(Exception, match="没有同意用于教学"):
            privacy.teaching_text(case, shift_days=5)
        kept = [each.is_given for each in case.consents if each.kind is ConsentKind.TEACHING]
        assert kept.count(True) == kept.count(False) == len(case.parties)


def test_every_box_of_a_list_of_requests_has_its_own_label(head, asked):
    """Three requests, three forms: a label leads to the box of its own card, not to that of the first."""
    for kind in DataRequestKind:
        asked(kind)
    page = head.get("/cases/data-requests").text
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert len(re.findall(r'<label[^>]* for="reason-\d+"', page)) == 3
    assert set(re.findall(r'<label[^>]* for="([^"]+)"', page)) <= set(ids)


def test_the_paper_to_take_home_is_in_words_and_keeps_a_home_that_is_shared(app, head, asked):
    """PRI-05: a person reads the own data, not codes; a spouse at the same address takes nothing away."""
    request_id = asked(DataRequestKind.COPY)
    with app.extensions["stores"].cases.reading() as session:
        me, other = session.get_one(DataRequest, request_id).case.parties[:2]
        assert me.address == other.address
        home, phone = me.address, me.phone
    document = docx.Document(io.BytesIO(head.post(f"/cases/data-requests/{request_id}/copy.docx").data))
    rows = [tuple(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
    cells = [cell for row in rows for cell in row]
    assert ("住址", home) in rows
    assert ("电话", phone) in rows
    assert ("哪一方", "申请人") in rows
    codes = [cell for cell in cells if re.fullmatch(r"[a-z]+(_[a-z]+)+|True|False|bfs|[a-z]{4,}", cell)]
    assert codes == []
    assert not [cell for cell in cells if re.search(r"\d\d\+00:00", cell)]
