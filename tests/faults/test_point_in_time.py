"""PostgreSQL comes back to the minute before an accident, by the scripts of deploy/postgresql."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from assistant.store_copies import CASES, COLLECTION
from corpus.database import Store
from mediation_rooms import privacy
from mediation_rooms.actor import Actor
from mediation_rooms.audit_anchor import verify
from mediation_rooms.integrity import damaged_rows
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rights import DataRequest
from mediation_rooms.models.vocabulary import DataRequestKind, DataRequestState
from tests.databases import Databases
from tests.faults.extent import extent
from tests.faults.full_house import NOW
from tests.faults.postgresql import Server, running_server
from tests.faults.test_degrading import note_count, office, own_case, writes
from tests.faults.test_moving import application, signs_in, sums

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "deploy" / "postgresql"
pytestmark = [pytest.mark.postgres, pytest.mark.slow]
"""Three base backups of a real server: in ``make faults`` and ``make load``."""


class Archive:
    """A server that archives its log, and the scripts as its own user runs them."""

    def __init__(self, server: Server) -> None:
        self.server, self.folder = server, server.folder
        self.scripts, self.wal, self.bases = (self.folder / name for name in ("scripts", "wal", "bases"))
        shutil.copytree(SCRIPTS, self.scripts)
        self.wal.mkdir()
        for path in (self.scripts, *self.scripts.iterdir(), self.wal):
            if server.user is not None:
                shutil.chown(path, server.user)
        settings = (SCRIPTS / "point-in-time.conf").read_text("utf-8")
        settings = settings.replace("/opt/law-assistant/deploy/postgresql", str(self.scripts))
        settings = settings.replace("/var/lib/law-assistant-wal", str(self.wal))
        with (self.folder / "data" / "postgresql.conf").open("a") as handle:
            handle.write(settings)
        server.stop()
        server.start()

    def run(self, name: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """One of the scripts."""
        path = f"{self.server.binaries}:/usr/bin:/bin"
        environment = {"PATH": path, "PGHOST": "127.0.0.1", "PGPORT": str(self.server.port), "PGUSER": "test"}
        return subprocess.run(
            [str(self.scripts / name), *map(str, arguments)], user=self.server.user, cwd=self.folder,
            env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def say(self, statement: str) -> str:
        """A statement of the database's administrator."""
        address = self.server.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            row = connection.execute(statement).fetchone()  # type: ignore[call-overload]
        return str(row[0]) if row else ""

    def close_log(self) -> None:
        """Have everything written so far archived."""
        self.say("SELECT pg_create_restore_point('filler')")  # without anything new nothing would be closed
        name = self.say("SELECT pg_walfile_name(pg_switch_wal())")
        end = time.monotonic() + 30
        while not (self.wal / name).exists():
            assert time.monotonic() < end, list(self.wal.iterdir())
            time.sleep(0.1)


@pytest.fixture
def archive() -> Iterator[Archive]:
    with running_server() as server:
        yield Archive(server)


def second_server(archive: Archive, folder: Path) -> Server:
    """What restore-to-moment left running, to be ended like the first."""
    found = object.__new__(Server)
    found.__dict__.update(archive.server.__dict__)
    found.folder = folder
    found.port = int((folder / "postmaster.pid").read_text().splitlines()[3])
    return found


def test_the_rows_before_the_accident_are_equal_afterwards(archive: Archive, tmp_path: Path, key_ring):
    """BAK-06: base backup, archived log, an accident, back to the moment before; served, checked, deletions hold."""
    databases = Databases(tmp_path, archive.server)
    urls = {"collection": databases.empty(tmp_path), "cases": databases.empty(tmp_path)}
    app = office(tmp_path / "office", key_ring, urls)
    stores = {
        COLLECTION.name: app.extensions["stores"].collection,
        CASES.name: app.extensions["stores"].cases,
    }
    made = archive.run("base-backup", archive.bases, archive.wal, 2)
    assert made.returncode == 0, made.stderr
    base = Path(made.stdout.strip())
    browser, case_id = signs_in(app, "示例调解员"), own_case(app)
    written = extent(400, 40)
    for number in range(written):  # after the base backup: only the log has them
        assert writes(browser, case_id, number).status_code == 303
    before = {kind.name: sums(stores[kind.name], kind) for kind in (COLLECTION, CASES)}
    notes = note_count(app)
    moment = archive.say("SELECT now()")
    archive.say("SELECT pg_create_restore_point('before the accident')")
    time.sleep(0.05)
    with stores[
        "cases"
    ].writing() as session:  # the accident, and something that was rightly decided after it
        session.execute(text("DELETE FROM case_notes"))
        session.execute(text("UPDATE case_files SET title = '误改'"))
    with stores["collection"].writing() as session:
        session.execute(text("DELETE FROM recordings"))
    decide_a_deletion(app)
    archive.close_log()
    began = time.monotonic()
    for number, when in enumerate((moment, "name:before the accident")):
        back = archive.folder / f"back-{number}"
        outcome = archive.run(
            "restore-to-moment", base, archive.wal, back, when, archive.server.port + 1 + number
        )
        assert outcome.returncode == 0, outcome.stderr
        second = second_server(archive, back)
        try:
            found = {kind: second.url(urls[kind].rpartition("/")[2]) for kind in urls}
            for kind in (COLLECTION, CASES):
                store = Store(found[kind.name])
                assert sums(store, kind) == before[kind.name], when
                store.dispose()
            if number:
                continue
            served_from(tmp_path / "office", found, urls, notes=notes, case_id=case_id)
        finally:
            stop(second, back)
    print(
        f"point in time, PostgreSQL: {written} saves after the base backup, an accident, back to the moment before it in"
        f" {time.monotonic() - began:.0f} s, every row of both stores equal, decided deletions hold"
    )
    app.extensions["stores"].dispose()
    for when, folder in (
        ("2020-01-01 00:00:00+08", "early"),
        ("昨天上午", "x"),
        ("2099-01-01 00:00:00+08", "late"),
    ):
        refused = archive.run(
            "restore-to-moment", base, archive.wal, archive.folder / folder, when, archive.server.port + 5
        )
        assert refused.returncode == 1, when
        assert ("时刻要写成" if folder == "x" else "没有恢复到") in refused.stderr
    again = archive.run("restore-to-moment", base, archive.wal, archive.folder / "back-0", moment)
    assert "什么都没有做" in again.stderr


