"""Archives with the same bytes for the same content: fixed times, fixed order, fixed rights."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime

EPOCH = (2020, 1, 1, 0, 0, 0)
EPOCH_INSTANT = datetime(2020, 1, 1, tzinfo=UTC)


def add_member(archive: zipfile.ZipFile, name: str, content: bytes, *, compressed: bool = True) -> None:
    """Put one member into an archive that is being written."""
    information = zipfile.ZipInfo(name, EPOCH)
    information.external_attr = 0o644 << 16
    information.create_system = 3
    information.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    archive.writestr(information, content)


def archive_of(members: Iterable[tuple[str, bytes, bool]]) -> bytes:
    """A ZIP of (name, content, compressed) in the given order."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content, compressed in members:
            add_member(archive, name, content, compressed=compressed)
    return made.getvalue()


def steady(office_file: bytes) -> bytes:
    """An office file (DOCX, PPTX) written anew with fixed times, members in their own order."""
    with zipfile.ZipFile(io.BytesIO(office_file)) as source:
        return archive_of((name, source.read(name), True) for name in source.namelist())
