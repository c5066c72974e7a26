"""Fields encrypted at rest, keys, row seals, backups, the database's settings."""

from __future__ import annotations

import ast
import json
import os
import random
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from corpus.database import Store, has_wal_reset_bug, write_atomically
from mediation_rooms import audit, backup, backup_shelf, encryption, integrity, keys
from mediation_rooms.accounts import Account, create_account
from mediation_rooms.actor import programme
from mediation_rooms.backup import BackupDamaged
from mediation_rooms.encryption import FieldDamaged, blind_index, decrypt, encrypt
from mediation_rooms.keys import KeyRing, KeysMissing
from mediation_rooms.store import Base
from tests.faults.extent import extent

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TESTER = programme("测试")


@given(some.text(max_size=300))
@settings(max_examples=50)
def test_every_text_comes_back_from_its_own_field_only(plain):
    """BAK-03, ASVS 11.3.3: a ciphertext moved to another column is refused."""
    sealed = encrypt(plain, "parties.name")
    assert decrypt(sealed, "parties.name") == plain
    with pytest.raises(FieldDamaged):
        decrypt(sealed, "parties.phone")


def test_a_changed_ciphertext_is_refused():
    """ASVS 11.3.2: authenticated encryption."""
    sealed = encrypt("示例甲", "parties.name")
    head, body = sealed[:-8], sealed[-8:]
    with pytest.raises(FieldDamaged):
        decrypt(head + body[::-1], "parties.name")


def test_exact_search_finds_a_number_however_it_was_typed_and_columns_cannot_be_joined():
    """PRI-05: the blind index."""
    assert blind_index("１３８ 0000 0000", "parties.phone") == blind_index("13800000000", "parties.phone")
    assert blind_index("13800000000", "parties.phone") != blind_index("13800000000", "mediators.phone")


@pytest.mark.sqlite("reads the raw file")
def test_no_identity_stands_readable_in_the_database_file(case_store: Store):
    """PRI-07, OPS-01: the raw file, its log included, holds no plain identity field."""
    with case_store.writing() as session:
        account, _code = create_account(
            session, actor=TESTER, user_name="示例", display_name="示例甲", roles=frozenset(), room_id=None,
            division_code=None, now=NOW,
        )  # fmt: skip
        account.totp_secret = "MARKERMARKERMARKER"
    assert case_store.path is not None
    assert all(b"MARKERMARKER" not in path.read_bytes() for path in case_store.path.parent.glob("cases*"))


def test_rotation_encrypts_everything_anew_and_the_old_key_can_go(case_store: Store):
    """OPS-01: keys rotate by command."""
    with case_store.writing() as session:
        account, _code = create_account(
            session, actor=TESTER, user_name="示例", display_name="示例甲", roles=frozenset(), room_id=None,
            division_code=None, now=NOW,
        )  # fmt: skip
        account.totp_secret = "SECRET"
    ring = keys.key_ring().with_new_keys()
    keys.use_key_ring(ring)
    with case_store.writing() as session:
        assert encryption.reencrypt_all(session.connection(), Base.metadata) == 1
    keys.use_key_ring(ring.only_current_keys())
    with case_store.reading() as session:
        assert session.query(Account).one().totp_secret == "SECRET"


def test_an_absent_weak_shared_or_world_readable_key_file_is_refused(tmp_path: Path):
    """OPS-01, ASVS 13.3.1: refuses to start with a default key, says how to mend it."""
    with pytest.raises(KeysMissing, match="keys create"):
        keys.load_key_ring(tmp_path)
    keys.create_key_ring(tmp_path)
    path = tmp_path / keys.RING_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.load_key_ring(tmp_path).current_field_key_id == "k1"
    with pytest.raises(FileExistsError):
        keys.create_key_ring(tmp_path)
    path.chmod(0o644)
    with pytest.raises(KeysMissing, match="chmod 600"):
        keys.load_key_ring(tmp_path)
    with pytest.raises(KeysMissing, match="默认值"):
        KeyRing("k1", {"k1": bytes(32)}, os.urandom(32), os.urandom(32), os.urandom(32))
    assert "field_keys" not in repr(keys.new_key_ring())


