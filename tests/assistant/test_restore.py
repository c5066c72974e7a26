"""What a restore on the command line does beside putting files back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from assistant.factory import create_app
from mediation_rooms import accounts, backup, privacy, samples
from mediation_rooms.accounts import Account
from mediation_rooms.actor import Actor, programme
from mediation_rooms.audit import AuditRecord
from mediation_rooms.audit_reading import lines_about_file
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rights import DataRequest
from mediation_rooms.models.vocabulary import DataRequestKind, DataRequestState
from mediation_rooms.passwords import Passwords
from mediation_rooms.permissions import Role
from mediation_rooms.sample_acts import sample_moment
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room
from mediation_rooms.visibility import may_read
from tests.assistant.sample_law import store_sample_law
from tests.conftest import PASSWORD, Browser

NOW = sample_moment(date(2026, 3, 2))


def test_a_withdrawn_person_does_not_come_back_with_an_older_backup(app, tmp_path):
    """BAK-07: a decision on deletion made after the backup is applied again after the restore."""
    store = app.extensions["stores"].cases
    with store.writing() as session:
        load_sample_rooms(session, actor=programme("示例"), now=NOW - timedelta(days=300))
        actor = Actor(2, "示例调解员甲", room_id=sample_room(session, "sample-jinhua").id)
        case_id = samples.boundary_case_archived(session, actor=actor, now=NOW).id
    made = app.test_cli_runner().invoke(args=["backup", "create", "--to", str(tmp_path / "shelf")])
    assert made.exit_code == 0, made.output
    (archive,) = (tmp_path / "shelf").glob("*.backup")
    later = NOW + timedelta(days=200)
    with store.writing() as session:
        case = session.get_one(CaseFile, case_id)
        request = privacy.ask_about_data(
            session, case, party=case.parties[0], kind=DataRequestKind.DELETION,
            words="请删除我的信息", actor=actor, now=later,
        )  # fmt: skip
        privacy.decide_data_request(
            session, request, state=DataRequestState.FROZEN, reason="保管期限未满", actor=actor, now=later
        )
    outcome = app.test_cli_runner().invoke(args=["backup", "restore", "--yes", str(archive)])
    assert outcome.exit_code == 0, outcome.output
    assert "重新执行 1 件" in outcome.output
    with store.reading() as session:
        assert session.get_one(CaseFile, case_id).is_sealed
        assert session.query(DataRequest).one().state is DataRequestState.FROZEN
        told = lines_about_file(session, actor.room_id, case_id, limit=50)
        assert "privacy.replay" in [line.action for line in told]
        readable = session.query(CaseFile).where(may_read(actor, today=later.date())).all()
        assert case_id not in [case.id for case in readable]
    again = app.test_cli_runner().invoke(args=["backup", "restore", "--yes", str(archive)])
    assert "重新执行 1 件" in again.output


@pytest.mark.sqlite("overwrites the file")
def test_a_restore_over_a_store_that_cannot_be_read_says_that_deletions_were_not_replayed(app, tmp_path):
    store = app.extensions["stores"].cases
    archive = tmp_path / "older.backup"
    backup.create(app.extensions["settings"].instance_directory, archive)
    store.dispose()
    store.path.write_bytes(b"not a database" * 1000)
    outcome = app.test_cli_runner().invoke(args=["backup", "restore", "--yes", str(archive)])
    assert outcome.exit_code == 0, outcome.output
    assert "逐件核对" in outcome.output


def test_the_drill_builds_the_index_and_signs_in_on_what_was_restored(app, tmp_path, signed_in):
    """BAK-04: restored, trail and rows checked, index built anew, an account signs in; nothing is left of it."""
    store_sample_law(app.extensions["stores"].collection)
    signed_in("mediator", room_id=1)
    shelf = tmp_path / "shelf"
    made = app.test_cli_runner().invoke(args=["backup", "create", "--to", str(shelf)])
    assert made.exit_code == 0, made.output
    outcome = app.test_cli_runner().invoke(args=["backup", "drill", "--in", str(shelf)])
    assert outcome.exit_code == 0, outcome.output
    assert "索引已重建" in outcome.output
    assert "已登录，账户 1 个" in outcome.output
    assert len(list(shelf.iterdir())) == 1
    with app.extensions["stores"].cases.reading() as session:
        assert len(session.scalars(select(Account)).all()) == 1


def test_a_restored_installation_where_nobody_can_sign_in_fails_the_drill(app, tmp_path, monkeypatch):
    """BAK-04: the drill says so and is not remembered as passed."""
    shelf = tmp_path / "shelf"
    assert app.test_cli_runner().invoke(args=["backup", "create", "--to", str(shelf)]).exit_code == 0
    monkeypatch.setattr(Passwords, "matches", lambda *_a: False)
    outcome = app.test_cli_runner().invoke(args=["backup", "drill", "--in", str(shelf)])
    assert outcome.exit_code == 1
    assert "登录不了" in outcome.output
    with app.extensions["stores"].cases.reading() as session:
        assert "backup.drill" not in session.scalars(select(AuditRecord.action)).all()


@pytest.mark.sqlite("opens the restored files")
def test_a_restored_folder_serves_pages_and_lets_people_in(app, settings, tmp_path):
    """BAK-04: an application over the restored folder answers the sign-in form of an account from before."""
    store = app.extensions["stores"].cases
    with store.writing() as session:
        account, _code = accounts.create_account(
            session, actor=programme("测试"), user_name="示例用户", display_name="示例", room_id=None,
            roles=frozenset({Role.TRANSLATOR}), division_code=None, now=NOW,
        )  # fmt: skip
        accounts.set_password(
            session, account, password_hash=app.extensions["passwords"].hash(PASSWORD), now=datetime.now(UTC)
        )
    archive, folder = tmp_path / "one.backup", tmp_path / "restored"
    backup.create(settings.instance_directory, archive)
    backup.restore(archive, folder)
    moved = replace(
        settings,
        instance_directory=folder,
        database_url=f"sqlite:///{folder / 'collection.sqlite3'}",
        case_database_url=f"sqlite:///{folder / 'cases.sqlite3'}",
    )
    application = create_app(moved)
    application.test_client_class = Browser
    try:
        browser = application.test_client()
        answer = browser.post("/sign-in/", data={"user_name": "示例用户", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        assert browser.get("/account/").status_code == 200
    finally:
        application.extensions["stores"].dispose()
