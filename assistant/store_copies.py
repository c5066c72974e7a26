"""Rows of a whole store carried to another database and compared there by count and checksum.

Used when an installation moves to PostgreSQL, when a PostgreSQL installation is backed up (its stores
go into the archive as SQLite files, so every archive can be opened anywhere), and when it is restored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import JSON, Connection, Insert, MetaData, Table, bindparam, func, inspect, select, text

from corpus.database import Store
from corpus.migration import Migrations
from corpus.migrations import COLLECTION_MIGRATIONS
from corpus.store import Base as CollectionBase
from mediation_rooms import integrity
from mediation_rooms.migrations import CASE_MIGRATIONS
from mediation_rooms.store import Base as CaseBase

BATCH = 1_000


class CopyRefused(ValueError):
    """The rows cannot be carried over; the message is a complete sentence and nothing was kept."""


@dataclass(frozen=True)
class StoreKind:
    """What belongs to one of the two stores: its tables, its migrations, its file in an archive."""

    name: str
    metadata: MetaData
    migrations: Migrations
    is_sealed: bool

    @property
    def file_name(self) -> str:
        """The name of its database file in an instance folder and in an archive."""
        return f"{self.name}.sqlite3"


COLLECTION = StoreKind("collection", CollectionBase.metadata, COLLECTION_MIGRATIONS, is_sealed=False)
CASES = StoreKind("cases", CaseBase.metadata, CASE_MIGRATIONS, is_sealed=True)
KINDS = {kind.name: kind for kind in (COLLECTION, CASES)}


def copy_store(
    source: Store, target: Store, kind: StoreKind, *, with_damage: bool = False
) -> list[tuple[str, int]]:
    """Copy every table into an empty, migrated store in one transaction; returns (table, rows).

    Raises CopyRefused when either is not migrated, the target is not empty, a checksum differs, or a row
    of the source is not what was saved; nothing is kept then. A backup is taken ``with_damage``: such rows
    stay marked in the copy.
    """
    _must_be_newest(source, kind, "来源")
    _must_be_newest(target, kind, "目标")
    assert target.write_engine is not None  # noqa: S101 - it was not opened read-only
    with _snapshot(source) as old, target.write_engine.begin() as new:
        taking_time(new)
        damaged = _damaged(source, kind)
        if damaged and not with_damage:
            first = damaged[0]
            raise CopyRefused(
                f"{first.table_name} 第 {first.row_id} 行等 {len(damaged)} 行和保存时不一样，没有复制；"
                "请先核对或恢复备份"
            )
        for table in kind.metadata.sorted_tables:
            if new.scalar(select(func.count()).select_from(table)):
                raise CopyRefused(f"目标数据库的 {table.name} 不是空的，没有复制")
        report = _copy_rows(old, new, kind)
        integrity.mark_damaged(new, damaged)
    return report


def write_file(source: Store, path: Path, kind: StoreKind) -> None:
    """A consistent copy of a store as one SQLite file, while people work on."""
    target = Store(f"sqlite:///{path}")
    try:
        kind.migrations.upgrade(target)
        copy_store(source, target, kind, with_damage=True)
    finally:
        target.dispose()  # the last connection to close puts the log into the file
    path.with_name(f"{path.name}.lock").unlink(missing_ok=True)


def replace_rows(path: Path, target: Store, kind: StoreKind) -> None:
    """Put the rows of an SQLite file in the place of all rows of a store, in one transaction.

    The file may be older than the programme; its copy is migrated first. A kill leaves the rows of before.
    """
    source = Store(f"sqlite:///{path}")
    try:
        kind.migrations.upgrade(source)
        with source.read_engine.connect() as old, kind.migrations.transaction(target) as new:
            taking_time(new)
            damaged = _damaged(source, kind)
            kind.migrations.rebuild(new, metadata=kind.metadata)
            _copy_rows(old, new, kind)
            integrity.mark_damaged(new, damaged)
    finally:
        source.dispose()


def bring_to_newest(instance: Path) -> None:
    """Migrate the database files of a folder that nobody uses, as after an older backup was unpacked.

    Raises MigrationRefused for files of a newer programme.
    """
    for kind in KINDS.values():
        path = instance / kind.file_name
        if not path.is_file():
            continue
        store = Store(f"sqlite:///{path}")
        try:
            if kind.migrations.current(store) != kind.migrations.head:
                kind.migrations.upgrade(store)
        finally:
            store.dispose()
        path.with_name(f"{path.name}.lock").unlink(missing_ok=True)


@contextmanager
def _snapshot(store: Store) -> Iterator[Connection]:
    """A connection that sees one moment, however long the copy takes."""
    with store.read_engine.connect() as connection:
        taking_time(connection)
        yield connection


def taking_time(connection: Connection) -> None:
    """Lift the limits that end what takes long, for this transaction: a whole store takes its time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _must_be_newest(store: Store, kind: StoreKind, which: str) -> None:
    unknown = set(inspect(store.read_engine).get_table_names()) - set(kind.metadata.tables)
    if unknown > {kind.migrations.version_table}:
        raise CopyRefused(f"{which}数据库里有本软件不认识的表：{'、'.join(sorted(unknown))}")
    if kind.migrations.current(store) != kind.migrations.head:
        raise CopyRefused(f"{which}数据库的结构不是最新的：请先对它运行 flask --app wsgi prepare")


def _damaged(source: Store, kind: StoreKind) -> list[integrity.DamagedRow]:
    """Seals are written anew in the target, so a damaged row must not get a fresh one unseen."""
    if not kind.is_sealed:
        return []
    with source.reading() as session:
        return integrity.damaged_rows(session)


def _copy_rows(old: Connection, new: Connection, kind: StoreKind) -> list[tuple[str, int]]:
    report = []
    for table in kind.metadata.sorted_tables:
        in_order = select(*table.columns).order_by(*table.primary_key.columns)
        rows = old.execute(in_order, execution_options={"yield_per": BATCH}).mappings()
        for part in rows.partitions(BATCH):
            new.execute(_insert(table), [dict(row) for row in part])
        ours, theirs = checksum(old, table), checksum(new, table)
        if ours != theirs:
            raise CopyRefused(f"{table.name} 复制后不一致：{ours} / {theirs}，没有保存")
        _advance_sequence(new, table)
        report.append((table.name, ours[0]))
    if kind.is_sealed:  # rows are sealed as their database spells them
        integrity.reseal_in(new)
    return report


def _insert(table: Table) -> Insert:
    """An insert that keeps an absent value absent, where SQLAlchemy would write JSON's own null."""
    absent = {
        column.name: bindparam(column.name, type_=JSON(none_as_null=True))
        for column in table.columns
        if isinstance(column.type, JSON)
    }
    return table.insert().values(absent) if absent else table.insert()


def checksum(connection: Connection, table: Table) -> tuple[int, str]:
    """How many rows a table has and a digest of them, whatever order a database sorts text in."""
    total, count = 0, 0
    statement = select(*table.columns)
    for row in connection.execute(statement, execution_options={"yield_per": BATCH}):
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest(), "big")
        count += 1
    return count, f"{total % (1 << 256):064x}"


def _advance_sequence(connection: Connection, table: Table) -> None:
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    name = connection.scalar(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
    )
    newest = connection.scalar(select(func.max(column)))
    if name and newest:
        connection.execute(
            text("SELECT setval(CAST(:name AS regclass), :newest)"), {"name": name, "newest": newest}
        )