@pytest.mark.sqlite("reads PRAGMAs back")
def test_the_settings_of_every_connection_are_in_force(case_store: Store):
    """DUR-01: read back from a writer and a reader, three connections each."""
    expected = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000, "secure_delete": 1,
        "trusted_schema": 0, "recursive_triggers": 1,
    }  # fmt: skip
    for open_session in (case_store.open_writer, case_store.open_reader):
        session = open_session()
        assert {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in expected} == expected
        session.close()


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 50, 6), True), ((3, 50, 7), False),
        ((3, 51, 2), True), ((3, 51, 3), False), ((3, 52, 0), False), ((3, 6, 23), False),
    ],
)  # fmt: skip
def test_the_versions_with_the_wal_reset_race_are_known(version, affected):
    """DUR-14: on these the closing checkpoint takes the lock file as well."""
    assert has_wal_reset_bug(version) is affected


@pytest.mark.sqlite("is about the WAL of a file")
def test_closing_connections_wait_for_the_writer_of_another_process(case_store: Store):
    """DUR-14: writes and closing checkpoints are serialised where the library needs it."""
    if not has_wal_reset_bug(sqlite3.sqlite_version_info[:3]):
        pytest.skip("this SQLite is not affected")
    with case_store.reading() as session:
        session.execute(text("SELECT 1"))
    session = case_store.open_writer()
    session.execute(text("SELECT 1"))
    closer = threading.Thread(target=case_store.read_engine.dispose)
    closer.start()
    closer.join(0.3)
    assert closer.is_alive()
    session.rollback()
    session.close()
    closer.join(5)
    assert not closer.is_alive()


@pytest.mark.sqlite("damages the file; PostgreSQL has checksums of its own")
def test_a_zeroed_page_is_found_wherever_it_lies(case_store: Store):
    """DUR-13: quick_check at start finds 40 of 40 zeroed pages of tables and indexes."""
    with case_store.writing() as session:
        for number in range(400):
            audit.record(session, actor=TESTER, action="x", reason=f"第{number}次" * 20, now=NOW)
    assert integrity.quick_check(case_store) == []
    case_store.dispose()
    assert case_store.path is not None
    with sqlite3.connect(case_store.path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    connection.close()
    whole = case_store.path.read_bytes()
    pages, found = random.Random(40).sample(range(1, len(whole) // 4096), 40), 0
    for page in pages:
        case_store.path.write_bytes(whole[: page * 4096] + bytes(4096) + whole[(page + 1) * 4096 :])
        try:
            found += integrity.quick_check(case_store) != []
        except DBAPIError:  # so damaged that it cannot even be looked over: StoreCondition.check counts it
            found += 1
        case_store.dispose()
    assert found == 40


@pytest.mark.parametrize(
    ("now", "newest", "wrong"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), None, True),
        (NOW, None, False),
        (NOW, NOW + timedelta(hours=2), False),
        (NOW, NOW + timedelta(days=2), True),
    ],
)
def test_a_dead_clock_battery_is_noticed(now, newest, wrong):
    """DUR-15: before the programme was built, or a day before the newest line."""
    assert integrity.clock_is_wrong(now, newest_known=newest) is wrong


def make_instance(folder: Path, file_count: int = 20) -> Path:
    instance = folder / "instance"
    (instance / "files").mkdir(parents=True)
    (instance / "index").mkdir()
    (instance / "index" / "MAIN.toc").write_bytes(b"pickle")
    (instance / "files" / "doctored.pickle").write_bytes(b"pickle")
    for number in range(file_count):
        (instance / "files" / f"{number:05d}.bin").write_bytes(os.urandom(200) + f"MARKER{number}".encode())
    store = Store(f"sqlite:///{instance / 'cases.sqlite3'}")
    assert store.write_engine is not None
    with store.write_engine.begin() as connection:
        Base.metadata.create_all(connection)
    with store.writing() as session:
        for number in range(50):
            audit.record(session, actor=TESTER, action="x", object_id=number, now=NOW)
    store.dispose()
    return instance


def test_a_backup_comes_back_whole_without_index_or_pickles_and_shows_nothing(tmp_path: Path):
    """BAK-03, BAK-04, UPL-11: encrypted, no marker readable, derived files never in it, equal after restore."""
    instance = make_instance(tmp_path)
    archive = tmp_path / "backups" / "one.backup"
    manifest = backup.create(instance, archive, now=NOW)
    assert b"MARKER" not in archive.read_bytes()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    names = {entry.name for entry in manifest.files}
    assert "cases.sqlite3" in names
    assert not any("index" in name or name.endswith((".pickle", ".lock", "-wal")) for name in names)
    restored = tmp_path / "elsewhere"
    assert backup.restore(archive, restored) == manifest
    for path in (instance / "files").glob("*.bin"):
        assert (restored / "files" / path.name).read_bytes() == path.read_bytes()
    store = Store(f"sqlite:///{restored / 'cases.sqlite3'}")
    with store.reading() as session:
        assert session.execute(text("SELECT count(*) FROM audit_records")).scalar() == 50
    store.dispose()


@pytest.mark.parametrize("place", [0, 5, 30, 2_000, -1, -500])
def test_a_backup_with_one_changed_byte_is_refused_and_nothing_is_touched(tmp_path: Path, place):
    """BAK-03: flip one byte anywhere."""
    instance = make_instance(tmp_path)
    archive = tmp_path / "one.backup"
    backup.create(instance, archive)
    content = bytearray(archive.read_bytes())
    content[place] ^= 0x01
    archive.write_bytes(bytes(content))
    with pytest.raises(BackupDamaged):
        backup.restore(archive, instance)
    assert (instance / "files" / "00000.bin").exists()


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_backup_cut_short_by_a_pulled_stick_is_noticed(tmp_path: Path, share):
    """BAK-08: read back before it is believed."""
    instance = make_instance(tmp_path)
    archive = tmp_path / "one.backup"
    backup.create(instance, archive)
    content = archive.read_bytes()
    archive.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BackupDamaged):
        backup.verify(archive)


