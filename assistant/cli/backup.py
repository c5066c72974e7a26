"""`flask --app wsgi backup create|verify|restore|list|drill|carry`, on SQLite and on PostgreSQL."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from assistant import leftovers, restored, store_copies
from assistant.cli import entry
from assistant.cli.write_migrations import load_models
from assistant.settings import database_address
from assistant.stores import Stores
from corpus.database import Store
from mediation_rooms import audit, audit_anchor, backup_shelf, deletions, integrity, restrictions
from mediation_rooms import backup as archives
from mediation_rooms.actor import programme

backup = AppGroup("backup", help="备份和恢复 / backups")
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
TRIES = 3
"""A file that somebody removes or changes while it is packed costs a try, not the night's backup."""


def _folder(directory: Path | None) -> Path:
    return directory or leftovers.backups_beside(entry.settings().instance_directory)


def _elsewhere() -> list[tuple[store_copies.StoreKind, Store]]:
    """The stores that are no files of the instance folder: PostgreSQL, or a file in another place."""
    load_models()
    named = ((store_copies.COLLECTION, entry.stores().collection), (store_copies.CASES, entry.stores().cases))
    folder = entry.settings().instance_directory.resolve()
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
    cases = entry.stores().cases
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
    manifest = _tried(target)
    try:
        carried = backup_shelf.carry(target, carry_to) if carry_to is not None else None
        removed = backup_shelf.keep_newest(target.parent, count=keep) if keep is not None else []
    except (OSError, archives.BackupDamaged) as problem:
        raise click.ClickException(
            f"备份在 {target}，完好；后面的一步没有做成：{_said(problem)}"
        ) from problem
    finally:
        _remember("backup.create", target)
    click.echo(f"{target}：{len(manifest.files)} 个文件，已经打开检查过")
    if carried is not None:
        click.echo(f"已抄到 {carried}，读回来核对过")
    if removed:
        click.echo(f"删去较早的 {len(removed)} 份")


def _said(problem: Exception) -> str:
    """What went wrong, in words that name the remedy where there is one."""
    number = getattr(problem, "errno", None)
    if number in FULL or "disk is full" in str(problem):
        return "磁盘满了，请清理以后再做；已有的备份都在"
    if number == errno.EROFS:
        return "这个盘不能写入（坏了，或者写保护开着）；已有的备份都在"
    return str(problem)


def _tried(target: Path) -> archives.Manifest:
    """A backup that was opened and checked; one that does not open does not stay."""
    problem: Exception | None = None
    for _try in range(TRIES):
        try:
            manifest = archives.create(entry.settings().instance_directory, target, stores=_written())
            archives.verify(target)
        except (FileNotFoundError, archives.BackupDamaged) as changed:
            target.unlink(missing_ok=True)
            problem = changed
        except (OSError, store_copies.CopyRefused, SQLAlchemyError, sqlite3.Error) as other:
            target.unlink(missing_ok=True)
            raise click.ClickException(f"没有备份成：{_said(other)}") from other
        else:
            return manifest
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
        raise click.ClickException(f"没有抄成，{directory} 上没有留下坏文件：{_said(problem)}") from problem
    click.echo(f"已抄到 {target}，读回来核对过")


@backup.command("restore")
@click.argument("archive", type=click.Path(exists=True, path_type=Path))
@click.confirmation_option(prompt="现在的数据会移到旁边，用备份代替。继续吗？")
@with_appcontext
def restore(archive: Path) -> None:
    """Put a backup in place (stop the server first); the data of before stays beside it."""
    stores = entry.stores()
    decided = _decided_before(stores)
    elsewhere = _elsewhere()
    if elsewhere and decided is not None:  # no folder of before holds these stores, so an archive must
        before = archive.resolve().parent / f"before-restore-{backup_shelf.name_for(datetime.now(UTC))}"
        _tried(before)
        click.echo(f"现在的数据先备份在 {before}")
    stores.dispose()
    taken = {
        kind.file_name: partial(store_copies.replace_rows, target=store, kind=kind)
        for kind, store in elsewhere
    }
    try:
        manifest = archives.restore(
            archive,
            entry.settings().instance_directory,
            stores=taken,
            make_ready=store_copies.bring_to_newest,
        )
    except (OSError, ValueError, SQLAlchemyError, sqlite3.Error) as problem:
        raise click.ClickException(f"没有恢复：{_said(problem)}") from problem
    click.echo(
        f"已恢复 {manifest.created_at.isoformat()} 的备份，{len(manifest.files)} 个文件；索引会自动重建"
    )
    if decided is None:
        click.echo("原来的数据读不出来：备份以后作出的删除和限制处理决定没有重新执行，请按纸质记录逐件核对")
    elif stores.cases is not None:
        _carry_out_again(stores.cases, decided)


