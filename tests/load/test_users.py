"""People who read and write at once on the production server; ``make load`` runs it at its full length.

A page counts only when it is the page that was asked for, of the person who asked; a save counts only when
the server answered that it was saved, and afterwards each of them must be in the store, once. ``LOAD_SECONDS``
shortens a trial run; ``TEST_POSTGRES=1`` runs the same on PostgreSQL.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest
from sqlalchemy import select

from assistant.settings import Settings
from corpus.database import Store
from mediation_rooms.audit_anchor import verify
from mediation_rooms.models.cases import CaseFile, CaseNote
from mediation_rooms.permissions import Role
from tests.load.prefecture import fill, sign_in
from tests.load.serving import Record, Visitor, all_at_once, serving

SECONDS = float(os.environ.get("LOAD_SECONDS", "300"))
THINKING_SECONDS = float(os.environ.get("LOAD_THINKING", "5"))
"""Between two pages a person reads, listens or types."""
WORDS = "示例：今天又去了一次，双方同意再谈。"


def environment(settings: Settings) -> dict[str, str]:
    return {
        "INSTANCE_DIRECTORY": str(settings.instance_directory), "KEY_DIRECTORY": str(settings.key_directory),
        "DATABASE_URL": settings.database_url, "CASE_DATABASE_URL": settings.case_database_url, "SEMANTIC": "off",
    }  # fmt: skip


@dataclass
class Told:
    """What people were answered: the texts they were told are saved, and pages that were not the right ones."""

    saved: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def opens(browser: Visitor, address: str, sign: str, record: Record, told: Told) -> None:
    """Ask for a page and look whether it is that page; a sign-in form or an error page is not."""
    page = browser.ask(address, record=record)
    if browser.status != 200 or sign not in page:
        told.wrong.append(f"{browser.status} {address}")


def mediator(
    port: int, token: str, case: tuple[int, str], start: int, record: Record, told: Told
) -> Callable[[threading.Event], None]:
    """Reads the day, the files, one file, and writes a note into it, again and again."""
    case_id, number = case
    pages = (("/cases/", "/cases/new"), ("/cases/files", "/cases/files"), (f"/cases/{case_id}", number))

    def act(stop: threading.Event) -> None:
        browser, turn = Visitor(port, token), start
        stop.wait(start % 100 / 100 * THINKING_SECONDS)
        while not stop.is_set():
            turn += 1
            if turn % 4 == 3:
                opens(browser, f"/cases/{case_id}", number, record, told)
                words = f"{WORDS}{start}-{turn}"
                browser.ask(f"/cases/{case_id}/notes", fields=f"text={quote(words)}", record=record)
                if browser.status == 303:
                    told.saved.append(words)
                else:
                    told.wrong.append(f"{browser.status} saving into {case_id}")
            else:
                address, sign = pages[turn % 4 % 3]
                opens(browser, address, sign, record, told)
            stop.wait(THINKING_SECONDS)
        browser.connection.close()

    return act


def officer(
    port: int, token: str, start: int, record: Record, told: Told
) -> Callable[[threading.Event], None]:
    """Looks at the figures of an area."""
    pages = (("/overview/", "/overview/"), ("/account/", "/account/password"))

    def act(stop: threading.Event) -> None:
        browser, turn = Visitor(port, token), start
        stop.wait(start % 10 / 10 * THINKING_SECONDS)
        while not stop.is_set():
            turn += 1
            address, sign = pages[turn % 2]
            opens(browser, address, sign, record, told)
            stop.wait(THINKING_SECONDS * 2)
        browser.connection.close()

    return act


def open_cases_of(store: Store) -> dict[int, list[tuple[int, str]]]:
    """Room → its open files with their numbers: each person has a file of her own where there are enough."""
    found: dict[int, list[tuple[int, str]]] = {}
    with store.reading() as session:
        still_open = select(CaseFile.room_id, CaseFile.id, CaseFile.number).where(
            CaseFile.closed_on.is_(None)
        )
        for room_id, case_id, number in session.execute(still_open.order_by(CaseFile.id)):
            found.setdefault(room_id, []).append((case_id, number or ""))
    return found


def load(
    settings: Settings, store: Store, *, rooms: int, cases: int, people: int, officers: int, seconds: float
):  # type: ignore[no-untyped-def]
    began = time.monotonic()
    room_ids = fill(store, rooms=rooms, cases=cases)
    filled = time.monotonic() - began
    cases_of = open_cases_of(store)
    keepers = [room for room in room_ids if room in cases_of]
    who = [(Role.MEDIATOR, keepers[number % len(keepers)], None) for number in range(people)]
    tokens = sign_in(store, [*who, *[(Role.PREFECTURE_OFFICER, None, "532900")] * officers])
    record, told = Record(), Told()
    with serving(environment(settings)) as served:
        actors = [
            mediator(
                served.port,
                token,
                _own(cases_of[who[number][1]], number // len(keepers)),
                number,
                record,
                told,
            )
            for number, token in enumerate(tokens[:people])
        ]
        actors += [officer(served.port, token, n, record, told) for n, token in enumerate(tokens[people:])]
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
        kept = [words for words in session.scalars(select(CaseNote.text)) if words.startswith(WORDS)]
        chain = verify(session).broken
    record.failures += told.wrong
    lost = len(set(told.saved) - set(kept))
    print(
        f"load: {people + officers} people, one page every {THINKING_SECONDS:g} s each, {cases:,} more files in {len(room_ids):,} rooms (made in {filled:.0f} s),"
        f" {seconds:.0f} s: {len(record.waits):,} requests, {len(told.saved):,} saves acknowledged, {lost} lost,"
        f" p50 {record.percentile(0.5) * 1000:.0f} ms, p95 {record.percentile(0.95) * 1000:.0f} ms,"
        f" {len(record.failures)} errors {sorted(set(record.failures))[:3]},"
        f" memory {sum(early) / 1e6:.0f} → {sum(late) / 1e6:.0f} MB ({len(late)} workers)"
    )
    assert told.saved
    assert sorted(kept) == sorted(told.saved), (
        "each save is there once, and nothing that was not acknowledged"
    )
    assert chain == ()
    return record, sum(early), sum(late)


def _own(cases: list[tuple[int, str]], number: int) -> tuple[int, str]:
    return cases[number % len(cases)]


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
