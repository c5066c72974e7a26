"""What is being done when the power goes or the process is killed; run as ``python -m tests.faults.scenes``."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

import mediation_rooms.models  # noqa: F401 - registers the tables
from corpus.database import Store, write_atomically
from mediation_rooms import audit, backup, keys
from mediation_rooms.actor import Actor
from mediation_rooms.audit_anchor import verify
from mediation_rooms.migrations import CASE_MIGRATIONS

MEDIATOR = Actor(account_id=1, name="示例甲", room_id=1)
Acknowledge = Callable[[int], None]
PAGE = 700
PAGES = 40


def save_cases(folder: Path, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """Save after save: a row, its second half, and its line in the trail, in one transaction."""
    store = Store(f"sqlite:///{folder / 'cases.sqlite3'}")
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


def prepare_saves(folder: Path) -> None:
    """An empty case store with one more table."""
    store = Store(f"sqlite:///{folder / 'cases.sqlite3'}")
    CASE_MIGRATIONS.upgrade(store)
    with store.writing() as session:
        session.execute(text("CREATE TABLE saves (id INTEGER PRIMARY KEY, half INTEGER)"))
    store.dispose()


def check_saves(folder: Path, acknowledged: int) -> str:
    """Empty when every acknowledged save is there, none is half there, and the trail holds."""
    store = Store(f"sqlite:///{folder / 'cases.sqlite3'}")
    try:
        with store.reading() as session:
            if session.execute(text("PRAGMA quick_check")).scalar() != "ok":
                return "the database is damaged"
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


def write_documents(folder: Path, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """The same document again and again, each time longer."""
    path = folder / "documents" / "agreement.docx"
    for number in range(count):
        content = f"{number:08d}".encode() * PAGE
        write_atomically(path, lambda handle, content=content: handle.write(content) and None)
        acknowledge(number)


def check_documents(folder: Path, acknowledged: int) -> str:
    """Empty when the document is whole and not older than the acknowledged one."""
    path = folder / "documents" / "agreement.docx"
    if not path.exists():
        return "" if acknowledged < 0 else "the document is gone"
    content = path.read_bytes()
    if (
        len(content) != 8 * PAGE
        or len({content[place : place + 8] for place in range(0, len(content), 8)}) != 1
    ):
        return "the document is torn"
    return "" if int(content[:8]) >= acknowledged else "the document is older than acknowledged"


def migrate(folder: Path, acknowledge: Acknowledge, count: int = 10**9) -> None:
    """Up and down again."""
    store = Store(f"sqlite:///{folder / 'cases.sqlite3'}")
    for number in range(count):
        CASE_MIGRATIONS.upgrade(store)
        acknowledge(2 * number)
        CASE_MIGRATIONS.downgrade(store, revision="base")
        acknowledge(2 * number + 1)


def check_migration(folder: Path, _acknowledged: int) -> str:
    """Empty when the schema is the old or the new one as a whole, and the migration can be run."""
    store = Store(f"sqlite:///{folder / 'cases.sqlite3'}")
    try:
        with store.reading() as session:
            tables = set(
                session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
            )
        known = CASE_MIGRATIONS.current(store)
        mine = tables - {"alembic_version", "sqlite_sequence"}
        if bool(mine) is not (known is not None):
            return f"half a schema: {len(mine)} tables at revision {known}"
        CASE_MIGRATIONS.upgrade(store)
        return (
            "" if CASE_MIGRATIONS.current(store) == CASE_MIGRATIONS.head else "the migration cannot be rerun"
        )
    finally:
        store.dispose()


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
