"""Empty databases for tests."""

from __future__ import annotations

from sqlalchemy import text

from assistant.cli.write_migrations import load_models
from corpus.database import Store
from corpus.migrations import COLLECTION_MIGRATIONS
from corpus.store import Base as CollectionBase
from mediation_rooms.migrations import CASE_MIGRATIONS
from mediation_rooms.store import Base as CaseBase


def create_tables(store: Store, name: str) -> None:
    """The tables of ``collection`` or ``cases``, made from the models, marked as migrated."""
    load_models()
    base = CollectionBase if name == "collection" else CaseBase
    assert store.write_engine is not None
    with store.write_engine.begin() as connection:
        base.metadata.create_all(connection)
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        )
        migrations = COLLECTION_MIGRATIONS if name == "collection" else CASE_MIGRATIONS
        connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": migrations.head})
