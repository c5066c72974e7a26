"""`flask --app wsgi audit verify|anchor|export`: the trail."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from assistant.cli.entry import case_store, settings
from mediation_rooms.audit import AuditRecord
from mediation_rooms.audit_anchor import verify as check
from mediation_rooms.audit_anchor import write_anchor
from mediation_rooms.csv_cells import plain_cells

audit = AppGroup("audit", help="操作记录 / the trail")


def _anchors() -> Path:
    return settings().instance_directory / "anchors"


@audit.command("verify")
@click.option("--anchors", type=click.Path(path_type=Path), help="另外保存的锚点文件夹")
@with_appcontext
def verify(anchors: Path | None) -> None:
    """Check every chain; name the first broken link of each. Exit status 1 when one is broken."""
    with case_store().reading() as session:
        try:
            verdict = check(session, anchors=anchors or _anchors())
        except ValueError as problem:
            raise click.ClickException(str(problem)) from problem
    for link in verdict.broken:
        click.echo(str(link))
    click.echo(f"查了 {verdict.line_count} 条，{'有断链' if verdict.broken else '完整'}")
    if verdict.broken:
        sys.exit(1)


@audit.command("anchor")
@click.option("--to", "directory", type=click.Path(path_type=Path))
@with_appcontext
def anchor(directory: Path | None) -> None:
    """Write today's anchor, to be kept elsewhere (run daily)."""
    with case_store().reading() as session:
        path = write_anchor(session, directory or _anchors(), now=datetime.now(UTC))
    click.echo(str(path))


@audit.command("export")
@with_appcontext
def export() -> None:
    """Print the whole trail as CSV."""
    names = ["chain", "sequence", "wall_clock", "account_id", "actor_name", "device", "action"]
    names += ["object_kind", "object_id", "result", "reason", "previous_hash", "own_hash"]
    writer = csv.writer(sys.stdout)
    writer.writerow(names)
    with case_store().reading() as session:
        for line in session.scalars(select(AuditRecord).order_by(AuditRecord.id)):
            cells = [str(value) if (value := getattr(line, name)) is not None else "" for name in names]
            writer.writerow(plain_cells(cells))


COMMANDS = (audit,)
