"""One careful way to open a database, used by both stores.

The settings follow measurements kept in docs/security.md: SQLite in WAL mode
with pysqlite's default transactions silently loses updates, so writers issue
``BEGIN IMMEDIATE`` and queue on a lock file, readers stay deferred, and
``synchronous=FULL`` makes an acknowledged save survive a power cut.
"""

from __future__ import annotations

import contextlib
import enum
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import DateTime, Enum, Integer, MetaData, create_engine, event, make_url
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock; SQLite's own lock still serialises writers
    fcntl = None  # type: ignore[assignment]

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_TIMEOUT_MILLISECONDS = 30_000
MOST_THREADS = 40
"""More than a web process has threads: a connection beyond the pool is closed after use, which takes the lock."""
CACHE_KIBIBYTES = 1_024
"""A connection's own page cache; the operating system keeps the file's pages for all of them."""


def new_metadata() -> MetaData:
    """A metadata whose constraints are all named, so that migrations can drop them."""
    return MetaData(naming_convention=NAMING_CONVENTION)


def text_enum(enumeration: type[enum.StrEnum], name: str, *, is_checked: bool = True) -> Enum:
    """A column type that stores the *value* of a string enumeration as text with a named CHECK.

    A column that joins a table other installations have already is not checked by the database: SQLite
    could not take it away again. Values are checked here in any case.
    """
    return Enum(
        enumeration,
        name=name,
        native_enum=False,
        create_constraint=is_checked,
        validate_strings=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Instant(TypeDecorator[datetime]):
    """A point in time, stored as UTC and always returned with its zone.

    Raises ValueError when a naive datetime is stored: an instant without a zone is a guess.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Versioned:
    """Mixin: a row that two people may edit; a stale save raises ``StaleDataError``."""

    version_id: Mapped[int] = mapped_column(Integer, nullable=False, default=1)

    @classmethod
    def __init_subclass__(cls, **keywords: Any) -> None:
        if "__tablename__" in cls.__dict__ and "__mapper_args__" not in cls.__dict__:
            cls.__mapper_args__ = {"version_id_col": cls.version_id}  # type: ignore[attr-defined]
        super().__init_subclass__(**keywords)


@dataclass(frozen=True)
class _LockFile:
    """Serialises write transactions of all processes; cuts the worst wait of a crowd of writers."""

    path: Path
    local: threading.local

    def acquire(self) -> None:
        if fcntl is None or bool(getattr(self.local, "depth", False)):
            self.local.depth = int(getattr(self.local, "depth", 0)) + 1
            return
        handle: IO[bytes] = self.path.open("ab")
        fcntl.flock(handle, fcntl.LOCK_EX)
        self.local.handle, self.local.depth = handle, 1

    def release(self) -> None:
        depth = getattr(self.local, "depth", 0)
        if depth > 1:
            self.local.depth = depth - 1
            return
        handle = getattr(self.local, "handle", None)
        if handle is not None:
            handle.close()
        self.local.handle, self.local.depth = None, 0


def _set_pragmas(connection: Any, *, read_only: bool) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event below decides, not pysqlite
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA trusted_schema = OFF")
    cursor.execute("PRAGMA recursive_triggers = ON")
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    if read_only:
        cursor.execute("PRAGMA query_only = ON")
    else:
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def lies_on_read_only_disk(path: Path) -> bool:
    """Whether the file system of ``path`` is mounted read-only (a worn card does that by itself)."""
    try:
        return bool(os.statvfs(path.parent).f_flag & os.ST_RDONLY)
    except (AttributeError, OSError):
        return False


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite can lose a commit that races with a checkpoint (3.7.0 to 3.51.2).

    Fixed in 3.51.3 and in the backports 3.50.7 and 3.44.6. The lock file keeps writers apart, and
    closing connections, which checkpoint too, take it as well, so the race cannot happen here.
    """
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return version >= (3, 7, 0) and not fixed


def _close_under_lock(engine: Engine, lock: _LockFile) -> None:
    """Have closing connections take the lock file, because the last one to close checkpoints.

    The lock is the store's own, so a thread that writes may close a reader meanwhile.
    """
    close = engine.dialect.do_close

    def _do_close(connection: Any) -> None:
        try:
            lock.acquire()
        except OSError:  # the folder is gone or read-only: nothing can be checkpointed either
            close(connection)
            return
        try:
            close(connection)
        finally:
            lock.release()

    engine.dialect.do_close = _do_close  # type: ignore[method-assign, assignment]


def _sqlite_engine(path: Path, *, writes: bool, read_only: bool, store_lock: _LockFile | None) -> Engine:
    lock = store_lock if writes else None
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    def _connect() -> sqlite3.Connection:
        query = "?mode=ro&immutable=1" if lies_on_read_only_disk(path) else "?mode=ro" if read_only else ""
        return sqlite3.connect(
            f"{path.as_uri()}{query}", uri=True, check_same_thread=False,
            timeout=BUSY_TIMEOUT_MILLISECONDS / 1000,
        )  # fmt: skip

    engine = create_engine(f"sqlite:///{path}", creator=_connect, pool_size=MOST_THREADS, max_overflow=64)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, record: Any) -> None:
        record.info["frozen"] = frozen = lies_on_read_only_disk(path)
        _set_pragmas(connection, read_only=read_only or frozen)
        if not writes:
            connection.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "checkout")
    def _on_checkout(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info.get("frozen") and not lies_on_read_only_disk(path):
            raise DisconnectionError  # the disk was mended: a frozen view would never see a new save

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if lock is not None:
            lock.acquire()
        try:
            connection.exec_driver_sql(begin)
        except BaseException:
            if lock is not None:
                lock.release()
            raise

    if store_lock is not None and has_wal_reset_bug(sqlite3.sqlite_version_info[:3]):
        _close_under_lock(engine, store_lock)

    if lock is not None:
        held = lock

        @event.listens_for(engine, "commit")
        def _on_commit(connection: Connection) -> None:
            # SQLAlchemy fires the event before the driver commits; commit here so that the
            # lock is released only once the data is on disk.
            try:
                connection.exec_driver_sql("COMMIT")
            finally:
                if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                    connection.exec_driver_sql("ROLLBACK")
                held.release()

        @event.listens_for(engine, "rollback")
        def _on_rollback(connection: Connection) -> None:
            try:
                if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                    connection.exec_driver_sql("ROLLBACK")
            finally:
                held.release()

    return engine


class Store:
    """A database with one way to read it and one way to write it.

    ``url`` is ``sqlite:///path`` or ``postgresql+psycopg://…``. With ``read_only`` the file is
    opened ``mode=ro`` and :meth:`writing` raises ``PermissionError``.
    """

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self.url = url
        self.read_only = read_only
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            if not parsed.database or parsed.database == ":memory:":
                raise ValueError("a store needs a file: use sqlite:///path/to/file.sqlite3")
            self.path: Path | None = Path(parsed.database).resolve()
            if not read_only:
                self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = lock = None if read_only else _LockFile(Path(f"{self.path}.lock"), threading.local())
            self.read_engine = _sqlite_engine(self.path, writes=False, read_only=read_only, store_lock=lock)
            self.write_engine = (
                None
                if read_only
                else _sqlite_engine(self.path, writes=True, read_only=False, store_lock=lock)
            )
        else:
            self.path, self._lock = None, None
            options = (
                "-c statement_timeout=30000 -c lock_timeout=10000"
                " -c idle_in_transaction_session_timeout=60000"
            )
            if read_only:
                options += " -c default_transaction_read_only=on"
            engine = create_engine(
                parsed, pool_pre_ping=True, pool_size=8, max_overflow=32, connect_args={"options": options}
            )
            # a reader sees one moment and cannot write, as on SQLite; both share one pool
            self.read_engine = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self.write_engine = None if read_only else engine
        self._reader = sessionmaker(self.read_engine, expire_on_commit=False, autoflush=False)
        self._writer = sessionmaker(self.write_engine, expire_on_commit=False) if self.write_engine else None

    def open_reader(self) -> Session:
        """A session on a deferred snapshot. The caller closes it."""
        return self._reader()

    def open_writer(self) -> Session:
        """A session whose first statement takes the write lock. The caller commits and closes it.

        Raises PermissionError on a read-only store.
        """
        if self._writer is None:
            raise PermissionError("this store was opened read-only")
        return self._writer()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        """A read session, closed at the end; what it loaded stays readable."""
        session = self.open_reader()
        try:
            yield session
        finally:
            session.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A write session: committed when the block ends, rolled back when it raises."""
        session = self.open_writer()
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()

    def checkpoint(self) -> bool:
        """Move the log into the file and cut it to nothing, so that no erased text stays in it.

        False when a reader still needs the log (try again later); PostgreSQL looks after its own.
        """
        if self._lock is None or self.write_engine is None:
            return True
        connection = self.write_engine.raw_connection()  # outside any transaction, but under the lock
        self._lock.acquire()
        try:
            row = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._lock.release()
            connection.close()
        return int(row[0]) == 0

    def dispose(self) -> None:
        """Close every pooled connection (before a fork, after a test)."""
        self.read_engine.dispose()
        if self.write_engine is not None and self.write_engine is not self.read_engine:
            self.write_engine.dispose()


def write_atomically(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file so that a reader, a kill or a power cut sees the old one or the whole new one.

    Temporary file beside the target, fsync, ``os.replace``, fsync of the directory.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    try:
        with temporary.open("wb") as handle:
            write(handle)
            handle.flush()
            os.fsync(handle.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - the call whose atomicity is promised
    finally:
        temporary.unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
