"""Files past their years: two people, the exact day, nothing left behind, nothing back by a restore."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, text

from assistant import leftovers
from assistant.job_models import CaseJob, JobState
from mediation_rooms import cases, evidence, retention, samples
from mediation_rooms.accounts import Account
from mediation_rooms.actor import Actor, programme
from mediation_rooms.audit import AuditRecord
from mediation_rooms.errors import InvalidEntry, StepNotAllowed
from mediation_rooms.models.appraisals import RetentionAppraisal
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.drafts import FormDraft
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.models.vocabulary import RequestState, RetentionClass
from mediation_rooms.privacy import keep_until
from mediation_rooms.store import Base
from tests.assistant.casework.conftest import NOW

MARKER = "MARKERXYZ"


@pytest.fixture
def old_file(app, rooms, make_case):
    """A file of eleven years ago in the first room, kept ten years, with a note and a stored picture."""
    case_id = make_case(samples.boundary_case_archived, days_ago=11 * 366 + 200)
    folder = app.extensions["settings"].instance_directory / "attachments"
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        case.retention_class, case.title = RetentionClass.SHORT, f"{MARKER}-title"
        case.statement = f"{MARKER}-statement"
        keeper = Actor(1, "示例调解员甲", room_id=case.room_id, roles=frozenset({"mediator"}))
        cases.write_note(session, case, text=f"{MARKER}-note", actor=keeper, now=NOW)
        picture = BytesIO()
        Image.new("RGB", (40, 30), "white").save(picture, "PNG")
        stored = evidence.keep_file(folder, evidence.check_file(picture.getvalue()))
        evidence.attach(
            session, case, stored=stored, original_name="示例.png", place="agreement", actor=keeper, now=NOW
        )
        room_id = case.room_id
    return case_id, room_id, stored.stored_name


def people_of(room_id):
    first = Actor(1, "示例调解员甲", room_id=room_id, roles=frozenset({"mediator"}))
    second = Actor(2, "示例负责人", room_id=room_id, roles=frozenset({"room_head"}))
    return first, second


def agree(session, case, *, now=NOW):
    first, second = people_of(case.room_id)
    found = retention.propose_destruction(
        session, case, reason="示例：期满，无保存价值", actor=first, now=now
    )
    retention.agree_to_destruction(session, appraisal_id=found.id, approver=second, now=now)
    return found


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["privacy", *arguments])


def test_destruction_needs_two_people_and_waits_for_the_day(app, old_file):
    """PRI-08: nothing on the last day, everything on the next; a hold spares; one person is not enough."""
    case_id, room_id, _name = old_file
    first, second = people_of(room_id)
    with app.extensions["stores"].cases.open_writer() as session:
        case = session.get_one(CaseFile, case_id)
        last = keep_until(case)
        on_the_day = datetime(last.year, last.month, last.day, 12, tzinfo=UTC)
        with pytest.raises(StepNotAllowed):
            retention.propose_destruction(session, case, reason="示例", actor=first, now=on_the_day)
        assert retention.due_everywhere(session, today=last) == []
        assert len(retention.due_everywhere(session, today=last + timedelta(days=1))) == 1
        found = retention.propose_destruction(session, case, reason="示例", actor=first, now=NOW)
        with pytest.raises(InvalidEntry, match="另一个人"):
            retention.agree_to_destruction(session, appraisal_id=found.id, approver=first, now=NOW)
        assert retention.carry_out(session, actor=programme("示例"), now=NOW).numbers == ()
        retention.agree_to_destruction(session, appraisal_id=found.id, approver=second, now=NOW)
        case.legal_hold = True
        assert retention.carry_out(session, actor=programme("示例"), now=NOW).numbers == ()
        case.legal_hold = False
        with pytest.raises(StepNotAllowed, match="时钟"):
            retention.carry_out(session, actor=programme("示例"), now=datetime(2020, 1, 1, tzinfo=UTC))
        assert len(retention.carry_out(session, actor=programme("示例"), now=NOW).numbers) == 1
        assert session.get(CaseFile, case_id) is None


def test_the_command_only_lists_until_it_is_told_to_carry_out(app, old_file):
    """PRI-08: a dry run by default, on any day; carried out on today only."""
    case_id, _room, _name = old_file
    store = app.extensions["stores"].cases
    assert "还没有人鉴定" in run(app, "retention").output
    assert "过了保管期限 0 件" in run(app, "retention", "--on", "2020-01-01").output
    assert run(app, "retention", "--on", "2020-01-01", "--carry-out").exit_code == 1
    with store.writing() as session:
        agree(session, session.get_one(CaseFile, case_id))
    assert "什么都没有动" in run(app, "retention").output
    with store.reading() as session:
        assert session.get(CaseFile, case_id) is not None
    outcome = run(app, "retention", "--carry-out")
    assert outcome.exit_code == 0, outcome.output
    assert "销毁 1 件，文件 1 个" in outcome.output
    with store.reading() as session:
        assert session.get(CaseFile, case_id) is None
        line = session.scalars(select(RetentionAppraisal)).one()
        assert line.destroyed_at is not None and line.approved_by == "示例负责人"


@pytest.mark.sqlite("reads the raw file and its log")
def test_nothing_of_a_destroyed_file_is_left_on_the_disk(app, settings, old_file):
    """PRI-07: raw database, log, index, results, uploads, attachments: no trace of the marker, no file."""
    case_id, _room, stored_name = old_file
    stores = app.extensions["stores"]
    results = settings.instance_directory / "results" / "x"
    results.mkdir(parents=True)
    (results / "dossier.pdf").write_bytes(MARKER.encode())
    with stores.cases.writing() as session:
        session.add(
            CaseJob(
                public_id=results.name, kind="casework.dossier", payload={"case_id": case_id},
                state=JobState.DONE, created_at=NOW, finished_at=NOW,
            )
        )  # fmt: skip
        agree(session, session.get_one(CaseFile, case_id))
    assert _holding(settings.instance_directory)
    outcome = run(app, "retention", "--carry-out")
    assert outcome.exit_code == 0, outcome.output
    assert "还有人在读" not in outcome.output
    assert _holding(settings.instance_directory) == []
    assert not list(settings.instance_directory.rglob(stored_name))
    with stores.cases.reading() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if column.name == "case_id" and table.name != "retention_appraisals":
                    assert not session.execute(select(table).where(column == case_id)).all(), table.name
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []


def _holding(folder):
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and MARKER.encode() in path.read_bytes()
    ]


def test_a_destroyed_file_does_not_come_back_with_an_older_backup(app, settings, old_file, tmp_path):
    """BAK-07: after the restore of an older backup the file and its pictures are destroyed again."""
    case_id, _room, stored_name = old_file
    store = app.extensions["stores"].cases
    made = app.test_cli_runner().invoke(args=["backup", "create", "--to", str(tmp_path / "shelf")])
    assert made.exit_code == 0, made.output
    (archive,) = (tmp_path / "shelf").glob("*.backup")
    with store.writing() as session:
        agree(session, session.get_one(CaseFile, case_id))
    assert run(app, "retention", "--carry-out").exit_code == 0
    outcome = app.test_cli_runner().invoke(args=["backup", "restore", "--yes", str(archive)])
    assert outcome.exit_code == 0, outcome.output
    assert "重新销毁 1 件" in outcome.output
    with store.reading() as session:
        assert session.get(CaseFile, case_id) is None
        assert session.scalars(select(RetentionAppraisal)).one().destroyed_at is not None
    assert not list(settings.instance_directory.rglob(stored_name))


def test_files_of_a_moment_leave_when_their_moment_is_over(app, settings):
    """PRI-07: uploads after a day, parts of killed writers after an hour, results nobody knows; the rest stays."""
    folder = settings.instance_directory
    old = {
        folder / "tmp" / "ledgers" / "ab" / "upload": 86_401,
        folder / "exports" / ".export.xlsx.99.1.part": 3_601,
        folder / "results" / "nobody" / "pack.zip": 0,
    }
    fresh = {
        folder / "tmp" / "ledgers" / "ab" / "new": 60,
        folder / "exports" / ".now.xlsx.99.1.part": 60,
        folder / "exports" / "kept.part.xlsx": 9_000,
    }
    for path, age in (old | fresh).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (time.time() - age, time.time() - age))
    assert "清除 3 个" in run(app, "leftovers").output
    assert [path for path in old if path.exists()] == []
    assert all(path.exists() for path in fresh)
    assert leftovers.remove_leftovers(folder, app.extensions["stores"], now=datetime.now(UTC)) == 0


def test_a_killed_backup_leaves_no_copy_of_the_database_lying(app, settings):
    """PRI-07: unpacked databases of killed backups, checks, restores and drills go after a day; archives stay."""
    instance = settings.instance_directory
    shelf = leftovers.backups_beside(instance)
    old = [shelf / ".backup-x", shelf / ".verify-x", shelf / ".drill-x", instance.parent / ".restore-x"]
    kept = [
        shelf / "20260101T000000Z.backup",
        shelf / ".backup-now" / "cases.sqlite3",
        instance.parent / "keys" / "ring.json",
    ]
    for path in [*(folder / "cases.sqlite3" for folder in old), *kept]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(path.read_bytes() if path.exists() else b"x")
    for folder in old:
        os.utime(folder, (time.time() - 86_401, time.time() - 86_401))
    assert "清除 4 个" in run(app, "leftovers").output
    assert [path for path in old if path.exists()] == []
    assert all(path.exists() for path in kept)


def test_the_running_server_sweeps_at_its_start_and_every_hour(app, settings, monkeypatch):
    """PRI-07: the rounds of the queue's thread: once at once, not again within the hour, then again."""
    part = settings.instance_directory / "exports" / ".old.xlsx.1.1.part"
    clock = [1_000_000.0]
    monkeypatch.setattr("assistant.jobs.time.monotonic", lambda: clock[0])

    def left_after_a_round() -> bool:
        part.parent.mkdir(exist_ok=True)
        part.write_bytes(b"x")
        os.utime(part, (time.time() - 7_200, time.time() - 7_200))
        app.extensions["jobs"].make_due_rounds()
        return part.exists()

    assert not left_after_a_round()
    clock[0] += 3_000
    assert left_after_a_round()
    clock[0] += 601
    assert not left_after_a_round()


