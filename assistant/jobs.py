"""Long work: queued in the database, done in a thread, watched on a page, kept a week.

Register a function by name, then queue it::

    @job("outreach.pack")
    def build(context: JobContext, **payload) -> dict:
        context.progress(40, _l("正在排版"))
        context.check_cancelled()
        return {"file": "pack.zip"}

    public_id = enqueue("outreach.pack", {"item": 3}, owner_id=account.id)

A worker claims a waiting row in one write transaction, so several processes never do the same
work twice. Work whose heartbeat stopped (killed process, power cut) is tried once more, then failed.
Whether it stopped is told by this process's own clock, which nobody sets: a wall clock that jumps
neither takes work away from a process that is at it nor leaves dead work lying.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assistant import leftovers, public_desk, search_service
from assistant.i18n import LANGUAGES, current_language, speaking
from assistant.i18n import gettext as _
from assistant.job_models import CaseJob, CollectionJob, JobState
from assistant.job_upkeep import HeartbeatWatch, forget_expired, take_up
from assistant.settings import Settings
from corpus.database import Store
from mediation_rooms.errors import NotFound

LOGGER = logging.getLogger("assistant.jobs")
Queue = Literal["collection", "cases"]
Job = CollectionJob | CaseJob
MODELS: dict[Queue, type[CollectionJob] | type[CaseJob]] = {"collection": CollectionJob, "cases": CaseJob}
FINISHED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
KEPT = timedelta(days=7)
SILENT_TOO_LONG = timedelta(minutes=2)
MOST_ATTEMPTS = 2
IDLE_SECONDS = 1.0
BEAT_SECONDS = 20.0

JobFunction = Callable[..., dict[str, Any] | None]
_FUNCTIONS: dict[str, JobFunction] = {}


class JobCancelled(Exception):
    """The person who asked for the work no longer wants it."""


class JobFailed(Exception):
    """The work cannot be done; the message is a complete sentence for the person who asked."""


def job(kind: str) -> Callable[[JobFunction], JobFunction]:
    """Register a function as the work of this kind. Names are ``area.verb`` and unique."""

    def register(function: JobFunction) -> JobFunction:
        if kind in _FUNCTIONS and _FUNCTIONS[kind].__qualname__ != function.__qualname__:
            raise ValueError(f"job kind {kind} is registered twice")
        _FUNCTIONS[kind] = function
        return function

    return register


@dataclass
class JobContext:
    """What a working function may do: tell its progress, look whether it is still wanted, keep a file."""

    store: Store
    model: type[CollectionJob] | type[CaseJob]
    job_id: int
    folder: Path
    attempt: int = 1

    def progress(self, percent: int, message: object = "") -> None:
        """Tell how far the work is (0–100) and what is being done; also checks for cancelling."""
        with self.store.writing() as session:
            row = session.get_one(self.model, self.job_id)
            row.progress_percent = max(0, min(100, percent))
            row.message = str(message) or row.message
            row.heartbeat_at = datetime.now(UTC)
            cancelled = row.cancel_requested or row.attempts_count != self.attempt
        if cancelled:
            raise JobCancelled

    def check_cancelled(self) -> None:
        """Raise JobCancelled when the person pressed cancel, or another worker has the work now."""
        with self.store.reading() as session:
            row = session.get_one(self.model, self.job_id)
            if row.cancel_requested or row.attempts_count != self.attempt:
                raise JobCancelled

    def file(self, name: str) -> Path:
        """A path in this job's own folder for a result file; kept as long as the job."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.folder / Path(name).name


def enqueue(
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    queue: Queue = "collection",
    owner_id: int | None = None,
) -> str:
    """Queue work of a registered kind and return its public id. Commits by itself.

    Raises KeyError for an unknown kind: that is a mistake of the programme, not of a person.
    """
    if kind not in _FUNCTIONS:
        raise KeyError(f"no job of kind {kind} is registered")
    public_id = secrets.token_urlsafe(16)
    with _store(queue).writing() as session:
        session.add(
            MODELS[queue](
                public_id=public_id,
                kind=kind,
                payload=payload or {},
                owner_id=owner_id,
                language=current_language().tag,
                created_at=datetime.now(UTC),
                message=_("排队等候"),
            )
        )
    _worker().wake.set()
    return public_id


