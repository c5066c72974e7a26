"""Check an edition and switch to it, so that a kiosk always has one whole edition.

Staged beside the others, every byte hashed while it is copied, synchronised, renamed, and only
then named by the pointer file; the edition before stays for rollback. Readers that have the old
file open keep it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from corpus.database import write_atomically
from corpus.editions.building import Progress, quiet, synchronise
from corpus.editions.manifest import (
    BLOCK,
    COLLECTION_NAME,
    LARGEST_MANIFEST,
    MANIFEST_NAME,
    SIGNATURE_NAME,
    EditionRefused,
    Manifest,
)
from corpus.editions.signing import check_signature

POINTER_NAME = "current.json"
_STAGING = ".staging-"


@dataclass(frozen=True, slots=True)
class InstalledEdition:
    """An edition on this machine."""

    version: int
    made_on: date
    folder: Path
    is_current: bool

    @property
    def collection(self) -> Path:
        """The database, to be opened read-only."""
        return self.folder / COLLECTION_NAME

    @property
    def recordings(self) -> Path:
        """The folder of sound files."""
        return self.folder / "recordings"


class _Package:
    """A ZIP file or a folder with the same members."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive: zipfile.ZipFile | None = None
        if path.is_dir():
            return
        try:
            self.archive = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            raise EditionRefused(f"找不到 {path}。") from error
        except (zipfile.BadZipFile, OSError) as error:
            raise EditionRefused(f"{path.name} 不是完整的版本包（可能只复制了一半），请重新复制。") from error

    def names(self) -> set[str]:
        if self.archive is not None:
            names = self.archive.namelist()
            if len(names) != len(set(names)):
                raise EditionRefused("版本包里有重名的文件，已拒绝。")
            return {name for name in names if not name.endswith("/")}
        return {path.relative_to(self.path).as_posix() for path in self.path.rglob("*") if path.is_file()}

    def open(self, name: str) -> IO[bytes]:
        try:
            return self.archive.open(name) if self.archive is not None else (self.path / name).open("rb")
        except (KeyError, FileNotFoundError) as error:
            raise EditionRefused(_missing(name)) from error
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
            raise EditionRefused(_damaged(name)) from error

    def small(self, name: str) -> bytes:
        with self.open(name) as handle:
            try:
                content = handle.read(LARGEST_MANIFEST + 1)
            except (zipfile.BadZipFile, OSError) as error:
                raise EditionRefused(_damaged(name)) from error
        if len(content) > LARGEST_MANIFEST:
            raise EditionRefused(_damaged(name))
        return content

    def close(self) -> None:
        if self.archive is not None:
            self.archive.close()


def _missing(name: str) -> str:
    if name == SIGNATURE_NAME:
        return "版本包没有签名，已拒绝；请向发布者索取签名后的版本包。"
    return f"版本包缺少 {name}（可能只复制了一半），请重新复制。"


def _damaged(name: str) -> str:
    return f"版本包里的 {name} 已损坏，与签名时不一致，请重新复制。"


def verify(path: Path, keys: list[Ed25519PublicKey], *, progress: Progress = quiet) -> Manifest:
    """Check signature and every byte of a file or folder; raises EditionRefused with the reason."""
    package = _Package(path)
    try:
        manifest = _checked_manifest(package, keys)
        for _ in _copy(package, manifest, None, progress):
            pass
    finally:
        package.close()
    return manifest


def install(
    path: Path, root: Path, keys: list[Ed25519PublicKey], *, progress: Progress = quiet
) -> InstalledEdition:
    """Check a package and switch to it; raises EditionRefused and changes nothing when it must not be used.

    An edition that is older than, or the same as, the current one is refused; going back is :func:`rollback`.
    """
    root.mkdir(parents=True, exist_ok=True, mode=0o755)
    _remove_leftovers(root)
    package = _Package(path)
    stage = root / f"{_STAGING}{secrets.token_hex(8)}"
    try:
        manifest = _checked_manifest(package, keys)
        present = current(root)
        if present is not None and manifest.version <= present.version:
            raise EditionRefused(
                f"版本包是第{manifest.version}版，本机正在使用第{present.version}版，不能装回同版或旧版；"
                "要退回上一版请用 edition rollback。"
            )
        needed = sum(entry.size for entry in manifest.files)
        if shutil.disk_usage(root).free < needed * 1.1:
            raise EditionRefused(f"磁盘空间不足：需要 {needed // 1024 // 1024 + 1} MB，请先清理。")
        stage.mkdir()
        for _ in _copy(package, manifest, stage, progress):
            pass
        _write(stage / MANIFEST_NAME, manifest.to_bytes())
        _write(stage / SIGNATURE_NAME, package.small(SIGNATURE_NAME))
        _check_database(stage / COLLECTION_NAME)
        final = root / f"{manifest.version:06d}"
        if final.exists():  # left by an earlier switch that was rolled back; the checked copy replaces it
            retired = root / f"{_STAGING}{secrets.token_hex(8)}"
            final.rename(retired)
        for folder in (*filter(Path.is_dir, stage.iterdir()), stage):
            synchronise(folder)
        stage.rename(final)
        synchronise(root)
        _point(root, manifest.version, present.version if present else None)
    finally:
        package.close()
        shutil.rmtree(stage, ignore_errors=True)
    progress(1, 1)
    return InstalledEdition(manifest.version, manifest.made_on, final, is_current=True)


