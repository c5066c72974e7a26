"""``flask --app wsgi units …``: translations out of files and into files, without a browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from assistant.cli.entry import collection_store
from corpus.bai.varieties import Variety
from corpus.database import write_atomically
from corpus.exporting.units_out import WRITERS, as_units_file, chosen_units
from corpus.exporting.xliff import SeveralLanguages
from corpus.importing.file_refused import FileRefused
from corpus.importing.incoming_units import UnitsPlan, plan_units, store_units
from corpus.importing.units_file import ENDINGS, Beside, read_units
from corpus.parallel.unit_tables import UnitScript
from corpus.parallel.units import UnitRefused
from corpus.person import Person
from mediation_rooms.case_view import CHINA

units = AppGroup("units", help="Translations of the law and of the fixed phrases.")
COMMANDS = (units,)
_MOST_SHOWN = 20
_VARIETIES = click.Choice([each.value for each in Variety if each is not Variety.UNKNOWN])
_SCRIPTS = click.Choice([each.value for each in UnitScript])


def _say(plan: UnitsPlan) -> None:
    for label, rows in (("问题", plan.problems), ("没有对上", plan.left_out)):
        for row in rows[:_MOST_SHOWN]:
            click.echo(f"{label} 第{row.line}行：{row.sentence}")
        if len(rows) > _MOST_SHOWN:
            click.echo(f"{label}还有 {len(rows) - _MOST_SHOWN} 行没有列出")
    for each in plan.planned:
        if each.remark:
            click.echo(f"第{each.incoming.line}行：{each.remark}")
    counts = "，".join(
        f"{label} {plan.count(effect)}"
        for label, effect in (("新的", "new"), ("改动", "changed"), ("一样", "same"))
    )
    click.echo(f"{counts}，问题 {len(plan.problems)}，没有对上 {len(plan.left_out)}。")


@units.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--statute", default="", help="The law, for files that do not name it.")
@click.option("--variety", type=_VARIETIES, help="The variety, for files that do not name it.")
@click.option("--script", type=_SCRIPTS, help="The script, for files that do not name it.")
@click.option("--store", "stores", is_flag=True, help="Store as drafts; without it nothing is stored.")
@click.option("--by", default="", help="Name of the translator; needed with --store.")
def import_file(
    path: Path, *, statute: str, variety: str | None, script: str | None, stores: bool, by: str
) -> None:
    """Look at a TMX, XLIFF, XLSX, CSV, DOCX or TXT file; with --store keep it as drafts, all or none."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in ENDINGS:
        raise click.ClickException(f"不认得“{path.suffix}”：请用 {'、'.join(ENDINGS)}")
    if stores and not by.strip():
        raise click.ClickException("保存要写明译者：加上 --by 名字")
    beside = Beside(
        statute.strip(), Variety(variety) if variety else None, UnitScript(script) if script else None
    )
    now = datetime.now(UTC)
    on = now.astimezone(CHINA).date()
    try:
        with collection_store().reading() as session:
            read = read_units(session, path.read_bytes(), ending=ending, beside=beside, on=on)
            plan = plan_units(session, read.units, on=on)
        plan = UnitsPlan(
            plan.planned, sorted([*read.problems, *plan.problems], key=lambda row: row.line), read.left_out
        )
        _say(plan)
        if plan.problems:
            raise click.ClickException("文件里有问题，没有保存任何内容。")
        if not stores:
            click.echo("只是核对，没有保存；确认无误后加 --store --by 译者。")
            return
        with collection_store().writing() as session:
            count = store_units(session, plan, person=Person(None, by.strip()), now=now, on=on)
    except (FileRefused, UnitRefused, OSError) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"已导入 {count} 条，都是草稿，等人审校。")


@units.command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--statute", default="", help="One law only, or 固定用语 for the fixed phrases.")
@click.option("--variety", type=_VARIETIES)
@click.option("--script", type=_SCRIPTS)
@click.option(
    "--xliff-2", "is_newer", is_flag=True, help="XLIFF 2.0 instead of 1.2, of one variety and script."
)
def export_file(path: Path, *, statute: str, variety: str | None, script: str | None, is_newer: bool) -> None:
    """Write units as .tmx, .xlf or .xlsx, told by the ending of the file."""
    ending = path.suffix.lower().removeprefix(".")
    if ending not in WRITERS or ending == "xlf2":
        raise click.ClickException(f"不认得“{path.suffix}”：请用 .tmx、.xlf 或 .xlsx")
    if is_newer and ending != "xlf":
        raise click.ClickException("--xliff-2 只用于 .xlf 文件")
    try:
        with collection_store().reading() as session:
            found = chosen_units(
                session,
                work=statute.strip(),
                variety=Variety(variety) if variety else None,
                script=UnitScript(script) if script else None,
            )
            content = as_units_file(found, ending="xlf2" if is_newer else ending)
            count = len(found)
        write_atomically(path, lambda handle: handle.write(content))
    except (SeveralLanguages, OSError) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"已写出 {count} 条：{path}")
