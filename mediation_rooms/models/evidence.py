"""Evidence, files attached to a case, and opinions asked of another room."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, Versioned
from mediation_rooms.encryption import EncryptedNarrative, EncryptedText
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.store import Base


class Evidence(Versioned, Base):
    """One numbered piece of evidence."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("case_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    provided_by_party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="SET NULL"))
    provided_by_name: Mapped[str | None] = mapped_column(EncryptedText("evidence.provided_by_name"))
    provided_on: Mapped[date] = mapped_column(Date)
    is_original: Mapped[bool] = mapped_column(default=False)
    original_returned_on: Mapped[date | None] = mapped_column(Date)
    page_count: Mapped[int] = mapped_column(default=1)
    proves: Mapped[str] = mapped_column(EncryptedNarrative("evidence.proves"), default="")
    checked_by: Mapped[str] = mapped_column(String(60), default="")
    is_restricted: Mapped[bool] = mapped_column(default=False)

    case: Mapped[CaseFile] = relationship(back_populates="evidence")
    attachments: Mapped[list[Attachment]] = relationship(back_populates="evidence")


class Attachment(Base):
    """A stored file: under a random name, its type decided by its content."""

    __tablename__ = "attachments"
    __table_args__ = (CheckConstraint("size_bytes > 0", name="not_empty"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id", ondelete="CASCADE"), index=True)
    place: Mapped[str] = mapped_column(String(60), default="evidence")
    """Key of the document of the dossier this is a scan of, or ``evidence``."""
    page: Mapped[int] = mapped_column(default=1)
    stored_name: Mapped[str] = mapped_column(String(64), unique=True)
    original_name: Mapped[str] = mapped_column(EncryptedText("attachments.original_name"))
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(Instant)
    added_by: Mapped[str] = mapped_column(String(60))

    case: Mapped[CaseFile] = relationship(back_populates="attachments")
    evidence: Mapped[Evidence | None] = relationship(back_populates="attachments")


class ExpertOpinion(Versioned, Base):
    """A question put to another room and its answer."""

    __tablename__ = "expert_opinions"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("mediation_rooms.id"), index=True)
    question: Mapped[str] = mapped_column(EncryptedNarrative("expert_opinions.question"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by: Mapped[str] = mapped_column(String(60))
    answer: Mapped[str] = mapped_column(EncryptedNarrative("expert_opinions.answer"), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str] = mapped_column(String(60), default="")
    field_of_knowledge: Mapped[str] = mapped_column(String(60), default="")

    case: Mapped[CaseFile] = relationship(back_populates="opinions")
    room: Mapped[MediationRoom] = relationship()
