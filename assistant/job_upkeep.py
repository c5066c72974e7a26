"""Work whose process died, and results whose week is over.

Whether a heartbeat stopped is told by the watching process's own monotonic clock: a wall clock that
jumps forward would otherwise give running work to a second worker, and one that jumps back would leave
dead work lying for as long as it jumped.
"""

from __future__ import annotations

import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from assistant.job_models import CaseJob, CollectionJob, JobState
from corpus.database import Store

Model = type[CollectionJob] | type[CaseJob]


class HeartbeatWatch:
    """What one process saw of the heartbeats of one queue."""

    def __init__(self, store: Store, model: Model) -> None:
        self.store, self.model = store, model
        self._seen: dict[int, tuple[datetime | None, float]] = {}

    def silent(self, *, longer_than: timedelta) -> dict[int, datetime | None]:
        """Running work whose heartbeat has stood still for longer, since this process first saw it, with that beat."""
        moment = time.monotonic()
        running = select(self.model.id, self.model.heartbeat_at).where(self.model.state == JobState.RUNNING)
        with self.store.reading() as session:
            beats = {row.id: row.heartbeat_at for row in session.execute(running)}
        known = self._seen
        self._seen = {
            job_id: known[job_id] if job_id in known and known[job_id][0] == beat else (beat, moment)
            for job_id, beat in beats.items()
        }
        longest = longer_than.total_seconds()
        return {job_id: beat for job_id, (beat, since) in self._seen.items() if moment - since > longest}


def take_up(
    store: Store, model: Model, silent: dict[int, datetime | None], *, most_attempts: int, now: datetime
) -> None:
    """Have work whose process died done once more, or give it up; work that beat meanwhile is left alone."""
    if not silent:
        return
    held = (model.state == JobState.RUNNING) & model.id.in_(silent)
    with store.writing() as session:
        for row in session.scalars(select(model).where(held).with_for_update(skip_locked=True)):
            if row.heartbeat_at != silent[row.id]:
                continue
            if row.cancel_requested:
                row.state, row.finished_at, row.message = JobState.CANCELLED, now, "已取消"
            elif row.attempts_count < most_attempts:
                row.state = JobState.WAITING
            else:
                row.state, row.finished_at = JobState.FAILED, now
                row.message = "程序中途停止，没有做成；可以再试一次"


def forget_expired(store: Store, model: Model, folder: Path, *, finished_before: datetime) -> None:
    """Forget results that were kept long enough, files first."""
    expired = model.finished_at < finished_before
    with store.reading() as session:
        if session.scalar(select(model.id).where(expired).limit(1)) is None:
            return
    with store.writing() as session:
        for row in session.scalars(select(model).where(expired).with_for_update(skip_locked=True)):
            shutil.rmtree(folder / row.public_id, ignore_errors=True)
            session.delete(row)
