"""Files that were of use for a moment: removed when their moment is over, or with the file they came from.

Three kinds lie in the instance folder: uploads that wait to be confirmed (a day), results of long work
(a week, removed with their row; here those whose row is gone), and ``.part`` files of writers that were
killed (an hour: no write takes that long). Beside it lie the workplaces of backups, checks, restores and
drills that were killed: copies of the databases, removed after a day. Previews and single papers are drawn
in memory and leave no file.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from assistant.job_models import CaseJob, CollectionJob
from assistant.stores import Stores
from mediation_rooms.encrypted_files import forget_encrypted

PART_SECONDS = 3600
WAITING_SECONDS = 24 * 3600
ROUND_SECONDS = 3600.0
WORKPLACES = (".backup-*", ".verify-*", ".restore-*", ".drill-*")
WORKPLACE_SECONDS = 24 * 3600


def remove_leftovers(instance: Path, stores: Stores, *, now: datetime) -> int:
    """Remove what is over; how many files and folders. What vanishes meanwhile is no error."""
    moment = now.timestamp()
    removed = 0
    for path in instance.rglob(".*.part"):
        removed += _remove_older(path, moment - PART_SECONDS)
    for path in (instance / "tmp").rglob("*"):
        if path.is_file():
            removed += _remove_older(path, moment - WAITING_SECONDS)
    for folder in (instance.parent, backups_beside(instance)):
        removed += remove_workplaces(folder, now=now)
    folders = list((instance / "results").glob("*"))
    known = _known_results(stores)  # read after the folders: work that began meanwhile keeps its own
    for folder in folders:
        if known is not None and folder.is_dir() and folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def backups_beside(instance: Path) -> Path:
    """Where backups lie unless another folder is named."""
    return instance.with_name(f"{instance.name}-backups")


def remove_workplaces(folder: Path, *, now: datetime) -> int:
    """Remove what killed backups, checks, restores and drills left unpacked in a folder; how many."""
    removed = 0
    for pattern in WORKPLACES:
        for path in folder.glob(pattern):
            try:
                is_over = path.is_dir() and path.stat().st_mtime <= now.timestamp() - WORKPLACE_SECONDS
            except FileNotFoundError:
                continue
            if is_over:
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
    return removed


def _remove_older(path: Path, moment: float) -> int:
    try:
        if path.stat().st_mtime > moment:
            return 0
        path.unlink()
    except FileNotFoundError:
        return 0
    return 1


def _known_results(stores: Stores) -> set[str] | None:
    """Folders that a row of either queue still names; None where there is no case store to ask."""
    if stores.cases is None:
        return None
    known: set[str] = set()
    with stores.collection.reading() as session:
        known |= set(session.scalars(select(CollectionJob.public_id)))
    with stores.cases.reading() as session:
        known |= set(session.scalars(select(CaseJob.public_id)))
    return known


def forget_stored(instance: Path, names: Iterable[str]) -> None:
    """Remove attachments whose rows are gone."""
    for name in names:
        forget_encrypted(instance / "attachments", name)


def forget_work_on(instance: Path, stores: Stores, case_ids: Iterable[int]) -> None:
    """Remove long work on files that are gone: the rows, and their results before them."""
    gone = set(case_ids)
    if stores.cases is None or not gone:
        return
    with stores.cases.writing() as session:
        for row in session.scalars(select(CaseJob)):
            if row.payload.get("case_id") in gone:
                shutil.rmtree(instance / "results" / row.public_id, ignore_errors=True)
                session.delete(row)
