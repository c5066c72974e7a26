"""`flask --app wsgi stores copy KIND FROM TO`: move an installation to another database, checked by checksums."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from assistant.cli.write_migrations import load_models
from assistant.store_copies import KINDS, CopyRefused, copy_store
from corpus.database import Store

stores = AppGroup("stores", help="数据库 / databases")


@stores.command("copy")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("source_url")
@click.argument("target_url")
def copy(kind: str, source_url: str, target_url: str) -> None:
    """Copy all tables of one store into an empty database and compare counts and checksums.

    The target's tables are made when it has none.
    """
    load_models()
    chosen = KINDS[kind]
    source, target = Store(source_url, read_only=True), Store(target_url)
    try:
        if chosen.migrations.current(target) is None:
            chosen.migrations.upgrade(target)
        for name, count in copy_store(source, target, chosen):
            click.echo(f"{name}\t{count}")
    except (CopyRefused, SQLAlchemyError) as problem:
        raise click.ClickException(str(problem)) from problem
    finally:
        source.dispose()
        target.dispose()
    click.echo("条数和校验和全部一致")


COMMANDS = (stores,)
