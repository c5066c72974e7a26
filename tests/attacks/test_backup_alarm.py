"""An old backup is an alarm on every page of whoever answers for it, and a word on the health page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from mediation_rooms import audit
from mediation_rooms.actor import programme
from mediation_rooms.audit import AuditChain
from mediation_rooms.backup_age import BACKUP, DRILL, backup_age
from mediation_rooms.permissions import Role


def note(app: Flask, action: str, at: datetime, result: str = "done") -> None:
    with app.extensions["stores"].cases.writing() as session:
        audit.record(session, actor=programme("备份"), action=action, result=result, now=at)
    app.extensions["condition"].forget()


@pytest.mark.parametrize(
    ("backup", "drill", "alarms"),
    [
        (timedelta(hours=23, minutes=59), timedelta(days=89, hours=23), (False, False)),
        (timedelta(hours=24, minutes=1), timedelta(days=89), (True, False)),
        (timedelta(hours=1), timedelta(days=90, minutes=1), (False, True)),
        (None, None, (True, True)),
    ],
)
def test_a_day_without_backup_and_a_quarter_without_drill_are_alarms(app, signed_in, backup, drill, alarms):
    """BAK-05: by time travel to the minute: on the administrator's every page, on the page of backups."""
    now = datetime.now(UTC)
    for action, age in ((DRILL, drill), (BACKUP, backup)):
        if age is not None:
            note(app, action, now - age)
    browser = signed_in(Role.ADMINISTRATOR)
    page, everywhere = browser.get("/account/backups").text, browser.get("/account/").text
    assert ("备份太旧" in page, "演练太久以前" in page) == alarms
    assert ("没有做过备份" in everywhere, "没有做过恢复演练" in everywhere) == alarms
    if backup is not None:
        assert (now - backup).astimezone(audit.WALL).strftime("%Y-%m-%d %H:%M") in page


def test_only_whoever_answers_for_backups_hears_of_them(app: Flask, signed_in, client):
    """BAK-05: a mediator has no such page and no such warning; a failed backup does not count."""
    mediator = signed_in(Role.MEDIATOR, room_id=1)
    assert mediator.get("/account/backups").status_code == 404
    assert "没有做过备份" not in mediator.get("/account/").text
    note(app, BACKUP, datetime.now(UTC), result="failed")
    with app.extensions["stores"].cases.reading() as session:
        assert backup_age(session).backup_at is None
    assert client.get("/health").json["checks"]["backup"] == "too old"
    note(app, BACKUP, datetime.now(UTC))
    assert client.get("/health").json["checks"]["backup"] == "ok"


def test_the_health_page_tells_a_broken_trail(app: Flask, client):
    """OPS-04: disk, clock, index, backup and chain; a cut tail degrades the service."""
    note(app, BACKUP, datetime.now(UTC))
    checks = client.get("/health").json["checks"]
    assert {"disk", "clock", "index", "backup", "trail", "collection", "cases"} <= set(checks)
    assert checks["trail"] == "ok"
    with app.extensions["stores"].cases.writing() as session:
        session.execute(update(AuditChain).values(sequence=7))
    answer = client.get("/health")
    assert answer.json["checks"]["trail"] == "broken"
    assert answer.status_code == 503
