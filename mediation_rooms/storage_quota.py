"""How much room the files of one mediation room may take, so that one room cannot fill the disk for all.

The disk's own reserve for the databases is another matter: :func:`mediation_rooms.integrity.has_reserve`.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment


class RoomFull(Exception):
    """The files would take more than the room's share; ``used_bytes`` of ``limit_bytes`` are taken."""

    def __init__(self, *, used_bytes: int, limit_bytes: int) -> None:
        self.used_bytes, self.limit_bytes = used_bytes, limit_bytes
        super().__init__(f"{used_bytes} of {limit_bytes} bytes are taken")


def used_bytes(session: Session, room_id: int) -> int:
    """What the files of all cases of a room take, before encryption (which adds 60 bytes each)."""
    total = (
        select(func.coalesce(func.sum(Attachment.size_bytes), 0))
        .join(CaseFile, CaseFile.id == Attachment.case_id)
        .where(CaseFile.room_id == room_id)
    )
    return int(session.scalar(total) or 0)


def must_fit(session: Session, room_id: int, *, new_bytes: int, limit_bytes: int) -> None:
    """Raise :class:`RoomFull` when ``new_bytes`` more do not fit. Two uploads at once may pass together."""
    used = used_bytes(session, room_id)
    if used + new_bytes > limit_bytes:
        raise RoomFull(used_bytes=used, limit_bytes=limit_bytes)
