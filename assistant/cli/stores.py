"""`flask --app wsgi stores copy FROM TO`: move an installation to another database, checked by checksums."""

from __future__ import annotations

import hashlib
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import Connection, MetaData, Table, func, select, text

from assistant.cli.write_migrations import load_models
from corpus.database import Store
from corpus.store import Base as CollectionBase
from mediation_rooms import integrity
from mediation_rooms.store import Base as CaseBase

stores = AppGroup("stores", help="数据库 / databases")
BATCH = 1_000


@stores.command("copy")
@click.argument("kind", type=click.Choice(["collection", "cases"]))
@click.argument("source_url")
@click.argument("target_url")
def copy(kind: str, source_url: str, target_url: str) -> None:
    """Copy all tables of one store into an empty, migrated database and compare counts and checksums."""
    load_models()
    metadata = (CollectionBase if kind == "collection" else CaseBase).metadata
    source, target = Store(source_url, read_only=True), Store(target_url)
    try:
        for name, count in copy_store(source, target, metadata):
            click.echo(f"{name}\t{count}")
        if kind == "cases":  # rows are sealed as their database spells them
            with target.writing() as session:
                integrity.reseal(session)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    finally:
        source.dispose()
        target.dispose()
    click.echo("条数和校验和全部一致")


def copy_store(source: Store, target: Store, metadata: MetaData) -> list[tuple[str, int]]:
    """Copy every table in one transaction; returns (table, rows).

    Raises ValueError when the target is not empty or a checksum differs; nothing is kept then.
    """
    report = []
    assert target.write_engine is not None  # noqa: S101 - it was not opened read-only
    with source.read_engine.connect() as old, target.write_engine.begin() as new:
        for table in metadata.sorted_tables:
            if new.scalar(select(func.count()).select_from(table)):
                raise ValueError(f"目标数据库的 {table.name} 不是空的，没有复制")
        for table in metadata.sorted_tables:
            rows = old.execute(select(*_raw(table)), execution_options={"yield_per": BATCH}).mappings()
            for part in rows.partitions(BATCH):
                new.execute(table.insert(), [dict(row) for row in part])
            ours, theirs = checksum(old, table), checksum(new, table)
            if ours != theirs:
                raise ValueError(f"{table.name} 复制后不一致：{ours} / {theirs}，没有保存")
            _advance_sequence(new, table)
            report.append((table.name, ours[0]))
    return report


def _raw(table: Table) -> list[Any]:
    return list(table.columns)


def checksum(connection: Connection, table: Table) -> tuple[int, str]:
    """How many rows a table has and a digest of them in the order of their keys."""
    digest, count = hashlib.sha256(), 0
    keys = list(table.primary_key.columns)
    statement = select(*_raw(table)).order_by(*keys)
    for row in connection.execute(statement, execution_options={"yield_per": BATCH}):
        digest.update(repr(tuple(row)).encode())
        count += 1
    return count, digest.hexdigest()


def _advance_sequence(connection: Connection, table: Table) -> None:
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    name = connection.scalar(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
    )
    newest = connection.scalar(select(func.max(column)))
    if name and newest:
        connection.execute(
            text("SELECT setval(CAST(:name AS regclass), :newest)"), {"name": name, "newest": newest}
        )


COMMANDS = (stores,)
