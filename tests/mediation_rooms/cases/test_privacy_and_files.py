"""Rights over data, requests from kiosks, and files that are judged by their content."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mediation_rooms import cases, evidence, people, privacy, reading, requests, samples
from mediation_rooms.actor import Actor
from mediation_rooms.audit import AuditRecord
from mediation_rooms.cases import CaseEntry
from mediation_rooms.encryption import FieldDamaged
from mediation_rooms.errors import InvalidEntry, NotFound, StepNotAllowed
from mediation_rooms.models.registers import Committee
from mediation_rooms.models.vocabulary import (
    Channel,
    ConsentKind,
    DataRequestKind,
    DataRequestState,
    Manner,
    PreventedKind,
    RequestState,
)
from mediation_rooms.sample_rooms import sample_room
from mediation_rooms.steps import take_step


def test_identities_are_unreadable_in_the_database(session: Session, mediator: Actor, now: datetime) -> None:
    samples.boundary_case_opened(session, actor=mediator, now=now)
    for row in session.execute(text("SELECT * FROM parties")):
        assert "示例" not in " ".join(str(value) for value in row)
        assert "13800000000" not in " ".join(str(value) for value in row)


def test_a_correction_keeps_the_old_value_and_refuses_a_wrong_one(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    party = case.parties[0]
    fixed = privacy.correct_party(
        session, party, field="phone", value="13911112222", reason="本人更正", actor=mediator, now=now
    )
    assert (fixed.old_value, fixed.new_value, party.phone) == ("13800000000", "13911112222", "13911112222")
    for field, value, problem in (
        ("phone", "12", "电话应为"),
        ("case_id", 5, "不能在这里更正"),
        ("born_on", date(2027, 1, 1), "不能晚于今天"),
    ):
        with pytest.raises(InvalidEntry, match=problem):
            privacy.correct_party(
                session, party, field=field, value=value, reason="试", actor=mediator, now=now
            )


def test_deletion_before_the_years_are_over_freezes_instead(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_archived(session, actor=mediator, now=now)
    later = now + timedelta(days=200)
    request = privacy.ask_about_data(
        session,
        case,
        party=case.parties[0],
        kind=DataRequestKind.DELETION,
        words="请删除我的信息",
        actor=mediator,
        now=later,
    )
    assert privacy.open_data_requests(session, actor=mediator) == [request]
    with pytest.raises(StepNotAllowed, match="第四十七条"):
        privacy.decide_data_request(
            session, request, state=DataRequestState.DONE, reason="删除", actor=mediator, now=later
        )
    privacy.decide_data_request(
        session, request, state=DataRequestState.FROZEN, reason="保管期限未满", actor=mediator, now=later
    )
    assert case.is_sealed
    assert privacy.keep_until(case) == date(2056, 12, 31)
    case.legal_hold = True
    assert privacy.keep_until(case) is None


def test_nothing_is_proposed_for_appraisal_before_its_years_are_over(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_archived(session, actor=mediator, now=now)
    assert privacy.proposed_for_appraisal(session, actor=mediator, today=date(2056, 12, 31)) == []
    assert privacy.proposed_for_appraisal(session, actor=mediator, today=date(2057, 1, 1)) == [case]


def test_a_person_gets_every_trace_and_no_other_party(
    session: Session, mediator: Actor, stranger: Actor, now: datetime
) -> None:
    case = samples.boundary_case_in_force(session, actor=mediator, now=now)
    traces = privacy.personal_data_of(session, actor=mediator, now=now, name="示例乙")
    tables = {trace.table for trace in traces}
    assert {
        "parties",
        "consents",
        "notices",
        "signatures",
        "session_participants",
        "agreement_terms",
    } <= tables
    assert all("示例甲之妻" not in str(trace.values) for trace in traces)
    assert {trace.case_id for trace in traces} == {case.id}
    assert privacy.personal_data_of(session, actor=stranger, now=now, name="示例乙") == []


def test_a_case_is_taught_from_only_with_everybodys_consent_and_without_people(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_archived(session, actor=mediator, now=now)
    with pytest.raises(StepNotAllowed, match="没有同意用于教学"):
        privacy.teaching_text(case, shift_days=11)
    for party in case.parties:
        people.record_consent(
            session,
            party,
            kind=ConsentKind.TEACHING,
            is_given=True,
            manner=Manner.WRITTEN,
            actor=mediator,
            now=now,
        )
    taught = privacy.teaching_text(case, shift_days=11)
    assert "示例甲" not in taught.text and "示例乙" not in taught.text and "旧界石" in taught.text
    case.involves_minor = True
    with pytest.raises(StepNotAllowed, match="未成年人保护法第一百零三条"):
        privacy.teaching_text(case, shift_days=11)


# --- requests and screening ------------------------------------------------------------------------


def help_entry(session: Session, **changes: str) -> requests.HelpEntry:
    values: dict[str, str] = {
        "form_token": "token-1",
        "division_code": "532901104213",
        "notice_version": "1",
        "notice_language_code": "bfs",
        "words": "邻居的墙砌到我家地里了",
        **changes,
    }
    return requests.HelpEntry(room_id=sample_room(session, "sample-jinhua").id, **values)


def test_a_request_from_a_kiosk_becomes_a_case_of_the_same_day(
    session: Session, mediator: Actor, stranger: Actor, now: datetime
) -> None:
    receipt = requests.ask_for_help(session, entry=help_entry(session), now=now)
    assert requests.ask_for_help(session, entry=help_entry(session), now=now) == receipt
    assert len(receipt.reference) == 8 and not set(receipt.reference) & set("01ILO")
    (waiting,) = requests.inbox(session, actor=mediator)
    assert requests.inbox(session, actor=stranger) == []
    with pytest.raises(NotFound):
        requests.open_request(session, request_id=waiting.id, actor=stranger, now=now)
    opened = requests.open_request(session, request_id=waiting.id, actor=mediator, now=now)
    later = now + timedelta(days=2)
    wrong_day = CaseEntry("neighbour", "application", date(2026, 3, 4), Channel.KIOSK, "532901104213")
    with pytest.raises(InvalidEntry, match="诉讼时效从这一天中断"):
        requests.take_up(session, opened, entry=wrong_day, actor=mediator, now=later)
    entry = CaseEntry("neighbour", "application", date(2026, 3, 2), Channel.KIOSK, "532901104213")
    case = requests.take_up(session, opened, entry=entry, actor=mediator, now=later)
    assert opened.state is RequestState.TAKEN_UP and opened.case is case
    assert requests.inbox(session, actor=mediator) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"notice_version": ""}, "notice"),
        ({"division_code": "1"}, "division_code"),
        ({"words": ""}, "words"),
        ({"words": "长" * 2001}, "words"),
        ({"kind_code": "quarrel"}, "kind_code"),
        ({"language_code": "bai"}, "language_code"),
    ],
)
def test_a_request_says_what_is_wrong_with_it(
    session: Session, now: datetime, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidEntry) as refused:
        requests.ask_for_help(session, entry=help_entry(session, **changes), now=now)
    assert list(refused.value.problems) == [field]


def test_a_round_without_findings_is_a_zero_report_and_prevention_needs_two_people(
    session: Session, mediator: Actor, stranger: Actor, now: datetime
) -> None:
    committee = session.get(Committee, 1)
    assert committee is not None
    screening = requests.record_screening(
        session,
        committee,
        screened_on=date(2026, 3, 1),
        place="示例村",
        screened_by="示例网格员",
        findings=(),
        actor=mediator,
        now=now,
    )
    assert screening.is_zero_report
    event = requests.record_prevented(
        session,
        committee,
        kind=PreventedKind.MASS_FIGHT,
        happened_on=date(2026, 3, 1),
        people_count=6,
        note="分开劝住，报告派出所",
        actor=mediator,
        now=now,
    )
    with pytest.raises(InvalidEntry, match="另一个人核实"):
        requests.confirm_prevented(session, event, actor=mediator, now=now)
    requests.confirm_prevented(session, event, actor=stranger, now=now)
    assert event.confirmed_by == stranger.name


# --- files -----------------------------------------------------------------------------------------


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret-place"
    Image.new("RGB", size, "white").save(drawn, form, exif=exif)
    return drawn.getvalue()


def office(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("_rels/.rels", "<Relationships/>")
        package.writestr("word/document.xml", "<document/>")
        for name, content in members.items():
            package.writestr(name, content)
    return packed.getvalue()


def test_a_file_comes_back_whole_stripped_and_only_with_its_key(
    session: Session, mediator: Actor, now: datetime, tmp_path: Path
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    stored = evidence.keep_file(tmp_path, evidence.check_file(picture()))
    names = ("../../etc/调解\u202e协议书.jpg", "第二页.jpg")
    attachments = [
        evidence.attach(
            session, case, stored=each, original_name=name, place="agreement", actor=mediator, now=now
        )
        for each, name in zip(
            (stored, evidence.keep_file(tmp_path, evidence.check_file(picture("PNG")))), names, strict=True
        )
    ]
    assert [each.page for each in attachments] == [1, 2]
    assert attachments[0].original_name == "调解协议书.jpg"
    content = evidence.read_attachment(tmp_path, attachments[0])
    assert content.startswith(b"\xff\xd8") and b"secret-place" not in content
    path = next(tmp_path.rglob(stored.stored_name))
    raw = bytearray(path.read_bytes())
    assert b"\xff\xd8\xff" not in raw
    raw[-1] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(FieldDamaged, match="改动过"):
        evidence.read_attachment(tmp_path, attachments[0])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "空的"),
        (b"MZ" + b"\0" * 200, "不能接收"),
        (b"#!/bin/sh\nrm -rf /", "不能接收"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "不能接收"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, "图片已损坏"),
        (b"\0" * (20 * 1024 * 1024 + 1), "超过20兆"),
    ],
)
def test_wrong_files_are_refused_with_a_sentence(content: bytes, problem: str) -> None:
    with pytest.raises(InvalidEntry, match=problem):
        evidence.check_file(content)


def test_picture_bombs_and_office_bombs_and_macros_are_refused() -> None:
    bomb = io.BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    with pytest.raises(InvalidEntry, match="太大"):
        evidence.check_file(bomb.getvalue())
    with pytest.raises(InvalidEntry, match="展开后过大"):
        evidence.check_file(office({"word/media/zero.dat": b"\0" * (51 * 1024 * 1024)}))
    with pytest.raises(InvalidEntry, match="宏"):
        evidence.check_file(office({"word/vbaProject.bin": b"macro"}))
    with pytest.raises(InvalidEntry, match="路径不正常"):
        evidence.check_file(office({"../outside.xml": b"x"}))
    assert evidence.check_file(office({})).media_type.endswith("wordprocessingml.document")


def test_an_identity_is_masked_until_asked_for_with_a_reason_that_is_kept(
    session: Session, mediator: Actor, stranger: Actor, now: datetime
) -> None:
    case = samples.boundary_case_opened(session, actor=mediator, now=now)
    party = case.parties[0]
    shown = reading.masked(party, now=now)
    assert (shown.phone, shown.age, shown.address) == ("138****0000", 65, "****")
    assert reading.masked(party, now=now, shows_name=False).name == "示**"
    with pytest.raises(InvalidEntry, match="为什么查看"):
        reading.reveal(session, party, field="phone", reason=" ", actor=mediator, now=now)
    with pytest.raises(NotFound):
        reading.reveal(session, party, field="phone", reason="好奇", actor=stranger, now=now)
    number = reading.reveal(session, party, field="phone", reason="通知开会", actor=mediator, now=now)
    assert number == "13800000000"
    reading.record_look(session, case, actor=mediator, now=now)
    reading.record_refused_look(session, case_id=case.id, actor=stranger, now=now)
    lines = session.scalars(
        select(AuditRecord)
        .where(AuditRecord.action.in_(["case.reveal", "case.view"]))
        .order_by(AuditRecord.id)
    ).all()
    assert [(line.action, line.actor_name, line.result) for line in lines] == [
        ("case.reveal", mediator.name, "done"),
        ("case.view", mediator.name, "done"),
        ("case.view", stranger.name, "refused"),
    ]
    assert "13800000000" not in lines[0].reason and "通知开会" in lines[0].reason


def test_every_verb_leaves_one_line_in_the_trail(session: Session, mediator: Actor, now: datetime) -> None:
    case = samples.boundary_case_mediating(session, actor=mediator, now=now)
    before = len(session.scalars(select(AuditRecord)).all())
    cases.write_note(session, case, text="便条", actor=mediator, now=now)
    take_step(session, case, "begin_enquiry", actor=mediator, reason="补充调查", now=now)
    lines = session.scalars(select(AuditRecord).order_by(AuditRecord.id)).all()[before:]
    assert [line.action for line in lines] == ["case.note", "case.begin_enquiry"]
