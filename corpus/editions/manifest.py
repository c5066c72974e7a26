"""What an edition consists of: a number, a day, and the hash and size of every file.

The manifest's bytes are canonical JSON, so the same collection gives the same bytes, and the
signature is over exactly these bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

FORMAT = 1
MANIFEST_NAME = "manifest.json"
SIGNATURE_NAME = "manifest.sig"
COLLECTION_NAME = "collection.sqlite3"
SOUND_FOLDER = "recordings/"
LARGEST_MANIFEST = 16 * 1024 * 1024
LARGEST_EDITION = 64 * 1024**3
BLOCK = 1 << 20
_NAME = re.compile(r"collection\.sqlite3|recordings/[A-Za-z0-9_-]{8,64}\.[a-z0-9]{2,5}")


class EditionRefused(ValueError):
    """The package must not be used; the message gives the reason and the remedy in Chinese."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file: name inside the package, SHA-256 in hexadecimal, size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of an edition, files sorted by name."""

    version: int
    made_on: date
    files: tuple[FileEntry, ...]

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        value = {
            "format": FORMAT,
            "version": self.version,
            "made_on": self.made_on.isoformat(),
            "files": [[entry.name, entry.sha256, entry.size] for entry in self.files],
        }
        return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Read and judge a manifest; raises EditionRefused for anything but what :meth:`to_bytes` writes."""
        try:
            value: dict[str, Any] = json.loads(content)
            if value["format"] != FORMAT:
                raise EditionRefused(f"版本包格式{value['format']}无法识别，请先升级本程序。")
            files = tuple(
                FileEntry(str(name), str(digest), int(size)) for name, digest, size in value["files"]
            )
            manifest = cls(int(value["version"]), date.fromisoformat(value["made_on"]), files)
        except EditionRefused:
            raise
        except (ValueError, KeyError, TypeError) as error:
            raise EditionRefused("版本包的清单已损坏，请重新复制。") from error
        names = [entry.name for entry in files]
        if manifest.version < 1 or names != sorted(set(names)) or COLLECTION_NAME not in names:
            raise EditionRefused("版本包的清单不完整，请重新制作。")
        if any(not _NAME.fullmatch(name) for name in names):
            raise EditionRefused("版本包的清单含有不允许的文件名，已拒绝。")
        if any(entry.size < 0 for entry in files) or sum(entry.size for entry in files) > LARGEST_EDITION:
            raise EditionRefused("版本包超过大小上限，已拒绝。")
        return manifest


def entry_of(name: str, handle: IO[bytes]) -> FileEntry:
    """Hash a file."""
    digest, size = hashlib.sha256(), 0
    while block := handle.read(BLOCK):
        digest.update(block)
        size += len(block)
    return FileEntry(name, digest.hexdigest(), size)