def find(public_id: str, *, queue: Queue = "collection", owner_id: int | None = None) -> Job:
    """The job with this public id. With ``owner_id``, another person's job is NotFound."""
    with _store(queue).reading() as session:
        return _find(session, public_id, queue, owner_id)


def cancel(public_id: str, *, queue: Queue = "collection", owner_id: int | None = None) -> None:
    """Ask a job to stop; a waiting one stops at once. Commits by itself."""
    with _store(queue).writing() as session:
        row = _find(session, public_id, queue, owner_id)
        row.cancel_requested = True
        if row.state is JobState.WAITING:
            row.state, row.finished_at = JobState.CANCELLED, datetime.now(UTC)


def result_folder(row: Job) -> Path:
    """The folder of a job's results; it may be gone."""
    return _worker().folder / row.public_id


def result_file(row: Job, name: str) -> Path:
    """The path of a result file of this job; NotFound when it does not exist."""
    path = result_folder(row) / Path(name).name
    if not path.is_file():
        raise NotFound
    return path


def as_json(row: Job) -> dict[str, Any]:
    """What the progress bar is told."""
    return {
        "id": row.public_id,
        "state": row.state.value,
        "percent": row.progress_percent,
        "message": row.message,
        "finished": row.state in FINISHED,
    }


def run_waiting(app: Flask) -> int:
    """Do all waiting work now, in this thread; the number done. For the command line and tests."""
    return _worker(app).run_all()


