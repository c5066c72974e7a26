"""Build an edition from a collection, and sign it. The same collection gives the same bytes."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import IO

from sqlalchemy import Table, create_engine, inspect, literal, select, text
from sqlalchemy.orm import Session

from corpus.database import write_atomically
from corpus.editions import signing
from corpus.editions.contents import TABLES, EditionTable
from corpus.editions.manifest import (
    BLOCK,
    COLLECTION_NAME,
    MANIFEST_NAME,
    SIGNATURE_NAME,
    SOUND_FOLDER,
    EditionRefused,
    FileEntry,
    Manifest,
    entry_of,
)
from corpus.store import Base

Progress = Callable[[int, int], None]
_EPOCH = (1980, 1, 1, 0, 0, 0)
_BATCH = 2_000


def quiet(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def build(
    session: Session,
    target: Path,
    *,
    version: int,
    made_on: date,
    recordings: Path | None = None,
    progress: Progress = quiet,
) -> Manifest:
    """Write an unsigned edition to ``target``; the caller signs it.

    Raises EditionRefused when a recording's file is missing or the copy breaks a reference.
    """
    with tempfile.TemporaryDirectory(dir=_folder(target)) as folder:
        database = Path(folder) / COLLECTION_NAME
        copy_collection(session, database)
        sources = {COLLECTION_NAME: database, **_sounds(database, recordings)}
        entries: list[FileEntry] = []
        for done, name in enumerate(sorted(sources)):
            progress(done, len(sources))
            with sources[name].open("rb") as handle:
                entries.append(entry_of(name, handle))
        manifest = Manifest(version, made_on, tuple(entries))
        members = {MANIFEST_NAME: manifest.to_bytes()} | {name: sources[name] for name in sorted(sources)}
        _write_package(target, members)
    progress(1, 1)
    return manifest


def sign_edition(package: Path, private_key: Path) -> None:
    """Put the publisher's signature into a package, atomically; an older signature is replaced."""
    with closing(_open(package)) as archive:
        manifest = archive.read(MANIFEST_NAME)
        names = [name for name in archive.namelist() if name not in (SIGNATURE_NAME, MANIFEST_NAME)]
        signature = signing.sign(private_key, manifest)

        def write(handle: IO[bytes]) -> None:
            with zipfile.ZipFile(handle, "w", zipfile.ZIP_STORED) as copy:
                _add(copy, MANIFEST_NAME, io.BytesIO(manifest))
                _add(copy, SIGNATURE_NAME, io.BytesIO(signature))
                for name in names:
                    with archive.open(name) as member:
                        _add(copy, name, member)

        write_atomically(package, write)


def copy_collection(session: Session, target: Path) -> None:
    """Copy the approved part of a collection into a new SQLite file, in order of keys.

    Raises EditionRefused when the copy would refer to a row that is not approved.
    """
    if not inspect(session.connection()).has_table("alembic_version"):
        raise EditionRefused("数据库还没有迁移标记，终端机无法判断其结构；请先运行数据库迁移。")
    engine = create_engine(f"sqlite:///{target}")
    try:
        with engine.begin() as connection:
            connection.execute(text("PRAGMA journal_mode = OFF"))
            Base.metadata.create_all(connection)
            for rule in TABLES:
                table = Base.metadata.tables.get(rule.name)
                if table is None:
                    continue
                for rows in _rows(session, table, rule):
                    connection.execute(table.insert(), rows)
            connection.execute(
                text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            for number in session.execute(text("SELECT version_num FROM alembic_version")).scalars():
                connection.execute(text("INSERT INTO alembic_version VALUES (:number)"), {"number": number})
            broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
            if broken:
                names = "、".join(sorted({row[0] for row in broken}))
                raise EditionRefused(f"{names} 中有内容引用了未审定的内容，请先审定或撤回。")
    finally:
        engine.dispose()
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        connection.execute("VACUUM")


def _rows(session: Session, table: Table, rule: EditionTable) -> Iterator[list[dict[str, object]]]:
    columns = [
        literal("" if str(column.type).startswith(("VARCHAR", "TEXT")) else None).label(column.name)
        if column.name in rule.blanked
        else column
        for column in table.columns
    ]
    query = select(*columns).select_from(table).order_by(*table.primary_key.columns)
    if rule.condition:
        query = query.where(text(rule.condition))
    result = session.execute(query.execution_options(yield_per=_BATCH))
    for partition in result.mappings().partitions(_BATCH):
        yield [dict(row) for row in partition]


def _sounds(database: Path, recordings: Path | None) -> dict[str, Path]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        present = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'recordings'").fetchone()
        names = [row[0] for row in connection.execute("SELECT path FROM recordings")] if present else []
    found: dict[str, Path] = {}
    for name in names:
        if recordings is None or not (recordings / name).is_file():
            raise EditionRefused(f"录音文件 {name} 不在录音文件夹里，请恢复备份或撤回该录音。")
        found[SOUND_FOLDER + name] = recordings / name
    return found


def _write_package(target: Path, members: dict[str, bytes | Path]) -> None:
    def write(handle: IO[bytes]) -> None:
        with zipfile.ZipFile(handle, "w", zipfile.ZIP_STORED) as archive:
            for name, content in members.items():
                with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as source:
                    _add(archive, name, source)

    write_atomically(target, write)


def _add(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> None:
    information = zipfile.ZipInfo(name, _EPOCH)
    information.external_attr = 0o644 << 16
    information.create_system = 3
    with archive.open(information, "w", force_zip64=True) as member:
        shutil.copyfileobj(source, member, BLOCK)


def _folder(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.parent


def _open(package: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(package)
    except (zipfile.BadZipFile, OSError) as error:
        raise EditionRefused(f"{package.name} 不是完整的版本包（可能只复制了一半），请重新复制。") from error


def synchronise(folder: Path) -> None:
    """Put the folder's entries on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
