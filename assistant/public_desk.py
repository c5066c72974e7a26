"""What the rooms put up for the public, and the box the public's requests are taken out of.

The full installation publishes one file: every open room with what the public may know, and the public
key of the box. A kiosk reads that file and nothing else of the rooms; it drops requests into the box,
closed. A round of the full installation publishes again when something changed and empties the box into
the rooms' own store, each request committed before its file is removed.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy.exc import IntegrityError

from assistant.settings import Settings
from corpus.database import Store, write_atomically
from mediation_rooms import request_spool
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.request_spool import SpooledRequest
from mediation_rooms.requests import HelpEntry, ask_for_help
from mediation_rooms.rooms import PublicRoom, directory, from_snapshot, nearest_first, snapshot
from mediation_rooms.sealed_box import BoxDamaged, new_private_key, public_key_of

LOGGER = logging.getLogger("assistant.public_desk")
PUBLISHED_FILE = "rooms.json"
KEY_FILE = "requests.key"
ROUND_SECONDS = 20.0


@dataclass(frozen=True)
class PublishedDesk:
    """What the file says: the rooms, and the key a request is closed for (None: none is taken)."""

    rooms: tuple[PublicRoom, ...]
    public_key: bytes | None

    def room(self, code: str) -> PublicRoom | None:
        """The room with this code."""
        return next((room for room in self.rooms if room.code == code), None)


@dataclass
class CollectReport:
    """What a collection did: newly stored, stored before, set aside as unreadable."""

    taken_count: int = 0
    known_count: int = 0
    refused: tuple[str, ...] = ()


class _Read:
    """The file last read, so that a page does not parse it again; keyed by path and identity."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.known: dict[Path, tuple[tuple[int, int, int], PublishedDesk]] = {}


_READ = _Read()


def published(settings: Settings) -> PublishedDesk:
    """What is put up now; nothing where no file is there or it cannot be read."""
    path = settings.public_directory / PUBLISHED_FILE
    try:
        found = path.stat()
        identity = (found.st_ino, found.st_mtime_ns, found.st_size)
        with _READ.lock:
            known = _READ.known.get(path)
            if known is None or known[0] != identity:
                content = json.loads(path.read_text("utf-8"))
                key = content["request_key"]
                desk = PublishedDesk(
                    tuple(from_snapshot(content["rooms"])), bytes.fromhex(key) if key else None
                )
                known = _READ.known[path] = (identity, desk)
            return known[1]
    except FileNotFoundError:
        return PublishedDesk((), None)
    except (OSError, ValueError, KeyError, TypeError):
        LOGGER.warning("published rooms cannot be read")
        return PublishedDesk((), None)


def publish(settings: Settings, cases: Store, *, now: datetime) -> bool:
    """Put up the present rooms, with the key of the box; whether the file changed."""
    with cases.reading() as session:
        rows = snapshot(directory(session, now=now))
    key = public_key_of(private_keys(settings, create=True)[0])
    written = json.dumps({"rooms": rows, "request_key": key.hex()}, ensure_ascii=False, indent=1).encode()
    path = settings.public_directory / PUBLISHED_FILE
    if path.is_file() and path.read_bytes() == written:
        return False

    def write(handle: IO[bytes]) -> None:
        os.fchmod(handle.fileno(), 0o644)
        handle.write(written)

    write_atomically(path, write)
    return True


def private_keys(settings: Settings, *, create: bool = False) -> tuple[bytes, ...]:
    """The private keys of the box, the present one first; made when there is none and ``create``.

    A later key goes in front by hand; the old ones stay readable as long as they stand in the file.
    """
    path = settings.key_directory / KEY_FILE
    try:
        return tuple(bytes.fromhex(line) for line in path.read_text("ascii").split())
    except FileNotFoundError:
        if not create:
            return ()
    settings.key_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = new_private_key()
    beside = path.with_name(f".{KEY_FILE}.{os.getpid()}.{threading.get_ident()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(fresh.hex() + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(beside, path)  # the first of several processes wins, and nobody sees half a key
    except FileExistsError:
        pass
    finally:
        beside.unlink()
    return private_keys(settings)


def collect(settings: Settings, cases: Store, *, folder: Path | None = None, now: datetime) -> CollectReport:
    """Take every request out of the box (or of a ``folder`` carried here) into the rooms' store.

    Each is committed before its file is removed; a kill in between finds it again by its form. A file
    that cannot be read is set aside in ``refused/`` and named in the report.
    """
    report = CollectReport()
    keys = private_keys(settings)
    for path in request_spool.waiting(folder or settings.inbox_directory):
        try:
            asked = request_spool.read(path, private_keys=keys)
            is_new = _store(cases, asked, now=now)
        except FileNotFoundError:  # another process took it
            continue
        except (BoxDamaged, InvalidEntry, NotFound, ValueError) as problem:
            LOGGER.error("request set aside", extra={"kind": type(problem).__name__})
            report.refused += (str(request_spool.set_aside(path)),)
            continue
        except IntegrityError:  # another process stored it at the same moment; the next round sees it
            continue
        request_spool.take_out(path)
        if is_new:
            report.taken_count += 1
        else:
            report.known_count += 1
    return report


def _store(cases: Store, asked: SpooledRequest, *, now: datetime) -> bool:
    """Store one request in its room, or in the nearest where that one has closed; whether it was new."""
    received_at = min(asked.received_at, now)
    with cases.writing() as session:
        entry = asked.entry
        open_rooms = directory(session, now=now)
        if all(room.id != entry.room_id for room in open_rooms):
            nearest = nearest_first(open_rooms, near_code=entry.division_code, now=now)
            if not nearest:
                raise NotFound("没有开着的调解室可以收这条求助")
            entry = HelpEntry(**{**vars(entry), "room_id": nearest[0].id})
        receipt = ask_for_help(session, entry=entry, now=received_at, reference=asked.reference)
        return receipt.is_new


def make_round(settings: Settings, cases: Store, *, now: datetime) -> CollectReport:
    """What is done every :data:`ROUND_SECONDS` while the full installation runs."""
    publish(settings, cases, now=now)
    return collect(settings, cases, now=now)
