"""The ring of secret keys: one file outside the data folder, made by a command, never a default.

The file ``ring.json`` (mode 0600) holds the keys for fields (several, one current), for blind
indexes, for the trail and for backups. Losing it loses every encrypted field, so it is backed up
apart from the data; whoever steals a data folder without it reads no identity.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from corpus.database import write_atomically

RING_FILE = "ring.json"
KEY_BYTES = 32
FEWEST_DIFFERENT_BYTES = 8


class KeysMissing(RuntimeError):
    """No usable key ring; the message is a complete sentence with the remedy."""


@dataclass(frozen=True)
class KeyRing:
    """The secret keys of one installation. Printing it shows ids only."""

    current_field_key_id: str
    field_keys: Mapping[str, bytes] = field(repr=False)
    blind_index_key: bytes = field(repr=False)
    audit_key: bytes = field(repr=False)
    backup_key: bytes = field(repr=False)
    blind_index_keys_of_before: tuple[bytes, ...] = field(default=(), repr=False)
    """Keys of indexes that a running process may still write, until ``keys retire``."""

    def __post_init__(self) -> None:
        if self.current_field_key_id not in self.field_keys:
            raise KeysMissing("密钥文件损坏：缺少当前字段密钥，请用备份的密钥文件恢复")
        named = [*self.field_keys.values(), self.blind_index_key, self.audit_key, self.backup_key]
        named += self.blind_index_keys_of_before
        for key in named:
            if len(key) != KEY_BYTES or len(set(key)) < FEWEST_DIFFERENT_BYTES:
                raise KeysMissing("密钥太弱或是默认值，不能使用；请用 flask --app wsgi keys create 生成")
        if len(set(named)) != len(named):
            raise KeysMissing("几把密钥不能相同；请用 flask --app wsgi keys create 生成")

    def with_new_keys(self) -> KeyRing:
        """The same ring with a fresh key for fields and one for blind indexes; the old ones stay readable."""
        number = 1 + max(int(key_id.removeprefix("k")) for key_id in self.field_keys)
        key_id = f"k{number}"
        keys = {**self.field_keys, key_id: secrets.token_bytes(KEY_BYTES)}
        return replace(
            self,
            current_field_key_id=key_id,
            field_keys=keys,
            blind_index_key=secrets.token_bytes(KEY_BYTES),
            blind_index_keys_of_before=(self.blind_index_key, *self.blind_index_keys_of_before),
        )

    def only_current_keys(self) -> KeyRing:
        """The same ring without retired keys, once nothing is encrypted or indexed with them."""
        kept = {self.current_field_key_id: self.field_keys[self.current_field_key_id]}
        return replace(self, field_keys=kept, blind_index_keys_of_before=())


def new_key_ring() -> KeyRing:
    """A ring of fresh random keys."""
    return KeyRing(
        current_field_key_id="k1",
        field_keys={"k1": secrets.token_bytes(KEY_BYTES)},
        blind_index_key=secrets.token_bytes(KEY_BYTES),
        audit_key=secrets.token_bytes(KEY_BYTES),
        backup_key=secrets.token_bytes(KEY_BYTES),
    )


def save_key_ring(ring: KeyRing, directory: Path) -> Path:
    """Write the ring atomically, readable by its owner only; returns the file."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {
        "current": ring.current_field_key_id,
        "fields": {key_id: key.hex() for key_id, key in ring.field_keys.items()},
        "blind_index": ring.blind_index_key.hex(),
        "audit": ring.audit_key.hex(),
        "backup": ring.backup_key.hex(),
        "blind_index_before": [key.hex() for key in ring.blind_index_keys_of_before],
    }
    path = directory / RING_FILE
    before = os.umask(0o077)
    try:
        write_atomically(path, lambda handle: _write(handle, content))
    finally:
        os.umask(before)
    return path


def _write(handle: IO[bytes], content: object) -> None:
    handle.write(json.dumps(content, indent=1).encode())


def create_key_ring(directory: Path) -> KeyRing:
    """Make the ring of a new installation. Raises FileExistsError rather than replace keys in use."""
    if (directory / RING_FILE).exists():
        raise FileExistsError(f"密钥文件已经存在：{directory / RING_FILE}，不会覆盖")
    ring = new_key_ring()
    save_key_ring(ring, directory)
    return ring


def load_key_ring(directory: Path) -> KeyRing:
    """Read the ring. Raises KeysMissing when it is absent, broken, weak or readable by others."""
    path = directory / RING_FILE
    if not path.is_file():
        raise KeysMissing(
            f"没有密钥文件 {path}；新装机请运行 flask --app wsgi keys create，老机器请从密钥备份恢复"
        )
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeysMissing(f"密钥文件 {path} 别人也能读，请运行 chmod 600 {path}")
    try:
        content = json.loads(path.read_text("utf-8"))
        return KeyRing(
            current_field_key_id=str(content["current"]),
            field_keys={str(key_id): bytes.fromhex(key) for key_id, key in content["fields"].items()},
            blind_index_key=bytes.fromhex(content["blind_index"]),
            audit_key=bytes.fromhex(content["audit"]),
            backup_key=bytes.fromhex(content["backup"]),
            blind_index_keys_of_before=tuple(map(bytes.fromhex, content.get("blind_index_before", ()))),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise KeysMissing(f"密钥文件 {path} 损坏，请用备份的密钥文件恢复") from problem


class _InUse:
    """The ring of this process."""

    def __init__(self) -> None:
        self.ring: KeyRing | None = None
        self.directory: Path | None = None
        self.lock = threading.Lock()


_IN_USE = _InUse()


def use_key_ring(ring: KeyRing | None, *, directory: Path | None = None) -> None:
    """Make ``ring`` the ring of this process (None forgets it); ``directory`` is where to look again."""
    with _IN_USE.lock:
        _IN_USE.ring, _IN_USE.directory = ring, directory


def field_key(key_id: str) -> bytes | None:
    """A field key; one made meanwhile by ``keys rotate`` is read from the file."""
    found = key_ring().field_keys.get(key_id)
    if found is None and _IN_USE.directory is not None:
        use_key_ring(load_key_ring(_IN_USE.directory), directory=_IN_USE.directory)
        found = key_ring().field_keys.get(key_id)
    return found


def key_ring() -> KeyRing:
    """The ring of this process. Raises KeysMissing before :func:`use_key_ring`."""
    if _IN_USE.ring is None:
        raise KeysMissing("密钥还没有载入；请先运行 flask --app wsgi keys create")
    return _IN_USE.ring
