"""Backups: consistent while people write, compressed, encrypted, checked by opening them.

An archive is a sequence of sealed blocks (AES-256-GCM, the block number authenticated, the last
block marked), holding a gzip-compressed tar with a manifest first: names, sizes, SHA-256. Databases
are copied by SQLite's own VACUUM INTO, never as files; a store that lies elsewhere (PostgreSQL) is
written into the archive as an SQLite file by its caller, so an archive opens anywhere. Derived data (index, weights, thumbnails)
and pickles are never in it: they are rebuilt, because opening a doctored one would run code.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import secrets
import shutil
import sqlite3
import struct
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mediation_rooms.keys import key_ring

MAGIC = b"BAIBACKUP1\n"
BLOCK_BYTES = 1 << 20
SUFFIX = ".backup"
LEFT_OUT_FOLDERS = frozenset({"index", "cache", "backups", "tmp", "thumbnails", "previews"})
LEFT_OUT_SUFFIXES = (
    ".pickle", ".pkl", ".toc", ".marshal", ".part", ".lock", "-wal", "-shm", "-journal", ".pyc",
)  # fmt: skip
DATABASE_SUFFIX = ".sqlite3"
DatabaseFile = Callable[[Path], None]
"""Writes a database to a file, or takes it from one."""


class BackupDamaged(ValueError):
    """The archive is damaged, incomplete, made with another key, or not an archive."""


@dataclass(frozen=True)
class BackedUpFile:
    """One file of an archive."""

    name: str
    byte_count: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds."""

    created_at: datetime
    files: tuple[BackedUpFile, ...]

    def as_json(self) -> bytes:
        """The manifest as it stands in the archive."""
        entries = [[entry.name, entry.byte_count, entry.sha256] for entry in self.files]
        return json.dumps({"created_at": self.created_at.isoformat(), "files": entries}).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Manifest:
        """Read a manifest. Raises BackupDamaged when it is none."""
        try:
            read = json.loads(content)
            files = tuple(
                BackedUpFile(str(name), int(size), str(digest)) for name, size, digest in read["files"]
            )
            return cls(datetime.fromisoformat(read["created_at"]), files)
        except (ValueError, KeyError, TypeError) as problem:
            raise BackupDamaged("备份的清单读不懂") from problem


class _Sealing(io.RawIOBase):
    """A writable stream that seals what it is given, block by block."""

    def __init__(self, target: IO[bytes], key: bytes) -> None:
        self.target, self.cipher = target, AESGCM(key)
        self.stem = secrets.token_bytes(8)
        self.buffer, self.number = bytearray(), 0
        target.write(MAGIC + self.stem)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        self.buffer += data
        while len(self.buffer) > BLOCK_BYTES:
            self._seal(bytes(self.buffer[:BLOCK_BYTES]), last=False)
            del self.buffer[:BLOCK_BYTES]
        return len(data)

    def finish(self) -> None:
        """Seal the last block, marked as such, so that a cut archive is noticed."""
        self._seal(bytes(self.buffer), last=True)

    def _seal(self, block: bytes, *, last: bool) -> None:
        sealed = self.cipher.encrypt(
            self.stem + struct.pack(">I", self.number), block, _mark(self.number, last)
        )
        self.target.write(struct.pack(">I?", len(sealed), last) + sealed)
        self.number += 1


def _mark(number: int, last: bool) -> bytes:
    return MAGIC + struct.pack(">I?", number, last)


