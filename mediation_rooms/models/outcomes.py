"""What follows an agreement or its failure: the court, the visits, the referral elsewhere."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative, EncryptedText
from mediation_rooms.models.agreements import Agreement
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import (
    ConfirmationOutcome,
    Performance,
    ReferralDirection,
    Satisfaction,
    VisitForm,
)
from mediation_rooms.store import Base


class JudicialConfirmation(Versioned, Base):
    """A joint application to the court and what became of it (人民调解法第三十三条)."""

    __tablename__ = "judicial_confirmations"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id", ondelete="CASCADE"))
    court: Mapped[str] = mapped_column(String(120))
    applied_on: Mapped[date] = mapped_column(Date)
    is_oral_application: Mapped[bool] = mapped_column(default=False)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    court_number: Mapped[str] = mapped_column(String(80), default="")
    outcome: Mapped[ConfirmationOutcome] = mapped_column(
        text_enum(ConfirmationOutcome, "outcome"), default=ConfirmationOutcome.PENDING
    )
    decided_on: Mapped[date | None] = mapped_column(Date)
    remarks: Mapped[str] = mapped_column(EncryptedNarrative("judicial_confirmations.remarks"), default="")

    case: Mapped[CaseFile] = relationship(back_populates="confirmations")
    agreement: Mapped[Agreement] = relationship()


class FollowUp(Versioned, Base):
    """A follow-up visit: planned by a date, then filled with what was really found out."""

    __tablename__ = "follow_ups"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    planned_on: Mapped[date] = mapped_column(Date, index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    visited_at: Mapped[datetime | None] = mapped_column(Instant)
    form: Mapped[VisitForm | None] = mapped_column(text_enum(VisitForm, "form"))
    visited_person: Mapped[str | None] = mapped_column(EncryptedText("follow_ups.visited_person"))
    visited_by: Mapped[str] = mapped_column(String(60), default="")
    performance: Mapped[Performance | None] = mapped_column(text_enum(Performance, "performance"))
    satisfaction: Mapped[Satisfaction | None] = mapped_column(text_enum(Satisfaction, "satisfaction"))
    suit: Mapped[str] = mapped_column(EncryptedNarrative("follow_ups.suit"), default="")
    hidden_risks: Mapped[str] = mapped_column(EncryptedNarrative("follow_ups.hidden_risks"), default="")
    measures: Mapped[str] = mapped_column(EncryptedNarrative("follow_ups.measures"), default="")
    findings: Mapped[str] = mapped_column(EncryptedNarrative("follow_ups.findings"), default="")

    case: Mapped[CaseFile] = relationship(back_populates="follow_ups")


class Referral(Versioned, Base):
    """A sheet that sends a matter where it belongs, or reports it: why, to whom, by which article."""

    __tablename__ = "referrals"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    direction: Mapped[ReferralDirection] = mapped_column(text_enum(ReferralDirection, "direction"))
    gate_code: Mapped[str] = mapped_column(String(60), default="")
    target: Mapped[str] = mapped_column(String(120))
    target_division_code: Mapped[str] = mapped_column(String(12), default="", index=True)
    """For a referral upward: the area whose centre may now read the file."""
    reason: Mapped[str] = mapped_column(EncryptedNarrative("referrals.reason"))
    citation: Mapped[str] = mapped_column(String(200), default="")
    found_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime] = mapped_column(Instant)
    sent_by: Mapped[str] = mapped_column(String(60))
    received_by: Mapped[str] = mapped_column(String(60), default="")
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(EncryptedNarrative("referrals.answer"), default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    is_hidden_from_other_side: Mapped[bool] = mapped_column(default=False)

    case: Mapped[CaseFile] = relationship(back_populates="referrals")