def test_a_request_that_became_no_case_is_forgotten_after_its_years_on_the_day(app, rooms):
    """PRI-08: words and contact leave three years and a day after; number and day stay; drafts of a month go too."""
    store, room_id = app.extensions["stores"].cases, next(iter(rooms.values()))
    received = datetime(2023, 11, 24, 4, tzinfo=UTC)
    with store.writing() as session:
        for number, state in enumerate((RequestState.ANSWERED, RequestState.OPENED)):
            session.add(
                RequestForHelp(
                    reference=f"TEST{number}", form_token=f"t{number}", room_id=room_id, received_at=received,
                    division_code="532901104213", words="示例的事", contact_name="示例甲", contact_phone="13800000000",
                    notice_version="1", notice_language_code="zh", state=state, answer="示例答复",
                )
            )  # fmt: skip
    actor = programme("到期销毁")
    with store.writing() as session:
        on_the_day = datetime(2026, 11, 24, 4, tzinfo=UTC)
        assert retention.forget_answered_requests(session, actor=actor, now=on_the_day) == 0
        next_day = on_the_day + timedelta(days=1)
        assert retention.forget_answered_requests(session, actor=actor, now=next_day) == 1
        assert retention.forget_answered_requests(session, actor=actor, now=next_day) == 0
        gone, waiting = session.scalars(select(RequestForHelp).order_by(RequestForHelp.id)).all()
        assert (gone.words, gone.contact_name, gone.contact_phone, gone.answer) == (None, None, None, "")
        assert gone.reference == "TEST0"
        assert waiting.contact_name == "示例甲"
        lines = session.scalars(select(AuditRecord).where(AuditRecord.action == "request.forget")).all()
        assert [(line.chain, line.reason) for line in lines] == [(room_id, "1 件")]
        session.add(FormDraft(account_id=1, form="intake", content="{}", saved_at=NOW - timedelta(days=400)))
        session.add(Account(id=1, user_name="示例", display_name="示例", created_at=NOW))
    assert run(app, "retention", "--carry-out").exit_code == 0
    with store.reading() as session:
        assert session.scalars(select(FormDraft)).all() == []


