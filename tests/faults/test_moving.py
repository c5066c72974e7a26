"""An installation moves from SQLite to PostgreSQL, is served, backed up and restored there."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from assistant.factory import create_app
from assistant.search_service import build_index
from assistant.settings import Settings
from assistant.store_copies import CASES, COLLECTION, CopyRefused, checksum, copy_store
from corpus.database import Store
from mediation_rooms import audit
from mediation_rooms.actor import programme
from mediation_rooms.audit_anchor import verify
from mediation_rooms.integrity import damaged_rows, reseal
from mediation_rooms.models.cases import CaseFile
from tests.conftest import Browser
from tests.databases import Databases
from tests.faults.extent import extent
from tests.faults.full_house import PASSWORD, PLACE, TITLE, furnish
from tests.faults.killing import killed_while
from tests.faults.postgresql import FAST, running_server

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with running_server(FAST) as server:
        yield Databases(tmp_path_factory.mktemp("unused"), server)


def application(instance: Path, key_folder: Path, urls: dict[str, str] | None = None) -> Flask:
    environment = {
        "INSTANCE_DIRECTORY": str(instance), "KEY_DIRECTORY": str(key_folder), "PASSWORD_PROFILE": "test",
        "JOB_WORKER": "off", "SEMANTIC": "off", "LOG_LEVEL": "error",
        **({"DATABASE_URL": urls["collection"], "CASE_DATABASE_URL": urls["cases"]} if urls else {}),
    }  # fmt: skip
    return create_app(Settings.from_environment(environment))


@pytest.fixture
def small_office(empty_files, tmp_path: Path, key_ring) -> Iterator[Flask]:
    """A furnished installation on SQLite."""
    from mediation_rooms import keys
    from mediation_rooms.migrations import CASE_MIGRATIONS

    (tmp_path / "instance").mkdir()
    keys.save_key_ring(key_ring, tmp_path / "keys")
    for kind in (COLLECTION, CASES):
        store = Store(f"sqlite:///{tmp_path / 'instance' / kind.file_name}")
        kind.migrations.upgrade(store)
        store.dispose()
    assert CASE_MIGRATIONS.head
    app = application(tmp_path / "instance", tmp_path / "keys")
    furnish(app)
    yield app
    app.extensions["stores"].dispose()


@pytest.fixture
def urls(server_databases: Databases, tmp_path: Path) -> Iterator[dict[str, str]]:
    found = {kind.name: server_databases.empty(tmp_path / kind.name) for kind in (COLLECTION, CASES)}
    yield found
    for url in found.values():
        server_databases.forget(url)


def sums(store: Store, kind) -> dict[str, tuple[int, str]]:  # type: ignore[no-untyped-def]
    with store.read_engine.connect() as connection:
        return {
            table.name: checksum(connection, table)
            for table in kind.metadata.sorted_tables
            if table.name != "row_seals"
        }


def move(app: Flask, urls: dict[str, str]) -> dict[str, str]:
    said = {}
    stores = app.extensions["stores"]
    for name, store in (("collection", stores.collection), ("cases", stores.cases)):
        outcome = app.test_cli_runner().invoke(args=["stores", "copy", name, store.url, urls[name]])
        assert outcome.exit_code == 0, outcome.output
        said[name] = outcome.output
    return said


def signs_in(app: Flask, name: str) -> Browser:
    app.test_client_class = Browser
    browser = app.test_client()
    answer = browser.post("/sign-in/", data={"user_name": name, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return browser


def test_an_installation_moves_to_postgresql_and_is_served_from_there(small_office, urls, tmp_path: Path):
    """AUD-03 on PostgreSQL; ``stores copy``: counts and checksums equal, everything reachable, saves go on."""
    said = move(small_office, urls)
    for table in ("case_files", "parties", "form_drafts", "job", "attachments", "audit_records", "accounts"):
        assert re.search(rf"^{table}\t\d+$", said["cases"], re.M), table
    for table, count in (("recordings", 1), ("outreach_items", 1), ("translation_units", 1), ("job", 1)):
        assert f"\n{table}\t{count}\n" in said["collection"], (table, said["collection"])
    assert "条数和校验和全部一致" in said["cases"]
    target = Store(urls["cases"])
    assert sums(target, CASES) == sums(small_office.extensions["stores"].cases, CASES)
    with target.reading() as session:
        assert verify(session).broken == ()
        assert damaged_rows(session) == []
    small_office.extensions["stores"].dispose()
    for kind in (COLLECTION, CASES):  # nothing may be read from the old files any more
        (tmp_path / "instance" / kind.file_name).unlink()
    app = application(tmp_path / "instance", tmp_path / "keys", urls)
    try:
        walk(app)
    finally:
        app.extensions["stores"].dispose()
        target.dispose()


def walk(app: Flask) -> None:
    """Sign in, a case, a saved note, a search, a unit, an item, waiting work."""
    from assistant import jobs

    stores = app.extensions["stores"]
    mediator = signs_in(app, "示例调解员")
    with stores.cases.reading() as session:
        case_id = session.scalar(select(CaseFile.id).order_by(CaseFile.id).limit(1))
    page = mediator.get(f"/cases/{case_id}")
    assert page.status_code == 200
    assert "138****0000" in page.text
    assert f"/cases/{case_id}" in mediator.post("/cases/files", data={"q": "13800000000"}).text
    form = re.search(rf'action="(/cases/{case_id}/acts/note)"', page.text)
    before = stores.cases.open_reader()
    count = before.scalar(select(func.count()).select_from(audit.AuditRecord))
    before.close()
    if form is not None:
        assert mediator.post(form[1], data={"text": "搬家以后的第一条"}).status_code in (200, 303)
    build_index(stores.collection, app.extensions["settings"].index_directory)
    app.extensions["search"].look_now()
    found = app.test_client().get("/search", query_string={"q": "水渠 五天"})
    assert found.status_code == 200
    assert "示例法" in found.text
    assert PLACE in app.test_client().get("/articles/示例法%232").text
    assert "示例法" in signs_in(app, "示例译者").get("/workbench/").text
    assert TITLE in signs_in(app, "示例宣传员").get("/outreach/").text
    assert jobs.run_waiting(app) == 1  # the case work that waited before the move
    with stores.cases.reading() as session:
        assert session.scalar(select(func.count()).select_from(audit.AuditRecord)) > count
        assert verify(session).broken == ()


def test_a_postgresql_installation_is_backed_up_restored_and_drilled_like_any_other(
    small_office, urls, tmp_path: Path
):
    """BAK-04 on PostgreSQL: the archive holds both stores; after an accident everything is as before."""
    move(small_office, urls)
    app = application(tmp_path / "instance", tmp_path / "keys", urls)
    run = app.test_cli_runner().invoke
    stores = app.extensions["stores"]
    before = {
        kind.name: sums(store, kind)
        for kind, store in ((COLLECTION, stores.collection), (CASES, stores.cases))
    }
    made = run(args=["backup", "create", "--to", str(tmp_path / "shelf"), "--keep", "3"])
    assert made.exit_code == 0, made.output
    (archive,) = (tmp_path / "shelf").glob("2*.backup")
    with stores.cases.writing() as session:  # the accident
        session.execute(text("DELETE FROM case_notes"))
        session.execute(text("UPDATE case_files SET statement = '误改'"))
    with stores.collection.writing() as session:
        session.execute(text("DELETE FROM recordings"))
    restored = run(args=["backup", "restore", "--yes", str(archive)])
    assert restored.exit_code == 0, restored.output
    after = {
        kind.name: sums(store, kind)
        for kind, store in ((COLLECTION, stores.collection), (CASES, stores.cases))
    }
    assert after == before
    assert not (tmp_path / "instance" / "cases.sqlite3").exists()
    assert list((tmp_path / "shelf").glob("before-restore-*.backup"))
    with stores.cases.reading() as session:
        assert damaged_rows(session) == []
    with stores.cases.writing() as session:  # numbers go on where they stood
        audit.record(session, actor=programme("测试"), action="x")
    drilled = run(args=["backup", "drill", str(archive)])
    assert drilled.exit_code == 0, drilled.output
    assert "校验和全部一致" in drilled.output
    stores.dispose()


def test_a_target_with_rows_or_a_damaged_source_is_refused(small_office, urls):
    stores = small_office.extensions["stores"]
    target = Store(urls["cases"])
    with pytest.raises(CopyRefused, match="prepare"):
        copy_store(stores.cases, target, CASES)
    CASES.migrations.upgrade(target)
    with stores.cases.writing() as session:
        session.execute(text("UPDATE case_files SET statement = '被人改过' WHERE id = 1"))
    with pytest.raises(CopyRefused, match="case_files 第 1 行"):
        copy_store(stores.cases, target, CASES)
    with target.writing() as session:
        audit.record(session, actor=programme("测试"), action="x")
    with stores.cases.writing() as session:
        session.execute(text("DELETE FROM row_seals"))
    with pytest.raises(CopyRefused, match="和保存时不一样"):
        copy_store(stores.cases, target, CASES)
    with stores.cases.writing() as session:
        reseal(session)
    with pytest.raises(CopyRefused, match="不是空的"):
        copy_store(stores.cases, target, CASES)
    target.dispose()


@pytest.mark.parametrize("kind", [COLLECTION, CASES], ids=lambda kind: kind.name)
def test_a_copy_that_is_killed_keeps_nothing_and_is_run_again(small_office, urls, kind):
    """DUR-02 for the move: kill -9 at random points; the target is empty or complete, and the next run finishes."""
    source = getattr(small_office.extensions["stores"], kind.name)
    generator, whole = random.Random(3), sums(source, kind)
    before = Store(urls[kind.name])
    kind.migrations.upgrade(before)
    before.dispose()

    def work(_tell) -> None:  # type: ignore[no-untyped-def]
        copy_store(Store(source.url, read_only=True), Store(urls[kind.name]), kind)

    kills = extent(15, 2)
    for _kill in range(kills):
        killed_while(work, generator.uniform(0.02, 0.6), waits_for_one=False)
        target = Store(urls[kind.name])
        found = sums(target, kind)
        if found == whole:  # it was faster than the kill
            with target.writing() as session:
                kind.migrations.rebuild(session.connection(), metadata=kind.metadata)
        else:
            assert {count for count, _sum in found.values()} == {0}, "half a copy"
        target.dispose()
    target = Store(urls[kind.name])
    copy_store(source, target, kind)
    assert sums(target, kind) == whole
    target.dispose()
    print(
        f"kill -9, stores copy {kind.name} to PostgreSQL: {kills} kills, 0 half copies, the next run complete"
    )