def test_a_backup_of_another_installation_cannot_be_read(tmp_path: Path):
    """BAK-03: the key is not in it."""
    archive = tmp_path / "one.backup"
    backup.create(make_instance(tmp_path), archive)
    keys.use_key_ring(keys.new_key_ring())
    with pytest.raises(BackupDamaged, match="密钥"):
        backup.verify(archive)


def test_names_that_leave_the_folder_are_refused():
    """UPL-07: no path out of the restored folder, no pickle into it."""
    for name in ("../x", "/etc/x", "a/../../x", "index/MAIN.toc", "files/x.pickle"):
        with pytest.raises(BackupDamaged):
            backup._inside(Path("/tmp/nowhere"), name)  # noqa: S108 - never written


def test_backups_made_while_people_save_are_consistent(tmp_path: Path):
    """BAK-01: thirty backups under load in the report, each opened and checked."""
    instance = make_instance(tmp_path, 2)
    store = Store(f"sqlite:///{instance / 'cases.sqlite3'}")
    stop = threading.Event()
    saved: list[int] = []

    def save() -> None:
        while not stop.is_set():
            with store.writing() as session:
                line = audit.record(session, actor=TESTER, action="x", now=NOW)
            saved.append(line.sequence)

    writer = threading.Thread(target=save)
    writer.start()
    try:
        for number in range(extent(30, 5)):
            before = len(saved)
            archive = tmp_path / f"{number}.backup"
            backup.create(instance, archive)
            backup.verify(archive)
            assert len(saved) >= before
    finally:
        stop.set()
        writer.join()
        store.dispose()
    print(
        f"backup while writing: {extent(30, 5)} of {extent(30, 5)} opened and sound, {len(saved)} saves meanwhile"
    )


COPIERS = frozenset({"copy", "copy2", "copyfile", "copytree", "copyfileobj", "sendfile", "move"})
COPIES_THAT_ARE_NO_DATABASE = {
    "mediation_rooms/backup_shelf.py",  # a finished archive onto a stick
    "corpus/editions/building.py",  # sound, and a collection that was exported for the edition
}


