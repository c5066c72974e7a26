"""`flask --app wsgi keys create|rotate|retire`: the secret keys of an installation."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from assistant.cli.entry import COMMAND_LINE, case_store, settings
from mediation_rooms import audit, integrity
from mediation_rooms import keys as rings
from mediation_rooms.encrypted_files import reencrypt_files
from mediation_rooms.encryption import reencrypt_all
from mediation_rooms.store import Base

keys = AppGroup("keys", help="密钥：生成、更换 / secret keys: create, rotate")


@keys.command("create")
@with_appcontext
def create() -> None:
    """Make the key ring of a new installation; never replaces one."""
    try:
        rings.use_key_ring(rings.create_key_ring(settings().key_directory))
    except FileExistsError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(
        f"密钥已生成：{settings().key_directory / rings.RING_FILE}。请另外保存一份，不要和数据放在一起。"
    )


@keys.command("rotate")
@with_appcontext
def rotate() -> None:
    """Make a new field key and encrypt every field with it; the old one stays readable until `retire`."""
    directory = settings().key_directory
    ring = rings.load_key_ring(directory).with_new_field_key()
    rings.save_key_ring(ring, directory)  # first the key, then the data: a kill in between loses nothing
    rings.use_key_ring(ring, directory=directory)
    fields, files, _unreadable = _reencrypt("keys.rotate")
    click.echo(f"已用新密钥 {ring.current_field_key_id} 重新加密 {fields} 个字段、{files} 个文件。")
    click.echo("请重启服务，再运行 flask --app wsgi keys retire 去掉旧密钥，并把新的密钥文件另存一份。")


@keys.command("retire")
@with_appcontext
def retire() -> None:
    """After the restart: encrypt what old processes still wrote with the old key, then forget that key."""
    directory = settings().key_directory
    ring = rings.load_key_ring(directory)
    rings.use_key_ring(ring, directory=directory)
    fields, files, unreadable = _reencrypt("keys.retire")
    if unreadable:
        raise click.ClickException(
            f"有 {len(unreadable)} 个文件用现有的密钥读不出来，例如 {unreadable[0].name}："
            "旧密钥没有去掉，请先从备份恢复这些文件"
        )
    rings.save_key_ring(ring.only_current_field_key(), directory)
    click.echo(
        f"又重新加密 {fields} 个字段、{files} 个文件，旧密钥已去掉。"
        "旧备份要用旧的密钥文件才能读，请与旧备份一起保管。"
    )


def _reencrypt(action: str) -> tuple[int, int, list[Path]]:
    """Everything with the current key: how many fields and files, and files that cannot be read."""
    with case_store().writing() as session:
        damaged = integrity.damaged_rows(session)
        fields = reencrypt_all(session.connection(), Base.metadata)
        integrity.reseal(session)
        integrity.mark_damaged(session.connection(), damaged)
        audit.record(
            session,
            actor=COMMAND_LINE,
            action=action,
            object_kind="key",
            object_id=rings.key_ring().current_field_key_id,
        )
    if damaged:
        click.echo(f"另有 {len(damaged)} 行和保存时不一样，没有重新盖章：请核对或从备份恢复")
    files, unreadable = reencrypt_files(settings().instance_directory)
    return fields, files, unreadable


COMMANDS = (keys,)
