"""Where backups are kept: their names, the newest, how many stay, a copy on a stick that was read back."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from corpus.database import write_atomically
from mediation_rooms.backup import BLOCK_BYTES, SUFFIX, BackupDamaged, digest, verify

MADE_REGULARLY = f"[0-9]*{SUFFIX}"
"""Names that start with the time; ``before-restore-…`` is kept for one purpose and never counts as a backup."""


def regular(directory: Path) -> list[Path]:
    """The archives of a folder that were made to be backups, oldest first, by the time in their names."""
    return sorted(directory.glob(MADE_REGULARLY), key=lambda path: path.name)


def newest(directory: Path) -> Path | None:
    """The newest backup of a folder."""
    return max(regular(directory), default=None, key=lambda path: path.name)


def name_for(now: datetime) -> str:
    """The file name of a backup made now."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{SUFFIX}"


def carry(archive_path: Path, directory: Path) -> Path:
    """Copy an archive to a stick or another disk, read it back from there and check it; its new path.

    A copy that does not read back is removed. Raises BackupDamaged or OSError.
    """
    target = directory / archive_path.name
    with archive_path.open("rb") as source:
        write_atomically(target, lambda handle: shutil.copyfileobj(source, handle, BLOCK_BYTES))
    try:
        _forget_cached(target)
        if digest(target) != digest(archive_path):
            raise BackupDamaged(f"{target} 读回来和原来的不一样，这个盘可能坏了")
        verify(target, workplace=archive_path.parent)
    except (OSError, BackupDamaged):
        target.unlink(missing_ok=True)
        raise
    return target


def _forget_cached(path: Path) -> None:
    """Ask the system to read the file from the disk again, not from memory, where it can be asked."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as handle:
            os.posix_fadvise(handle.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def keep_newest(directory: Path, *, count: int) -> list[Path]:
    """Remove all but the newest ``count`` backups of a folder; returns those removed."""
    found = regular(directory)[::-1]
    for path in found[max(count, 1) :]:
        path.unlink()
    return found[max(count, 1) :]
