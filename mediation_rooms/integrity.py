"""Is what is stored still what was stored: start-up check, row hashes, the clock, the disk.

SQLite's own check finds few flipped bits inside text (5 of 150 measured), so the text of a case is
also hashed row by row into a sidecar table, with a key, by the event that writes it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, String, delete, event, insert, inspect, select, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Mapper, Session, mapped_column, object_session

from corpus.database import Store
from mediation_rooms.keys import key_ring
from mediation_rooms.store import Base

BUILT_ON = date(2026, 11, 1)
"""A clock before this day is wrong: the programme did not exist yet."""
RESERVE_BYTES = 64 * 1024 * 1024
GUARDED_TABLES = frozenset(
    {
        "case_files", "parties", "representatives", "enquiries", "mediation_sessions", "agreements",
        "agreement_terms", "oral_agreements", "signatures", "case_notes", "follow_ups",
    }
)  # fmt: skip


class RowSeal(Base):
    """The keyed hash of one guarded row."""

    __tablename__ = "row_seals"

    table_name: Mapped[str] = mapped_column(String(60), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seal: Mapped[str] = mapped_column(String(64))


def clock_is_wrong(now: datetime, *, newest_known: datetime | None = None) -> bool:
    """Whether the clock shows a day before the programme was built, or long before the last line written.

    Then deadlines and retention pause: a dead battery must not delete or overdue anything.
    """
    if now.astimezone(UTC).date() < BUILT_ON:
        return True
    return newest_known is not None and (newest_known - now).total_seconds() > 86_400


def quick_check(store: Store) -> list[str]:
    """What SQLite finds wrong at start; empty when sound. PostgreSQL checks its pages itself."""
    if not store.is_sqlite:
        return []
    with store.reading() as session:
        found = [str(row[0]) for row in session.execute(text("PRAGMA quick_check(10)"))]
    return [] if found == ["ok"] else found


def has_reserve(folder: Path) -> bool:
    """Whether the disk keeps room for the database, so that uploads are refused first."""
    return shutil.disk_usage(folder).free >= RESERVE_BYTES


@dataclass(frozen=True)
class DamagedRow:
    """A row whose content is not what was saved."""

    table_name: str
    row_id: int


def _seal_of(row: RowMapping, table_name: str) -> str:
    values = sorted((str(name), None if value is None else str(value)) for name, value in row.items())
    message = json.dumps([table_name, values], ensure_ascii=False).encode(errors="surrogatepass")
    return hmac.new(key_ring().audit_key, message, hashlib.sha256).hexdigest()


def _stored_row(connection: Connection, table_name: str, row_id: int) -> RowMapping | None:
    """The row as the database holds it, ciphertexts and all."""
    statement = text(f"SELECT * FROM {table_name} WHERE id = :id")  # noqa: S608 - a name from GUARDED_TABLES
    return connection.execute(statement, {"id": row_id}).mappings().first()


def _seal(connection: Connection, table_name: str, row_id: int) -> None:
    row = _stored_row(connection, table_name, row_id)
    if row is not None:
        _keep_seal(connection, table_name, row_id, _seal_of(row, table_name))


def _keep_seal(connection: Connection, table_name: str, row_id: int, seal: str) -> None:
    dialect_insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    sealing = dialect_insert(RowSeal).values(table_name=table_name, row_id=row_id, seal=seal)
    connection.execute(
        sealing.on_conflict_do_update(index_elements=["table_name", "row_id"], set_={"seal": seal})
    )


def _on_insert(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    table_name = str(mapper.local_table.description)
    if table_name in GUARDED_TABLES:
        _seal(connection, table_name, target.id)


def _on_update(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    """Seal anew what was really written: a row is also flushed when only a collection of it grew."""
    session = object_session(target)
    if session is None or session.is_modified(target, include_collections=False):
        _on_insert(mapper, connection, target)


def _on_delete(mapper: Mapper[Any], connection: Connection, target: Any) -> None:
    """A row that the programme removes takes its seal along; a seal left alone tells of a row cut out."""
    table_name = str(mapper.local_table.description)
    if table_name in GUARDED_TABLES:
        connection.execute(
            delete(RowSeal).where(RowSeal.table_name == table_name, RowSeal.row_id == target.id)
        )


event.listen(Base, "after_insert", _on_insert, propagate=True)
event.listen(Base, "after_update", _on_update, propagate=True)
event.listen(Base, "after_delete", _on_delete, propagate=True)


def damaged_rows(session: Session) -> list[DamagedRow]:
    """Guarded rows that are not what was saved: changed, put in without a seal, or cut out and their seal left.

    Reads every one of them.
    """
    return damaged_in(session.connection())


@contextlib.contextmanager
def _damaged_letters_readable(connection: Connection) -> Iterator[None]:
    """A flipped bit can leave bytes that are no UTF-8: SQLite then refuses the row, and it could not be named."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    before = driver.text_factory
    driver.text_factory = functools.partial(str, encoding="utf-8", errors="surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def damaged_in(connection: Connection) -> list[DamagedRow]:
    """As :func:`damaged_rows`, inside the caller's connection; a table the store does not have yet has no rows."""
    present = GUARDED_TABLES & set(inspect(connection).get_table_names())
    with _damaged_letters_readable(connection):
        return [row for table_name in sorted(present) for row in _damaged_rows(connection, table_name)]


def _damaged_rows(connection: Connection, table_name: str) -> list[DamagedRow]:
    sealed = select(RowSeal.row_id, RowSeal.seal).where(RowSeal.table_name == table_name)
    seals = {row.row_id: row.seal for row in connection.execute(sealed)}
    found = []
    every = text(f"SELECT * FROM {table_name}")  # noqa: S608 - a name from GUARDED_TABLES
    for row in connection.execute(every).mappings():
        seal = seals.pop(row["id"], None)
        if seal is None or not hmac.compare_digest(_seal_of(row, table_name), seal):
            found.append(DamagedRow(table_name, row["id"]))
    return found + [DamagedRow(table_name, row_id) for row_id in sorted(seals)]


def reseal(session: Session) -> int:
    """Seal every guarded row anew, after a migration or a rotation of keys; returns how many."""
    return reseal_in(session.connection())


def reseal_in(connection: Connection) -> int:
    """As :func:`reseal`, inside the caller's connection."""
    connection.execute(delete(RowSeal))
    return sum(_seal_all(connection, name) for name in sorted(GUARDED_TABLES & set(Base.metadata.tables)))


def _seal_all(connection: Connection, table_name: str) -> int:
    with _damaged_letters_readable(connection):
        rows = connection.execute(text(f"SELECT * FROM {table_name}")).mappings().all()  # noqa: S608 - a known name
    seals = [
        {"table_name": table_name, "row_id": row["id"], "seal": _seal_of(row, table_name)} for row in rows
    ]
    if seals:
        connection.execute(insert(RowSeal), seals)
    return len(seals)


@contextlib.contextmanager
def seals_kept(connection: Connection) -> Iterator[None]:
    """Around a migration: rows of a table that gets other columns are sealed anew, damaged ones stay marked.

    A seal is over all columns of a row, so without this every row of such a table would look damaged.
    """
    before = _columns_of_sealed(connection)
    damaged = damaged_in(connection) if before else []
    yield
    after = _columns_of_sealed(connection)
    changed = [name for name, columns in after.items() if before.get(name, columns) != columns]
    for name in changed:
        connection.execute(delete(RowSeal).where(RowSeal.table_name == name))
        _seal_all(connection, name)
    mark_damaged(connection, [row for row in damaged if row.table_name in changed])


def _columns_of_sealed(connection: Connection) -> dict[str, list[str]]:
    """Table → its columns, for every table with sealed rows."""
    found = inspect(connection)
    there = set(found.get_table_names())
    if RowSeal.__tablename__ not in there:
        return {}
    sealed = connection.scalars(select(RowSeal.table_name).distinct()).all()
    return {
        name: sorted(column["name"] for column in found.get_columns(name)) for name in sealed if name in there
    }


def mark_damaged(connection: Connection, rows: list[DamagedRow]) -> None:
    """Give these rows a seal that fits nothing, so that a copy of a store does not hide their damage."""
    for row in rows:
        _keep_seal(connection, row.table_name, row.row_id, "0" * 64)
