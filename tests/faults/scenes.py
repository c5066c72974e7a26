"""What is being done when the power goes or the process is killed; run as ``python -m tests.faults.scenes``."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, inspect, select, text

import mediation_rooms.models  # noqa: F401 - registers the tables
from assistant.settings import Settings
from assistant.store_copies import CASES, COLLECTION, checksum
from corpus.database import Store
from mediation_rooms import audit, backup, keys, samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.audit_anchor import verify
from mediation_rooms.encrypted_files import read_encrypted, write_encrypted
from mediation_rooms.encryption import FieldDamaged
from mediation_rooms.integrity import damaged_rows, quick_check
from mediation_rooms.migrations import CASE_MIGRATIONS
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import CaseState
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room

MEDIATOR = Actor(account_id=1, name="示例甲", room_id=1)
Acknowledge = Callable[[int], None]
LONG_AGO = datetime(2026, 1, 20, tzinfo=UTC)
PAGE = 700
NAME = "a1" * 32


Place = Path | str
"""A folder for SQLite files, or the address of a PostgreSQL database."""


def case_store(place: Place) -> Store:
    """The case store of a place."""
    return Store(place if isinstance(place, str) else f"sqlite:///{place / 'cases.sqlite3'}")


def save_cases(place: Place, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """Save after save: a row, its second half, and its line in the trail, in one transaction."""
    store = case_store(place)
    start = _newest(store) + 1
    for number in range(start, start + count):
        with store.writing() as session:
            session.execute(text("INSERT INTO saves (id, half) VALUES (:n, 1)"), {"n": 2 * number})
            audit.record(session, actor=MEDIATOR, action="case.note", object_id=number, room_id=1)
            session.execute(text("INSERT INTO saves (id, half) VALUES (:n, 2)"), {"n": 2 * number + 1})
        acknowledge(number)


def _newest(store: Store) -> int:
    with store.reading() as session:
        newest = session.execute(text("SELECT max(id) FROM saves")).scalar()
    return -1 if newest is None else newest // 2


def prepare_saves(place: Place) -> None:
    """An empty case store with one more table."""
    store = case_store(place)
    CASE_MIGRATIONS.upgrade(store)
    with store.writing() as session:
        session.execute(text("CREATE TABLE saves (id INTEGER PRIMARY KEY, half INTEGER)"))
    store.dispose()


def check_saves(place: Place, acknowledged: int) -> str:
    """Empty when every acknowledged save is there, none is half there, and the trail holds."""
    store = case_store(place)
    try:
        if quick_check(store):
            return "the database is damaged"
        with store.reading() as session:
            rows = session.execute(text("SELECT count(*), max(id) FROM saves")).one()
            lines = session.execute(text("SELECT count(*) FROM audit_records")).scalar()
            broken = verify(session).broken
    finally:
        store.dispose()
    saves = rows[0] // 2
    if rows[0] % 2 or (rows[1] or -1) != rows[0] - 1:
        return "a save is half there"
    if lines != saves or broken:
        return "the trail and the saves differ"
    return "" if saves >= acknowledged + 1 else f"{acknowledged + 1 - saves} acknowledged saves are lost"


def prepare_files(folder: Path) -> None:
    """An empty case store with the sample rooms."""
    store = case_store(folder)
    CASE_MIGRATIONS.upgrade(store)
    with store.writing() as session:
        load_sample_rooms(session, actor=programme("示例"), now=LONG_AGO)
    store.dispose()


def open_files(folder: Path, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """Whole files by the product's own verbs: parties, gates, notices, consents, the first steps, the trail."""
    store = case_store(folder)
    with store.reading() as session:
        mediator = Actor(1, "示例调解员甲", room_id=sample_room(session, "sample-jinhua").id)
        start = session.scalar(select(func.count()).select_from(CaseFile)) or 0
    for number in range(start, start + count):
        with store.writing() as session:
            samples.boundary_case_mediating(session, actor=mediator, now=datetime.now(UTC))
        acknowledge(number)


def check_files(folder: Path, acknowledged: int) -> str:
    """Empty when every acknowledged file is there, each is whole, and trail and seals hold."""
    store = case_store(folder)
    try:
        if quick_check(store):
            return "the database is damaged"
        with store.reading() as session:
            files = session.scalars(select(CaseFile)).all()
            if [case.id for case in files if len(case.parties) != 3 or case.state is not CaseState.MEDIATING]:
                return "a file is half there"
            if verify(session).broken or damaged_rows(session):
                return "the trail or a seal is broken"
    finally:
        store.dispose()
    return (
        ""
        if len(files) >= acknowledged + 1
        else f"{acknowledged + 1 - len(files)} acknowledged files are lost"
    )


