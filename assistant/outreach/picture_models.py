"""Uploaded pictures of materials: cleaned, re-encoded bytes; the last ones stay for a way back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from corpus.database import Instant
from corpus.store import Base


class ItemPicture(Base):
    """One picture that was taken in for a material. At most one of a material is in use."""

    __tablename__ = "outreach_item_pictures"
    __table_args__ = (CheckConstraint("width > 0 AND height > 0", name="size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("outreach_items.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    """``png``, ``jpeg`` or ``svg``."""
    width: Mapped[int]
    height: Mapped[int]
    """Pixels; units of its own for a drawing."""
    rights: Mapped[str] = mapped_column(String(200))
    """Who made it and who may use it how; without it none is taken in."""
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    is_in_use: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[str] = mapped_column(String(60))
