"""Full disk, read-only disk, a database restarted, a clock set back: told plainly, nothing lost, back by itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from assistant.store_copies import CASES, COLLECTION
from corpus.database import Store
from corpus.search import _index
from corpus.search.engine import SearchEngine
from mediation_rooms import audit, keys
from mediation_rooms.audit_anchor import verify
from mediation_rooms.integrity import quick_check
from mediation_rooms.models.cases import CaseFile, CaseNote
from tests.conftest import Browser
from tests.corpus.search.sample_index import ARTICLES, DAY, FORWARDING, NO_VECTORS
from tests.databases import Databases
from tests.faults.extent import extent
from tests.faults.full_house import furnish
from tests.faults.postgresql import Server, running_server
from tests.faults.test_moving import application, signs_in

WORDS = "示例：去看了田埂，双方同意再谈。"


def office(folder: Path, ring: keys.KeyRing, urls: dict[str, str] | None = None) -> Flask:
    """A furnished installation in a folder."""
    (folder / "instance").mkdir(parents=True, exist_ok=True)
    keys.save_key_ring(ring, folder / "keys")
    for kind in (COLLECTION, CASES):
        store = Store(urls[kind.name] if urls else f"sqlite:///{folder / 'instance' / kind.file_name}")
        kind.migrations.upgrade(store)
        store.dispose()
    app = application(folder / "instance", folder / "keys", urls)
    furnish(app)
    return app


def own_case(app: Flask) -> int:
    with app.extensions["stores"].cases.reading() as session:
        return (
            session.scalar(
                select(CaseFile.id).where(CaseFile.closed_on.is_(None)).order_by(CaseFile.id).limit(1)
            )
            or 1
        )


def note_count(app: Flask) -> int:
    with app.extensions["stores"].cases.reading() as session:
        return session.scalar(select(func.count()).select_from(CaseNote)) or 0


def writes(browser: Browser, case_id: int, number: int):  # type: ignore[no-untyped-def]
    return browser.post(f"/cases/{case_id}/notes", data={"text": f"{WORDS}{number} " + "字" * 4_000})


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, 96 MB large."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("NOT RUN: only root may mount a small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("NOT RUN: this system does not let root mount a small file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def fill(place: Path) -> Path:
    """Use up the file system."""
    filler = place / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as handle:
        while handle.write(bytes(4096)):
            pass
    return filler


@pytest.mark.sqlite("fills the disk under the files of the stores")
def test_a_full_disk_is_told_with_the_words_given_back_and_saving_goes_on_after_space(small_disk, key_ring):
    """DUR-10: 507 in plain words, what was typed stands on the page, nothing half saved, no restart needed."""
    app = office(small_disk, key_ring)
    browser, case_id = signs_in(app, "示例调解员"), own_case(app)
    assert writes(browser, case_id, 0).status_code == 303
    filler = fill(small_disk)
    kept, refused = note_count(app), []
    for number in range(1, 400):
        answer = writes(browser, case_id, number)
        if answer.status_code == 303:
            kept += 1
            continue
        refused.append(answer)
        if len(refused) == 3:
            break
    assert {answer.status_code for answer in refused} == {507}
    assert "磁盘满了，没有保存" in refused[0].text
    assert "以前存的都在" in refused[0].text
    assert WORDS in refused[0].text
    assert note_count(app) == kept
    filler.unlink(missing_ok=True)
    assert writes(browser, case_id, 99).status_code == 303
    assert note_count(app) == kept + 1
    assert quick_check(app.extensions["stores"].cases) == []
    with app.extensions["stores"].cases.reading() as session:
        assert verify(session).broken == ()
    app.extensions["stores"].dispose()
    print(
        "disk full: 507 in plain words with the typed text, 0 lost, 0 half saved, saves again after space without restart"
    )


@pytest.mark.sqlite("fills the disk under the files of the stores")
def test_backups_and_index_builds_on_a_full_disk_leave_what_was_there(small_disk, key_ring):
    """DUR-10: the command says so in plain words; no half archive, no half index, the old ones serve, then both work."""
    app = office(small_disk, key_ring)
    run, shelf, index = app.test_cli_runner().invoke, small_disk / "shelf", small_disk / "index"
    made = run(args=["backup", "create", "--to", str(shelf)])
    assert made.exit_code == 0, made.output
    before = sorted(path.name for path in shelf.iterdir())
    _index.build(index, ARTICLES, fingerprint="old", forwarding=FORWARDING, vectors=NO_VECTORS)
    filler = fill(small_disk)
    time.sleep(1.1)  # an archive's name is its second
    refused = run(args=["backup", "create", "--to", str(shelf)])
    assert refused.exit_code == 1
    assert "磁盘满了" in refused.output
    assert sorted(path.name for path in shelf.iterdir()) == before
    with pytest.raises(OSError, match="No space left"):
        _index.build(index, ARTICLES * 50, fingerprint="new", forwarding=FORWARDING, vectors=NO_VECTORS)
    assert SearchEngine.open(index).find("离婚", in_force_on=DAY).results
    filler.unlink()
    assert run(args=["backup", "create", "--to", str(shelf)]).exit_code == 0
    assert len(list(shelf.iterdir())) == len(before) + 1
    _index.build(index, ARTICLES[:5], fingerprint="new", vectors=NO_VECTORS)
    assert SearchEngine.open(index).size == 5
    app.extensions["stores"].dispose()
    print(
        "disk full, backups and index: said in plain words, 0 half archives, the old index serves, both work after space"
    )


@pytest.mark.sqlite("makes the disk under the files of the stores read-only")
def test_a_disk_that_became_read_only_still_shows_and_says_why_it_does_not_save(small_disk, key_ring):
    """DUR-11: reading goes on, saving is refused in plain words, and works again after the disk is mended."""
    app = office(small_disk, key_ring)
    browser, case_id = signs_in(app, "示例调解员"), own_case(app)
    before = note_count(app)
    # a running server holds its files open, so the disk is turned as a failing card turns itself
    app.extensions["stores"].dispose()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    refused = writes(browser, case_id, 1)
    assert refused.status_code == 507
    assert "不能写入" in refused.text
    assert WORDS in refused.text
    assert app.test_client().get("/articles/示例法%232").status_code == 200
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert writes(browser, case_id, 2).status_code == 303
    assert note_count(app) == before + 1
    app.extensions["stores"].dispose()
    print(
        "disk read-only: pages served, saving refused in plain words, 0 lost, saves again after the disk is writable"
    )


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


@pytest.mark.postgres
def test_postgresql_restarted_under_load_loses_nothing_and_people_are_told_to_press_again(
    server: Server, tmp_path: Path, key_ring
):
    """CON-07: a crash and restart while people save: only 503 with a sentence, every acknowledged save is there."""
    databases = Databases(tmp_path, server)
    app = office(
        tmp_path / "office",
        key_ring,
        {"collection": databases.empty(tmp_path), "cases": databases.empty(tmp_path)},
    )
    case_id, before = own_case(app), note_count(app)
    saved, told, others, stop = [], [], [], threading.Event()

    def person(browser: Browser, number: int) -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            answer = browser.post(f"/cases/{case_id}/notes", data={"text": f"{WORDS} {number}-{turn}"})
            if answer.status_code == 303:
                saved.append((number, turn))
            elif answer.status_code == 503:
                told.append(answer.text)
                time.sleep(0.2)
            else:
                others.append((answer.status_code, answer.text[-600:]))
                time.sleep(0.2)

    browsers = [signs_in(app, "示例调解员") for _person in range(4)]
    people = [threading.Thread(target=person, args=(browser, n)) for n, browser in enumerate(browsers)]
    for one in people:
        one.start()
    restarts = extent(5, 2)
    for _restart in range(restarts):
        time.sleep(2)
        server.stop("immediate")
        time.sleep(0.5)
        server.start()
    time.sleep(2)
    after_restart = len(saved)
    time.sleep(2)
    stop.set()
    for one in people:
        one.join()
    assert others == []
    assert told
    assert "过半分钟" in told[0]
    assert WORDS in told[0]
    assert len(saved) > after_restart, "it did not come back by itself"
    kept = note_count(app) - before
    # a save whose answer was cut off may be there: never fewer than acknowledged
    assert len(saved) <= kept <= len(saved) + len(told)
    with app.extensions["stores"].cases.reading() as session:
        assert verify(session).broken == ()
    app.extensions["stores"].dispose()
    print(
        f"PostgreSQL restarted under load: {restarts} crashes, {len(saved)} saves acknowledged, 0 lost,"
        f" {len(told)} times told to press again, 0 other errors"
    )


def test_a_clock_set_back_a_day_is_told_and_nothing_is_out_of_order(app: Flask):
    """AUD-09, DUR-15, SES-05: people stay signed in, saves go on, the trail says that the clock jumped and holds."""
    furnish(app)
    browser, case_id, store = signs_in(app, "示例调解员"), own_case(app), app.extensions["stores"].cases
    before = note_count(app)
    with store.writing() as session:  # everything written so far was written by a clock 25 hours ahead
        ahead = datetime.now(UTC) + timedelta(hours=25)
        session.execute(update(audit.AuditChain).values(last_at=ahead))
    answer = writes(browser, case_id, 1)
    assert answer.status_code == 303
    assert "时钟不对" in browser.get(f"/cases/{case_id}").text
    with store.reading() as session:
        actions = session.scalars(select(audit.AuditRecord.action)).all()
        assert "clock.jumped" in actions
        assert verify(session).broken == ()
    assert note_count(app) == before + 1
    print("clock set back a day: told on the pages, people stay signed in, 0 lost, trail in order")