def write_documents(folder: Path, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """The same encrypted file of a case again and again, each time with other content."""
    for number in range(count):
        write_encrypted(folder / "attachments", NAME, f"{number:08d}".encode() * PAGE)
        acknowledge(number)


def check_documents(folder: Path, acknowledged: int) -> str:
    """Empty when the document is whole and not older than the acknowledged one."""
    try:
        content = read_encrypted(folder / "attachments", NAME)
    except FileNotFoundError:
        return "" if acknowledged < 0 else "the document is gone"
    except FieldDamaged:
        return "the document is torn"
    return "" if int(content[:8]) >= acknowledged else "the document is older than acknowledged"


def migrate(place: Place, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """Up and down again."""
    store = case_store(place)
    for number in range(count):
        CASE_MIGRATIONS.upgrade(store)
        acknowledge(2 * number)
        CASE_MIGRATIONS.downgrade(store, revision="base")
        acknowledge(2 * number + 1)


def check_migration(folder: Path, _acknowledged: int) -> str:
    """As :func:`schema_problem`; the acknowledged number says nothing here."""
    return schema_problem(folder)


def schema_problem(place: Place) -> str:
    """Empty when the schema is the old or the new one as a whole, and the migration can be run."""
    store = case_store(place)
    try:
        mine = set(inspect(store.read_engine).get_table_names()) - {"alembic_version"}
        known = CASE_MIGRATIONS.current(store)
        if bool(mine) is not (known is not None):
            return f"half a schema: {len(mine)} tables at revision {known}"
        CASE_MIGRATIONS.upgrade(store)
        done = CASE_MIGRATIONS.current(store) == CASE_MIGRATIONS.head
        return "" if done else "the migration cannot be rerun"
    finally:
        store.dispose()


def collection_store(folder: Path) -> Store:
    """The collection of a folder."""
    return Store(f"sqlite:///{folder / COLLECTION.file_name}")


def prepare_rows(folder: Path) -> None:
    """A filled collection, and what its rows are after the tables were remade once."""
    from assistant.factory import create_app
    from tests.faults.full_house import _fill_collection

    store = collection_store(folder)
    COLLECTION.migrations.upgrade(store)
    app = create_app(settings_of(folder))
    _fill_collection(app)
    app.extensions["stores"].dispose()
    COLLECTION.migrations.downgrade(store, revision="0002")
    COLLECTION.migrations.upgrade(store)
    (folder / "reference.json").write_text(json.dumps(sums_of(store)))
    store.dispose()


def sums_of(store: Store) -> dict[str, list[object]]:
    """Table → how many rows, and their checksum."""
    with store.read_engine.connect() as connection:
        return {table.name: [*checksum(connection, table)] for table in COLLECTION.metadata.sorted_tables}


def remake_tables(folder: Path, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """The migration that makes most tables anew, there and back, over the rows."""
    store = collection_store(folder)
    for number in range(count):
        COLLECTION.migrations.downgrade(store, revision="0002")
        acknowledge(2 * number)
        COLLECTION.migrations.upgrade(store)
        acknowledge(2 * number + 1)


def check_rows(folder: Path, _acknowledged: int) -> str:
    """Empty when the schema is one of the two, can be brought to the newest, and every row is as it was."""
    store = collection_store(folder)
    try:
        if quick_check(store):
            return "the database is damaged"
        known = COLLECTION.migrations.current(store)
        if known not in ("0002", "0003"):
            return f"revision {known}"
        COLLECTION.migrations.upgrade(store)
        same = sums_of(store) == json.loads((folder / "reference.json").read_text())
        return "" if same else "rows were lost or changed"
    finally:
        store.dispose()


def settings_of(folder: Path) -> Settings:
    """Settings of an installation whose databases, index and files lie in this folder."""
    key_folder = folder.with_name("keys-of-the-scene")
    if not key_folder.exists():
        keys.save_key_ring(keys.key_ring(), key_folder)
    return Settings.from_environment(
        {
            "INSTANCE_DIRECTORY": str(folder), "KEY_DIRECTORY": str(key_folder), "PASSWORD_PROFILE": "test",
            "JOB_WORKER": "off", "SEMANTIC": "off", "LOG_LEVEL": "error",
        }
    )  # fmt: skip


def start_problem(folder: Path) -> str:
    """Empty when the application starts on what is left: migrated, checked, pages served, the queue worked off."""
    from assistant import jobs
    from assistant.factory import create_app

    for kind in (COLLECTION, CASES):
        store = Store(f"sqlite:///{folder / kind.file_name}")
        kind.migrations.upgrade(store)
        store.dispose()
    app = create_app(settings_of(folder))
    try:
        condition = app.extensions["condition"]
        condition.check()
        jobs.run_waiting(app)
        browser = app.test_client()
        answers = {address: browser.get(address).status_code for address in ("/", "/sign-in/", "/rooms")}
        checks = browser.get("/health").get_json()["checks"]
    finally:
        if (builder := app.extensions["search"]._builder) is not None:
            builder.join(30)
        app.extensions["stores"].dispose()
    wrong = {
        name: state
        for name, state in checks.items()
        if name not in ("index", "backup", "disk") and state != "ok"
    }
    if condition.state() != "ok" or wrong:
        return f"the start found {condition.state()} {wrong}"
    return "" if set(answers.values()) == {200} else f"pages answered {answers}"


def back_up(folder: Path, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """Backup after backup."""
    for number in range(count):
        backup.create(folder / "instance", folder / "backups" / f"{number:06d}.backup")
        acknowledge(number)


def prepare_backup(folder: Path) -> None:
    """An instance with a store and a few files."""
    (folder / "instance").mkdir()
    prepare_saves(folder / "instance")
    for number in range(20):
        (folder / "instance" / f"{number}.bin").write_bytes(bytes([number]) * 50_000)


def check_backup(folder: Path, acknowledged: int) -> str:
    """Empty when every archive under its final name opens, acknowledged ones among them."""
    archives = sorted((folder / "backups").glob("*.backup"))
    for archive in archives[-2:]:
        backup.verify(archive)
    return "" if len(archives) >= acknowledged + 1 else "an acknowledged backup is gone"


def make_packs(folder: Path, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """Campaign pack after campaign pack under one name, as the queue writes them."""
    from assistant.outreach.material import material_of
    from assistant.outreach.pack import write_pack
    from assistant.outreach.starter import starter_topics

    topics = [material_of(topic) for topic in starter_topics()[:1]]
    for number in range(count):
        write_pack(
            folder / "results" / "pack.zip",
            topics,
            title=f"{number:06d}",
            forms=["txt"],
            tells=lambda _done, _total: None,
        )
        acknowledge(number)


def check_packs(folder: Path, acknowledged: int) -> str:
    """Empty when the pack under the final name is whole and not older than the acknowledged one."""
    pack = folder / "results" / "pack.zip"
    if not pack.exists():
        return "" if acknowledged < 0 else "the pack is gone"
    try:
        with zipfile.ZipFile(pack) as archive:
            damaged = archive.testzip()
            manifest = json.loads(archive.read("manifest.json"))
    except (zipfile.BadZipFile, KeyError, ValueError) as torn:
        return f"half a pack: {torn}"
    if damaged is not None:
        return f"half a pack: {damaged}"
    return "" if int(manifest["title"]) >= acknowledged else "the pack is older than acknowledged"


def nothing(_folder: Path) -> None:
    """No preparation."""


def build_indexes(folder: Path, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """Index after index, each of another content."""
    from corpus.search import _index
    from tests.corpus.search.sample_index import ARTICLES, FORWARDING, NO_VECTORS

    for number in range(count):
        articles = ARTICLES[: 4 + number % 3]
        _index.build(
            folder / "index", articles, fingerprint=f"content {number}", forwarding=FORWARDING, vectors=NO_VECTORS
        )  # fmt: skip
        acknowledge(number)


def prepare_index(folder: Path) -> None:
    """A first index."""
    build_indexes(folder, lambda _number: None, 1)


def check_index(folder: Path, _acknowledged: int) -> str:
    """Empty when there is one whole index that answers."""
    from corpus.search._index import IndexDamaged
    from corpus.search.engine import SearchEngine
    from tests.corpus.search.sample_index import DAY

    try:
        engine = SearchEngine.open(folder / "index")
    except IndexDamaged as problem:
        return f"no index can be opened: {problem}"
    return "" if engine.find("离婚", in_force_on=DAY).results else "the index answers nothing"


SCENES = {
    "case saves": (prepare_saves, save_cases, check_saves),
    "case files": (prepare_files, open_files, check_files),
    "remade tables": (prepare_rows, remake_tables, check_rows),
    "documents": (nothing, write_documents, check_documents),
    "migrations": (nothing, migrate, check_migration),
    "backups": (prepare_backup, back_up, check_backup),
    "packs": (nothing, make_packs, check_packs),
    "index builds": (prepare_index, build_indexes, check_index),
}


def main() -> None:
    """``scene folder count``: do it, writing each acknowledgement to the file ``ack``."""
    scene, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    keys.use_key_ring(keys.load_key_ring(Path(sys.argv[4])))
    with (folder / "ack").open("ab", buffering=0) as acknowledgements:
        SCENES[scene][1](
            folder, lambda number: acknowledgements.write(f"{number}\n".encode()) and None, count
        )
    print(datetime.now(UTC).isoformat())


if __name__ == "__main__":
    main()
