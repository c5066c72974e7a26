"""The story of a closed file without its people, prepared by one person and reviewed by another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative, EncryptedText
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import TeachingState
from mediation_rooms.store import Base


class TeachingStory(Versioned, Base):
    """One story; what was replaced is kept, encrypted, until the review and gone after it."""

    __tablename__ = "teaching_stories"
    __table_args__ = (
        CheckConstraint(
            "reviewed_by_account_id IS NULL OR reviewed_by_account_id <> prepared_by_account_id",
            name="second_person",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    state: Mapped[TeachingState] = mapped_column(text_enum(TeachingState, "state"))
    text: Mapped[str] = mapped_column(EncryptedText("teaching_stories.text"))
    replaced: Mapped[str | None] = mapped_column(EncryptedText("teaching_stories.replaced"))
    """JSON list of kind, original and replacement; None once reviewed."""
    prepared_by_account_id: Mapped[int]
    prepared_by: Mapped[str] = mapped_column(String(60))
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    reviewed_by_account_id: Mapped[int | None]
    reviewed_by: Mapped[str] = mapped_column(String(60), default="")
    reviewed_at: Mapped[datetime | None] = mapped_column(Instant)
    remarks: Mapped[str] = mapped_column(EncryptedNarrative("teaching_stories.remarks"), default="")

    case: Mapped[CaseFile] = relationship()
