"""`flask --app wsgi keys create|rotate|retire`: the secret keys of an installation."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext

from assistant.cli.entry import COMMAND_LINE, case_store, settings
from mediation_rooms import audit
from mediation_rooms import keys as rings
from mediation_rooms.encrypted_files import reencrypt_files
from mediation_rooms.key_rotation import Renewed, renew

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
    """New keys for fields and indexes, everything encrypted and indexed with them; the old stay readable until `retire`."""
    directory = settings().key_directory
    ring = rings.load_key_ring(directory).with_new_keys()
    rings.save_key_ring(ring, directory)  # first the key, then the data: a kill in between loses nothing
    rings.use_key_ring(ring, directory=directory)
    renewed, files, _unreadable = _renew("keys.rotate")
    click.echo(
        f"已用新密钥 {ring.current_field_key_id} 重新加密 {renewed.field_count} 个字段、{files} 个文件，索引 {renewed.index_count} 个。"
    )
    click.echo("请重启服务，再运行 flask --app wsgi keys retire 去掉旧密钥，并把新的密钥文件另存一份。")


@keys.command("retire")
@with_appcontext
def retire() -> None:
    """After the restart: encrypt what old processes still wrote with the old key, then forget that key."""
    directory = settings().key_directory
    ring = rings.load_key_ring(directory)
    rings.use_key_ring(ring, directory=directory)
    renewed, files, unreadable = _renew("keys.retire")
    if unreadable:
        raise click.ClickException(
            f"有 {len(unreadable)} 个文件用现有的密钥读不出来，例如 {unreadable[0].name}："
            "旧密钥没有去掉，请先从备份恢复这些文件"
        )
    rings.save_key_ring(ring.only_current_keys(), directory)
    click.echo(
        f"又重新加密 {renewed.field_count} 个字段、{files} 个文件，索引 {renewed.index_count} 个，旧密钥已去掉。"
        "旧备份要用旧的密钥文件才能读，请与旧备份一起保管。"
    )


def _renew(action: str) -> tuple[Renewed, int, list[Path]]:
    """Everything with the current keys: the fields, how many files, and files that cannot be read."""
    with case_store().writing() as session:
        renewed = renew(session)
        audit.record(
            session,
            actor=COMMAND_LINE,
            action=action,
            object_kind="key",
            object_id=rings.key_ring().current_field_key_id,
        )
    if renewed.damaged:
        click.echo(f"另有 {len(renewed.damaged)} 行和保存时不一样，没有重新盖章：请核对或从备份恢复")
    files, unreadable = reencrypt_files(settings().instance_directory)
    return renewed, files, unreadable


COMMANDS = (keys,)
