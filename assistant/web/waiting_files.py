"""Files that were looked at and wait to be confirmed: encrypted, under a random name, gone after a day.

Whoever was told the name may go on with the file; it is 256 random bits and stands in no address.
"""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

from flask import current_app

from assistant.settings import Settings
from mediation_rooms.encrypted_files import read_encrypted, write_encrypted

WAITING_SECONDS = 24 * 3600
_NAME = re.compile(r"[0-9a-f]{64}")


def _folder(purpose: str) -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.instance_directory / "tmp" / purpose


def keep(purpose: str, content: bytes) -> str:
    """Let a file wait; its name is the way back. Those that nobody confirmed within a day leave."""
    folder = _folder(purpose)
    for path in folder.glob("*/*"):
        if time.time() - path.stat().st_mtime > WAITING_SECONDS:
            path.unlink(missing_ok=True)
    name = secrets.token_hex(32)
    write_encrypted(folder, name, content)
    return name


def replace(purpose: str, name: str, content: bytes) -> None:
    """Keep what was corrected meanwhile under the same name; nothing happens for a name that is over."""
    if find(purpose, name) is not None:
        write_encrypted(_folder(purpose), name, content)


def find(purpose: str, name: str) -> bytes | None:
    """The file that waits under a name; None for a name that never was or is over."""
    path = _folder(purpose) / name[:2] / name
    return read_encrypted(_folder(purpose), name) if _NAME.fullmatch(name) and path.is_file() else None


def forget(purpose: str, name: str) -> None:
    """The file was used."""
    if _NAME.fullmatch(name):
        (_folder(purpose) / name[:2] / name).unlink(missing_ok=True)
