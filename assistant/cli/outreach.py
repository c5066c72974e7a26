"""``flask --app wsgi outreach``: what there is, one material out, everything against today's law."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from assistant.outreach.case_stories import NotACaseStory, read_case_story
from assistant.outreach.exports import EXPORTS
from assistant.outreach.items import (
    Editor,
    ItemRefused,
    load_starter_set,
    material_from,
    recheck,
    write_item,
)
from assistant.outreach.models import OutreachItem
from assistant.outreach.typeset import CannotBeSet
from assistant.web.clock import today
from corpus.database import Store, write_atomically

outreach = AppGroup("outreach", help="宣传材料")
COMMAND_LINE = Editor(None, "命令行")


def _store() -> Store:
    store: Store = current_app.extensions["stores"].collection
    return store


@outreach.command("list")
def list_() -> None:
    """列出全部材料和它们的状态。"""
    with _store().reading() as session:
        for item in session.scalars(select(OutreachItem).order_by(OutreachItem.key)):
            mark = "  条文变了" if item.needs_checking else ""
            click.echo(f"{item.key:<14}{item.status.value:<18}{item.title}{mark}")


@outreach.command("starter")
def starter() -> None:
    """放上随软件带来的十二个主题（草稿）；已有的不动。"""
    try:
        with _store().writing() as session:
            added = load_starter_set(session, editor=COMMAND_LINE, now=datetime.now(UTC))
            click.echo(f"放上了 {len(added)} 个主题")
    except ItemRefused as refused:
        raise click.ClickException(str(refused)) from refused


@outreach.command("export")
@click.argument("key")
@click.argument("way", type=click.Choice(sorted(EXPORTS)))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def export(key: str, way: str, file: Path | None) -> None:
    """导出一个材料：outreach export fraud pdf-cloth 海报.pdf。"""
    chosen = EXPORTS[way]
    with _store().reading() as session:
        item = session.scalar(select(OutreachItem).where(OutreachItem.key == key))
        if item is None:
            raise click.ClickException(f"没有名为“{key}”的材料，用 outreach list 看有哪些")
        try:
            content = chosen.make(material_from(item))
        except (CannotBeSet, ValueError) as problem:
            raise click.ClickException(str(problem)) from problem
    target = file or Path(f"{key}-{way}.{chosen.ending}")
    write_atomically(target, lambda handle: handle.write(content))
    click.echo(target)


@outreach.command("check")
def check() -> None:
    """对照今天的法律，列出依据变了的材料；有的话以 1 结束。"""
    with _store().writing() as session:
        changed = [(item.key, item.title, item.needs_checking) for item in recheck(session, on=today())]
    for key, title, message in changed:
        click.echo(f"{key} {title}\n{message}")
    if changed:
        raise SystemExit(1)
    click.echo("依据的条文都没有变")


@outreach.command("take-story")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def take_story(file: Path) -> None:
    """收下调解室导出的案例（JSON），放成一份草稿。"""
    try:
        entry = read_case_story(file.read_bytes())
        with _store().writing() as session:
            item = write_item(session, entry=entry, editor=COMMAND_LINE, now=datetime.now(UTC))
            click.echo(f"草稿：{item.key}")
    except (NotACaseStory, ItemRefused) as refused:
        raise click.ClickException(str(refused)) from refused


COMMANDS = (outreach,)
