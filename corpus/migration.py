"""Runs a store's migrations so that a kill leaves the old schema or the new one, never half of each.

Alembic under pysqlite's defaults leaves a half schema that cannot be rerun; here the whole run is one
``BEGIN IMMEDIATE`` transaction on SQLite and one transaction on PostgreSQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData
from sqlalchemy.engine import Connection

from corpus.database import Store


@dataclass(frozen=True)
class Migrations:
    """The migrations of one store: where the scripts are and which table remembers the revision."""

    directory: Path
    version_table: str = "alembic_version"

    def upgrade(self, store: Store, *, revision: str = "head") -> None:
        """Bring the store to a revision. Does nothing when it is there."""
        with _connection(store) as connection:
            command.upgrade(self._config(connection), revision)

    def downgrade(self, store: Store, *, revision: str) -> None:
        """Take the store back to an earlier revision (``base`` is an empty database)."""
        with _connection(store) as connection:
            command.downgrade(self._config(connection), revision)

    def rebuild(self, connection: Connection) -> None:
        """Empty the store and make its newest schema again, inside the caller's transaction."""
        command.downgrade(self._config(connection), "base")
        command.upgrade(self._config(connection), "head")

    def current(self, store: Store) -> str | None:
        """The revision of the store, or None for a database without tables."""
        with store.read_engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": self.version_table})
            return context.get_current_revision()

    @property
    def head(self) -> str | None:
        """The newest revision the programme knows."""
        return ScriptDirectory.from_config(self._config(None)).get_current_head()

    def write_revision(self, store: Store, *, metadata: MetaData, revision: str, message: str) -> None:
        """Write a new migration from the difference between the store and the models (for developers)."""
        with _connection(store) as connection:
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


def _connection(store: Store):  # type: ignore[no-untyped-def]  # the engine's own context manager
    if store.write_engine is None:
        raise PermissionError("this store was opened read-only")
    return store.write_engine.begin()


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
