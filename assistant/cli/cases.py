"""``flask --app wsgi cases|statistics|documents``: ledgers in and out, the ministry's table, official forms."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session
from tqdm import tqdm

from assistant.cli.entry import case_store, settings
from assistant.ledger_files import open_ledger
from assistant.typesetting.drawn_names import drawings_on
from assistant.typesetting.paper_pdf import papers_as_pdf
from assistant.web.clock import today
from corpus.database import Store, write_atomically
from mediation_rooms import audit, handing_on
from mediation_rooms.actor import programme
from mediation_rooms.documents.catalogue import FORMS, UnknownForm, form_named
from mediation_rooms.documents.completeness import dossier_problems
from mediation_rooms.documents.source import Source
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.evidence import read_attachment
from mediation_rooms.keys import KeysMissing, load_key_ring, use_key_ring
from mediation_rooms.ledger.importing import import_ledger, plan_import
from mediation_rooms.ledger.reading import CellProblem
from mediation_rooms.ledger.rows import ledger_cases, ledger_workbook
from mediation_rooms.ledger.workbook import UnreadableWorkbook
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.handing_on import HandedKind
from mediation_rooms.statistics.counting import rows_of, table_of, workbook_of
from mediation_rooms.statistics.facts import Scope
from mediation_rooms.statistics.periods import InvalidPeriod, Period

cases = AppGroup("cases", help="案件台账：导入旧台账、导出 25 栏台账")
statistics = AppGroup("statistics", help="统计表")
documents = AppGroup("documents", help="调解文书")
COMMAND_LINE = programme("命令行")


def _store() -> Store:
    store = case_store("自助终端没有案件库，这条命令要在完整安装上运行")
    try:
        use_key_ring(load_key_ring(settings().key_directory))
    except KeysMissing as error:
        raise click.ClickException(str(error)) from error
    return store


def _write(path: Path, content: bytes) -> None:
    write_atomically(path, lambda handle: handle.write(content))
    click.echo(path)


def _complain(problems: list[CellProblem]) -> None:
    for problem in problems:
        click.echo(f"{problem.place}（{problem.heading}）：{problem.sentence}", err=True)
    raise click.ClickException(f"有 {len(problems)} 处要改，什么都没有导入")


@cases.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只核对，不写入")
def import_(file: Path, *, dry_run: bool) -> None:
    """导入旧台账（25 栏 XLSX）：先核对每一格，有一处不对就什么都不导入。"""
    content = file.read_bytes()
    try:
        reading = open_ledger(content, today=today())
    except UnreadableWorkbook as error:
        raise click.ClickException(f"{file.name}：{error}") from error
    if reading.problems:
        _complain(reading.problems)
    store = _store()
    with store.reading() as session:
        plan = plan_import(session, entries=reading.entries)
    if plan.problems:
        _complain(list(plan.problems))
    click.echo(f"可导入 {len(plan.placed)} 件，已有 {len(plan.already_present)} 件")
    if dry_run:
        click.echo("（试运行，没有写入）")
        return
    now = datetime.now(UTC)
    with store.writing() as session, tqdm(total=len(plan.placed), unit="件", desc="导入") as bar:
        plan = plan_import(session, entries=reading.entries)
        stored = import_ledger(
            session,
            plan=plan,
            actor=COMMAND_LINE,
            now=now,
            progress=lambda done, _total: bar.update(done - bar.n),
        )
        audit.record(
            session,
            actor=COMMAND_LINE,
            action="case.import",
            object_kind="ledger",
            reason=f"从台账导入 {len(stored)} 件",
            now=now,
        )
    click.echo(f"已导入 {len(stored)} 件")


@cases.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--period", default="", help="只要这一期受理的，如 2026-10")
@click.option("--recipient", required=True, help="交给谁")
@click.option("--reason", required=True, help="做什么用")
@click.option("--basis", required=True, help="依据：本人同意，或者哪部法律的哪一条")
@click.option("--approved-by", default="", help="超过五十人的，写同意的另一个人的姓名")
def export(file: Path, *, period: str, recipient: str, reason: str, basis: str, approved_by: str) -> None:
    """导出 25 栏台账。封存的案件不在其中；导出记入对外提供登记。"""
    span = _period(period) if period else None
    store = _store()
    with store.writing() as session:
        found = session.scalars(ledger_cases(select(CaseFile), period=span)).all()
        content = ledger_workbook(found)
        entry = handing_on.HandingEntry(
            kind=HandedKind.LEDGER,
            recipient=recipient,
            purpose=reason,
            basis=basis,
            fields="台账 25 栏：当事人姓名、纠纷情况、调解结果",
            person_count=sum(not party.is_organisation for case in found for party in case.parties),
            part=period,
        )
        try:
            record = handing_on.hand_on(
                session, entry=entry, actor=COMMAND_LINE, now=datetime.now(UTC), approved_by=approved_by
            )
        except InvalidEntry as refused:
            raise click.ClickException("；".join(refused.problems.values())) from refused
        if record.handed_at is None:
            raise click.ClickException(
                f"涉及 {record.person_count} 人，超过五十人：另一个人同意后，用 --approved-by 写明姓名"
            )
    _write(file, content)


@statistics.command("table")
@click.option("--period", required=True, help="2026-10、2026Q3、2026H1 或 2026")
@click.option("--area", default="5329", help="区划代码或其开头，默认全州")
@click.option("--format", "kind", type=click.Choice(["text", "xlsx"]), default="text")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("统计表.xlsx"))
@click.option("--public", is_flag=True, help="隐去小于 5 的数，供对外使用")
@click.option("--cut-off-day", type=click.IntRange(0, 28), default=0, help="统计截止日，0 为自然月")
def table(period: str, area: str, kind: str, output: Path, *, public: bool, cut_off_day: int) -> None:
    """人民调解案件情况统计表，所有加总都核对。"""
    span = _period(period, cut_off_day)
    scope = Scope(division_prefix=area)
    with _store().reading() as session:
        counted = table_of(session, period=span, scope=scope, scope_name=area)
    if kind == "xlsx":
        _write(output, workbook_of(counted, is_public=public))
        return
    for block, label, unit, value, share in rows_of(counted, is_public=public):
        click.echo(f"{block}\t{label}\t{value} {unit}\t{share}")
    for check in counted.checks:
        click.echo(f"{'√' if check.holds else '×'} {check.sentence}（{check.left}／{check.right}）")
    if counted.is_zero_report:
        click.echo("本期零报告：没有纠纷，也没有排查记录")


def _period(text: str, cut_off_day: int = 0) -> Period:
    try:
        return Period.parse(text, cut_off_day=cut_off_day)
    except InvalidPeriod as error:
        raise click.ClickException(str(error)) from error


@documents.command("list")
def list_() -> None:
    """列出全部文书。"""
    for form in FORMS:
        click.echo(f"{form.key:<26}{form.title}")


@documents.command("blank")
@click.argument("form")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def blank(form: str, file: Path) -> None:
    """空白文书（PDF），供手写；FORM 写 all 就是全套。"""
    _write(file, papers_as_pdf([each.build(Source()) for each in _forms(form)]))


@documents.command("render")
@click.argument("number")
@click.argument("form")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--format", "kind", type=click.Choice(["pdf", "docx"]), default="pdf")
@click.option("--reason", required=True, help="为什么要看这份案卷：记入操作记录")
def render(number: str, form: str, file: Path | None, kind: str, reason: str) -> None:
    """一份案卷的文书：documents render （2026）示镇人调字第1号 agreement --format docx --reason 归档。"""
    forms = _forms(form)
    with _store().writing() as session:
        case = _looked_at(session, number, reason)
        papers = [each.build(Source(case, today=today())) for each in forms]
        folder = settings().instance_directory / "attachments"
        drawings = drawings_on(papers, case, reads=lambda each: read_attachment(folder, each))
    from assistant.typesetting.paper_docx import papers_as_docx

    lay_out = papers_as_docx if kind == "docx" else papers_as_pdf
    made = lay_out(papers, drawings=drawings)
    _write(file or Path(f"{papers[0].title if len(papers) == 1 else '全套文书'}.{kind}"), made)


@documents.command("dossier")
@click.argument("number")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--reason", required=True, help="为什么要看这份案卷：记入操作记录")
def dossier(number: str, file: Path, reason: str) -> None:
    """整卷装订成一个 PDF：封面、目录、全部文书和扫描件、页码；先列出缺什么。"""
    from assistant.typesetting.dossier_pdf import dossier_as_pdf

    folder = settings().instance_directory / "attachments"
    with _store().writing() as session:
        case = _looked_at(session, number, reason)
        for sentence in dossier_problems(case, today=today()):
            click.echo(f"缺：{sentence}", err=True)
        with tqdm(unit="份", desc="装订") as bar:

            def tell(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            made = dossier_as_pdf(
                case, today=today(), reads=lambda scan: read_attachment(folder, scan), tells=tell
            )
    _write(file, made)


def _looked_at(session: Session, number: str, reason: str) -> CaseFile:
    case = session.scalar(select(CaseFile).where(CaseFile.number == number))
    if case is not None and case.is_sealed:
        raise click.ClickException("封存的案卷只能在网页上由批准的人打开")
    if case is None:
        raise click.ClickException(f"没有编号为“{number}”的案卷")
    audit.record(
        session,
        actor=COMMAND_LINE,
        action="case.view",
        object_kind="case_file",
        object_id=case.id,
        room_id=case.room_id,
        reason=reason,
        now=datetime.now(UTC),
    )
    return case


def _forms(key: str):  # type: ignore[no-untyped-def]
    try:
        return FORMS if key == "all" else (form_named(key),)
    except UnknownForm as error:
        raise click.ClickException(str(error)) from error


COMMANDS = (cases, statistics, documents)
