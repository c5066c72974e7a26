"""Migrations lead to the models, keep what an older installation holds, and go back."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import corpus.store
import mediation_rooms.store
from assistant.cli.write_migrations import load_models
from corpus.database import Store
from corpus.migrations import COLLECTION_MIGRATIONS
from mediation_rooms.migrations import CASE_MIGRATIONS

STORES = (
    (COLLECTION_MIGRATIONS, corpus.store.Base.metadata, "outreach_items"),
    (CASE_MIGRATIONS, mediation_rooms.store.Base.metadata, "form_drafts"),
)


@pytest.mark.parametrize(("migrations", "metadata", "newest"), STORES, ids=["collection", "cases"])
def test_the_migrations_lead_to_the_models(tmp_path: Path, migrations, metadata, newest):
    load_models()
    store = Store(f"sqlite:///{tmp_path / 'fresh.sqlite3'}")
    migrations.upgrade(store)
    with store.read_engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [each for each in differences if each[0] in {"add_table", "remove_table", "add_column"}] == []
    assert newest in inspect(store.read_engine).get_table_names()
    store.dispose()


@pytest.mark.parametrize(("migrations", "metadata", "newest"), STORES, ids=["collection", "cases"])
def test_an_older_installation_gets_the_new_tables_and_keeps_its_rows(
    tmp_path: Path, migrations, metadata, newest
):
    store = Store(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrations.upgrade(store, revision="0001")
    assert store.write_engine is not None
    present = inspect(store.read_engine).get_table_names()
    assert newest not in present
    table = "collection_state" if "collection_state" in present else ""
    if table:
        with store.write_engine.begin() as connection:
            connection.execute(text("INSERT INTO collection_state (name, value) VALUES ('示例', '保留')"))
    migrations.upgrade(store)
    assert newest in inspect(store.read_engine).get_table_names()
    migrations.downgrade(store, revision="0001")
    assert newest not in inspect(store.read_engine).get_table_names()
    if table:
        with store.read_engine.connect() as connection:
            assert connection.execute(text("SELECT value FROM collection_state")).scalar_one() == "保留"
    assert migrations.current(store) == "0001"
    assert metadata.tables
    store.dispose()
