"""``flask --app wsgi glossary …``: load, look up and export the terminology."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from assistant.cli.entry import collection_store
from corpus.bai.glossary import IncomingTerm, preview, search_glossary, starter_rows, store_rows
from corpus.bai.models import Concept, GlossaryTerm
from corpus.bai.terms import TermRefused, approve, terms_to_approve, withdraw
from corpus.bai.varieties import Variety
from corpus.exporting.tbx import write_tbx
from corpus.importing.glossary_file import rows_of_path
from corpus.person import Person

glossary = AppGroup("glossary", help="Terminology: Chinese legal terms and attested Bai forms.")
COMMANDS = (glossary,)
_MOST_SHOWN = 20


def _load(rows: Iterable[IncomingTerm], *, dry_run: bool, by: str = "") -> None:
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
    with collection_store().writing() as session:
        person = Person(None, by) if by else None
        stored = store_rows(session, rows=seen.rows, person=person, now=datetime.now(UTC))
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
@click.option(
    "--by", default="", help="Name of the person who proposes the forms; somebody else approves them."
)
def import_file(path: Path, dry_run: bool, source: str, licence: str, by: str) -> None:
    """Import a CLDF folder, .tbx, .xlsx, .csv, .tsv, or a word list with an ``ipa`` first column."""
    try:
        rows = rows_of_path(path, source=source, licence=licence)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    _load(rows, dry_run=dry_run, by=by)


def _term(session: Session, term_id: int) -> GlossaryTerm:
    term = session.get(GlossaryTerm, term_id)
    if term is None:
        raise click.ClickException(f"没有编号 {term_id} 的词形；用 glossary waiting 看编号。")
    return term


@glossary.command("waiting")
@click.option("--limit", type=click.IntRange(1, 1000), default=20)
def waiting(limit: int) -> None:
    """List forms that wait for a second person, with their numbers."""
    with collection_store().reading() as session:
        terms, total = terms_to_approve(session, limit=limit)
        for term in terms:
            form = term.text or term.ipa
            click.echo(f"{term.id} {term.concept.chinese} {form} {term.variety.value} [{term.source}]")
    click.echo(f"共 {total} 个待批准。")


@glossary.command("approve")
@click.argument("term_ids", nargs=-1, type=int, required=True)
@click.option("--by", required=True, help="Name of the person who approves; not the one who proposed.")
def approve_terms(term_ids: tuple[int, ...], by: str) -> None:
    """Approve forms by number: all or none."""
    person, now = Person(None, by), datetime.now(UTC)
    try:
        with collection_store().writing() as session:
            for term_id in term_ids:
                approve(session, _term(session, term_id), person=person, now=now)
    except TermRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"已批准 {len(term_ids)} 个。")


@glossary.command("withdraw")
@click.argument("term_id", type=int)
@click.option("--by", required=True, help="Name of the person who withdraws it.")
@click.option("--why", required=True, help="The reason, kept in the history.")
def withdraw_term(term_id: int, by: str, why: str) -> None:
    """Withdraw a form; it stays with its history."""
    try:
        with collection_store().writing() as session:
            withdraw(
                session, _term(session, term_id), remark=why, person=Person(None, by), now=datetime.now(UTC)
            )
    except TermRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo("已撤回。")


@glossary.command("find")
@click.argument("text")
@click.option("--variety", type=click.Choice([each.value for each in Variety]))
@click.option("--village")
def find(text: str, variety: str | None, village: str | None) -> None:
    """Look up Bai in any spelling, IPA, Chinese or English."""
    with collection_store().reading() as session:
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
    with collection_store().reading() as session:
        concepts = session.scalars(
            select(Concept).options(selectinload(Concept.terms)).order_by(Concept.id)
        ).all()
        count = write_tbx(path, concepts, title="白汉法律术语表")
    click.echo(f"已写出 {count} 个概念：{path}")
