"""Files past their years: who proposed to destroy them, who agreed, and that it was done."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative
from mediation_rooms.models.vocabulary import RetentionClass
from mediation_rooms.store import Base


class RetentionAppraisal(Versioned, Base):
    """The appraisal of one file, and afterwards the line of the list of what was destroyed.

    It outlives the file: the number and the days stay, no name and no content. ``case_id`` is no foreign
    key for that reason; with ``received_at`` it says which file was meant, also in an older backup.
    """

    __tablename__ = "retention_appraisals"
    __table_args__ = (
        CheckConstraint(
            "approved_by_account_id IS NULL OR approved_by_account_id <> proposed_by_account_id",
            name="second_person",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(index=True)
    received_at: Mapped[datetime] = mapped_column(Instant)
    room_id: Mapped[int] = mapped_column(ForeignKey("mediation_rooms.id"), index=True)
    case_number: Mapped[str] = mapped_column(String(60), default="")
    retention_class: Mapped[RetentionClass] = mapped_column(text_enum(RetentionClass, "retention"))
    kept_until: Mapped[date] = mapped_column(Date)
    """The last day of keeping; destroyed on the day after it at the earliest."""
    reason: Mapped[str] = mapped_column(EncryptedNarrative("retention_appraisals.reason"))
    proposed_by_account_id: Mapped[int]
    proposed_by: Mapped[str] = mapped_column(String(60))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    approved_by_account_id: Mapped[int | None]
    approved_by: Mapped[str] = mapped_column(String(60), default="")
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    destroyed_at: Mapped[datetime | None] = mapped_column(Instant)
