"""``flask --app wsgi edition …``: build, sign, verify, install, roll back, list, keygen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import AppGroup
from tqdm import tqdm

from assistant.cli.entry import collection_store, settings
from corpus.editions import building, installing, signing

edition = AppGroup("edition", help="Signed editions of the collection, carried by network or USB stick.")
COMMANDS = (edition,)
Result = TypeVar("Result")
_KEYS = click.option(
    "--keys", type=click.Path(path_type=Path), help="Folder of keys; the key folder by default."
)


def _root() -> Path:
    return settings().instance_directory / "editions"


def _key_folder(keys: Path | None) -> Path:
    return keys or settings().key_directory


def _attempt(work: Callable[[building.Progress], Result]) -> Result:
    with tqdm(total=100, unit="%", leave=False, disable=None) as bar:

        def progress(done: int, total: int) -> None:
            bar.update(100 * done // max(total, 1) - bar.n)

        try:
            return work(progress)
        except (ValueError, OSError) as error:
            raise click.ClickException(str(error)) from error


@edition.command("keygen")
@_KEYS
@click.option("--name", default="publisher")
def keygen(keys: Path | None, name: str) -> None:
    """Make the publisher's key pair; never overwrites one."""
    private, public = _attempt(lambda _progress: signing.make_keys(_key_folder(keys), name=name))
    click.echo(f"私钥（妥善保管，不要复制到终端机）：{private}\n公钥（复制到各终端机的密钥文件夹）：{public}")


@edition.command("build")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--version", "number", type=click.IntRange(1), required=True)
@click.option(
    "--date", "made", type=click.DateTime(["%Y-%m-%d"]), help="Date of the edition; today by default."
)
def build(target: Path, number: int, made: datetime | None) -> None:
    """Write the approved collection to one unsigned file."""
    made_on = made.date() if made else date.today()  # noqa: DTZ011 - the publisher's calendar day
    with collection_store().reading() as session:
        manifest = _attempt(
            lambda progress: building.build(
                session,
                target,
                version=number,
                made_on=made_on,
                recordings=settings().instance_directory / "recordings",
                progress=progress,
            )
        )
    click.echo(
        f"第{number}版已写入 {target}：{len(manifest.files)} 个文件，{target.stat().st_size} 字节。下一步：签名。"
    )


@edition.command("sign")
@click.argument("package", type=click.Path(exists=True, path_type=Path))
@_KEYS
def sign(package: Path, keys: Path | None) -> None:
    """Sign a package with the publisher's private key."""
    private = _key_folder(keys) / signing.PRIVATE_NAME
    _attempt(lambda _progress: building.sign_edition(package, private))
    click.echo(f"已签名：{package}")


@edition.command("verify")
@click.argument("package", type=click.Path(path_type=Path))
@_KEYS
def verify(package: Path, keys: Path | None) -> None:
    """Check the signature and every byte of a package or folder."""
    folder = _key_folder(keys)
    manifest = _attempt(
        lambda progress: installing.verify(package, signing.trusted_keys(folder), progress=progress)
    )
    click.echo(f"完好：第{manifest.version}版，{manifest.made_on}，{len(manifest.files)} 个文件。")


@edition.command("install")
@click.argument("package", type=click.Path(path_type=Path))
@_KEYS
def install(package: Path, keys: Path | None) -> None:
    """Check a package or folder and switch to it."""
    folder = _key_folder(keys)
    done = _attempt(
        lambda progress: installing.install(package, _root(), signing.trusted_keys(folder), progress=progress)
    )
    click.echo(f"已启用第{done.version}版（{done.made_on}）。")


@edition.command("rollback")
@_KEYS
def rollback(keys: Path | None) -> None:
    """Switch back to the edition before."""
    folder = _key_folder(keys)
    done = _attempt(lambda _progress: installing.rollback(_root(), signing.trusted_keys(folder)))
    click.echo(f"已退回第{done.version}版（{done.made_on}）。")


@edition.command("list")
def list_editions() -> None:
    """Show the editions on this machine."""
    found = installing.installed(_root())
    for each in found:
        click.echo(f"{'*' if each.is_current else ' '} 第{each.version}版 {each.made_on} {each.folder}")
    if not found:
        click.echo("还没有安装任何版本。")
