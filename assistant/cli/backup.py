"""`flask --app wsgi backup create|verify|restore|list|drill|carry`, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from assistant import leftovers, restored, store_copies
from assistant.cli.write_migrations import load_models
from assistant.settings import Settings
from assistant.stores import Stores
from corpus.database import Store
from mediation_rooms import audit, audit_anchor, backup_shelf, deletions, integrity, restrictions
from mediation_rooms import backup as archives
from mediation_rooms.actor import programme

backup = AppGroup("backup", help="备份和恢复 / backups")
TRIES = 3
"""A file that somebody removes while it is packed costs a try, not the night's backup."""


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _stores() -> Stores:
    stores: Stores = current_app.extensions["stores"]
    return stores


def _folder(directory: Path | None) -> Path:
    return directory or leftovers.backups_beside(_settings().instance_directory)


def _elsewhere() -> list[tuple[store_copies.StoreKind, Store]]:
    """The stores that are no files of the instance folder: PostgreSQL, or a file in another place."""
    load_models()
    named = ((store_copies.COLLECTION, _stores().collection), (store_copies.CASES, _stores().cases))
    folder = _settings().instance_directory.resolve()
    return [
        (kind, store) for kind, store in named if store is not None and store.path != folder / kind.file_name
    ]


def _written() -> dict[str, archives.DatabaseFile]:
    return {
        kind.file_name: partial(archives.copy_database, store.path)
        if store.path is not None
        else partial(store_copies.write_file, store, kind=kind)
        for kind, store in _elsewhere()
    }


def _remember(action: str, archive: Path) -> None:
    """A line in the trail, which the pages read to say how old the newest backup and drill are."""
    cases = _stores().cases
    if cases is None:
        return
    with cases.writing() as session:
        audit.record(
            session, actor=programme("备份"), action=action, object_kind="backup", object_id=archive.name[:60]
        )


@backup.command("create")
@click.option("--to", "directory", type=click.Path(path_type=Path), help="默认在数据文件夹旁边")
@click.option("--keep", type=click.IntRange(min=1), help="只留最近几份，更早的删去")
@click.option(
    "--carry-to", type=click.Path(exists=True, file_okay=False, path_type=Path), help="再抄一份到U盘"
)
@with_appcontext
def create(directory: Path | None, keep: int | None, carry_to: Path | None) -> None:
    """Make a backup while everybody works on, and check it by opening it."""
    target = _folder(directory) / backup_shelf.name_for(datetime.now(UTC))
    leftovers.remove_workplaces(target.parent, now=datetime.now(UTC))
    manifest = _tried(lambda: archives.create(_settings().instance_directory, target, stores=_written()))
    try:
        archives.verify(target)
        carried = backup_shelf.carry(target, carry_to) if carry_to is not None else None
        removed = backup_shelf.keep_newest(target.parent, count=keep) if keep is not None else []
    except (OSError, archives.BackupDamaged) as problem:
        raise click.ClickException(f"没有备份成：{problem}") from problem
    _remember("backup.create", target)
    click.echo(f"{target}：{len(manifest.files)} 个文件，已经打开检查过")
    if carried is not None:
        click.echo(f"已抄到 {carried}，读回来核对过")
    if removed:
        click.echo(f"删去较早的 {len(removed)} 份")


def _tried(make: Callable[[], archives.Manifest]) -> archives.Manifest:
    problem: Exception | None = None
    for _try in range(TRIES):
        try:
            return make()
        except FileNotFoundError as gone:
            problem = gone
        except (OSError, archives.BackupDamaged, store_copies.CopyRefused, SQLAlchemyError) as other:
            raise click.ClickException(f"没有备份成：{other}") from other
    raise click.ClickException(f"没有备份成：{problem}") from problem


@backup.command("verify")
@click.argument("archive", type=click.Path(exists=True, path_type=Path))
@with_appcontext
def verify(archive: Path) -> None:
    """Open a backup completely and check everything in it."""
    try:
        manifest = archives.verify(archive)
    except (OSError, archives.BackupDamaged) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"完好：{manifest.created_at.isoformat()}，{len(manifest.files)} 个文件")


@backup.command("carry")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def carry(archive: Path, directory: Path) -> None:
    """Copy a backup to a stick, read it back from there and check it; a bad copy is removed."""
    try:
        target = backup_shelf.carry(archive, directory)
    except (OSError, archives.BackupDamaged) as problem:
        raise click.ClickException(f"没有抄成，{directory} 上没有留下坏文件：{problem}") from problem
    click.echo(f"已抄到 {target}，读回来核对过")


