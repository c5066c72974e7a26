"""Many writers and readers at once, on SQLite and on PostgreSQL: nothing lost, no lock error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

import mediation_rooms.models  # noqa: F401 - registers the tables
from corpus.database import Store
from mediation_rooms import audit
from mediation_rooms.actor import programme
from mediation_rooms.audit_anchor import verify
from mediation_rooms.migrations import CASE_MIGRATIONS
from mediation_rooms.store import Base
from tests.faults.extent import FULL, extent
from tests.faults.postgresql import Server, running_server

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import json, sys, time
from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column, DeclarativeBase
from sqlalchemy.orm.exc import StaleDataError
from corpus.database import Store, Versioned
class Base(DeclarativeBase): pass
class Hot(Versioned, Base):
    __tablename__ = "hot"
    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
store = Store(sys.argv[1]); saves = int(sys.argv[2]); body = float(sys.argv[3]); seconds = float(sys.argv[4])
waits, errors, retried, done = [], 0, 0, 0
end = time.monotonic() + seconds
while done < saves and time.monotonic() < end:
    began = time.monotonic()
    try:
        with store.writing() as session:
            row = session.get(Hot, done % 3 + 1)
            if body: time.sleep(body)
            row.n += 1
        waits.append(time.monotonic() - began); done += 1
    except StaleDataError: retried += 1
    except Exception as problem: errors += 1; print(problem, file=sys.stderr)
store.dispose()
print(json.dumps([done, errors, retried, waits]))
"""


def write_together(url: str, *, processes: int, saves: int, body: float = 0.0, seconds: float = 120) -> dict:
    store = Store(url)
    with store.writing() as session:
        session.execute(
            text("CREATE TABLE hot (id INTEGER PRIMARY KEY, n INTEGER, version_id INTEGER NOT NULL)")
        )
        session.execute(text("INSERT INTO hot VALUES (1, 0, 1), (2, 0, 1), (3, 0, 1)"))
    command = [sys.executable, "-c", WRITER, url, str(saves), str(body), str(seconds)]
    running = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        for _process in range(processes)
    ]
    answers = [json.loads(process.communicate(timeout=240)[0]) for process in running]
    with store.reading() as session:
        kept = session.execute(text("SELECT sum(n) FROM hot")).scalar_one()
    store.dispose()
    waits = sorted(wait for answer in answers for wait in answer[3])
    saved = sum(answer[0] for answer in answers)
    return {
        "saved": saved, "lost": saved - kept, "errors": sum(answer[1] for answer in answers),
        "retried": sum(answer[2] for answer in answers), "p99": waits[int(len(waits) * 0.99)], "longest": waits[-1],
    }  # fmt: skip


def test_eight_processes_lose_no_update_and_see_no_lock(tmp_path: Path):
    """CON-01: 8 processes on three hot rows, for 60 s when the report is made."""
    url = f"sqlite:///{tmp_path / 'hot.sqlite3'}"
    figures = write_together(url, processes=8, saves=10**9, seconds=extent(60, 4))
    print(f"8 processes writing, SQLite: {extent(60, 4)} s, {said(figures)}")
    assert figures["saved"] > 100
    assert (figures["lost"], figures["errors"]) == (0, 0)
    assert figures["p99"] < (0.5 if FULL else 2.5)


def said(figures: dict) -> str:
    return (
        f"{figures['saved']} saves, {figures['lost']} lost, {figures['errors']} lock errors,"
        f" {figures['retried']} told to look again, p99 {figures['p99'] * 1000:.0f} ms,"
        f" longest {figures['longest'] * 1000:.0f} ms"
    )


def test_sixteen_slow_writers_wait_their_turn(tmp_path: Path):
    """CON-02: 60 ms inside each transaction, no lock error, nobody starves."""
    figures = write_together(f"sqlite:///{tmp_path / 'hot.sqlite3'}", processes=16, saves=6, body=0.06)
    print(f"16 writers, 60 ms inside each, SQLite: {said(figures)}")
    assert (figures["saved"], figures["lost"], figures["errors"]) == (96, 0, 0)
    assert figures["longest"] < (3 if FULL else 15)