def test_somebody_with_a_receipt_has_deleted_what_they_wrote(app, signed_in, rooms):
    """PRI-07: what the kiosk's notice promises can be asked for without a case; a waiting or foreign one stays."""
    store, (room_id, other_id) = app.extensions["stores"].cases, list(rooms.values())[:2]
    with store.writing() as session:
        for number, (state, room) in enumerate(
            ((RequestState.ANSWERED, room_id), (RequestState.OPENED, room_id), (RequestState.ANSWERED, other_id))
        ):  # fmt: skip
            session.add(
                RequestForHelp(
                    reference=f"RECEIPT{number}", form_token=f"t{number}", room_id=room, received_at=NOW, words="示例的事",
                    division_code="532901104213", contact_name="示例甲", notice_version="1", notice_language_code="zh", state=state,
                )
            )  # fmt: skip
    browser = signed_in("mediator", room_id=room_id)
    assert "本人拿着回执要求删掉" in browser.get("/cases/requests").text

    def asks(receipt: str, reason: str = "示例：今天来室提出") -> int:
        return browser.post("/cases/requests/forget", data={"receipt": receipt, "reason": reason}).status_code

    assert [asks("RECEIPT0", " "), asks("RECEIPT1"), asks("RECEIPT2"), asks("NONE")] == [422, 409, 422, 422]
    assert asks(" receipt0 ") == 303
    with store.reading() as session:
        held = session.scalars(select(RequestForHelp).order_by(RequestForHelp.id)).all()
    assert [(each.words, each.contact_name) for each in held] == [(None, None)] + [("示例的事", "示例甲")] * 2


