"""What somebody was typing: kept on the server, encrypted, for the same person to go on with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from corpus.database import Instant
from mediation_rooms.encryption import EncryptedText
from mediation_rooms.store import Base


class FormDraft(Base):
    """One unsent form of one account. It leaves with the case, with the account, or when it is sent."""

    __tablename__ = "form_drafts"
    __table_args__ = (UniqueConstraint("account_id", "form"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    form: Mapped[str] = mapped_column(String(80))
    """Which form: ``intake`` or ``12:agreement``."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    content: Mapped[str] = mapped_column(EncryptedText("form_drafts.content"))
    saved_at: Mapped[datetime] = mapped_column(Instant, index=True)
