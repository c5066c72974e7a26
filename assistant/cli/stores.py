"""`flask --app wsgi stores copy|status|back|check`: the two databases as a whole."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
from alembic.util import CommandError
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from assistant import store_checks
from assistant.cli import backup, entry
from assistant.cli.write_migrations import load_models
from assistant.going_back import Loss, what_would_be_lost
from assistant.settings import database_address
from assistant.store_copies import KINDS, CopyRefused, StoreKind, copy_store
from corpus.database import Store

stores = AppGroup("stores", help="数据库 / databases")


def _store(kind: StoreKind) -> Store:
    store: Store | None = getattr(entry.stores(), kind.name)
    if store is None:
        raise click.ClickException("自助终端没有案件库")
    return store


@stores.command("copy")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("source_url")
@click.argument("target_url")
def copy(kind: str, source_url: str, target_url: str) -> None:
    """Copy all tables of one store into an empty database and compare counts and checksums.

    The target's tables are made when it has none. Killed in the middle it leaves an empty target: run it
    again.
    """
    load_models()
    chosen = KINDS[kind]
    try:
        source = Store(database_address(source_url), read_only=True)
        target = Store(database_address(target_url))
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
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


@stores.command("status")
@with_appcontext
def status() -> None:
    """Say which schema each store has and what to do when it is not the programme's own."""
    for kind in KINDS.values():
        present, newest = kind.migrations.current(_store(kind)), kind.migrations.head
        known = present is None or present in kind.migrations.revisions()
        what = "最新" if present == newest else "请运行 flask --app wsgi prepare" if known else "比这个程序新"
        click.echo(f"{kind.name}\t{present or '空'}\t{what}")


@stores.command("back")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("revision")
@click.option("--yes", is_flag=True, help="不再询问")
@click.pass_context
@with_appcontext
def back(context: click.Context, kind: str, revision: str, yes: bool) -> None:
    """Take a store back to an older schema, before an older programme is put in place (stop the server first).

    Says first which rows and columns the older schema cannot hold, and makes a backup.
    """
    load_models()
    chosen, store = KINDS[kind], _store(KINDS[kind])
    if revision not in chosen.migrations.revisions():
        known = "、".join(chosen.migrations.revisions())
        raise click.ClickException(f"没有 {revision} 这个结构，只有 {known}")
    for line in _said(what_would_be_lost(store, chosen, revision=revision)):
        click.echo(line)
    if not yes:
        click.confirm("先备份，再退回。继续吗？", abort=True)
    context.invoke(backup.create, directory=None, keep=None, carry_to=None)
    entry.tell("store.back")  # while the trail still has the columns that the programme writes
    try:
        chosen.migrations.downgrade(store, revision=revision)
    except (ValueError, SQLAlchemyError, CommandError) as problem:
        raise click.ClickException(f"没有退回，数据没有动：{problem}") from problem
    click.echo(f"{kind} 已退回 {chosen.migrations.current(store)}；再用新程序时运行 flask --app wsgi prepare")


def _said(loss: Loss) -> list[str]:
    if not loss:
        return ["旧结构装得下现在的全部数据"]
    lines = [f"退回以后没有了：{name} 表的 {count} 行" for name, count in loss.tables]
    return lines + [f"退回以后没有了：{name} 一栏" for name in loss.columns]


@stores.command("check")
@with_appcontext
def check() -> None:
    """Check both stores completely: every page, every reference, every sealed row (run weekly).

    Exit status 1 when something is damaged; the running server then stops saving until a check is sound.
    """
    load_models()
    try:
        report = store_checks.check_fully(entry.stores(), now=datetime.now(UTC))
    except SQLAlchemyError as problem:
        raise click.ClickException(f"没有检查完，数据库打不开：{problem}") from problem
    store_checks.remember(entry.settings().instance_directory, report)
    for line in report.sentences():
        click.echo(line)
    sys.exit(1 if report.is_damaged else 0)


COMMANDS = (stores,)
