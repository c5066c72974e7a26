"""A kill between any two lines while a request is put into the box or taken out: none lost, none doubled."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from assistant import public_desk
from corpus.database import Store
from mediation_rooms import request_spool
from mediation_rooms.actor import programme
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.requests import HelpEntry
from mediation_rooms.sample_rooms import load_sample_rooms
from mediation_rooms.sealed_box import public_key_of
from tests.faults.extent import extent

WATCHED = ("request_spool.py", "public_desk.py", "requests.py", "database.py")
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
EVERY = extent(5, 11)
"""Every fifth line is a place to die; the others differ from their neighbours in nothing on the disk."""


@pytest.fixture
def rooms(settings, case_store):
    """One room's id; the box's key is made."""
    with case_store.writing() as session:
        room_id = load_sample_rooms(session, actor=programme("示例"), now=NOW)[0].id
    case_store.dispose()
    public_desk.private_keys(settings, create=True)
    return room_id


def entry(room_id):
    return HelpEntry(
        form_token="one form",
        room_id=room_id,
        division_code="532901104",
        notice_version="示例",
        notice_language_code="zh",
        words="示例：求助",
    )


def drop(settings, room_id):
    key = public_key_of(public_desk.private_keys(settings)[0])
    return request_spool.drop(
        settings.inbox_directory, public_key=key, entry=entry(room_id), machine="kiosk", now=NOW
    )


def collect(settings):
    store = Store(settings.case_database_url)
    try:
        return public_desk.collect(settings, store, now=NOW)
    finally:
        store.dispose()


def stored(settings):
    store = Store(settings.case_database_url)
    with store.reading() as session:
        found = [(row.reference, row.received_at) for row in session.scalars(select(RequestForHelp))]
    store.dispose()
    return found


def killed_at_line(number, work):
    """Do ``work`` in a child that is killed before its ``number``-th line; whether the kill came in time."""
    child = os.fork()
    if child == 0:
        count = 0

        def tracer(frame, event, _argument):
            nonlocal count
            if not frame.f_code.co_filename.endswith(WATCHED):
                return None
            if event == "line":
                count += 1
                if count >= number:
                    os.kill(os.getpid(), signal.SIGKILL)
            return tracer

        sys.settrace(tracer)
        threading.settrace(tracer)
        try:
            work()
        finally:
            os._exit(0)
    _child, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def fresh(settings, keep: Path):
    """The same start for every trial: an empty box, the case store as it was."""
    shutil.rmtree(settings.inbox_directory, ignore_errors=True)
    database = Path(settings.case_database_url.removeprefix("sqlite:///"))
    for path in database.parent.glob("cases.sqlite3*"):
        path.unlink()
    shutil.copy(keep, database)


@pytest.mark.sqlite("the case store of before is put back as a file")
@pytest.mark.parametrize("moment", ["putting in", "taking out"])
def test_a_kill_between_any_two_lines_loses_no_request_and_doubles_none(settings, rooms, tmp_path, moment):
    """DUR-02: kill -9 before every fifth line of dropping and of collecting, every eleventh each day."""
    keep = tmp_path / "cases-before.sqlite3"
    shutil.copy(settings.case_database_url.removeprefix("sqlite:///"), keep)
    expected = [(request_spool.reference_of("one form"), NOW)]
    trials, number = 0, 1
    while True:
        fresh(settings, keep)
        if moment == "putting in":
            was_killed = killed_at_line(number, lambda: drop(settings, rooms))
            assert drop(settings, rooms).reference == expected[0][0]
        else:
            drop(settings, rooms)
            was_killed = killed_at_line(number, lambda: collect(settings))
        report = collect(settings)
        assert report.refused == ()
        assert stored(settings) == expected, number
        assert request_spool.waiting(settings.inbox_directory) == []
        drop(settings, rooms)
        collect(settings)
        assert stored(settings) == expected, number
        if not was_killed:
            break
        trials, number = trials + 1, number + EVERY
    assert trials > 10


def test_two_collectors_at_once_store_each_request_once(settings, rooms):
    key = public_key_of(public_desk.private_keys(settings)[0])
    for number in range(5):
        each = HelpEntry(**{**vars(entry(rooms)), "form_token": f"form {number}"})
        request_spool.drop(
            settings.inbox_directory, public_key=key, entry=each, machine=f"kiosk {number}", now=NOW
        )
    threads = [threading.Thread(target=collect, args=(settings,)) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    collect(settings)
    assert len(stored(settings)) == 5
    assert request_spool.waiting(settings.inbox_directory) == []
