"""What a restore on the command line does beside putting files back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mediation_rooms import backup, privacy, samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rights import DataRequest
from mediation_rooms.models.vocabulary import DataRequestKind, DataRequestState
from mediation_rooms.sample_acts import sample_moment
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room
from mediation_rooms.visibility import may_read

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
