"""Runs a store's migrations so that a kill leaves the old schema or the new one, never half of each.

Alembic under pysqlite's defaults leaves a half schema that cannot be rerun; here the whole run is one
``BEGIN IMMEDIATE`` transaction on SQLite and one transaction on PostgreSQL.

SQLite changes a table by making it anew and dropping the old one, and with foreign keys switched on a
drop deletes every row that points to it. So they are off for the run, as SQLite's own instructions say
(https://www.sqlite.org/lang_altertable.html, section 7), and looked over before it is committed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect
from sqlalchemy.engine import Connection

from corpus.database import Store


class MigrationRefused(ValueError):
    """The store cannot be brought to that revision; the message is a complete sentence, nothing changed."""


@dataclass(frozen=True)
class Migrations:
    """The migrations of one store: where the scripts are and which table remembers the revision.

    ``keeping`` surrounds every run inside its transaction: what hangs on the columns of a table is
    brought along there (the seals of the case store).
    """

    directory: Path
    version_table: str = "alembic_version"
    keeping: Callable[[Connection], AbstractContextManager[None]] = lambda _connection: nullcontext()

    def upgrade(self, store: Store, *, revision: str = "head") -> None:
        """Bring the store to a revision. Does nothing when it is there.

        Raises MigrationRefused for a store that a newer programme wrote.
        """
        self._run(store, command.upgrade, revision)

    def downgrade(self, store: Store, *, revision: str) -> None:
        """Take the store back to an earlier revision (``base`` is an empty database).

        Raises MigrationRefused for a store that a newer programme wrote.
        """
        self._run(store, command.downgrade, revision)

    def _run(self, store: Store, move: Callable[[Config, str], None], revision: str) -> None:
        with self.transaction(store) as connection:
            self._must_be_known(connection)
            with self.keeping(connection):
                move(self._config(connection), revision)

    @contextmanager
    def transaction(self, store: Store) -> Iterator[Connection]:
        """One transaction in which tables may be made anew; no row loses the row it points to.

        Raises MigrationRefused, and keeps nothing, when one would.
        """
        if store.write_engine is None:
            raise PermissionError("this store was opened read-only")
        with store.write_engine.connect() as connection:
            if connection.dialect.name != "sqlite":
                with connection.begin():
                    yield connection
                return
            driver = connection.connection.dbapi_connection
            assert driver is not None  # noqa: S101 - it was just connected
            driver.execute("PRAGMA foreign_keys = OFF")  # inside a transaction it would do nothing
            try:
                with connection.begin():
                    before = _orphans(connection)
                    yield connection
                    more = _orphans(connection) - before
                    if more:
                        raise MigrationRefused(f"有 {more.total()} 行会失去上级记录，没有改动数据库")
            finally:
                driver.execute("PRAGMA foreign_keys = ON")

    def rebuild(self, connection: Connection, *, metadata: MetaData) -> None:
        """Drop the store's tables and make its newest schema again, inside the caller's transaction."""
        there = set(inspect(connection).get_table_names())
        present = MetaData()
        present.reflect(connection, only=sorted(there & {*metadata.tables, self.version_table}))
        present.drop_all(connection)
        command.upgrade(self._config(connection), "head")

    def current(self, store: Store) -> str | None:
        """The revision of the store, or None for a database without tables."""
        with store.read_engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
            return context.get_current_revision()

    def revisions(self) -> list[str]:
        """Every revision the programme knows, oldest first."""
        script = ScriptDirectory.from_config(self._config(None))
        return [each.revision for each in script.walk_revisions()][::-1]

    def _must_be_known(self, connection: Connection) -> None:
        context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
        present = context.get_current_revision()
        if present is not None and present not in self.revisions():
            raise MigrationRefused(
                f"数据库的结构（{present}）比这个程序新（{self.head}）：请换回较新的程序，"
                "或者用它运行 flask --app wsgi stores back 退回后再换"
            )

    @property
    def head(self) -> str | None:
        """The newest revision the programme knows."""
        return ScriptDirectory.from_config(self._config(None)).get_current_head()

    def write_revision(self, store: Store, *, metadata: MetaData, revision: str, message: str) -> None:
        """Write a new migration from the difference between the store and the models (for developers)."""
        with self.transaction(store) as connection:
            config = self._config(connection)
            config.attributes["metadata"] = metadata
            command.revision(config, message=message, autogenerate=True, rev_id=revision)

    def _config(self, connection: Connection | None) -> Config:
        config = Config()
        config.set_main_option("script_location", str(self.directory).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        config.attributes["version_table"] = self.version_table
        return config


def _orphans(connection: Connection) -> Counter[tuple[str, str]]:
    """(table, table it points to) → rows whose other end is missing."""
    found = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return Counter((str(row[0]), str(row[2])) for row in found)


def run_in_given_connection(context) -> None:  # type: ignore[no-untyped-def]  # alembic's context proxy
    """The whole of a migration environment: run inside the connection and transaction that is given."""
    attributes = context.config.attributes
    connection: Connection = attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=attributes.get("metadata"),
        version_table=attributes["version_table"],
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
        user_module_prefix="",
    )
    context.run_migrations()