def test_readers_do_not_wait_for_writers(tmp_path: Path):
    """CON-04: a reader beside a long write answers at once."""
    store = Store(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with store.writing() as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
    waits = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with store.writing() as session:
                session.execute(text("INSERT INTO t VALUES (1)"))
                time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    for _read in range(200):
        began = time.perf_counter()
        with store.reading() as session:
            session.execute(text("SELECT count(*) FROM t")).scalar()
        waits.append(time.perf_counter() - began)
    stop.set()
    writer.join()
    store.dispose()
    waits.sort()
    print(f"reader beside a writer: p99 {waits[197] * 1000:.1f} ms")
    assert waits[197] < (0.05 if FULL else 0.15)


def test_the_migrated_schema_is_the_one_of_the_models_and_goes_down_again(tmp_path: Path):
    """DUR-06: up, compared with the models, down to nothing, up again."""
    store = Store(f"sqlite:///{tmp_path / 'cases.sqlite3'}")
    CASE_MIGRATIONS.upgrade(store)
    found = inspect(store.read_engine)
    for table in Base.metadata.sorted_tables:
        assert {column["name"] for column in found.get_columns(table.name)} == {
            column.name for column in table.columns
        }
    with store.writing() as session:
        audit.record(session, actor=programme("测试"), action="x")
    with pytest.raises(DBAPIError, match="append-only"), store.writing() as session:
        session.execute(text("DELETE FROM audit_records"))
    CASE_MIGRATIONS.downgrade(store, revision="base")
    CASE_MIGRATIONS.upgrade(store)
    assert CASE_MIGRATIONS.current(store) == CASE_MIGRATIONS.head
    store.dispose()


def test_a_read_only_disk_still_serves_what_is_public(tmp_path: Path):
    """DUR-11: a file system mounted read-only: the collection opens immutable."""
    place = tmp_path / "mounted"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(place)], check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip("NOT RUN: this user may not mount a file system")
    try:
        path = place / "collection.sqlite3"
        store = Store(f"sqlite:///{path}")
        with store.writing() as session:
            session.execute(text("CREATE TABLE t (n INTEGER)"))
            session.execute(text("INSERT INTO t VALUES (7)"))
        store.dispose()
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        for read_only in (True, False):
            frozen = Store(f"sqlite:///{path}", read_only=read_only)
            with frozen.reading() as session:
                assert session.execute(text("SELECT n FROM t")).scalar() == 7
            frozen.dispose()
        with pytest.raises((DBAPIError, OSError)), Store(f"sqlite:///{path}").writing() as session:
            session.execute(text("INSERT INTO t VALUES (8)"))
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.mark.postgres
def test_postgresql_loses_no_update_either(server: Server):
    """CON-06: eight processes, 60 s in the report; the version column turns a lost update into a retry."""
    figures = write_together(server.url(), processes=8, saves=10**9, seconds=extent(60, 4))
    print(f"8 processes writing, PostgreSQL: {extent(60, 4)} s, {said(figures)}")
    assert figures["saved"] > 100
    assert (figures["lost"], figures["errors"]) == (0, 0)


@pytest.mark.postgres
def test_the_trail_is_append_only_on_postgresql(server: Server):
    """AUD-03: update, delete, truncate and upsert are refused by the database itself."""
    target = Store(server.url())
    CASE_MIGRATIONS.upgrade(target)
    with target.writing() as session:
        audit.record(session, actor=programme("测试"), action="x", room_id=1)
    for statement in (
        "UPDATE audit_records SET actor_name = 'x'",
        "DELETE FROM audit_records",
        "TRUNCATE audit_records",
        "INSERT INTO audit_records SELECT * FROM audit_records ON CONFLICT (id) DO UPDATE SET actor_name = 'x'",
    ):
        with pytest.raises(DBAPIError, match="append-only"), target.writing() as session:
            session.execute(text(statement))
    with target.reading() as session:
        assert (verify(session).line_count, verify(session).broken) == (1, ())
    target.dispose()


@pytest.mark.postgres
def test_a_restarted_postgresql_gives_idle_connections_back_and_slow_statements_end(server: Server):
    """CON-07 and CON-08: pre-ping after a crash; the limits on statements, locks and idle transactions are in force."""
    store = Store(server.url())
    with store.reading() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
        assert session.execute(text("SHOW statement_timeout")).scalar() == "30s"
        assert session.execute(text("SHOW lock_timeout")).scalar() == "10s"
        session.execute(text("SET LOCAL statement_timeout = 200"))
        with pytest.raises(DBAPIError, match="statement timeout"):
            session.execute(text("SELECT pg_sleep(5)"))
    with store.writing() as session:
        session.execute(text("CREATE TABLE waits (id INTEGER PRIMARY KEY)"))
        session.execute(text("INSERT INTO waits VALUES (1)"))
    with store.writing() as first, store.open_writer() as second:
        assert first.execute(text("SHOW idle_in_transaction_session_timeout")).scalar() == "1min"
        first.execute(text("SELECT * FROM waits FOR UPDATE"))
        second.execute(text("SET LOCAL lock_timeout = 200"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            second.execute(text("SELECT * FROM waits FOR UPDATE"))
        second.rollback()
    with store.open_writer() as idle:
        idle.execute(text("SET LOCAL idle_in_transaction_session_timeout = 200"))
        idle.execute(text("SELECT * FROM waits FOR UPDATE"))
        time.sleep(0.6)
        with pytest.raises(DBAPIError, match="idle-in-transaction|closed"):
            idle.execute(text("SELECT 1"))
    with store.writing() as session:  # its lock is free, its connection is replaced
        session.execute(text("SELECT * FROM waits FOR UPDATE"))
    server.stop("immediate")
    server.start()
    with store.reading() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
    store.dispose()