def test_a_list_of_a_day_is_no_promise(app, old_file):
    with app.extensions["stores"].cases.reading() as session:
        assert retention.due_everywhere(session, today=date(2000, 1, 1)) == []


def test_the_page_takes_a_finding_and_the_word_of_another_person(app, old_file, signed_in, rooms):
    """PRI-08 on pages: proposed by one, agreed by another of the room; nobody of another room sees it."""
    case_id, room_id, _name = old_file
    mediator, head = signed_in("mediator", room_id=room_id), signed_in("room_head", room_id=room_id)
    stranger = signed_in("room_head", room_id=list(rooms.values())[1])
    assert f"/cases/{case_id}/retention" in mediator.get("/cases/retention").text
    assert f"/cases/{case_id}/retention" not in stranger.get("/cases/retention").text
    assert stranger.post(f"/cases/{case_id}/retention", data={"reason": "示例"}).status_code == 404
    assert mediator.post(f"/cases/{case_id}/retention", data={"reason": " "}).status_code == 422
    assert mediator.post(f"/cases/{case_id}/retention", data={"reason": "示例"}).status_code == 303
    with app.extensions["stores"].cases.reading() as session:
        address = f"/cases/retention/{session.scalars(select(RetentionAppraisal)).one().id}"
    assert mediator.post(address).status_code == 422
    assert stranger.post(address).status_code == 404
    assert head.post(address).status_code == 303
    assert "已同意销毁" in head.get("/cases/retention").text