class Worker:
    """Takes waiting jobs of every queue, one after another."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app = app
        self.folder = settings.instance_directory / "results"
        self.wake = threading.Event()
        self.stopping = threading.Event()
        self.thread: threading.Thread | None = None
        stores = app.extensions["stores"]
        self.queues: dict[Queue, Store] = {}
        self.rounds: list[tuple[float, Callable[[], object]]] = []
        self._last_rounds: dict[int, float] = {}
        self._watches: dict[Queue, HeartbeatWatch] = {}
        if not settings.is_kiosk:
            self.queues = {"collection": stores.collection, "cases": stores.cases}

    def every(self, seconds: float, work: Callable[[], object]) -> None:
        """Do short work again and again beside the queue, as long as the thread runs."""
        self.rounds.append((seconds, work))

    def make_due_rounds(self) -> None:
        """Do the rounds whose time has come; one that fails is logged and tried again at its next time."""
        for number, (seconds, work) in enumerate(self.rounds):
            moment = time.monotonic()
            if moment - self._last_rounds.get(number, -seconds) < seconds:
                continue
            self._last_rounds[number] = moment
            try:
                work()
            except Exception:  # the queue outlives whatever a round does
                LOGGER.exception("round failed")

    def start(self) -> None:
        """Begin working in a daemon thread of this process (once)."""
        if self.thread is None and self.queues:
            self.thread = threading.Thread(target=self._loop, name="jobs", daemon=True)
            self.thread.start()

    def stop(self) -> None:
        """Finish the current piece of work and end the thread."""
        self.stopping.set()
        self.wake.set()
        if self.thread is not None:
            self.thread.join(timeout=30)

    def run_all(self) -> int:
        """Work until nothing waits; the number of jobs taken."""
        done = 0
        for queue, store in self.queues.items():
            watch = self._watches.setdefault(queue, HeartbeatWatch(store, MODELS[queue]))
            silent = watch.silent(longer_than=SILENT_TOO_LONG)
            take_up(store, MODELS[queue], silent, most_attempts=MOST_ATTEMPTS, now=datetime.now(UTC))
            forget_expired(store, MODELS[queue], self.folder, finished_before=datetime.now(UTC) - KEPT)
            while not self.stopping.is_set() and self._run_one(queue, store):
                done += 1
        return done

    def _loop(self) -> None:
        while not self.stopping.is_set():
            try:
                self.run_all()
                self.make_due_rounds()
            except (SQLAlchemyError, OSError):
                # the database is away, its disk full or not migrated yet; the next round tries again
                LOGGER.warning("job queue not reachable")
                self._watches.clear()  # nobody could write a heartbeat either
                self.stopping.wait(10)
            self.wake.wait(IDLE_SECONDS)
            self.wake.clear()

    def _run_one(self, queue: Queue, store: Store) -> bool:
        model = MODELS[queue]
        with store.reading() as session:
            if session.scalar(select(model.id).where(model.state == JobState.WAITING).limit(1)) is None:
                return False
        with store.writing() as session:
            row = session.scalar(
                select(model)
                .where(model.state == JobState.WAITING)
                .order_by(model.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return False
            row.state, row.heartbeat_at = JobState.RUNNING, datetime.now(UTC)
            row.attempts_count += 1
        context = JobContext(store, model, row.id, self.folder / row.public_id, row.attempts_count)
        stop_beating = threading.Event()
        beat = threading.Thread(target=_beat, args=(store, model, row.id, stop_beating), daemon=True)
        beat.start()
        try:
            state, message, result = self._perform(row, context)
            _put_on_disk(context.folder)  # before the row says that it is done
        finally:
            stop_beating.set()
            beat.join()
        with store.writing() as session:
            finished = session.get(model, row.id)
            if finished is None or finished.attempts_count != row.attempts_count:
                return True  # held for dead and given to another worker meanwhile: that one reports
            finished.state, finished.result, finished.finished_at = state, result, datetime.now(UTC)
            finished.message = message
            if state is JobState.DONE:
                finished.progress_percent = 100
        LOGGER.info("job", extra={"kind": row.kind, "outcome": state.value})
        return True

    def _perform(self, row: Job, context: JobContext) -> tuple[JobState, str, dict[str, Any] | None]:
        with self.app.app_context(), speaking(row.language if row.language in LANGUAGES else "zh"):
            function = _FUNCTIONS.get(row.kind)
            if function is None:
                return JobState.FAILED, _("这类工作已经不再提供"), None
            try:
                result = function(context, **row.payload)
            except JobCancelled:
                return JobState.CANCELLED, _("已取消"), None
            except JobFailed as problem:
                return JobState.FAILED, str(problem), None
            except Exception:  # the queue outlives whatever a piece of work does
                LOGGER.exception("job failed", extra={"kind": row.kind})
                return JobState.FAILED, _("程序出错，没有做成；可以再试一次"), None
            return JobState.DONE, _("已完成"), result


def install(app: Flask, settings: Settings) -> None:
    """Give the application its queue. The thread starts with the server, not with every command."""
    worker = app.extensions["jobs"] = Worker(app, settings)
    worker.every(search_service.RECONCILE_SECONDS, app.extensions["search"].is_ready)
    cases = app.extensions["stores"].cases
    if cases is not None:
        worker.every(
            public_desk.ROUND_SECONDS,
            lambda: public_desk.make_round(settings, cases, now=datetime.now(UTC)),
        )
        worker.every(
            leftovers.ROUND_SECONDS,
            lambda: leftovers.remove_leftovers(
                settings.instance_directory, app.extensions["stores"], now=datetime.now(UTC)
            ),
        )


def _worker(app: Flask | None = None) -> Worker:
    worker: Worker = (app or current_app).extensions["jobs"]
    return worker


def _store(queue: Queue) -> Store:
    try:
        return _worker().queues[queue]
    except KeyError:
        raise NotFound from None


def _find(session: Session, public_id: str, queue: Queue, owner_id: int | None) -> Job:
    model = MODELS[queue]
    row: Job | None = session.scalar(select(model).where(model.public_id == public_id))
    if row is None or (owner_id is not None and row.owner_id != owner_id):
        raise NotFound
    return row


def _beat(
    store: Store, model: type[CollectionJob] | type[CaseJob], job_id: int, stop: threading.Event
) -> None:
    while not stop.wait(BEAT_SECONDS):
        try:
            with store.writing() as session:
                row = session.get(model, job_id)
                if row is not None:
                    row.heartbeat_at = datetime.now(UTC)
        except (SQLAlchemyError, OSError):
            LOGGER.warning("heartbeat not written")  # the next one may succeed; the work goes on


def _put_on_disk(folder: Path) -> None:
    """Make the results survive a power cut, so that finished work never points to half a file."""
    if not folder.is_dir():
        return
    for path in [*folder.rglob("*"), folder, folder.parent]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
