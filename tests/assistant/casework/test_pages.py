"""What a mediator sees and may do on the pages, and what nobody else gets."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from assistant.web.casework.act_list import all_acts
from assistant.web.clock import today
from mediation_rooms import samples
from mediation_rooms.audit import AuditRecord
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.drafts import FormDraft
from mediation_rooms.models.vocabulary import CaseState
from mediation_rooms.workflow import STEPS
from tests.assistant.casework.conftest import NOW


def load(app, case_id):  # type: ignore[no-untyped-def]
    """What one file now says, read in a session of its own."""
    with app.extensions["stores"].cases.reading() as session:
        case = session.get_one(CaseFile, case_id)
        return case.state, [note.text for note in case.notes], case.version_id, case.statement


def trail(app):  # type: ignore[no-untyped-def]
    with app.extensions["stores"].cases.reading() as session:
        return [(row.action, row.result, row.object_id) for row in session.scalars(select(AuditRecord))]


def test_the_day_shows_what_falls_due_and_what_waits(app, mediator, make_case):
    make_case(samples.boundary_case_opened, days_ago=1)
    make_case(samples.boundary_case_mediating)
    page = mediator.get("/cases/").text
    assert "等待受理" in page
    assert "示例甲说" in page
    assert mediator.get("/cases/calendar?month=2026-02").status_code == 200
    assert mediator.get("/cases/calendar?month=rubbish").status_code == 200


def test_files_are_found_by_party_number_and_words(app, mediator, make_case):
    case_id = make_case(samples.boundary_case_mediating)
    link = f"/cases/{case_id}"
    assert link in mediator.get("/cases/files").text
    for question in ("示例乙", "13800000000", "田埂 蚕豆", "号"):
        assert link in mediator.post("/cases/files", data={"q": question}).text, question
    for question in ("没有这个人", "1380000", "蚕豆 飞机", "%", "' OR 1=1 --"):
        assert link not in mediator.post("/cases/files", data={"q": question}).text, question


def test_identities_are_masked_until_asked_for_with_a_reason(app, mediator, make_case):
    case_id = make_case(samples.boundary_case_mediating)
    page = mediator.get(f"/cases/{case_id}").text
    assert "138****0000" in page
    assert "13800000000" not in page
    party = re.search(r'name="party".*?<option value="(\d+)"', page, re.S)[1]
    address = f"/cases/{case_id}/identity"
    refused = mediator.post(address, data={"party": party, "field": "phone", "reason": " "})
    assert refused.status_code == 422
    assert "13800000000" not in refused.text
    shown = mediator.post(address, data={"party": party, "field": "phone", "reason": "通知开会"})
    assert "13800000000" in shown.text
    assert ("case.reveal", "done", party) in [(a, r, str(o)) for a, r, o in trail(app)]


def test_every_look_leaves_a_line_and_another_rooms_file_does_not_exist(app, signed_in, rooms, make_case):
    case_id = make_case(samples.boundary_case_mediating)
    other_room = list(rooms.values())[1]
    stranger = signed_in("mediator", room_id=other_room)
    for method, address in (
        ("GET", f"/cases/{case_id}"),
        ("GET", f"/cases/{case_id}/acts/party"),
        ("GET", f"/cases/{case_id}/papers/agreement.pdf"),
        ("GET", f"/cases/{case_id}/attachments/1"),
        ("POST", f"/cases/{case_id}/acts/party"),
        ("POST", f"/cases/{case_id}/acts/party/draft"),
        ("POST", f"/cases/{case_id}/notes"),
        ("POST", f"/cases/{case_id}/identity"),
    ):
        before = len(trail(app))
        assert stranger.open(address, method=method, data={"text": "x", "name": "x"}).status_code == 404, (
            address
        )
        assert ("case.view", "refused") in [line[:2] for line in trail(app)[before:]], address
    assert load(app, case_id)[1] == []


def test_a_note_is_kept_and_an_empty_one_is_refused(app, mediator, make_case):
    case_id = make_case(samples.boundary_case_mediating)
    refused = mediator.post(f"/cases/{case_id}/notes", data={"text": "  "})
    assert refused.status_code == 422
    assert "便条是空的" in refused.text
    mediator.post(f"/cases/{case_id}/notes", data={"text": "<b>明天</b>去看田埂"})
    assert load(app, case_id)[1] == ["<b>明天</b>去看田埂"]
    assert "&lt;b&gt;明天" in mediator.get(f"/cases/{case_id}").text


def test_every_step_of_the_workflow_has_its_form():
    with_form = {act.step for act in all_acts().values()}
    missing = {step.name for step in STEPS} - with_form
    # the court's three answers are one form, closing is one form for both kinds of ending
    assert missing == {"confirm", "refuse_confirmation", "withdraw_confirmation", "close_without_performance"}


@pytest.mark.parametrize("key", sorted(all_acts()))
def test_every_form_opens_where_it_is_offered_and_loses_nothing_when_refused(app, mediator, make_case, key):
    act = all_acts()[key]
    made = {
        CaseState.RECEIVED: samples.boundary_case_opened,
        CaseState.MEDIATING: samples.boundary_case_mediating,
        CaseState.IN_FORCE: samples.boundary_case_in_force,
        CaseState.PERFORMED: samples.oral_case_performed,
        CaseState.ARCHIVED: samples.boundary_case_archived,
    }
    fit = [sample for state, sample in made.items() if state in act.states]
    if not fit:
        case_id = make_case(samples.boundary_case_mediating)
        assert mediator.get(f"/cases/{case_id}/acts/{key}").status_code == 409
        return
    days = 120 if fit[-1] is samples.boundary_case_archived else 9
    case_id = make_case(fit[-1], days_ago=days)
    shown = mediator.get(f"/cases/{case_id}/acts/{key}")
    assert shown.status_code in (200, 409)
    rubbish = dict.fromkeys(re.findall(r'name="([\w-]+)"', shown.text), "不成样子的内容 <script>")
    before = load(app, case_id)
    refused = mediator.post(f"/cases/{case_id}/acts/{key}", data=rubbish)
    assert refused.status_code in (303, 409, 422), refused.status_code
    assert "<script>&" not in refused.text
    if refused.status_code != 303:
        assert load(app, case_id) == before


def test_two_people_in_one_file_the_second_sees_both_texts(app, mediator, make_case):
    case_id = make_case(samples.boundary_case_mediating)
    address = f"/cases/{case_id}/acts/amend"
    form = mediator.get(address).text
    fields = {
        "seen_version": re.search(r'name="seen_version" value="(\d+)"', form)[1],
        "kind_code": "neighbour",
        "division_code": "532901104213",
        "amount_in_dispute": "3600.00",
    }
    first = mediator.post(address, data={**fields, "statement": "先存的内容"})
    assert first.status_code == 303
    second = mediator.post(address, data={**fields, "statement": "后来写的内容"})
    assert second.status_code == 409
    assert "先存的内容" in second.text
    assert "后来写的内容" in second.text
    assert load(app, case_id)[3] == "先存的内容"
    again = re.search(r'name="seen_version" value="(\d+)"', second.text)[1]
    assert (
        mediator.post(address, data={**fields, "seen_version": again, "statement": "合起来的"}).status_code
        == 303
    )
    assert load(app, case_id)[3] == "合起来的"


def test_what_was_typed_is_there_after_a_power_cut_and_encrypted(app, mediator, signed_in, rooms, make_case):
    case_id = make_case(samples.boundary_case_mediating)
    address = f"/cases/{case_id}/acts/oral-agreement"
    assert mediator.post(f"{address}/draft", data={"content": "说到一半的话"}).status_code == 204
    assert "说到一半的话" in mediator.get(address).text
    colleague = signed_in("mediator", room_id=next(iter(rooms.values())))
    assert "说到一半的话" not in colleague.get(address).text
    with app.extensions["stores"].cases.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT content FROM form_drafts").scalar_one()
    assert "说到一半" not in raw
    mediator.post(f"{address}/draft/discard")
    assert "说到一半的话" not in mediator.get(address).text
    mediator.post("/cases/new/draft", data={"statement": "还没写完的登记"})
    assert "还没写完的登记" in mediator.get("/cases/new").text


INTAKE = {
    "statement": "示例丁借了示例丙的钱不还。",
    "kind_code": "contract",
    "division_code": "532901104213",
    "session_language_code": "bfs",
    "source_code": "application",
    "channel": "in_person",
    "applied_on": str(today()),
    "applicant-name": "示例丙",
    "applicant-told": "yes",
    "applicant-language_code": "bfs",
    "form_token": "一次性的号",
}


def test_the_same_intake_sent_twice_opens_one_file(app, mediator):
    first = mediator.post("/cases/new", data=INTAKE)
    second = mediator.post("/cases/new", data=INTAKE)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    with app.extensions["stores"].cases.reading() as session:
        (case,) = session.scalars(select(CaseFile)).all()
        assert [party.name for party in case.parties] == ["示例丙"]
        assert session.scalars(select(FormDraft)).all() == []


def test_nobody_is_entered_before_being_told_why(app, mediator):
    refused = mediator.post("/cases/new", data={**INTAKE, "applicant-told": "", "applied_on": "2099-01-01"})
    assert refused.status_code == 422
    assert "要先当面告知" in refused.text
    assert "申请日期不能晚于今天" in refused.text
    assert "示例丁借了示例丙的钱不还" in refused.text
    with app.extensions["stores"].cases.reading() as session:
        assert session.scalars(select(CaseFile)).all() == []


def picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "JPEG")
    return drawn.getvalue()


def test_photographs_are_kept_together_or_not_at_all(app, mediator, make_case):
    case_id = make_case(samples.boundary_case_mediating)
    address = f"/cases/{case_id}/acts/evidence"
    fields = {"name": "田埂照片", "provided_on": str(today()), "page_count": "2"}
    good, bad = (io.BytesIO(picture()), "../../田埂.jpg"), (io.BytesIO(b"MZ\x90\x00" * 50), "run.exe")
    refused = mediator.post(
        address, data={**fields, "files": [good, bad]}, content_type="multipart/form-data"
    )
    assert refused.status_code == 422
    assert "run.exe" in refused.text
    files = [(io.BytesIO(picture()), "../../田埂.jpg"), (io.BytesIO(picture()), "二.jpg")]
    kept = mediator.post(address, data={**fields, "files": files}, content_type="multipart/form-data")
    assert kept.status_code == 303
    page = mediator.get(f"/cases/{case_id}").text
    assert "田埂.jpg" in page
    assert "../" not in re.findall(r">([^<]*田埂\.jpg)", page)[0]
    link = re.search(rf"/cases/{case_id}/attachments/\d+", page)[0]
    answer = mediator.get(link)
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_papers_come_as_pdf_and_a_wrong_name_does_not_exist(mediator, make_case):
    case_id = make_case(samples.boundary_case_in_force)
    answer = mediator.get(f"/cases/{case_id}/papers/agreement.pdf")
    assert answer.data.startswith(b"%PDF")
    assert mediator.get(f"/cases/{case_id}/papers/nothing.pdf").status_code == 404
    assert mediator.get("/cases/forms/agreement.pdf").data.startswith(b"%PDF")
    assert "人民调解协议书" in mediator.get("/cases/forms").text


def test_a_cited_article_keeps_its_words_and_a_wrong_one_is_refused(app, mediator, make_case):
    case_id = make_case(samples.boundary_case_mediating)
    address = f"/cases/{case_id}/acts/cite"
    for wrong in ("", "随便写写", "《示例法》第九百条"):
        assert mediator.post(address, data={"citation": wrong, "placed_in": "record"}).status_code == 422, (
            wrong
        )
    kept = mediator.post(address, data={"citation": "《示例法》第二条", "placed_in": "record"})
    assert kept.status_code == 303, kept.text
    with app.extensions["stores"].cases.reading() as session:
        (cited,) = session.get_one(CaseFile, case_id).cited_articles
        assert cited.citation.startswith("示例法#2@")
        assert cited.words


def test_a_minor_seals_the_file_and_the_head_lets_somebody_in(app, signed_in, rooms, mediator, make_case):
    case_id = make_case(samples.boundary_case_opened)
    child = {
        "side": "respondent",
        "name": "示例小孩",
        "told": "yes",
        "sex": "not_stated",
        "language_code": "bfs",
        "born_on": str(today() - timedelta(days=365 * 15)),
    }
    assert mediator.post(f"/cases/{case_id}/acts/party", data=child).headers["Location"] == "/cases/sealed"
    assert mediator.get(f"/cases/{case_id}").status_code == 404
    assert f"/cases/{case_id}" not in mediator.get("/cases/files?all=yes").text
    assert mediator.post(f"/cases/sealed/{case_id}", data={}).status_code == 404
    head = signed_in("room_head", room_id=next(iter(rooms.values())))
    form = {
        "account": str(mediator.account_id),
        "until": str(today() + timedelta(days=3)),
        "reason": "办理本案",
    }
    assert head.post(f"/cases/sealed/{case_id}", data={**form, "reason": ""}).status_code == 422
    assert head.post(f"/cases/sealed/{case_id}", data=form).status_code == 303
    assert mediator.get(f"/cases/{case_id}").status_code == 200


def test_the_kiosk_has_none_of_this(settings, tmp_path):
    from dataclasses import replace

    from assistant.factory import create_app

    kiosk = create_app(replace(settings, profile="kiosk"))
    assert not [rule for rule in kiosk.url_map.iter_rules() if rule.endpoint.startswith("casework.")]
    assert NOW
    kiosk.extensions["stores"].dispose()


def test_a_bound_file_is_made_as_long_work_and_lies_encrypted(app, mediator, signed_in, rooms, make_case):
    from assistant import jobs

    case_id = make_case(samples.boundary_case_in_force)
    assert "缺回访记录" in mediator.get(f"/cases/{case_id}/dossier").text
    begun = mediator.post(f"/cases/{case_id}/dossier").headers["Location"]
    with app.app_context():
        assert jobs.run_waiting(app) == 1
    link = re.search(rf"/cases/{case_id}/dossier/[\w-]+\.pdf", mediator.get(begun).text)[0]
    assert mediator.get(link).data.startswith(b"%PDF")
    results = app.extensions["settings"].instance_directory / "results"
    kept = [path.read_bytes()[:4] for path in results.rglob("*") if path.is_file()]
    assert kept == [b"MRF1"]
    colleague = signed_in("mediator", room_id=next(iter(rooms.values())))
    assert colleague.get(link).status_code == 404
    assert mediator.get(link.replace(f"/cases/{case_id}/", f"/cases/{case_id + 1}/")).status_code == 404
