"""``flask --app wsgi outreach``: what there is, one material out, everything against today's law."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.cli.entry import collection_store, settings
from assistant.outreach.case_stories import NotACaseStory, read_case_story
from assistant.outreach.exports import EXPORTS
from assistant.outreach.festivals import days_from
from assistant.outreach.item_pictures import illustration_of
from assistant.outreach.items import Editor, ItemRefused, load_starter_set, material_from, recheck, write_item
from assistant.outreach.material import Material
from assistant.outreach.models import ItemStatus, OutreachItem
from assistant.outreach.pack import BOOK_FORMS, known_forms, write_book, write_pack
from assistant.outreach.stanza_sounds import approved_sounds
from assistant.outreach.wall import Language, Wanted, on_the_wall
from assistant.web.clock import today
from corpus.database import write_atomically

outreach = AppGroup("outreach", help="宣传材料")
_DAYS = ("consumers", "security", "drugs", "constitution", "third-month-fair", "torches")
COMMAND_LINE = Editor(None, "命令行")


def _recordings() -> Path:
    return settings().instance_directory / "recordings"


def _material(session: Session, item: OutreachItem, *, contact: str = "") -> Material:
    """A material with its picture and its approved sounds; the code to scan needs a site's name and stays out."""
    return material_from(
        item,
        contact=contact,
        picture=illustration_of(session, item),
        sounds=approved_sounds(session, item, folder=_recordings()),
    )


def _chosen(
    session: Session, keys: Sequence[str], *, topic: str, audience: str, language: str, status: str, day: str
) -> list[Material]:
    """The materials of these keys in their order, or those that the choice finds."""
    if keys:
        items = [session.scalar(select(OutreachItem).where(OutreachItem.key == key)) for key in keys]
        missing = [key for key, item in zip(keys, items, strict=True) if item is None]
        if missing:
            raise click.ClickException(f"没有名为“{missing[0]}”的材料，用 outreach list 看有哪些")
        found = [item for item in items if item is not None]
    else:
        wanted = Wanted(
            topic=topic,
            audience=audience,
            language=Language(language),
            status=ItemStatus(status) if status else None,
            has_rights=True,
        )
        found = on_the_wall(session, wanted)
        if day:
            topics = next(each.topics for each in days_from(today()) if each.key == day)
            found = [item for item in found if not topics or item.topic in topics]
    if not found:
        raise click.ClickException("没有符合的材料")
    try:
        return [_material(session, item) for item in found]
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem


def _choice(command: Callable[..., None]) -> Callable[..., None]:
    """The options by which several materials are chosen."""
    for option in (
        click.option("--topic", default="", help="主题"),
        click.option("--audience", default="", help="给谁看"),
        click.option("--language", type=click.Choice([each.value for each in Language]), default=""),
        click.option("--status", type=click.Choice(["", *(each.value for each in ItemStatus)]), default=""),
        click.option("--day", type=click.Choice(["", *_DAYS]), default="", help="按日子的主题选"),
        click.option("--title", default="普法材料"),
    ):
        command = option(command)
    return command


@outreach.command("list")
@click.option("--formats", is_flag=True, help="列出能导出的样式")
def list_(formats: bool) -> None:
    """列出全部材料和它们的状态，或者能导出的样式。"""
    if formats:
        for each in EXPORTS.values():
            click.echo(f"{each.key:<18}{each.ending:<6}{each.label}")
        return
    with collection_store().reading() as session:
        items = session.scalars(select(OutreachItem).order_by(OutreachItem.key)).all()
        for item in items:
            mark = "  条文变了" if item.needs_checking else ""
            click.echo(f"{item.key:<14}{item.status.value:<18}{item.title}{mark}")
    if not items:
        click.echo("还没有材料；outreach starter 放上十二个主题")


@outreach.command("pack")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("keys", nargs=-1)
@_choice
@click.option("--form", "forms", multiple=True, type=click.Choice(sorted(EXPORTS)))
def pack(file: Path, keys: tuple[str, ...], title: str, forms: tuple[str, ...], **chosen: str) -> None:
    """做材料包：outreach pack 三月街.zip --day third-month-fair，或者后面写材料的名字。"""
    with collection_store().reading() as session:
        materials = _chosen(session, keys, **chosen)
    try:
        write_pack(
            file,
            materials,
            title=title,
            forms=known_forms(forms),
            chosen={name: value for name, value in chosen.items() if value},
            tells=lambda done, total: click.echo(f"\r{done}/{total}", nl=False, err=True),
        )
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(file)


@outreach.command("book")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.argument("keys", nargs=-1)
@_choice
@click.option("--form", "forms", multiple=True, type=click.Choice(sorted(BOOK_FORMS)), default=("pdf",))
def book(folder: Path, keys: tuple[str, ...], title: str, forms: tuple[str, ...], **chosen: str) -> None:
    """做成书（唱本）：outreach book 唱本 --form pdf --form epub，有目录和索引。"""
    with collection_store().reading() as session:
        materials = _chosen(session, keys, **chosen)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        names = write_book(folder, materials, title=title, forms=forms, tells=lambda _done, _total: None)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from problem
    for name in names:
        click.echo(folder / name)


@outreach.command("starter")
def starter() -> None:
    """放上随软件带来的十二个主题（草稿）；已有的不动。"""
    try:
        with collection_store().writing() as session:
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
    with collection_store().reading() as session:
        item = session.scalar(select(OutreachItem).where(OutreachItem.key == key))
        if item is None:
            raise click.ClickException(f"没有名为“{key}”的材料，用 outreach list 看有哪些")
        try:
            content = chosen.make(_material(session, item))
        except ValueError as problem:
            raise click.ClickException(str(problem)) from problem
    target = file or Path(f"{key}-{way}.{chosen.ending}")
    write_atomically(target, lambda handle: handle.write(content))
    click.echo(target)


@outreach.command("check")
def check() -> None:
    """对照今天的法律，列出依据变了的材料；有的话以 1 结束。"""
    with collection_store().writing() as session:
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
        with collection_store().writing() as session:
            item = write_item(session, entry=entry, editor=COMMAND_LINE, now=datetime.now(UTC))
            click.echo(f"草稿：{item.key}")
    except (NotACaseStory, ItemRefused) as refused:
        raise click.ClickException(str(refused)) from refused


COMMANDS = (outreach,)
