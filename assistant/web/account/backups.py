"""What the administrator must know of backups: the newest, the last drill, and what to do when they are old."""

from __future__ import annotations

from datetime import datetime

from flask import render_template

from assistant.web.account import blueprint
from assistant.web.clock import CHINA, now
from assistant.web.sessions import case_reader
from mediation_rooms.backup_age import OLDEST_BACKUP, OLDEST_DRILL, backup_age


@blueprint.get("/backups")
def backups() -> str:
    """The age of the newest backup and of the last drill, with an alarm when either is too old."""
    moment = now()
    age = backup_age(case_reader())
    return render_template(
        "account/backups.html",
        age=age,
        backup_at=_shown(age.backup_at),
        drill_at=_shown(age.drill_at),
        backup_is_old=age.backup_is_too_old(moment),
        drill_is_old=age.drill_is_too_old(moment),
        most_hours=OLDEST_BACKUP.days * 24,
        most_days=OLDEST_DRILL.days,
    )


def _shown(at: datetime | None) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if at is not None else ""