@dataclass(frozen=True)
class Decided:
    """What a case store knows of deletions and restrictions, to be carried out again over older rows."""

    deletions: list[deletions.DeletionDecision] = field(default_factory=list)
    destroyed: list[deletions.DestroyedFile] = field(default_factory=list)
    restricted: list[restrictions.RestrictionInForce] = field(default_factory=list)


def _decided_in(cases: Store) -> Decided:
    with cases.reading() as session:
        return Decided(
            deletions.decided_deletions(session),
            deletions.destroyed_files(session),
            restrictions.restrictions_in_force(session),
        )


def _decided_before(stores: Stores) -> Decided | None:
    """What the store about to be replaced knows; None when it cannot be read."""
    if stores.cases is None or (stores.cases.path is not None and not stores.cases.path.exists()):
        return Decided()
    try:
        return _decided_in(stores.cases)
    except SQLAlchemyError:
        return None


def _carry_out_again(cases: Store, decided: Decided) -> None:
    """What was decided after the moment that has come back holds again."""
    now = datetime.now(UTC)
    if decided.deletions:
        with cases.writing() as session:
            applied = deletions.replay(session, decided.deletions, actor=programme("恢复备份"), now=now)
        click.echo(f"备份以后作出的删除决定，重新执行 {len(applied)} 件，相关案卷已封存")
    if decided.restricted:
        with cases.writing() as session:
            again = restrictions.restrict_again(
                session, decided.restricted, actor=programme("恢复备份"), now=now
            )
        click.echo(f"备份以后作出的限制处理决定，重新执行 {again} 件")
    if decided.destroyed:
        with cases.writing() as session:
            count, names = deletions.destroy_again(
                session, decided.destroyed, actor=programme("恢复备份"), now=now
            )
        leftovers.forget_stored(entry.settings().instance_directory, names)
        cases.checkpoint()
        click.echo(f"备份以后销毁的到期案卷，重新销毁 {count} 件")


@backup.command("decide-again")
@click.argument("later_url")
@with_appcontext
def decide_again(later_url: str) -> None:
    """After a return to a moment: carry out again what the later case store at this address had decided.

    For PostgreSQL brought back by deploy/postgresql/restore-to-moment; `restore` does the same by itself.
    """
    cases = entry.stores().cases
    if cases is None:
        raise click.ClickException("自助终端没有案件库")
    try:
        later = Store(database_address(later_url), read_only=True)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    try:
        decided = _decided_in(later)
    except SQLAlchemyError as problem:
        raise click.ClickException(f"那个数据库读不出来，没有重新执行：{problem}") from problem
    finally:
        later.dispose()
    _carry_out_again(cases, decided)
    click.echo(
        f"核对过 {len(decided.deletions)} 件删除决定、{len(decided.restricted)} 件限制处理、{len(decided.destroyed)} 件销毁"
    )


@backup.command("list")
@click.option("--in", "directory", type=click.Path(path_type=Path))
@with_appcontext
def list_backups(directory: Path | None) -> None:
    """Print the backups with their sizes, oldest first, and say when the newest is older than a day."""
    folder = _folder(directory)
    regular = backup_shelf.regular(folder)
    for path in regular:
        click.echo(f"{path.name}\t{path.stat().st_size / 1e6:.1f} MB")
    for path in sorted(set(folder.glob(f"*{archives.SUFFIX}")) - set(regular)):
        click.echo(f"{path.name}\t{path.stat().st_size / 1e6:.1f} MB\t恢复以前的数据，不算备份")
    if not regular:
        click.echo(f"{folder} 里还没有备份：请运行 flask --app wsgi backup create")
    elif time.time() - regular[-1].stat().st_mtime > 86_400:
        click.echo("最近一天没有备份：请运行 flask --app wsgi backup create，再查定时任务为什么没有运行")


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
        store_copies.bring_to_newest(workplace / "instance")
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
    except (OSError, ValueError, SQLAlchemyError, sqlite3.Error) as problem:
        raise click.ClickException(f"演练失败：{_said(problem)}") from problem
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
