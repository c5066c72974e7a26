"""People who read and write at once on the production server; ``make load`` runs it at its full length."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from assistant.settings import Settings
from corpus.database import Store
from mediation_rooms.models.cases import CaseFile, CaseNote
from mediation_rooms.permissions import Role
from tests.load.prefecture import fill, sign_in
from tests.load.serving import Record, Visitor, all_at_once, serving

SECONDS = float(os.environ.get("LOAD_SECONDS", "300"))
THINKING_SECONDS = float(os.environ.get("LOAD_THINKING", "5"))
"""Between two pages a person reads, listens or types."""
WORDS = quote("示例：今天又去了一次，双方同意再谈。")


def environment(settings: Settings) -> dict[str, str]:
    return {
        "INSTANCE_DIRECTORY": str(settings.instance_directory), "KEY_DIRECTORY": str(settings.key_directory),
        "DATABASE_URL": settings.database_url, "CASE_DATABASE_URL": settings.case_database_url, "SEMANTIC": "off",
    }  # fmt: skip


def mediator(
    port: int, token: str, case_id: int, start: int, record: Record
) -> Callable[[threading.Event], None]:
    """Reads the day, the files, one file, and writes a note into it, again and again."""
    pages = ("/cases/", "/cases/files", f"/cases/{case_id}")

    def act(stop: threading.Event) -> None:
        browser, turn = Visitor(port, token), start
        stop.wait(start % 100 / 100 * THINKING_SECONDS)
        while not stop.is_set():
            turn += 1
            if turn % 4 == 3:
                browser.ask(f"/cases/{case_id}", record=record)
                browser.ask(f"/cases/{case_id}/notes", fields=f"text={WORDS}{turn}", record=record)
            else:
                browser.ask(pages[turn % 4 % 3], record=record)
            stop.wait(THINKING_SECONDS)
        browser.connection.close()

    return act


def officer(port: int, token: str, start: int, record: Record) -> Callable[[threading.Event], None]:
    """Looks at the figures of an area."""

    def act(stop: threading.Event) -> None:
        browser, turn = Visitor(port, token), start
        stop.wait(start % 10 / 10 * THINKING_SECONDS)
        while not stop.is_set():
            turn += 1
            browser.ask(("/overview/", "/account/")[turn % 2], record=record)
            stop.wait(THINKING_SECONDS * 2)
        browser.connection.close()

    return act


def first_case_of(store: Store) -> dict[int, int]:
    with store.reading() as session:
        rows = session.execute(select(CaseFile.room_id, func.min(CaseFile.id)).group_by(CaseFile.room_id))
        return {row[0]: row[1] for row in rows}


def load(
    settings: Settings, store: Store, *, rooms: int, cases: int, people: int, officers: int, seconds: float
):  # type: ignore[no-untyped-def]
    began = time.monotonic()
    room_ids = fill(store, rooms=rooms, cases=cases)
    filled = time.monotonic() - began
    case_of = first_case_of(store)
    keepers = [room for room in room_ids if room in case_of]
    who = [(Role.MEDIATOR, keepers[number % len(keepers)], None) for number in range(people)]
    tokens = sign_in(store, [*who, *[(Role.PREFECTURE_OFFICER, None, "532900")] * officers])
    with store.reading() as session:
        before = session.scalar(select(func.count()).select_from(CaseNote)) or 0
    record = Record()
    with serving(environment(settings)) as served:
        actors = [
            mediator(served.port, token, case_of[who[number][1]], number, record)
            for number, token in enumerate(tokens[:people])
        ]
        actors += [officer(served.port, token, n, record) for n, token in enumerate(tokens[people:])]
        early: list[int] = []
        watch = threading.Timer(seconds * 0.4, lambda: early.extend(served.memory()))
        watch.start()
        warm = threading.Timer(
            min(15.0, seconds * 0.3), record.waits.clear
        )  # both workers have served every page
        warm.start()
        all_at_once(actors, seconds)
        watch.join()
        warm.join()
        late = served.memory()
    with store.reading() as session:
        notes = (session.scalar(select(func.count()).select_from(CaseNote)) or 0) - before
    print(
        f"load: {people + officers} people, one page every {THINKING_SECONDS:g} s each, {cases:,} more files in {len(room_ids):,} rooms (made in {filled:.0f} s),"
        f" {seconds:.0f} s: {len(record.waits):,} requests, {notes:,} notes saved,"
        f" p50 {record.percentile(0.5) * 1000:.0f} ms, p95 {record.percentile(0.95) * 1000:.0f} ms,"
        f" {len(record.failures)} errors {sorted(set(record.failures))[:3]},"
        f" memory {sum(early) / 1e6:.0f} → {sum(late) / 1e6:.0f} MB ({len(late)} workers)"
    )
    return record, sum(early), sum(late)


@pytest.mark.slow
@pytest.mark.timeout(1_200)
def test_a_hundred_people_read_and_write_without_waiting(settings: Settings, case_store: Store):
    """CON-12: mixed reading and writing; p95 at most 300 ms, no error, memory flat (less than a tenth more)."""
    record, early, late = load(
        settings, case_store, rooms=8, cases=400, people=100, officers=0, seconds=SECONDS
    )
    assert record.failures == []
    assert record.percentile(0.95) <= 0.3
    assert late < early * 1.1


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_whole_prefecture_is_served(settings: Settings, case_store: Store):
    """CON-10: 50,000 files, 1,160 rooms, 200 people; p95 under a second, no error."""
    cases = int(os.environ.get("LOAD_CASES", "50000"))
    record, _early, _late = load(
        settings, case_store, rooms=1_160, cases=cases, people=190, officers=10, seconds=min(SECONDS, 120)
    )
    assert record.failures == []
    assert record.percentile(0.95) < 1.0
