"""Several worker processes on one queue, killed at random: no work twice at once, none forgotten."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant.job_models import CollectionJob, JobState
from corpus.database import Store
from corpus.migrations import COLLECTION_MIGRATIONS
from mediation_rooms import keys
from mediation_rooms.migrations import CASE_MIGRATIONS
from tests.databases import Databases
from tests.faults.extent import extent
from tests.faults.postgresql import running_server

ROOT = Path(__file__).resolve().parents[2]
WORKER = """
import os, sys, time
from datetime import timedelta
from pathlib import Path
from assistant import jobs
from assistant.factory import create_app
from assistant.settings import Settings
jobs.SILENT_TOO_LONG, jobs.BEAT_SECONDS, jobs.MOST_ATTEMPTS = timedelta(seconds=1.5), 0.2, 5
busy = Path(sys.argv[1])
@jobs.job("test.slow")
def slow(context, number=0):
    place = busy / str(number)
    try:
        handle = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        other = int(place.read_text() or 0)
        if other and Path(f"/proc/{other}").exists():
            (busy / f"twice-{number}").touch()
        handle = os.open(place, os.O_WRONLY | os.O_TRUNC)
    os.write(handle, str(os.getpid()).encode()); os.close(handle)
    time.sleep(0.15)
    context.file("sheet.txt").write_text(str(number))
    place.unlink()
    return {"number": number}
app = create_app(Settings.from_environment())
print("ready", flush=True)
while True:
    jobs.run_waiting(app)
    time.sleep(0.05)
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Two empty databases of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/collection.sqlite3", f"sqlite:///{tmp_path}/cases.sqlite3"
        return
    with running_server() as server:
        databases = Databases(tmp_path, server)
        yield databases.empty(tmp_path), databases.empty(tmp_path)


def test_killed_workers_lose_no_work_and_two_never_hold_the_same(urls, tmp_path: Path, key_ring):
    """DUR-02 for the queue: 3 processes, 24 pieces of work, 6 kills in the report; everything is done or reported."""
    count, processes = extent(24, 9), extent(3, 2)
    collection, cases = urls
    store, other = Store(collection), Store(cases)
    COLLECTION_MIGRATIONS.upgrade(store)
    CASE_MIGRATIONS.upgrade(other)
    other.dispose()
    keys.save_key_ring(key_ring, tmp_path / "keys")
    busy = tmp_path / "busy"
    busy.mkdir()
    _queue(store, count)
    environment = {
        **os.environ, "DATABASE_URL": collection, "CASE_DATABASE_URL": cases, "PASSWORD_PROFILE": "test",
        "INSTANCE_DIRECTORY": str(tmp_path / "instance"), "KEY_DIRECTORY": str(tmp_path / "keys"),
        "SEMANTIC": "off", "LOG_LEVEL": "error", "JOB_WORKER": "off", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    generator, kills, alive = random.Random(5), 0, []
    try:
        alive = [_worker(busy, environment) for _process in range(processes)]
        for _kill in range(extent(6, 2)):
            victim = alive.pop(0)
            assert victim.stdout is not None
            victim.stdout.readline()
            time.sleep(generator.uniform(0.05, 0.4))
            victim.send_signal(signal.SIGKILL)
            victim.communicate()
            kills += 1
            alive.append(_worker(busy, environment))
        end = time.monotonic() + 120
        while time.monotonic() < end and _unfinished(store):
            time.sleep(0.3)
    finally:
        for process in alive:
            process.kill()
            process.communicate()
    with store.reading() as session:
        rows = session.scalars(select(CollectionJob)).all()
    again = sum(row.attempts_count > 1 for row in rows)
    print(
        f"queue, {store.read_engine.dialect.name}: {len(rows)} pieces, {kills} kills, {again} taken again, 0 lost, 0 twice"
    )
    assert {row.state for row in rows} == {JobState.DONE}
    assert sorted((row.result or {})["number"] for row in rows) == list(range(count))
    assert list(busy.glob("twice-*")) == []
    for row in rows:
        written = (tmp_path / "instance" / "results" / row.public_id / "sheet.txt").read_text()
        assert written == json.dumps((row.result or {})["number"])
    store.dispose()


def _worker(busy: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(busy)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )


def _queue(store: Store, count: int) -> None:
    from datetime import UTC, datetime

    with store.writing() as session:
        for number in range(count):
            row = CollectionJob(public_id=f"p{number:030}", kind="test.slow", payload={"number": number})
            row.created_at = datetime.now(UTC)
            session.add(row)


def _unfinished(store: Store) -> bool:
    with store.reading() as session:
        waiting = (JobState.WAITING, JobState.RUNNING)
        return (
            session.scalar(select(CollectionJob.id).where(CollectionJob.state.in_(waiting)).limit(1))
            is not None
        )
