"""``flask --app wsgi privacy …``: the register, the year's report on minors, the people of a breach,
files past their years.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click
from flask.cli import AppGroup
from sqlalchemy.exc import NoResultFound

from assistant import leftovers
from assistant.cli.entry import COMMAND_LINE, case_store, settings, stores
from corpus.database import write_atomically
from mediation_rooms import drafts, privacy_reports
from mediation_rooms import retention as retaining
from mediation_rooms.actor import programme
from mediation_rooms.case_view import day_of
from mediation_rooms.errors import StepNotAllowed

privacy = AppGroup("privacy", help="Personal data: register, yearly report on minors, people of a breach.")
FOLDER = "privacy"


def _keep(name: str, content: str, target: Path | None) -> None:
    """Write a dated file, readable by its owner only; nothing here ever removes one."""
    path = target or settings().instance_directory / FOLDER / name

    def write(handle: IO[bytes]) -> None:
        os.fchmod(handle.fileno(), 0o600)
        handle.write(content.encode())

    write_atomically(path, write)
    click.echo(str(path))


_TO = click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it."
)


@privacy.command("register")
@_TO
def register(target: Path | None) -> None:
    """The register of processing with the frame of the impact assessment, dated."""
    today = day_of(datetime.now(UTC))
    _keep(f"register-{today}.md", privacy_reports.processing_register(today=today), target)


@privacy.command("minors")
@click.option("--year", type=click.IntRange(2000, 2200), required=True)
@_TO
def minors(year: int, target: Path | None) -> None:
    """The year's report on minors' data: counts only."""
    today = day_of(datetime.now(UTC))
    with case_store().reading() as session:
        content = privacy_reports.minors_report(session, year=year, today=today)
    _keep(f"minors-{year}-{today}.md", content, target)


@privacy.command("affected")
@click.option("--room", "room_code", help="Code of the room whose data were lost; all rooms by default.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), required=True)
def affected(room_code: str | None, folder: Path) -> None:
    """Everybody whose data a breach touched, and the draft of the notice, into a folder."""
    now = datetime.now(UTC)
    with case_store().writing() as session:
        try:
            people = privacy_reports.affected_people(
                session, room_code=room_code, actor=COMMAND_LINE, now=now
            )
        except NoResultFound:
            raise click.ClickException(f"没有代码为 {room_code} 的调解室，可用 rooms list 查看") from None
    notice = privacy_reports.breach_notice(people, today=day_of(now), contact=settings().contact_line)
    _keep("", privacy_reports.affected_as_csv(people), folder / "affected.csv")
    _keep("", notice, folder / "notice.md")
    click.echo(f"{len(people)} 人。名单里是明文，用完请妥善销毁。")


@privacy.command("retention")
@click.option("--carry-out", is_flag=True, help="Destroy what two people agreed on; without it only a list.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="List as of this day (dry run only).")
def retention(*, carry_out: bool, day: datetime | None) -> None:
    """Files past their years, file by file; with --carry-out those that two people agreed to are destroyed."""
    now = datetime.now(UTC)
    if carry_out and day is not None:
        raise click.ClickException("--on 只用来看，不能和 --carry-out 一起用")
    store = case_store()
    with store.reading() as session:
        due = retaining.due_everywhere(session, today=day.date() if day is not None else day_of(now))
    for file in due:
        click.echo(f"{file.number or f'#{file.case_id}'}\t保管到 {file.kept_until}\t{_standing(file)}")
    if not carry_out:
        ready = sum(file.appraisal is not None and file.appraisal.approved_at is not None for file in due)
        click.echo(f"过了保管期限 {len(due)} 件，其中可以销毁 {ready} 件；这次什么都没有动")
        return
    try:
        with store.writing() as session:
            done = retaining.carry_out(session, actor=programme("到期销毁"), now=now)
            forgotten = retaining.forget_answered_requests(session, actor=programme("到期销毁"), now=now)
            drafts.forget_old_drafts(session, now=now)
    except StepNotAllowed as refused:
        raise click.ClickException("；".join(refused.reasons)) from refused
    instance = settings().instance_directory
    leftovers.forget_stored(instance, done.stored_names)
    leftovers.forget_work_on(instance, stores(), done.case_ids)
    leftovers.remove_leftovers(instance, stores(), now=now)
    click.echo(f"销毁 {len(done.numbers)} 件，文件 {len(done.stored_names)} 个")
    if forgotten:
        click.echo(f"{forgotten} 件没有立案的求助过了年限，已去掉内容和联系方式")
    if not store.checkpoint():
        click.echo("还有人在读，日志里暂时留有旧内容；请停止服务后再运行一次")


def _standing(file: retaining.DueFile) -> str:
    if file.appraisal is None:
        return "还没有人鉴定"
    if file.appraisal.approved_at is None:
        return f"{file.appraisal.proposed_by} 已鉴定，等另一个人同意"
    return f"{file.appraisal.proposed_by}、{file.appraisal.approved_by} 同意销毁"


@privacy.command("leftovers")
def remove_leftovers() -> None:
    """Remove files that were of use for a moment; the running server does it every hour by itself."""
    count = leftovers.remove_leftovers(settings().instance_directory, stores(), now=datetime.now(UTC))
    click.echo(f"清除 {count} 个")


COMMANDS = (privacy,)
