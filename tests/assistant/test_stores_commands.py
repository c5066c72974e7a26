"""The stores as a whole: which schema they have, going back, the weekly check, and what people read meanwhile."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from assistant import store_checks
from assistant.outreach.event_models import DayCount
from assistant.store_copies import CASES, COLLECTION
from mediation_rooms import backup, backup_shelf, samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room

NOW = datetime.now(UTC)


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def with_case(app):
    """A room and a file."""
    with app.extensions["stores"].cases.writing() as session:
        load_sample_rooms(session, actor=programme("示例"), now=NOW - timedelta(days=300))
        actor = Actor(2, "示例调解员甲", room_id=sample_room(session, "sample-jinhua").id)
        return samples.boundary_case_mediating(session, actor=actor, now=NOW - timedelta(days=9)).id


def looked_at_long_ago(app):
    app.extensions["condition"].forget()


@pytest.mark.sqlite("goes back in a file made from the models")
def test_a_store_goes_back_after_saying_what_is_lost_and_making_a_backup(app, settings, run, with_case):
    """DUR-06: refused without a word of assent; a backup first; the way forward again is said."""
    cases = app.extensions["stores"].cases
    CASES.migrations.downgrade(cases, revision="base")
    CASES.migrations.upgrade(cases)
    assert "cases\t" + str(CASES.migrations.head) + "\t最新" in run("stores", "status").output
    assert run("stores", "back", "cases", "0002").exit_code == 1, "nobody said yes"
    assert CASES.migrations.current(cases) == CASES.migrations.head
    unknown = run("stores", "back", "cases", "7777", "--yes")
    assert unknown.exit_code == 1
    assert "没有 7777 这个结构" in unknown.output
    done = run("stores", "back", "cases", "0002", "--yes")
    assert done.exit_code == 0, done.output
    assert "已退回 0002" in done.output
    shelf = settings.instance_directory.with_name("instance-backups")
    assert len(backup_shelf.regular(shelf)) == 1
    assert "请运行 flask --app wsgi prepare" in run("stores", "status").output
    CASES.migrations.upgrade(cases)
    assert run("stores", "status").output.count("最新") == 2


def test_what_an_older_schema_cannot_hold_is_counted_before(app, run):
    collection = app.extensions["stores"].collection
    with collection.writing() as session:
        session.add(DayCount(source="示例", counted_on=NOW.date(), what="示例", count=3))
    outcome = run("stores", "back", "collection", COLLECTION.migrations.revisions()[0])
    assert "退回以后没有了：outreach_day_counts 表的 1 行" in outcome.output


@pytest.mark.parametrize(("present", "said"), [("0002", "prepare"), ("9999", "更新的程序")])
def test_people_read_that_the_database_is_not_the_programmes_own(app, signed_in, present, said):
    """An old or a too new schema: 503 with what to do, in the page and on the health page; never a bare 500."""
    browser = signed_in(Role.MEDIATOR, room_id=1)
    with app.extensions["stores"].cases.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :present"), {"present": present})
        session.execute(text("ALTER TABLE case_files RENAME COLUMN statement TO gone"))
    page = browser.get("/cases/files")
    assert page.status_code == 503
    assert said in page.text
    assert "数据库要管理员处理" in page.text
    health = browser.get("/health")
    assert health.status_code == 503
    assert health.json["checks"]["schema"] == "not the programme's"


def test_a_missing_column_in_the_right_schema_stays_a_mistake_of_the_programme(app, signed_in):
    browser = signed_in(Role.MEDIATOR, room_id=1)
    with app.extensions["stores"].cases.writing() as session:
        session.execute(text("ALTER TABLE case_files RENAME COLUMN statement TO gone"))
    assert browser.get("/cases/files").status_code == 500


def test_the_weekly_check_finds_a_changed_row_and_the_administrator_reads_it(app, run, with_case, signed_in):
    """DUR-13, DUR-12: exit status 1, an alarm for whoever answers for backups, the health page; saving goes on."""
    administrator = signed_in(Role.ADMINISTRATOR)
    assert "一个星期以上没有完整检查" in administrator.get("/account/").text
    sound = run("stores", "check")
    assert sound.exit_code == 0, sound.output
    assert "完好" in sound.output
    looked_at_long_ago(app)
    assert "一个星期以上没有完整检查" not in administrator.get("/account/").text
    with app.extensions["stores"].cases.writing() as session:
        session.execute(text("UPDATE case_files SET statement = '被人改过'"))
    found = run("stores", "check")
    assert found.exit_code == 1
    assert f"case_files {with_case} 和保存时不一样" in found.output
    looked_at_long_ago(app)
    assert "1 行和保存时不一样" in administrator.get("/account/").text
    assert "和保存时不一样" in administrator.get("/account/backups").text
    assert administrator.get("/health").json["checks"]["integrity"] == "rows not as saved: 1"
    assert administrator.post("/account/end-other-sessions").status_code == 303


@pytest.mark.sqlite("damages the file; PostgreSQL has checksums of its own")
def test_damage_that_the_weekly_check_finds_stops_saving_until_a_check_is_sound(
    app, run, with_case, signed_in
):
    """DUR-13: rows whose file is gone, which the quick check at start does not look for."""
    browser, cases = signed_in(Role.ADMINISTRATOR), app.extensions["stores"].cases
    cases.dispose()
    with sqlite3.connect(cases.path) as connection:
        connection.execute("DELETE FROM case_files")  # SQLite's own default: foreign keys are off
    connection.close()
    app.extensions["condition"].check()
    assert app.extensions["condition"].state() == "ok", "the quick check reads structure only"
    found = run("stores", "check")
    assert found.exit_code == 1
    assert "服务已经不再保存" in found.output
    looked_at_long_ago(app)
    refused = browser.post("/account/end-other-sessions")
    assert refused.status_code == 409
    assert "backup restore" in refused.text
    assert "检查发现损坏" in browser.get("/account/backups").text
    store_checks.remember(
        app.extensions["settings"].instance_directory, store_checks.FullCheck(datetime.now(UTC))
    )
    looked_at_long_ago(app)
    assert browser.post("/account/end-other-sessions").status_code == 303


@pytest.mark.sqlite("damages the file; PostgreSQL has checksums of its own")
def test_a_page_that_meets_damage_says_so_and_stops_saving(app, signed_in):
    """DUR-13: damage after the start, found by a request: the way out on the page, the stores checked anew."""
    browser, cases = signed_in(Role.ADMINISTRATOR), app.extensions["stores"].cases
    cases.dispose()
    content = bytearray(cases.path.read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    cases.path.write_bytes(bytes(content))
    page = browser.get("/account/")
    assert page.status_code == 503
    assert "backup restore" in page.text
    for thread in threading.enumerate():
        if thread.name == "store-check":
            thread.join(20)
    assert app.extensions["condition"].is_damaged


@pytest.mark.sqlite("unpacks an archive with files of an older schema")
def test_an_archive_of_an_older_programme_is_brought_to_the_present_schema(
    app, settings, run, with_case, tmp_path
):
    """BAK-04, DUR-06: restored and drilled months and releases later, without a further command."""
    cases, shelf = app.extensions["stores"].cases, tmp_path / "shelf"
    shelf.mkdir()
    for kind in (COLLECTION, CASES):
        store = getattr(app.extensions["stores"], kind.name)
        kind.migrations.downgrade(store, revision="0002")
    backup.create(settings.instance_directory, shelf / backup_shelf.name_for(NOW))
    for kind in (COLLECTION, CASES):
        kind.migrations.upgrade(getattr(app.extensions["stores"], kind.name))
    archive = backup_shelf.newest(shelf)
    drilled = run("backup", "drill", str(archive))
    assert drilled.exit_code == 0, drilled.output
    restored = run("backup", "restore", "--yes", str(archive))
    assert restored.exit_code == 0, restored.output
    assert CASES.migrations.current(cases) == CASES.migrations.head
    with cases.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM case_files")) == 1
    assert not list(settings.instance_directory.glob("*.lock"))


@pytest.mark.sqlite("unpacks an archive with files of a newer schema")
def test_an_archive_of_a_newer_programme_is_refused_before_anything_is_touched(
    app, settings, run, with_case, tmp_path
):
    cases = app.extensions["stores"].cases
    with cases.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    backup.create(settings.instance_directory, tmp_path / "one.backup")
    with cases.writing() as session:
        session.execute(
            text("UPDATE alembic_version SET version_num = :head"), {"head": CASES.migrations.head}
        )
    refused = run("backup", "restore", "--yes", str(tmp_path / "one.backup"))
    assert refused.exit_code == 1
    assert "比这个程序新" in refused.output
    assert CASES.migrations.current(cases) == CASES.migrations.head
    assert not list(settings.instance_directory.parent.glob(".restore-*"))


def test_what_was_kept_before_a_restore_never_counts_as_a_backup(app, run, tmp_path):
    """BAK-05: neither the newest for a drill nor one of the number that is kept."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for name in ("20260101T000000Z", "20260102T000000Z", "before-restore-20260103T000000Z"):
        (shelf / f"{name}.backup").write_bytes(b"x")
    assert backup_shelf.newest(shelf) == shelf / "20260102T000000Z.backup"
    listed = run("backup", "list", "--in", str(shelf)).output.splitlines()
    assert listed[-1] == "before-restore-20260103T000000Z.backup\t0.0 MB\t恢复以前的数据，不算备份"
    backup_shelf.keep_newest(shelf, count=1)
    assert sorted(path.name[:8] for path in shelf.iterdir()) == ["20260102", "before-r"]
    assert "还没有备份" in run("backup", "list", "--in", str(tmp_path)).output


def test_a_backup_that_does_not_open_does_not_stay(app, run, tmp_path, monkeypatch):
    """BAK-01: tried again, then said; nothing under the name of a backup."""
    tries = []

    def damaged(path, **_options):
        tries.append(path)
        raise backup.BackupDamaged("示例：打不开")

    monkeypatch.setattr(backup, "verify", damaged)
    outcome = run("backup", "create", "--to", str(tmp_path / "shelf"))
    assert outcome.exit_code == 1
    assert "没有备份成：示例：打不开" in outcome.output
    assert len(tries) == 3
    assert list((tmp_path / "shelf").iterdir()) == []
