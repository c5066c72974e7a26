"""Every migration, up and down, over a furnished installation: what both schemas can hold is equal afterwards."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, inspect, select, text
from sqlalchemy.exc import DBAPIError

from assistant.store_copies import CASES, COLLECTION, KINDS, StoreKind
from corpus.database import Store
from corpus.migration import MigrationRefused
from mediation_rooms import audit, integrity, keys
from mediation_rooms.actor import programme
from mediation_rooms.audit_anchor import verify
from mediation_rooms.integrity import damaged_rows
from tests.databases import Databases
from tests.faults.full_house import furnish
from tests.faults.postgresql import FAST, running_server
from tests.faults.test_moving import application

Rows = dict[str, dict[str, list[str]]]
"""Table → column → a hash of each value beside the key of its row, sorted."""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def databases(request, tmp_path_factory) -> Iterator[Databases]:  # type: ignore[no-untyped-def]
    """Furnished templates of both stores."""
    from tests.conftest import RING

    folder = tmp_path_factory.mktemp("house")
    keys.use_key_ring(RING)
    keys.save_key_ring(RING, folder / "keys")
    with running_server(FAST) if request.param == "postgresql" else contextlib.nullcontext() as server:
        made = Databases(folder, server)
        for kind in (COLLECTION, CASES):
            made.template(kind.name, kind.migrations.upgrade)
        app = application(
            folder / "instance", folder / "keys", {name: made._template_url(name) for name in KINDS}
        )
        furnish(app)
        app.extensions["stores"].dispose()
        yield made


@pytest.fixture(params=sorted(KINDS))
def kind(request) -> StoreKind:  # type: ignore[no-untyped-def]
    return KINDS[request.param]


@pytest.fixture
def store(databases: Databases, kind: StoreKind, tmp_path: Path) -> Iterator[Store]:
    url = databases.new(kind.name, tmp_path / kind.file_name)
    opened = Store(url)
    yield opened
    opened.dispose()
    databases.forget(url)


def rows_of(connection: Connection, *, without: frozenset[str] = frozenset()) -> Rows:
    """Everything stored, as the database itself names it."""
    present = MetaData()
    present.reflect(connection)
    return {
        table.name: {column.name: _values(connection, table, column.name) for column in table.columns}
        for table in present.sorted_tables
        if table.name not in without
    }


def _values(connection: Connection, table: Table, column: str) -> list[str]:
    """So hashed, no value can change places with another."""
    chosen = select(*table.primary_key.columns, table.c[column])
    return sorted(hashlib.sha256(repr(tuple(row)).encode()).hexdigest() for row in connection.execute(chosen))


def common(first: Rows, second: Rows) -> tuple[Rows, Rows]:
    """Both, cut down to the tables and columns that both have."""
    cut = []
    for one, other in ((first, second), (second, first)):
        cut.append(
            {
                table: {name: values for name, values in columns.items() if name in other[table]}
                for table, columns in one.items()
                if table in other
            }
        )
    return cut[0], cut[1]


APART = frozenset({"alembic_version", "row_seals"})


def everything(store: Store) -> Rows:
    with store.read_engine.connect() as connection:
        return rows_of(connection, without=APART)


def test_every_migration_down_and_up_keeps_every_row_that_both_schemas_can_hold(
    store: Store, kind: StoreKind
):
    """DUR-06: revision by revision back to the first and up again; no row, no value, no seal, no link is lost."""
    full = everything(store)
    assert sum(len(next(iter(columns.values()))) for columns in full.values()) > 20
    revisions = kind.migrations.revisions()
    before = full
    for revision in revisions[-2::-1]:
        kind.migrations.downgrade(store, revision=revision)
        after = everything(store)
        assert set(after) <= set(before)
        kept, now = common(before, after)
        assert now == kept, revision
        before = after
    for revision in revisions[1:]:
        kind.migrations.upgrade(store, revision=revision)
        after = everything(store)
        assert set(after) >= set(before)
        kept, now = common(before, after)
        assert now == kept, revision
        before = after
    assert kind.migrations.current(store) == kind.migrations.head
    oldest = {name: columns for name, columns in full.items() if columns and name in before}
    assert set(oldest) == set(full)
    if kind is CASES:
        with store.reading() as session:
            assert verify(session).broken == ()
            assert damaged_rows(session) == []
        with pytest.raises(DBAPIError, match="append-only"), store.writing() as session:
            session.execute(text("DELETE FROM audit_records"))
        with store.writing() as session:  # numbers go on
            audit.record(session, actor=programme("测试"), action="x")


def test_the_schema_after_all_migrations_is_the_one_of_the_models(store: Store, kind: StoreKind):
    """DUR-06: tables, columns, types, nullability, indexes and unique constraints; also after going back and forth."""
    assert differences(store, kind) == []
    oldest = kind.migrations.revisions()[0]
    kind.migrations.downgrade(store, revision=oldest)
    kind.migrations.upgrade(store)
    assert differences(store, kind) == []
    kind.migrations.downgrade(store, revision="base")
    assert set(inspect(store.read_engine).get_table_names()) <= {kind.migrations.version_table}
    kind.migrations.upgrade(store)
    assert differences(store, kind) == []


def differences(store: Store, kind: StoreKind) -> list[object]:
    with store.read_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, kind.metadata)


def test_a_store_of_a_newer_programme_is_refused_with_a_sentence(store: Store, kind: StoreKind):
    """DUR-06: an older programme does not touch what it does not understand."""
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for move in (kind.migrations.upgrade, lambda it: kind.migrations.downgrade(it, revision="0001")):
        with pytest.raises(MigrationRefused, match="比这个程序新"):
            move(store)


def test_columns_that_join_a_guarded_table_make_no_row_look_damaged(databases: Databases, tmp_path: Path):
    """DUR-12, DUR-06: the seals follow the columns; a row that was damaged before stays marked."""
    store = Store(databases.new("cases", tmp_path / "cases.sqlite3"))
    with store.writing() as session:
        session.execute(text("UPDATE case_files SET statement = '被人改过' WHERE id = 1"))
    with store.reading() as session:
        assert [(row.table_name, row.row_id) for row in damaged_rows(session)] == [("case_files", 1)]
    with CASES.migrations.transaction(store) as connection, integrity.seals_kept(connection):
        for table in ("case_files", "parties"):
            connection.execute(text(f"ALTER TABLE {table} ADD COLUMN later VARCHAR(8) DEFAULT 'x' NOT NULL"))
    with store.reading() as session:
        assert [(row.table_name, row.row_id) for row in damaged_rows(session)] == [("case_files", 1)]
    store.dispose()
    databases.forget(store.url)


def test_a_migration_that_would_tear_rows_from_their_parents_is_refused(databases: Databases, tmp_path: Path):
    """DUR-06 on SQLite: foreign keys rest while tables are made anew, and are looked over before anything is kept."""
    if databases.server is not None:
        pytest.skip("PostgreSQL keeps its foreign keys by itself")
    store = Store(databases.new("cases", tmp_path / "cases.sqlite3"))
    with (
        pytest.raises(MigrationRefused, match="没有改动"),
        CASES.migrations.transaction(store) as connection,
    ):
        connection.execute(text("DELETE FROM case_files"))
    with store.writing() as session:
        assert session.scalar(text("SELECT count(*) FROM case_files")) > 0
        assert session.scalar(text("PRAGMA foreign_keys")) == 1, "they are back on for everybody else"
    store.dispose()
