"""Answers to the questions before acceptance, and the dangers a file is marked with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, text_enum
from mediation_rooms.encryption import EncryptedNarrative
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import Answer, RiskKind
from mediation_rooms.store import Base


class GateAnswer(Base):
    """One answer to one question asked before acceptance; a later answer replaces an earlier one."""

    __tablename__ = "gate_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    gate_code: Mapped[str] = mapped_column(String(60))
    answer: Mapped[Answer] = mapped_column(text_enum(Answer, "answer"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"))
    """The party who was asked, alone where the question demands it."""
    asked_alone: Mapped[bool] = mapped_column(default=False)
    is_hidden_from_other_side: Mapped[bool] = mapped_column(default=False)
    remark: Mapped[str] = mapped_column(EncryptedNarrative("gate_answers.remark"), default="")
    asked_by: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime] = mapped_column(Instant)

    case: Mapped[CaseFile] = relationship(back_populates="gate_answers")


class RiskFlag(Base):
    """A danger seen in a file, and what was done about it (人民调解法第二十五条)."""

    __tablename__ = "risk_flags"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RiskKind] = mapped_column(text_enum(RiskKind, "kind"))
    description: Mapped[str] = mapped_column(EncryptedNarrative("risk_flags.description"), default="")
    is_hidden_from_other_side: Mapped[bool] = mapped_column(default=False)
    raised_at: Mapped[datetime] = mapped_column(Instant)
    raised_by: Mapped[str] = mapped_column(String(60))
    measures: Mapped[str] = mapped_column(EncryptedNarrative("risk_flags.measures"), default="")
    reported_to: Mapped[str] = mapped_column(String(120), default="")
    reported_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_by: Mapped[str] = mapped_column(String(60), default="")
    clear_reason: Mapped[str] = mapped_column(EncryptedNarrative("risk_flags.clear_reason"), default="")

    case: Mapped[CaseFile] = relationship(back_populates="risks")
