"""Databases for tests: an SQLite file each, or with ``TEST_POSTGRES=1`` a PostgreSQL database each.

A template is filled once and copied for each test: as a file, or by ``CREATE DATABASE … TEMPLATE``.
``make test-postgres`` runs the whole suite the second way.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import psycopg

from corpus.database import Store
from tests.faults.postgresql import Server

ON_POSTGRES = os.environ.get("TEST_POSTGRES", "") not in ("", "0")


class Databases:
    """Templates and their copies. Without a server everything is an SQLite file."""

    def __init__(self, folder: Path, server: Server | None) -> None:
        self.folder, self.server = folder, server
        self.templates: set[str] = set()
        self.numbers = itertools.count(1)

    def template(self, name: str, fill: Callable[[Store], None]) -> None:
        """Make a template once; ``fill`` creates its tables and rows."""
        if name in self.templates:
            return
        if self.server is not None:
            self._say(f'CREATE DATABASE "template_{name}"')
        store = Store(self._template_url(name))
        fill(store)
        if store.is_sqlite:
            with store.reading() as session:
                session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.dispose()
        self.templates.add(name)

    def new(self, name: str, path: Path) -> str:
        """The address of a copy of a template; ``path`` is its file where files are used."""
        if self.server is None:
            shutil.copy(self.folder / f"{name}.sqlite3", path)
            return f"sqlite:///{path}"
        database = f"{name}_{next(self.numbers)}"
        self._say(f'CREATE DATABASE "{database}" TEMPLATE "template_{name}"')
        return self.server.url(database)

    def empty(self, path: Path) -> str:
        """The address of a database without any table."""
        if self.server is None:
            return f"sqlite:///{path}"
        database = f"empty_{next(self.numbers)}"
        self._say(f'CREATE DATABASE "{database}"')
        return self.server.url(database)

    def forget(self, url: str) -> None:
        """Remove a copy; files go with their folder."""
        if self.server is not None:
            self._say(f'DROP DATABASE IF EXISTS "{url.rpartition("/")[2]}" WITH (FORCE)')

    def _template_url(self, name: str) -> str:
        if self.server is None:
            return f"sqlite:///{self.folder / name}.sqlite3"
        return self.server.url(f"template_{name}")

    def _say(self, statement: str) -> None:
        assert self.server is not None
        address = self.server.url().replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]