@backup.command("restore")
@click.argument("archive", type=click.Path(exists=True, path_type=Path))
@click.confirmation_option(prompt="现在的数据会移到旁边，用备份代替。继续吗？")
@with_appcontext
def restore(archive: Path) -> None:
    """Put a backup in place (stop the server first); the data of before stays beside it."""
    stores = _stores()
    decisions, destroyed, restricted, is_readable = _decided_before(stores)
    elsewhere = _elsewhere()
    if elsewhere and is_readable:  # no folder of before holds these stores, so an archive must
        before = archive.resolve().parent / f"before-restore-{backup_shelf.name_for(datetime.now(UTC))}"
        _tried(lambda: archives.create(_settings().instance_directory, before, stores=_written()))
        click.echo(f"现在的数据先备份在 {before}")
    stores.dispose()
    taken = {
        kind.file_name: partial(store_copies.replace_rows, target=store, kind=kind)
        for kind, store in elsewhere
    }
    try:
        manifest = archives.restore(archive, _settings().instance_directory, stores=taken)
    except (OSError, archives.BackupDamaged, store_copies.CopyRefused, SQLAlchemyError) as problem:
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
    if restricted and stores.cases is not None:
        with stores.cases.writing() as session:
            again = restrictions.restrict_again(
                session, restricted, actor=programme("恢复备份"), now=datetime.now(UTC)
            )
        click.echo(f"备份以后作出的限制处理决定，重新执行 {again} 件")
    if destroyed and stores.cases is not None:
        with stores.cases.writing() as session:
            count, names = deletions.destroy_again(
                session, destroyed, actor=programme("恢复备份"), now=datetime.now(UTC)
            )
        leftovers.forget_stored(_settings().instance_directory, names)
        stores.cases.checkpoint()
        click.echo(f"备份以后销毁的到期案卷，重新销毁 {count} 件")


def _decided_before(
    stores: Stores,
) -> tuple[
    list[deletions.DeletionDecision],
    list[deletions.DestroyedFile],
    list[restrictions.RestrictionInForce],
    bool,
]:
    """What the store about to be replaced knows of deletions and restrictions, and whether it could be read."""
    if stores.cases is None or (stores.cases.path is not None and not stores.cases.path.exists()):
        return [], [], [], True
    try:
        with stores.cases.reading() as session:
            return (
                deletions.decided_deletions(session),
                deletions.destroyed_files(session),
                restrictions.restrictions_in_force(session),
                True,
            )
    except SQLAlchemyError:
        return [], [], [], False


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
@click.argument("archive", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--in", "directory", type=click.Path(path_type=Path), help="从这个文件夹取最近的一份")
@with_appcontext
def drill(archive: Path | None, directory: Path | None) -> None:
    """Restore (the newest) into an empty folder, check everything, build the index, sign in; throw it away."""
    archive = archive or backup_shelf.newest(_folder(directory))
    if archive is None:
        raise click.ClickException("还没有备份，先运行 flask --app wsgi backup create")
    began = time.monotonic()
    workplace = Path(tempfile.mkdtemp(prefix=".drill-", dir=archive.resolve().parent))
    try:
        manifest = archives.restore(archive, workplace / "instance")
        broken = [
            f"{entry.name} 的校验和不对"
            for entry in manifest.files
            if archives.digest(workplace / "instance" / entry.name) != entry.sha256
        ]
        cases = workplace / "instance" / store_copies.CASES.file_name
        if cases.exists():
            broken += _broken_in(cases, workplace / "instance" / "anchors")
        trial = restored.try_out(
            workplace / "instance",
            collection=store_copies.COLLECTION.file_name,
            cases=store_copies.CASES.file_name,
            passwords=current_app.extensions["passwords"],
        )
        broken += trial.broken
    except (OSError, archives.BackupDamaged, SQLAlchemyError) as problem:
        raise click.ClickException(f"演练失败：{problem}") from problem
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    if broken:
        raise click.ClickException("；".join(broken[:5]))
    _remember("backup.drill", archive)
    click.echo(f"演练通过：{len(manifest.files)} 个文件，校验和全部一致，{time.monotonic() - began:.1f} 秒")
    click.echo("；".join(trial.done))


def _broken_in(cases: Path, anchors: Path) -> list[str]:
    """What is wrong in the restored case store: broken links of the trail, rows not as saved."""
    store = Store(f"sqlite:///{cases}", read_only=True)
    try:
        with store.reading() as session:
            links = audit_anchor.verify(session, anchors=anchors).broken
            rows = integrity.damaged_rows(session)
        return [str(link) for link in links] + [f"{row.table_name} 第 {row.row_id} 行不对" for row in rows]
    finally:
        store.dispose()


COMMANDS = (backup,)
