"""A recording while it is being made: every piece is on disk before it is acknowledged.

After a power cut the pieces that arrived are still there; finishing later assembles them. Piece
numbers count from 0; a piece sent twice is kept once, a gap is told to the sender.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from corpus.database import write_atomically
from corpus.editions.building import synchronise
from corpus.parallel.audio import LARGEST_FILE, SoundRefused

LARGEST_PIECE = 4 * 1024 * 1024
MOST_PIECES = 10_000
ABOUT_NAME = "about.json"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


class UploadNotFound(LookupError):
    """There is no such recording session (finished, discarded or never begun)."""


def begin_upload(folder: Path, about: Mapping[str, str | int] | None = None) -> str:
    """Open a session; its token is the only way to add to it.

    ``about`` (who records what) is kept beside the pieces, so that it is known after a power cut too.
    """
    token = secrets.token_urlsafe(16)
    (folder / token).mkdir(parents=True, mode=0o700)
    if about is not None:
        content = json.dumps(about, ensure_ascii=False).encode()
        write_atomically(folder / token / ABOUT_NAME, lambda handle: handle.write(content))
    synchronise(folder)
    return token


def about_upload(folder: Path, token: str) -> dict[str, str | int]:
    """What was noted when the session began; empty where nothing can be read. Raises UploadNotFound."""
    try:
        noted = json.loads((_session(folder, token) / ABOUT_NAME).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def last_piece_at(folder: Path, token: str) -> datetime:
    """When the last piece came; raises UploadNotFound."""
    session = _session(folder, token)
    newest = max((path.stat().st_mtime for path in (session, *_pieces(session))), default=0.0)
    return datetime.fromtimestamp(newest, UTC)


def add_piece(folder: Path, token: str, *, number: int, content: bytes) -> int:
    """Keep a piece, synchronised to disk; returns the number of the next piece expected.

    A piece already kept is not replaced. Raises UploadNotFound, SoundRefused for sizes beyond the limits
    and ValueError for a gap.
    """
    session = _session(folder, token)
    if len(content) > LARGEST_PIECE or not content:
        raise SoundRefused(f"录音分段须在 1 字节到 {LARGEST_PIECE // 1024 // 1024} MB 之间。")
    kept = _pieces(session)
    if number < len(kept):
        return len(kept)
    if number > len(kept) or number >= MOST_PIECES:
        raise ValueError(f"缺少第{len(kept)}段，请从该段重新发送。")
    if sum(path.stat().st_size for path in kept) + len(content) > LARGEST_FILE:
        raise SoundRefused(f"录音超过 {LARGEST_FILE // 1024 // 1024} MB，请结束后另录一段。")
    write_atomically(session / f"{number:06d}", lambda handle: _write(handle.fileno(), content))
    return number + 1


def assemble(folder: Path, token: str) -> bytes:
    """All pieces kept so far, in order; the session stays until :func:`discard_upload`.

    Raises UploadNotFound, and SoundRefused when nothing was kept.
    """
    pieces = _pieces(_session(folder, token))
    if not pieces:
        raise SoundRefused("还没有录下任何内容。")
    return b"".join(path.read_bytes() for path in pieces)


def unfinished(folder: Path) -> list[str]:
    """Tokens of sessions that hold something, for the person who comes back after a power cut."""
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if _TOKEN.fullmatch(p.name) and _pieces(p))


def discard_upload(folder: Path, token: str) -> None:
    """Remove a session after its recording was stored, or when the person does not want it."""
    session = _session(folder, token)
    for path in session.iterdir():
        path.unlink()
    session.rmdir()


def _session(folder: Path, token: str) -> Path:
    session = folder / token
    if not _TOKEN.fullmatch(token) or not session.is_dir():
        raise UploadNotFound("没有这个录音，可能已经保存或取消。")
    return session


def _pieces(session: Path) -> list[Path]:
    """The unbroken run of pieces from 0; a temporary file of an interrupted write has another name."""
    found = []
    for number in range(MOST_PIECES):
        path = session / f"{number:06d}"
        if not path.is_file():
            break
        found.append(path)
    return found


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
