"""What the administrator must know of backups and of the disk: how old the newest backup, drill and check are."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, render_template

from assistant.condition import StoreCondition
from assistant.store_checks import OLDEST_CHECK
from assistant.web.account import blueprint
from assistant.web.clock import CHINA, now
from assistant.web.sessions import case_reader
from mediation_rooms.backup_age import OLDEST_BACKUP, OLDEST_DRILL, backup_age


@blueprint.get("/backups")
def backups() -> str:
    """The age of the newest backup, the last drill and the last full check, with an alarm when one is too old."""
    moment = now()
    age = backup_age(case_reader())
    condition: StoreCondition = current_app.extensions["condition"]
    weekly = condition.weekly()
    return render_template(
        "account/backups.html",
        age=age,
        backup_at=_shown(age.backup_at),
        drill_at=_shown(age.drill_at),
        backup_is_old=age.backup_is_too_old(moment),
        drill_is_old=age.drill_is_too_old(moment),
        check=weekly,
        checked_at=_shown(weekly.checked_at if weekly is not None else None),
        check_is_old=weekly is None or weekly.is_too_old(moment),
        most_check_days=OLDEST_CHECK.days,
        most_hours=OLDEST_BACKUP.days * 24,
        most_days=OLDEST_DRILL.days,
    )


def _shown(at: datetime | None) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if at is not None else ""
