"""Approvals to open sealed files, requests of persons about their own data, and corrections made."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative, EncryptedText
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import DataRequestKind, DataRequestState, RestrictionState
from mediation_rooms.store import Base


class SealedAccess(Base):
    """An approval by a second person to open one sealed file until a day."""

    __tablename__ = "sealed_accesses"
    __table_args__ = (CheckConstraint("account_id <> approved_by_account_id", name="second_person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(EncryptedNarrative("sealed_accesses.reason"))
    approved_by_account_id: Mapped[int]
    approved_by: Mapped[str] = mapped_column(String(60))
    approved_at: Mapped[datetime] = mapped_column(Instant)
    until_on: Mapped[date] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    case: Mapped[CaseFile] = relationship()


class DataRequest(Versioned, Base):
    """What a person asked about their own data, and what was done (个人信息保护法第四十五条至第五十条)."""

    __tablename__ = "data_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="SET NULL"))
    kind: Mapped[DataRequestKind] = mapped_column(text_enum(DataRequestKind, "kind"))
    words: Mapped[str] = mapped_column(EncryptedNarrative("data_requests.words"))
    asked_on: Mapped[date] = mapped_column(Date)
    received_by: Mapped[str] = mapped_column(String(60))
    state: Mapped[DataRequestState] = mapped_column(
        text_enum(DataRequestState, "state"), default=DataRequestState.OPEN
    )
    decided_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    decision_reason: Mapped[str] = mapped_column(
        EncryptedNarrative("data_requests.decision_reason"), default=""
    )

    case: Mapped[CaseFile] = relationship()


class ProcessingRestriction(Versioned, Base):
    """A person's wish that their data be stored and nothing else, and whether it is in force (第四十四条)."""

    __tablename__ = "processing_restrictions"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(EncryptedText("processing_restrictions.words"))
    asked_on: Mapped[date] = mapped_column(Date)
    received_by: Mapped[str] = mapped_column(String(60))
    state: Mapped[RestrictionState] = mapped_column(
        text_enum(RestrictionState, "state"), default=RestrictionState.OPEN, index=True
    )
    decided_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    decision_reason: Mapped[str] = mapped_column(
        EncryptedText("processing_restrictions.decision_reason"), default=""
    )
    lifted_on: Mapped[date | None] = mapped_column(Date)
    lifted_by: Mapped[str] = mapped_column(String(60), default="")
    lift_reason: Mapped[str] = mapped_column(EncryptedText("processing_restrictions.lift_reason"), default="")

    case: Mapped[CaseFile] = relationship()


class Correction(Base):
    """A corrected field with its old value, both dated (个人信息保护法第四十六条)."""

    __tablename__ = "corrections"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    table_name: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[int]
    field_name: Mapped[str] = mapped_column(String(60))
    old_value: Mapped[str | None] = mapped_column(EncryptedText("corrections.old_value"))
    new_value: Mapped[str | None] = mapped_column(EncryptedText("corrections.new_value"))
    reason: Mapped[str] = mapped_column(EncryptedNarrative("corrections.reason"))
    corrected_at: Mapped[datetime] = mapped_column(Instant)
    corrected_by: Mapped[str] = mapped_column(String(60))