def rollback(root: Path, keys: list[Ed25519PublicKey]) -> InstalledEdition:
    """Switch back to the edition before, after checking all of it again.

    Raises EditionRefused when there is none or it was damaged since.
    """
    pointer = _pointer(root)
    previous = pointer.get("previous") if pointer else None
    if not isinstance(previous, int):
        raise EditionRefused("没有可以退回的上一版。")
    folder = root / f"{previous:06d}"
    manifest = verify(folder, keys)
    _point(root, previous, None)
    return InstalledEdition(previous, manifest.made_on, folder, is_current=True)


def installed(root: Path) -> list[InstalledEdition]:
    """All editions on this machine, newest first."""
    pointer = _pointer(root) or {}
    found = []
    for folder in sorted(root.glob("[0-9]" * 6), reverse=True):
        with contextlib.suppress(EditionRefused, OSError):
            manifest = Manifest.from_bytes((folder / MANIFEST_NAME).read_bytes())
            is_current = manifest.version == pointer.get("current")
            found.append(InstalledEdition(manifest.version, manifest.made_on, folder, is_current))
    return found


def current(root: Path) -> InstalledEdition | None:
    """The edition in use, or None before the first one."""
    return next((edition for edition in installed(root) if edition.is_current), None)


def _checked_manifest(package: _Package, keys: list[Ed25519PublicKey]) -> Manifest:
    content = package.small(MANIFEST_NAME)
    check_signature(content, package.small(SIGNATURE_NAME), keys)
    manifest = Manifest.from_bytes(content)
    expected = {entry.name for entry in manifest.files} | {MANIFEST_NAME, SIGNATURE_NAME}
    names = package.names()
    for name in sorted(expected - names):
        raise EditionRefused(_missing(name))
    for name in sorted(names - expected):
        raise EditionRefused(f"版本包里有清单之外的文件 {name}，已拒绝。")
    return manifest


def _copy(package: _Package, manifest: Manifest, stage: Path | None, progress: Progress) -> Iterator[None]:
    total = sum(entry.size for entry in manifest.files)
    done = 0
    for entry in manifest.files:
        digest, size = hashlib.sha256(), 0
        target = (stage / entry.name) if stage is not None else Path(os.devnull)
        target.parent.mkdir(exist_ok=True)
        with package.open(entry.name) as source, target.open("wb") as copy:
            while True:
                try:
                    block = source.read(BLOCK)
                except (zipfile.BadZipFile, OSError, EOFError) as error:
                    raise EditionRefused(_damaged(entry.name)) from error
                if not block:
                    break
                size += len(block)
                if size > entry.size:
                    raise EditionRefused(_damaged(entry.name))
                digest.update(block)
                copy.write(block)
                done += len(block)
                progress(done, total)
            copy.flush()
            if stage is not None:
                os.fsync(copy.fileno())
        if size != entry.size or digest.hexdigest() != entry.sha256:
            raise EditionRefused(_damaged(entry.name))
        yield


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _check_database(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            answer = connection.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise EditionRefused("版本包里的数据库无法打开，请重新制作。") from error
    if answer != "ok":
        raise EditionRefused("版本包里的数据库不完整，请重新制作。")


def _pointer(root: Path) -> dict[str, object] | None:
    try:
        value: dict[str, object] = json.loads((root / POINTER_NAME).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return value


def _point(root: Path, version: int, previous: int | None) -> None:
    content = json.dumps({"current": version, "previous": previous}).encode()
    write_atomically(root / POINTER_NAME, lambda handle: handle.write(content) and None)


def _remove_leftovers(root: Path) -> None:
    for path in root.glob(f"{_STAGING}*"):
        shutil.rmtree(path, ignore_errors=True)
