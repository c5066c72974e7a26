"""The counter file: lines of several processes, kills, broken pieces, what is taken in and what is not."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime

import pytest

from assistant.outreach import counter_file, openings
from assistant.outreach.counter_file import CounterFile, NotACounterFile, counts_in
from assistant.outreach.event_models import OutreachCode

DAY = date(2026, 11, 24)
WRITER = """
import sys
from datetime import date
from pathlib import Path
from assistant.outreach.counter_file import CounterFile
kept = CounterFile(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    kept.add("q:abc234", on=date(2026, 11, 24))
    if number == 200:
        print("going", flush=True)
"""


def writer(path, count) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_processes_that_begin_at_once_lose_no_line(tmp_path):
    path = tmp_path / "counts" / "counts.log"
    writers = [writer(path, 3000), writer(path, 3000)]
    for each in writers:
        each.communicate(timeout=120)
        assert each.returncode == 0
    assert CounterFile(path).read().totals == {(DAY, "q:abc234"): 6000}
    assert [each.name for each in path.parent.iterdir()] == ["counts.log"]


def test_a_killed_process_leaves_whole_lines(tmp_path):
    path = tmp_path / "counts.log"
    running = writer(path, 10_000_000)
    assert running.stdout is not None
    running.stdout.readline()
    time.sleep(0.05)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    kept = CounterFile(path)
    (count,) = kept.read().totals.values()
    assert count == path.read_bytes().count(b";") - 1
    kept.add("q:abc234", on=DAY)
    assert kept.read().totals == {(DAY, "q:abc234"): count + 1}


def test_a_piece_left_by_a_power_cut_swallows_nothing(tmp_path):
    kept = CounterFile(tmp_path / "counts.log")
    kept.add("q:abc234", on=DAY)
    with kept.path.open("ab") as handle:
        handle.write(b"\n2026-11-24 q:ab")
    kept.add("q:abc234", on=DAY)
    with kept.path.open("ab") as handle:
        handle.write(b"\n2026-99-24 q:abc234;\n\x00\x00\x00")
    assert kept.read().totals == {(DAY, "q:abc234"): 2}


def test_a_line_holds_the_day_and_the_code_and_nothing_else(tmp_path):
    kept = CounterFile(tmp_path / "counts.log")
    kept.add("q:abc234", on=DAY)
    assert re.fullmatch(rb"#[0-9a-f]{16};\n2026-11-24 q:abc234;", kept.path.read_bytes())
    assert kept.path.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError, match="示例"):
        kept.add("示例", on=DAY)


def test_a_full_file_and_a_disk_that_takes_nothing_stop_the_counting_not_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr(counter_file, "LARGEST_BYTES", 30)
    kept = CounterFile(tmp_path / "counts.log")
    assert kept.add("q:abc234", on=DAY)
    assert not kept.add("q:abc234", on=DAY)
    assert kept.is_full
    (tmp_path / "file").write_text("")
    assert not CounterFile(tmp_path / "file" / "counts.log").add("q:abc234", on=DAY)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"#xyz;\n", "#示例;".encode(), b"\x00" * 100])
def test_another_file_is_refused_with_a_sentence(content):
    with pytest.raises(NotACounterFile, match=r"counts\.log"):
        counts_in(content)


def test_the_same_file_twice_changes_nothing_and_a_longer_one_only_adds(collection_store, tmp_path):
    kiosk, own = CounterFile(tmp_path / "kiosk.log"), CounterFile(tmp_path / "own.log")
    for _number in range(3):
        kiosk.add("q:abc234", on=DAY)
    own.add("q:abc234", on=DAY)
    kiosk.add("q:zzzzzz", on=DAY)
    with collection_store.writing() as session:
        session.add(OutreachCode(code="abc234", made_at=datetime(2026, 11, 24, tzinfo=UTC)))
        session.flush()
        assert openings.take_in(session, kiosk.read()) == 1
        assert openings.take_in(session, kiosk.read()) == 0
        kiosk.add("q:abc234", on=DAY)
        assert openings.take_in(session, kiosk.read()) == 1
        openings.take_in(session, own.read())
        counted = openings.totals(session, own.read())
        assert openings.openings_of(counted, "abc234") == 5
        assert openings.totals(session, own.read(), since=date(2026, 11, 25)) == {}
