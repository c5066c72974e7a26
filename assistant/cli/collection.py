"""``flask --app wsgi collection``: fetch, import, check, list and show the law."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask.cli import AppGroup
from tqdm import tqdm

from assistant.cli.entry import collection_store, settings
from assistant.web.clock import today
from corpus.citation import Citation, NotACitation
from corpus.database import Store
from corpus.importing.china_law_data import fetch_data_package, read_data_package
from corpus.importing.law_docx import read_docx
from corpus.importing.law_import import Change, ImportReport, carry_out, plan_import
from corpus.importing.markdown import read_markdown
from corpus.importing.statute_text import ImportProblem, IncomingVersion
from corpus.importing.tabular import read_table
from corpus.law.queries import article_cited, statutes, versions_of, view_article

collection = AppGroup("collection", help="法律文本：下载、导入、核对、查看")
_WORDS = {
    Change.NEW_STATUTE: "新法规",
    Change.NEW_VERSION: "新文本",
    Change.CHANGED: "有改动",
    Change.UNCHANGED: "无变化",
}


def _fetch() -> Path:
    return fetch_data_package(settings().instance_directory / "downloads", say=click.echo)


@collection.command("fetch")
def fetch() -> None:
    """下载法律数据包并核对校验值。"""
    try:
        click.echo(_fetch())
    except ImportProblem as error:
        raise click.ClickException(str(error)) from error


@collection.command("import")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只显示会有什么变化，不写入")
def import_(paths: tuple[Path, ...], *, dry_run: bool) -> None:
    """导入文件或文件夹（md、docx、csv、xlsx、laws.db）；不写路径就导入数据包。"""
    try:
        versions = read_paths(list(paths) or [_fetch()])
        report = import_versions(collection_store(), versions, dry_run=dry_run, show_progress=True)
    except ImportProblem as error:
        raise click.ClickException(f"{error}。没有写入任何内容。") from error
    for planned in report.planned:
        if planned.change is not Change.UNCHANGED:
            incoming = planned.incoming
            click.echo(
                f"{_WORDS[planned.change]}  {incoming.short_name}  {incoming.effective_on} 起  {len(incoming.articles)} 条"
            )
        if planned.removed:
            click.echo(f"  其中删去 {len(planned.removed)} 条：{'、'.join(planned.removed)}")
    summary = "，".join(f"{word} {report.count(change)}" for change, word in _WORDS.items())
    click.echo(f"{'（试运行，没有写入）' if dry_run else ''}{summary}，共 {report.article_count} 条")


def read_paths(paths: list[Path]) -> list[IncomingVersion]:
    """Read files and folders by their endings. Raises ImportProblem for the first that cannot be read."""
    versions: list[IncomingVersion] = []
    for path in paths:
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        for file in files:
            versions += _read(file, is_named=file is path or not path.is_dir())
    versions.sort(key=lambda version: (version.is_part, version.published_on))
    return versions


def _read(file: Path, *, is_named: bool) -> list[IncomingVersion]:
    ending = file.suffix.lower()
    if ending == ".db":
        return read_data_package(file)[0]
    if ending == ".md" and file.stem.upper() != "README":
        return [read_markdown(file)]
    if ending == ".docx":
        return [read_docx(file)]
    if ending in {".csv", ".xlsx"}:
        return read_table(file)
    if is_named:
        raise ImportProblem(file, "不认识这种文件：可导入 .md、.docx、.csv、.xlsx 和数据包 laws.db")
    return []


def import_versions(
    store: Store, versions: list[IncomingVersion], *, dry_run: bool = False, show_progress: bool = False
) -> ImportReport:
    """Plan and carry out an import in one transaction."""
    if dry_run:
        with store.reading() as session:
            return plan_import(session, versions)
    with (
        store.writing() as session,
        tqdm(total=len(versions), unit="部", desc="导入", disable=not show_progress) as bar,
    ):
        report = plan_import(session, versions)
        carry_out(session, report, progress=lambda done, _total: bar.update(done - bar.n))
        return report


@collection.command("check")
def check() -> None:
    """数据质量报告：元数据与文本的矛盾、存疑的日期、条号缺口。"""
    path = _fetch()
    _versions, conflicts = read_data_package(path)
    click.echo(f"元数据与文本不一致、尚未逐条核定的：{len(conflicts)} 处")
    for conflict in conflicts:
        click.echo(f"  {conflict.statute}（{conflict.published_on}）：{conflict.sentence}")
    with collection_store().reading() as session:
        doubtful = [entry for entry in statutes(session, on=today()) if entry.version.doubt]
        click.echo(f"页面上标明存疑的文本：{len(doubtful)} 部")
        for entry in doubtful:
            click.echo(f"  {entry.statute.short_name}：{entry.version.doubt}")


@collection.command("list")
@click.option("--name", default="", help="名称里包含的字")
def list_(name: str) -> None:
    """列出法规和它们今天的效力。"""
    with collection_store().reading() as session:
        for entry in statutes(session, on=today(), name_contains=name):
            click.echo(
                f"{entry.force.value:<10} {entry.version.effective_on}  {entry.article_count:>5} 条  "
                f"{entry.version_count} 个文本  {entry.statute.name}"
            )


@collection.command("show")
@click.argument("citation")
@click.option("--on", "day", default=None, help="哪一天的文本，如 2019-05-01")
def show(citation: str, day: str | None) -> None:
    """显示一条：collection show 民法典1079 --on 2021-05-01。"""
    try:
        wanted = Citation.parse(citation)
        on = date.fromisoformat(day) if day else today()
    except (NotACitation, ValueError) as error:
        raise click.ClickException(str(error)) from error
    with collection_store().reading() as session:
        article = article_cited(session, wanted, on=on)
        if article is None:
            known = ", ".join(str(each.effective_on) for each in versions_of(session, statute=wanted.statute))
            raise click.ClickException(f"没有这一条；该法规的文本：{known or '没有'}")
        view = view_article(article, on=on)
        click.echo(f"{view.citation.in_words()}（{view.force.value}，{view.effective_on} 起）")
        click.echo(" / ".join(view.heading_path))
        click.echo(view.text)
        if view.doubt:
            click.echo(f"存疑：{view.doubt}")


COMMANDS = (collection,)
