"""What a store loses when it goes back to the schema of an older programme.

A table or a column that the older schema does not have cannot come along. Before an administrator goes
back after a failed update, the rows and columns that would be lost are counted here, so that nobody
learns it afterwards.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, MetaData, func, inspect, select

from assistant.store_copies import StoreKind
from corpus.database import Store


@dataclass(frozen=True)
class Loss:
    """Tables with rows, and columns of tables with rows, that an older schema does not have."""

    tables: tuple[tuple[str, int], ...]
    columns: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.tables or self.columns)


def what_would_be_lost(store: Store, kind: StoreKind, *, revision: str) -> Loss:
    """Compare the store with an empty one of that revision. Reads counts only."""
    with tempfile.TemporaryDirectory(prefix=".schema-") as folder:
        empty = Store(f"sqlite:///{Path(folder) / kind.file_name}")
        try:
            kind.migrations.upgrade(empty, revision=revision)
            older = _columns(empty.read_engine)
        finally:
            empty.dispose()
    present = MetaData()
    present.reflect(store.read_engine)
    tables, columns = [], []
    with store.read_engine.connect() as connection:
        for table in present.sorted_tables:
            count = connection.scalar(select(func.count()).select_from(table)) or 0
            if not count:
                continue
            if table.name not in older:
                tables.append((table.name, count))
            else:
                gone = [column.name for column in table.columns if column.name not in older[table.name]]
                columns += [f"{table.name}.{name}" for name in gone]
    return Loss(tuple(tables), tuple(columns))


def _columns(engine: Engine) -> dict[str, set[str]]:
    found = inspect(engine)
    return {name: {column["name"] for column in found.get_columns(name)} for name in found.get_table_names()}
