"""``flask --app wsgi requests …``: take requests for help out of the box, put the rooms up for kiosks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from assistant import public_desk
from assistant.cli.entry import case_store, settings
from mediation_rooms.request_spool import waiting

requests = AppGroup("requests", help="Requests for help from kiosks, and what kiosks are told of the rooms.")


REFUSAL = "自助终端读不了求助；请在调解室的机器上运行"


@requests.command("collect")
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder carried here from a kiosk; INBOX_DIRECTORY by default.",
)
def collect(folder: Path | None) -> None:
    """Take every waiting request into its room's box; safe to repeat and to interrupt."""
    report = public_desk.collect(settings(), case_store(REFUSAL), folder=folder, now=datetime.now(UTC))
    click.echo(f"新收 {report.taken_count} 条，以前收过 {report.known_count} 条")
    if report.refused:
        for path in report.refused:
            click.echo(f"读不了，已放到：{path}", err=True)
        raise click.ClickException(
            "有的求助读不了：可能是文件损坏，或者是封给别的机器的。请不要删除，把文件交给管理员"
        )


@requests.command("publish")
def publish() -> None:
    """Put up the rooms and the key of the box for the kiosks; the running server does it by itself."""
    changed = public_desk.publish(settings(), case_store(REFUSAL), now=datetime.now(UTC))
    path = settings().public_directory / public_desk.PUBLISHED_FILE
    click.echo(f"{path}：{'已更新' if changed else '没有变化'}")


@requests.command("waiting")
def show_waiting() -> None:
    """How many requests wait in the box; says nothing of what they hold."""
    click.echo(f"{len(waiting(settings().inbox_directory))} 条")


COMMANDS = (requests,)
