"""Commands on the rooms: list them, load the invented samples, write the public directory, draw the workflow."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
from flask.cli import AppGroup

from assistant.cli.entry import case_store
from corpus.database import write_atomically
from mediation_rooms.actor import programme
from mediation_rooms.register_files import TEMPLATE, UnreadableRegisters, load_registers
from mediation_rooms.registers import changes_since
from mediation_rooms.rooms import directory, snapshot
from mediation_rooms.sample_rooms import load_sample_rooms
from mediation_rooms.workflow import as_mermaid

rooms = AppGroup("rooms", help="Mediation rooms and their public directory.")


@rooms.command("list")
@click.option("--area", "area_code", help="Code of a division: only rooms in it.")
def list_rooms(area_code: str | None) -> None:
    """List every open room: name, host, languages, whether it takes cases, whether it is open now."""
    now = datetime.now(UTC)
    with case_store().reading() as session:
        found = directory(session, now=now, area_code=area_code)
    if not found:
        click.echo("还没有登记调解室；可用 rooms load-samples 装入示例")
    for room in found:
        standing = "可受理" if room.takes_cases else "只协助转办"
        opening = "开门" if room.is_open_at(now) else "关门"
        spoken = "、".join(room.language_names)
        click.echo(
            f"{room.code}\t{room.name}\t{room.host_body}\t{room.place}\t{spoken}\t{standing}\t{opening}"
        )


@rooms.command("load-samples")
def load_samples() -> None:
    """Load the invented rooms, committees and mediators; a second run changes nothing."""
    with case_store().writing() as session:
        loaded = load_sample_rooms(session, actor=programme("示例数据"), now=datetime.now(UTC))
        count = len(loaded)
    click.echo(f"示例调解室 {count} 个")


@rooms.command("template")
def print_template() -> None:
    """Print a file to fill in with committees, mediators and rooms, for ``rooms load``."""
    click.echo(TEMPLATE, nl=False)


@rooms.command("load")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(source: Path) -> None:
    """Register everything a TOML file holds, or change what its codes name; all or nothing."""
    try:
        with case_store().writing() as session:
            loaded = load_registers(
                session, source.read_text(encoding="utf-8"), actor=programme("命令行"), now=datetime.now(UTC)
            )
    except UnicodeDecodeError as problem:
        raise click.ClickException("文件不是 UTF-8 编码，请另存为 UTF-8 再装入") from problem
    except UnreadableRegisters as refused:
        raise click.ClickException("没有装入，请改好以后再来：\n" + "\n".join(refused.problems)) from refused
    click.echo(f"调委会 {loaded.committees} 个，调解员 {loaded.mediators} 人，调解室 {loaded.rooms} 个")


@rooms.command("snapshot")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def write_snapshot(target: Path) -> None:
    """Write the public directory to a JSON file that a kiosk, which has no case store, can read."""
    with case_store().reading() as session:
        rows = snapshot(directory(session, now=datetime.now(UTC)))
    content = json.dumps(rows, ensure_ascii=False, indent=1).encode()

    def write(handle: IO[bytes]) -> None:
        handle.write(content)

    write_atomically(target, write)
    click.echo(f"{target}：{len(rows)} 个调解室")


@rooms.command("changes")
@click.option("--area", "area_code", required=True, help="Code of the county.")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day, YYYY-MM-DD.")
def list_changes(area_code: str, since: datetime) -> None:
    """Changes of committees and members, for the notice to the basic court (人民调解法第十条)."""
    with case_store().reading() as session:
        for line in changes_since(session, area_code=area_code, since=since.replace(tzinfo=UTC)):
            day = line.changed_at.date().isoformat()
            click.echo(f"{day}\t{line.committee}\t{line.what}\t{line.before}\t{line.after}")


@rooms.command("workflow")
def draw_workflow() -> None:
    """Print the life of a case file as a Mermaid state diagram."""
    click.echo(as_mermaid(), nl=False)


COMMANDS = (rooms,)
