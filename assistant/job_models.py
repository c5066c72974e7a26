"""The queue of long work: one table in each store, so that case data never waits in the public one."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Integer, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

import corpus.store
import mediation_rooms.store
from corpus.database import Instant, text_enum


class JobState(enum.StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobColumns:
    """The columns both queues share. ``public_id`` is unguessable and stands in addresses."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    owner_id: Mapped[int | None] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(8), default="zh")
    state: Mapped[JobState] = mapped_column(text_enum(JobState, "job_state"), default=JobState.WAITING)
    progress_percent: Mapped[int] = mapped_column(Integer, default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    attempts_count: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    heartbeat_at: Mapped[datetime | None] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant, index=True)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy passes the class
        return (
            CheckConstraint("progress_percent BETWEEN 0 AND 100", name="progress_is_a_percentage"),
            CheckConstraint("attempts_count >= 0", name="attempts_not_negative"),
        )


class CollectionJob(JobColumns, corpus.store.Base):
    """Long work on the public collection: outreach packs, editions, exports."""

    __tablename__ = "job"


class CaseJob(JobColumns, mediation_rooms.store.Base):
    """Long work on cases: documents, statistics, a person's data."""

    __tablename__ = "job"