def stop(second: Server, folder: Path) -> None:
    second._run("pg_ctl", "-D", str(folder), "-w", "-m", "immediate", "stop")


def decide_a_deletion(app) -> None:  # type: ignore[no-untyped-def]
    with app.extensions["stores"].cases.writing() as session:
        case = session.query(CaseFile).filter(CaseFile.archived_on.is_not(None)).first()
        actor = Actor(1, "示例调解员", room_id=case.room_id)
        request = privacy.ask_about_data(
            session, case, party=case.parties[0], kind=DataRequestKind.DELETION, words="请删除", actor=actor, now=NOW
        )  # fmt: skip
        privacy.decide_data_request(
            session, request, state=DataRequestState.FROZEN, reason="保管期限未满", actor=actor, now=NOW
        )


def served_from(
    folder: Path, found: dict[str, str], later: dict[str, str], *, notes: int, case_id: int
) -> None:
    """The product runs on what came back: checks, trail, deletions again, people save on."""
    app = application(folder / "instance", folder / "keys", found)
    run = app.test_cli_runner().invoke
    cases = app.extensions["stores"].cases
    try:
        assert run(args=["stores", "check"]).exit_code == 0
        with cases.reading() as session:
            assert verify(session).broken == ()
            assert damaged_rows(session) == []
            assert session.query(DataRequest).count() == 0
        again = run(args=["backup", "decide-again", later["cases"]])
        assert again.exit_code == 0, again.output
        assert "重新执行 1 件" in again.output
        assert writes(signs_in(app, "示例调解员"), case_id, 999).status_code == 303
        assert note_count(app) == notes + 1
    finally:
        app.extensions["stores"].dispose()


def test_a_log_file_is_archived_once_whole_or_refused(archive: Archive):
    """BAK-06: the same file again is fine, another one under its name is not; nothing half lies under a name."""
    source = archive.folder / "segment"
    source.write_bytes(os.urandom(100_000))
    source.chmod(0o644)
    assert archive.run("archive-wal", source, "0001", archive.wal).returncode == 0
    assert archive.run("archive-wal", source, "0001", archive.wal).returncode == 0
    source.write_bytes(os.urandom(100_000))
    refused = archive.run("archive-wal", source, "0001", archive.wal)
    assert refused.returncode == 1
    assert "exists and differs" in refused.stderr
    assert archive.run("archive-wal", source, "0002", archive.folder / "no-such-folder").returncode != 0


def test_only_so_many_base_backups_stay_and_the_log_they_need(archive: Archive):
    """BAK-06: the oldest goes with its log; a damaged one is not restored; one that fails leaves the others."""
    first = Path(archive.run("base-backup", archive.bases, archive.wal, 2).stdout.strip())
    archive.close_log()
    kept = [
        path for path in archive.wal.iterdir() if path.suffix != ".backup"
    ]  # notes of a line each may stay
    for _turn in range(2):
        time.sleep(1.1)  # names are seconds
        archive.run("base-backup", archive.bases, archive.wal, 2)
        archive.close_log()
    left = sorted(archive.bases.iterdir())
    assert len(left) == 2
    assert first not in left
    assert not set(kept) & set(archive.wal.iterdir())
    victim = left[0] / "global" / "pg_control"
    victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    damaged = archive.run(
        "restore-to-moment", left[0], archive.wal, archive.folder / "x", "2099-01-01 00:00:00+08"
    )
    assert damaged.returncode == 1
    assert "换更早的一份" in damaged.stderr
    archive.server.stop()
    failed = archive.run("base-backup", archive.bases, archive.wal, 2)
    assert failed.returncode == 1
    assert sorted(archive.bases.iterdir()) == left
    archive.server.start()