def test_the_code_never_copies_a_live_database_file():
    """BAK-02: whatever copies a file stands on a list of places that cannot meet a live database."""
    root, found = Path(__file__).resolve().parents[3], set()
    for folder in ("corpus", "mediation_rooms", "assistant"):
        for path in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                called = node.func if isinstance(node, ast.Call) else None
                if isinstance(called, ast.Attribute) and called.attr in COPIERS:
                    owner = called.value.id if isinstance(called.value, ast.Name) else ""
                    if owner in ("shutil", "os"):
                        found.add(path.relative_to(root).as_posix())
                if isinstance(called, ast.Name) and called.id in COPIERS - {"copy", "move"}:
                    found.add(path.relative_to(root).as_posix())
    assert found == COPIES_THAT_ARE_NO_DATABASE
    for script in (root / "deploy").rglob("*"):
        if script.is_file():
            assert not re.search(r"\b(cp|rsync|tar)\b.*(sqlite3|instance)", script.read_text("utf-8")), script


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path):
    """DUR-04: an error in the middle leaves the old file and no other."""
    path = tmp_path / "x.txt"
    write_atomically(path, lambda handle: handle.write(b"old") and None)

    def fail(handle):
        handle.write(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="space"):
        write_atomically(path, fail)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.txt"]


def test_a_full_disk_keeps_what_was_saved_and_works_again_afterwards(tmp_path: Path):
    """DUR-10: a file-size limit in a child: refused with a clear error, nothing lost, resumes."""
    script = """
import resource, sys, json
from pathlib import Path
from sqlalchemy import text
from corpus.database import Store
store = Store("sqlite:///" + sys.argv[1])
with store.writing() as s: s.execute(text("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)"))
import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
saved = 0; refused = ""
for n in range(200):
    try:
        with store.writing() as s: s.execute(text("INSERT INTO t (x) VALUES (:x)"), {"x": "y" * 8000})
        saved += 1
    except Exception as problem:
        refused = str(problem.orig); break
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with store.writing() as s: s.execute(text("INSERT INTO t (x) VALUES ('after')"))
with store.reading() as s: count = s.execute(text("SELECT count(*) FROM t")).scalar()
print(json.dumps([saved, refused, count]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "t.sqlite3")], capture_output=True, text=True, timeout=60,
        check=True, cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    saved, refused, count = json.loads(done.stdout)
    assert saved > 5
    assert any(sign in refused for sign in ("full", "disk I/O error", "readonly"))
    assert count == saved + 1


def test_twenty_thousand_files_are_restored_within_a_minute(tmp_path: Path):
    """BAK-04: restored and every checksum compared; 2,000 in ``make test``, 20,000 in ``make faults``."""
    count = extent(20_000, 2_000)
    instance = make_instance(tmp_path, count)
    archive = tmp_path / "one.backup"
    backup.create(instance, archive)
    began = time.monotonic()
    manifest = backup.restore(archive, tmp_path / "elsewhere")
    equal = sum(
        backup.digest(tmp_path / "elsewhere" / entry.name) == entry.sha256 for entry in manifest.files
    )
    seconds = time.monotonic() - began
    print(f"drill, {len(manifest.files)} files: restored and {equal} checksums equal in {seconds:.1f} s")
    assert equal == len(manifest.files) > count
    assert seconds * 20_000 / count < 60


def test_a_backup_is_carried_to_a_stick_and_read_back_and_a_bad_copy_does_not_stay(
    tmp_path: Path, monkeypatch
):
    """BAK-08: what does not come back equal, or does not fit, is removed and said; the shelf keeps the newest."""
    stick = tmp_path / "stick"
    stick.mkdir()
    instance = make_instance(tmp_path, 3)
    for day in (1, 2, 3):
        backup.create(instance, tmp_path / "shelf" / backup_shelf.name_for(NOW + timedelta(days=day)))
    newest = backup_shelf.newest(tmp_path / "shelf")
    assert newest is not None
    carried = backup_shelf.carry(newest, stick)
    assert carried.read_bytes() == newest.read_bytes()
    carried.unlink()
    copy = shutil.copyfileobj

    def pulled_out(source, target, length):
        target.write(source.read(length)[:-40])

    monkeypatch.setattr(shutil, "copyfileobj", pulled_out)
    with pytest.raises(BackupDamaged, match="读回来"):
        backup_shelf.carry(newest, stick)
    assert list(stick.iterdir()) == []

    def full(_source, _target, _length):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(OSError, match="space"):
        backup_shelf.carry(newest, stick)
    assert list(stick.iterdir()) == []
    monkeypatch.setattr(shutil, "copyfileobj", copy)
    assert len(backup_shelf.keep_newest(tmp_path / "shelf", count=1)) == 2
    assert backup_shelf.newest(tmp_path / "shelf") == newest
