"""How old the newest backup and the newest drill are, read from the trail, and when that is too old."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediation_rooms.audit import AuditRecord

OLDEST_BACKUP = timedelta(hours=24)
OLDEST_DRILL = timedelta(days=90)
BACKUP, DRILL = "backup.create", "backup.drill"


@dataclass(frozen=True)
class BackupAge:
    """When the last backup and the last drill were made; None where there never was one."""

    backup_at: datetime | None
    drill_at: datetime | None

    def backup_is_too_old(self, now: datetime) -> bool:
        """More than a day old, or never made."""
        return self.backup_at is None or now - self.backup_at > OLDEST_BACKUP

    def drill_is_too_old(self, now: datetime) -> bool:
        """More than ninety days ago, or never done."""
        return self.drill_at is None or now - self.drill_at > OLDEST_DRILL


def backup_age(session: Session) -> BackupAge:
    """What the trail says of backups; a line is written only for one that was opened and checked."""

    def last(action: str) -> datetime | None:
        done = (AuditRecord.action == action) & (AuditRecord.result == "done")
        return session.scalar(select(func.max(AuditRecord.happened_at)).where(done))

    return BackupAge(last(BACKUP), last(DRILL))