class _Opening(io.RawIOBase):
    """A readable stream over a sealed archive."""

    def __init__(self, source: IO[bytes], key: bytes) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise BackupDamaged("这不是备份文件")
        self.source, self.cipher, self.stem = source, AESGCM(key), source.read(8)
        self.buffer, self.number, self.ended = b"", 0, False

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self.buffer and not self.ended:
            self._open_next()
        count = min(len(target), len(self.buffer))
        target[:count] = self.buffer[:count]
        self.buffer = self.buffer[count:]
        return count

    def _open_next(self) -> None:
        header = self.source.read(5)
        if len(header) < 5:
            raise BackupDamaged("备份文件不完整，后半截没有了")
        length, last = struct.unpack(">I?", header)
        sealed = self.source.read(min(length, BLOCK_BYTES + 16))
        try:
            nonce = self.stem + struct.pack(">I", self.number)
            self.buffer = self.cipher.decrypt(nonce, sealed, _mark(self.number, last))
        except (InvalidTag, ValueError) as problem:
            raise BackupDamaged(f"备份文件第 {self.number + 1} 块损坏，或者密钥不对") from problem
        self.number, self.ended = self.number + 1, last


def is_left_out(relative: PurePosixPath) -> bool:
    """Whether a file of the instance folder is derived, temporary or could run code when opened."""
    return (
        any(part in LEFT_OUT_FOLDERS for part in relative.parts[:-1])
        or relative.name.startswith(".")
        or relative.name.lower().endswith(LEFT_OUT_SUFFIXES)
    )


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a database that is being written, checked by opening it."""
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()
    check_database(target)


def check_database(path: Path) -> None:
    """Raises BackupDamaged when SQLite finds the file damaged."""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        answer = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as problem:
        raise BackupDamaged(f"数据库 {path.name} 损坏：{problem}") from problem
    finally:
        connection.close()
    if answer != "ok":
        raise BackupDamaged(f"数据库 {path.name} 损坏：{answer}")


def create(
    instance: Path,
    target: Path,
    *,
    now: datetime | None = None,
    progress: Callable[[str], None] | None = None,
    stores: Mapping[str, DatabaseFile] | None = None,
) -> Manifest:
    """Back up an instance folder into one encrypted file; the file appears only when it is whole.

    ``stores`` writes databases that lie elsewhere, by the name they have in the archive; a file of the
    same name in the folder is an old one and stays out.
    """
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as workplace:
        gathered = list(_gather(instance, Path(workplace), stores or {}))
        files = tuple(
            BackedUpFile(name.as_posix(), path.stat().st_size, digest(path)) for name, path in gathered
        )
        manifest = Manifest(now or datetime.now(UTC), files)
        sealed_path = Path(workplace) / "archive"
        with sealed_path.open("wb") as raw:
            _write_archive(raw, manifest, gathered, progress)
            raw.flush()
            os.fsync(raw.fileno())
        sealed_path.chmod(0o600)
        os.replace(sealed_path, target)  # noqa: PTH105 - the call whose atomicity is promised
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return manifest


def _write_archive(
    raw: IO[bytes],
    manifest: Manifest,
    gathered: list[tuple[PurePosixPath, Path]],
    progress: Callable[[str], None] | None,
) -> None:
    sealing = _Sealing(raw, key_ring().backup_key)
    with (
        gzip.GzipFile(fileobj=sealing, mode="wb", compresslevel=3, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        _add(archive, "manifest.json", io.BytesIO(manifest.as_json()), len(manifest.as_json()))
        for (name, path), entry in zip(gathered, manifest.files, strict=True):
            with path.open("rb") as handle:
                _add(archive, name.as_posix(), handle, entry.byte_count)
            if progress is not None:
                progress(name.as_posix())
    sealing.finish()


def _add(archive: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    archive.addfile(member, content)


def _gather(
    instance: Path, workplace: Path, stores: Mapping[str, DatabaseFile]
) -> Iterator[tuple[PurePosixPath, Path]]:
    for name, write in stores.items():
        copy = workplace / name
        write(copy)
        check_database(copy)
        yield PurePosixPath(name), copy
    found = sorted(instance.rglob("*"), key=lambda path: (path.suffix != DATABASE_SUFFIX, path))
    for path in found:  # databases first: every file they name is then still there
        relative = PurePosixPath(path.relative_to(instance).as_posix())
        if path.is_symlink() or is_left_out(relative) or relative.as_posix() in stores:
            continue
        if not path.is_file():  # a folder, or removed since it was listed
            continue
        if path.suffix == DATABASE_SUFFIX:
            copy = workplace / relative.as_posix().replace("/", "-")
            copy_database(path, copy)
            yield relative, copy
        else:
            yield relative, path


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def unpack(archive_path: Path, into: Path) -> Manifest:
    """Decrypt and unpack into an empty folder, checking every name, size and hash.

    Raises BackupDamaged; then nothing of the folder may be used.
    """
    seen: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    with archive_path.open("rb") as raw:
        opening = io.BufferedReader(_Opening(raw, key_ring().backup_key))
        try:
            with gzip.GzipFile(fileobj=opening) as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
                for member in archive:
                    content = archive.extractfile(member)
                    if content is None:
                        raise BackupDamaged(f"备份里有不该有的东西：{member.name}")
                    if manifest is None:
                        manifest = Manifest.from_json(content.read())
                        continue
                    seen[member.name] = _put(content, _inside(into, member.name))
            while opening.read(BLOCK_BYTES):
                pass
        except (tarfile.TarError, EOFError, gzip.BadGzipFile) as problem:
            raise BackupDamaged(f"备份文件损坏：{problem}") from problem
    if manifest is None:
        raise BackupDamaged("备份是空的")
    for entry in manifest.files:
        if seen.pop(entry.name, None) != (entry.byte_count, entry.sha256):
            raise BackupDamaged(f"备份里的 {entry.name} 缺失或损坏")
    if seen:
        raise BackupDamaged(f"备份里多出了 {next(iter(seen))}")
    return manifest


def _inside(folder: Path, name: str) -> Path:
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts or is_left_out(relative):
        raise BackupDamaged(f"备份里的文件名不能用：{name}")
    return folder.joinpath(*relative.parts)


def _put(content: IO[bytes], path: Path) -> tuple[int, str]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    running, size = hashlib.sha256(), 0
    with path.open("wb") as handle:
        while block := content.read(BLOCK_BYTES):
            handle.write(block)
            running.update(block)
            size += len(block)
    return size, running.hexdigest()


def verify(archive_path: Path, *, workplace: Path | None = None) -> Manifest:
    """Open an archive completely and check its databases.

    It is unpacked below ``workplace`` (default: beside the archive) into a folder that is removed again.
    """
    with tempfile.TemporaryDirectory(prefix=".verify-", dir=workplace or archive_path.parent) as folder:
        manifest = unpack(archive_path, Path(folder))
        for path in Path(folder).rglob(f"*{DATABASE_SUFFIX}"):
            check_database(path)
    return manifest


def restore(
    archive_path: Path,
    instance: Path,
    *,
    stores: Mapping[str, DatabaseFile] | None = None,
    make_ready: Callable[[Path], None] | None = None,
) -> Manifest:
    """Put a backup in the place of an instance folder; the folder before is kept beside it.

    ``stores`` takes the databases that lie elsewhere from their files, by their name in the archive.
    ``make_ready`` is given the unpacked, checked folder before it is put in place. Raises BackupDamaged
    before anything is touched when the archive is not whole.
    """
    instance.parent.mkdir(parents=True, exist_ok=True)
    workplace = Path(tempfile.mkdtemp(prefix=".restore-", dir=instance.parent))
    try:
        manifest = unpack(archive_path, workplace)
        for path in workplace.rglob(f"*{DATABASE_SUFFIX}"):
            check_database(path)
        if make_ready is not None:
            make_ready(workplace)
        for name, take in (stores or {}).items():
            path = workplace / name
            if not path.is_file():
                raise BackupDamaged(f"备份里没有 {name}")
            take(path)
            for beside in workplace.glob(f"{name}*"):
                beside.unlink()
        if instance.exists():
            kept = instance.with_name(f"{instance.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
            os.replace(instance, kept)  # noqa: PTH105 - one step each, so that no half folder is ever seen
        os.replace(workplace, instance)  # noqa: PTH105
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    return manifest
