"""Files that a stolen data folder does not give away: encrypted, bound to their name, moved to new keys.

A file begins with a mark and the id of its key, then nonce and AES-256-GCM ciphertext; its stored name is
authenticated with it. Attachments, files that wait on a form and bound files lie like this.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from corpus.database import write_atomically
from mediation_rooms.encryption import FieldDamaged
from mediation_rooms.keys import field_key, key_ring

NONCE_BYTES = 12
MAGIC = b"MRF1"


def _path(root: Path, stored_name: str) -> Path:
    return root / stored_name[:2] / stored_name


def write_encrypted(root: Path, stored_name: str, content: bytes) -> None:
    """Write a file encrypted with the current key, bound to its own name, atomically."""
    path = _path(root, stored_name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, content)


def read_encrypted(root: Path, stored_name: str) -> bytes:
    """What :func:`write_encrypted` wrote. Raises ``FieldDamaged`` when a single bit was changed."""
    return _read(_path(root, stored_name))


def forget_encrypted(root: Path, stored_name: str) -> None:
    """Remove a kept file; one that is not there is no fault."""
    _path(root, stored_name).unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    ring = key_ring()
    key_id = ring.current_field_key_id.encode()
    nonce = secrets.token_bytes(NONCE_BYTES)
    header = MAGIC + bytes([len(key_id)]) + key_id
    sealed = AESGCM(ring.field_keys[key_id.decode()]).encrypt(nonce, content, header + path.name.encode())
    write_atomically(path, lambda handle: handle.writelines([header, nonce, sealed]))


def _read(path: Path) -> bytes:
    raw = path.read_bytes()
    if raw[:4] != MAGIC or len(raw) < 5 + NONCE_BYTES:
        raise FieldDamaged("附件的格式不对，可能被改动过")
    end = 5 + raw[4]
    header, nonce, sealed = raw[:end], raw[end : end + NONCE_BYTES], raw[end + NONCE_BYTES :]
    key = field_key(header[5:].decode(errors="replace"))
    if key is None:
        raise FieldDamaged("附件的密钥不在密钥文件里")
    try:
        return AESGCM(key).decrypt(nonce, sealed, header + path.name.encode())
    except (InvalidTag, ValueError) as problem:
        raise FieldDamaged("附件被改动过，内容不可信") from problem


def reencrypt_files(folder: Path) -> tuple[int, list[Path]]:
    """Encrypt every such file below a folder with the current key.

    Returns how many were changed, and those that cannot be read: their key must not be forgotten. Each
    file is replaced as a whole, so a kill leaves the old or the new one, both readable until then.
    """
    changed, unreadable = 0, []
    current = key_ring().current_field_key_id.encode()
    for path in sorted(folder.rglob("*")):
        if path.name.startswith(".") or path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as handle:
            head = handle.read(5 + 255)
        if head[:4] != MAGIC or head[5 : 5 + head[4]] == current:
            continue
        try:
            content = _read(path)
        except FieldDamaged:
            unreadable.append(path)
            continue
        times = path.stat()
        _write(path, content)
        os.utime(path, (times.st_atime, times.st_mtime))  # age decides when waiting files are removed
        changed += 1
    return changed, unreadable
