"""`flask --app wsgi backup create|verify|restore|list|drill`."""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from assistant.settings import Settings
from assistant.stores import Stores
from corpus.database import Store
from mediation_rooms import audit_anchor, deletions, integrity
from mediation_rooms import backup as archives
from mediation_rooms.actor import programme

backup = AppGroup("backup", help="备份和恢复 / backups")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _folder(directory: Path | None) -> Path:
    return directory or _settings().instance_directory.with_name(
        f"{_settings().instance_directory.name}-backups"
    )


@backup.command("create")
@click.option("--to", "directory", type=click.Path(path_type=Path), help="默认在数据文件夹旁边")
@with_appcontext
def create(directory: Path | None) -> None:
    """Make a backup while everybody works on, and check it by opening it."""
    if not _settings().case_database_url.startswith("sqlite"):
        raise click.ClickException("PostgreSQL 请用 pg_dump 备份数据库；这里备份的是文件夹")
    target = _folder(directory) / archives.name_for(datetime.now(UTC))
    try:
        manifest = archives.create(_settings().instance_directory, target)
        archives.verify(target)
    except (OSError, archives.BackupDamaged) as problem:
        raise click.ClickException(f"没有备份成：{problem}") from problem
    click.echo(f"{target}：{len(manifest.files)} 个文件，已经打开检查过")


@backup.command("verify")
@click.argument("archive", type=click.Path(exists=True, path_type=Path))
@with_appcontext
def verify(archive: Path) -> None:
    """Open a backup completely and check everything in it."""
    try:
        manifest = archives.verify(archive)
    except archives.BackupDamaged as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"完好：{manifest.created_at.isoformat()}，{len(manifest.files)} 个文件")


@backup.command("restore")
@click.argument("archive", type=click.Path(exists=True, path_type=Path))
@click.confirmation_option(prompt="现在的数据会移到旁边，用备份代替。继续吗？")
@with_appcontext
def restore(archive: Path) -> None:
    """Put a backup in place (stop the server first); the data of before stays beside it."""
    stores: Stores = current_app.extensions["stores"]
    decisions, is_readable = _deletions_before(stores)
    stores.dispose()
    try:
        manifest = archives.restore(archive, _settings().instance_directory)
    except (OSError, archives.BackupDamaged) as problem:
        raise click.ClickException(f"没有恢复：{problem}") from problem
    click.echo(
        f"已恢复 {manifest.created_at.isoformat()} 的备份，{len(manifest.files)} 个文件；索引会自动重建"
    )
    if not is_readable:
        click.echo("原来的数据读不出来：备份以后作出的删除决定没有重新执行，请按纸质记录逐件核对")
    if decisions and stores.cases is not None:
        with stores.cases.writing() as session:
            applied = deletions.replay(session, decisions, actor=programme("恢复备份"), now=datetime.now(UTC))
        click.echo(f"备份以后作出的删除决定，重新执行 {len(applied)} 件，相关案卷已封存")


def _deletions_before(stores: Stores) -> tuple[list[deletions.DeletionDecision], bool]:
    """The decisions that the store about to be replaced knows, and whether it could be read."""
    if stores.cases is None or (stores.cases.path is not None and not stores.cases.path.exists()):
        return [], True
    try:
        with stores.cases.reading() as session:
            return deletions.decided_deletions(session), True
    except SQLAlchemyError:
        return [], False


@backup.command("list")
@click.option("--in", "directory", type=click.Path(path_type=Path))
@with_appcontext
def list_backups(directory: Path | None) -> None:
    """Print the backups with their sizes and say when the newest is older than a day."""
    found = sorted(_folder(directory).glob(f"*{archives.SUFFIX}"))
    for path in found:
        click.echo(f"{path.name}\t{path.stat().st_size / 1e6:.1f} MB")
    if not found or time.time() - found[-1].stat().st_mtime > 86_400:
        click.echo("最近一天没有备份")


@backup.command("drill")
@click.argument("archive", type=click.Path(exists=True, path_type=Path))
@with_appcontext
def drill(archive: Path) -> None:
    """Restore into an empty folder, check databases, trail and row hashes there, and throw it away."""
    began = time.monotonic()
    workplace = Path(tempfile.mkdtemp(prefix="drill-"))
    try:
        manifest = archives.restore(archive, workplace / "instance")
        cases = workplace / "instance" / "cases.sqlite3"
        broken: list[object] = []
        if cases.exists():
            store = Store(f"sqlite:///{cases}", read_only=True)
            with store.reading() as session:
                broken += audit_anchor.verify(session, anchors=workplace / "instance" / "anchors").broken
                broken += integrity.damaged_rows(session)
            store.dispose()
    except (OSError, archives.BackupDamaged) as problem:
        raise click.ClickException(f"演练失败：{problem}") from problem
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    if broken:
        raise click.ClickException("；".join(str(entry) for entry in broken[:5]))
    click.echo(f"演练通过：{len(manifest.files)} 个文件，{time.monotonic() - began:.1f} 秒")


COMMANDS = (backup,)
