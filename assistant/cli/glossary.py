"""``flask --app wsgi glossary …``: load, look up and export the terminology."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from corpus.bai.glossary import IncomingTerm, preview, search_glossary, starter_rows, store_rows
from corpus.bai.models import Concept
from corpus.bai.varieties import Variety
from corpus.database import Store
from corpus.exporting.tbx import write_tbx
from corpus.importing.cldf import read_cldf
from corpus.importing.glossary_table import read_glossary_table
from corpus.importing.tbx import read_tbx
from corpus.importing.word_list import read_word_list

glossary = AppGroup("glossary", help="Terminology: Chinese legal terms and attested Bai forms.")
COMMANDS = (glossary,)
_MOST_SHOWN = 20


def _store() -> Store:
    store: Store = current_app.extensions["stores"].collection
    return store


def _load(rows: Iterable[IncomingTerm], *, dry_run: bool) -> None:
    try:
        seen = preview(rows)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for problem in seen.problems[:_MOST_SHOWN]:
        click.echo(problem.message)
    if seen.problems:
        raise click.ClickException(f"{len(seen.problems)} 处问题，没有保存任何内容。")
    click.echo(f"读到 {len(seen.rows)} 行，没有问题。")
    if dry_run:
        return
    with _store().writing() as session:
        stored = store_rows(session, rows=seen.rows)
    click.echo(
        f"新概念 {stored.concept_count}，新词形 {stored.term_count}，原已存在 {stored.unchanged_count}。"
    )


@glossary.command("load-starter")
def load_starter() -> None:
    """Load the attested words that ship with the product and the open legal terms."""
    _load(starter_rows(), dry_run=False)


@glossary.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only show what would be stored.")
@click.option("--source", default="", help="Source of forms that name none (TBX), or name of a CLDF work.")
@click.option("--licence", default="", help="Licence of a CLDF work.")
def import_file(path: Path, dry_run: bool, source: str, licence: str) -> None:
    """Import a CLDF folder, .tbx, .xlsx, .csv, .tsv, or a word list with an ``ipa`` first column."""
    if path.is_dir():
        rows: Iterable[IncomingTerm] = read_cldf(path, licence=licence, collection=source or path.name)
    elif path.suffix.lower() in (".tbx", ".xml"):
        rows = read_tbx(path, source=source)
    elif path.suffix.lower() == ".tsv" and path.read_bytes()[:40].lstrip(b"\xef\xbb\xbf").startswith(
        b"ipa\tvariety"
    ):
        rows = read_word_list(path)
    else:
        rows = read_glossary_table(path)
    _load(rows, dry_run=dry_run)


@glossary.command("find")
@click.argument("text")
@click.option("--variety", type=click.Choice([each.value for each in Variety]))
@click.option("--village")
def find(text: str, variety: str | None, village: str | None) -> None:
    """Look up Bai in any spelling, IPA, Chinese or English."""
    with _store().reading() as session:
        hits = search_glossary(session, text, variety=Variety(variety) if variety else None, village=village)
        for hit in hits:
            forms = "、".join(term.text or term.ipa for term in hit.forms[:6]) or "（白语待补）"
            click.echo(
                f"{hit.concept.chinese} {hit.concept.english} [{hit.matched}] {forms} {hit.concept.citation}"
            )
    if not hits:
        click.echo("没有找到。")


@glossary.command("export")
@click.argument("path", type=click.Path(path_type=Path))
def export(path: Path) -> None:
    """Write the glossary as TBX."""
    with _store().reading() as session:
        concepts = session.scalars(
            select(Concept).options(selectinload(Concept.terms)).order_by(Concept.id)
        ).all()
        count = write_tbx(path, concepts, title="白汉法律术语表")
    click.echo(f"已写出 {count} 个概念：{path}")
