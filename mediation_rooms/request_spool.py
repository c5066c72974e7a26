"""The box on the wall: a folder into which a kiosk puts requests for help and from which it reads none.

A request is closed for the room's public key before it touches the disk; the private half lies only
with the full installation. One file a request, named by a hash of its form, written beside, synced and
renamed: a kill or a power cut leaves the whole request or none, and the same form sent twice is one file.
The list of recent drops beside it holds times and hashes, nothing anybody said.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from corpus.database import write_atomically
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.requests import REFERENCE_ALPHABET, REFERENCE_LENGTH, HelpEntry, help_problems
from mediation_rooms.sealed_box import close_box, open_box

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows has no flock; one kiosk process writes there
    fcntl = None  # type: ignore[assignment]

SUFFIX = ".request"
REFUSED = "refused"
RECENT_FILE = "recent.json"
LOCK_FILE = "lock"
MOST_WAITING = 2_000
LARGEST_BYTES = 24 * 1024
RECENT_WINDOW = timedelta(hours=24)
SHORT_WINDOW = timedelta(minutes=10)
MOST_IN_SHORT_WINDOW = 6
MOST_IN_RECENT_WINDOW = 60


class SpoolRefuses(RuntimeError):
    """The box takes nothing now: ``reason`` is ``full`` or ``too_many``."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Dropped:
    """What the receipt says of a request: its reference and when it came. Nothing personal."""

    reference: str
    received_at: datetime


@dataclass(frozen=True)
class SpooledRequest:
    """A request as the full installation reads it out of its box."""

    entry: HelpEntry
    reference: str
    received_at: datetime


def file_name(form_token: str) -> str:
    """The name of the file of one form: the same form, the same name."""
    return hashlib.sha256(b"spooled request" + form_token.encode()).hexdigest()[:40] + SUFFIX


def reference_of(form_token: str) -> str:
    """The reference on the receipt, from the random token of the form: sent twice, it stays the same."""
    number = int.from_bytes(hashlib.sha256(b"reference" + form_token.encode()).digest()[:16], "big")
    letters = []
    for _place in range(REFERENCE_LENGTH):
        number, place = divmod(number, len(REFERENCE_ALPHABET))
        letters.append(REFERENCE_ALPHABET[place])
    return "".join(letters)


def drop(folder: Path, *, public_key: bytes, entry: HelpEntry, machine: str, now: datetime) -> Dropped:
    """Put a request into the box. ``machine`` is what the rate is counted by.

    Raises :class:`InvalidEntry` with every problem, :class:`SpoolRefuses` when the box is full or one
    machine sends too many, OSError when the disk does not take it.
    """
    if problems := help_problems(entry):
        raise InvalidEntry(problems)
    reference, name = reference_of(entry.form_token), file_name(entry.form_token)
    folder.mkdir(parents=True, exist_ok=True, mode=0o770)
    with _locked(folder):
        recent = _recent(folder, now=now)
        known = next((each for each in recent if each["name"] == name), None)
        if known is not None:
            return Dropped(reference, datetime.fromtimestamp(known["at"], UTC))
        if (folder / name).exists():
            return Dropped(reference, datetime.fromtimestamp((folder / name).stat().st_mtime, UTC))
        machine_hash = hashlib.sha256(b"machine" + machine.encode()).hexdigest()[:16]
        _refuse_too_many(folder, recent, machine_hash, now=now)
        received_at = now.astimezone(UTC).replace(microsecond=0)
        content = {"reference": reference, "received_at": received_at.isoformat(), "entry": asdict(entry)}
        box = close_box(json.dumps(content, ensure_ascii=False).encode(), public_key=public_key, name=name)
        if len(box) > LARGEST_BYTES:
            raise InvalidEntry({"words": "写得太长了，其余可以当面说"})
        _write(folder / name, box, at=received_at)
        recent.append({"name": name, "at": int(received_at.timestamp()), "machine": machine_hash})
        write_atomically(folder / RECENT_FILE, lambda handle: _dump(handle, recent))
    return Dropped(reference, received_at)


def waiting(folder: Path) -> list[Path]:
    """The files in the box, oldest first; only their holder can read what they say."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if path.name.endswith(SUFFIX) and path.is_file()]
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))


def read(path: Path, *, private_keys: tuple[bytes, ...]) -> SpooledRequest:
    """Open one file of the box. Raises :class:`BoxDamaged`, or ValueError for content of another shape."""
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError("求助文件太大")
    content = json.loads(open_box(path.read_bytes(), private_keys=private_keys, name=path.name))
    try:
        values = {field.name: content["entry"][field.name] for field in fields(HelpEntry)}
        return SpooledRequest(
            HelpEntry(**values),
            str(content["reference"]),
            datetime.fromisoformat(content["received_at"]).astimezone(UTC),
        )
    except (KeyError, TypeError) as problem:
        raise ValueError("求助文件的内容不完整") from problem


def take_out(path: Path) -> None:
    """Remove a file whose request is stored; safe to repeat."""
    path.unlink(missing_ok=True)
    _sync_folder(path.parent)


def set_aside(path: Path) -> Path:
    """Move a file that cannot be read to ``refused/``: nothing that somebody sent is thrown away."""
    target = path.parent / REFUSED / path.name
    target.parent.mkdir(exist_ok=True, mode=0o770)
    path.replace(target)
    _sync_folder(path.parent)
    return target


def _refuse_too_many(folder: Path, recent: list[dict[str, Any]], machine: str, *, now: datetime) -> None:
    own = [now.timestamp() - each["at"] for each in recent if each["machine"] == machine]
    in_short = sum(abs(age) <= SHORT_WINDOW.total_seconds() for age in own)
    if in_short >= MOST_IN_SHORT_WINDOW or len(own) >= MOST_IN_RECENT_WINDOW:
        raise SpoolRefuses("too_many")
    if sum(1 for each in folder.iterdir() if each.name.endswith(SUFFIX)) >= MOST_WAITING:
        raise SpoolRefuses("full")


def _recent(folder: Path, *, now: datetime) -> list[dict[str, Any]]:
    """Drops within a day of now, before or after (a clock may jump); a damaged list counts as empty."""
    try:
        rows = json.loads((folder / RECENT_FILE).read_text("utf-8"))
        return [
            {"name": str(row["name"]), "at": int(row["at"]), "machine": str(row["machine"])}
            for row in rows
            if abs(now.timestamp() - int(row["at"])) <= RECENT_WINDOW.total_seconds()
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _dump(handle: IO[bytes], rows: list[dict[str, Any]]) -> None:
    handle.write(json.dumps(rows).encode())


def _write(path: Path, box: bytes, *, at: datetime) -> None:
    def write(handle: IO[bytes]) -> None:
        os.fchmod(handle.fileno(), 0o660)  # nosec B103
        handle.write(box)
        handle.flush()
        os.utime(handle.fileno(), (at.timestamp(), at.timestamp()))

    write_atomically(path, write)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One drop at a time in this folder, whatever process it comes from."""
    with (folder / LOCK_FILE).open("ab") as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
