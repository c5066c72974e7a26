"""Enquiries and mediation sessions, who sat in them, and the articles cited into the record."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative, EncryptedText
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.registers import Mediator
from mediation_rooms.models.vocabulary import Capacity, SessionResult
from mediation_rooms.store import Base


class Enquiry(Versioned, Base):
    """A record of enquiry (调查记录): one person asked at one time and place."""

    __tablename__ = "enquiries"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[str] = mapped_column(String(200))
    asked_person: Mapped[str] = mapped_column(EncryptedText("enquiries.asked_person"))
    asked_person_details: Mapped[str | None] = mapped_column(EncryptedText("enquiries.asked_person_details"))
    present: Mapped[str] = mapped_column(EncryptedNarrative("enquiries.present"), default="")
    asked_by: Mapped[str] = mapped_column(String(120))
    recorded_by: Mapped[str] = mapped_column(String(60))
    language_code: Mapped[str] = mapped_column(String(20))
    record: Mapped[str] = mapped_column(EncryptedNarrative("enquiries.record"))
    is_read_back: Mapped[bool | None]

    case: Mapped[CaseFile] = relationship(back_populates="enquiries")


class MediationSession(Versioned, Base):
    """One sitting (调解记录): spoken in one language, written in Chinese, read back before signing."""

    __tablename__ = "mediation_sessions"
    __table_args__ = (
        UniqueConstraint("case_id", "ordinal"),
        CheckConstraint("ends_at IS NULL OR starts_at <= ends_at", name="starts_before_it_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    place: Mapped[str] = mapped_column(String(200))
    is_public: Mapped[bool] = mapped_column(default=False)
    language_code: Mapped[str] = mapped_column(String(20))
    needs_interpreter: Mapped[bool] = mapped_column(default=False)
    interpreter_name: Mapped[str | None] = mapped_column(EncryptedText("mediation_sessions.interpreter_name"))
    interpreter_relation: Mapped[str] = mapped_column(String(120), default="")
    """Relation of the interpreter to the parties; 无亲属关系 when there is none."""
    interpreter_is_near_relative: Mapped[bool] = mapped_column(default=False)
    course: Mapped[str] = mapped_column(EncryptedNarrative("mediation_sessions.course"), default="")
    result: Mapped[SessionResult | None] = mapped_column(text_enum(SessionResult, "result"))
    result_text: Mapped[str] = mapped_column(EncryptedNarrative("mediation_sessions.result_text"), default="")
    is_read_back: Mapped[bool | None]
    read_back_language_code: Mapped[str] = mapped_column(String(20), default="")
    recorded_by: Mapped[str] = mapped_column(String(60), default="")
    cancelled_reason: Mapped[str] = mapped_column(String(200), default="")

    case: Mapped[CaseFile] = relationship(back_populates="sessions")
    participants: Mapped[list[SessionParticipant]] = relationship(
        back_populates="mediation_session", cascade="all, delete-orphan", order_by="SessionParticipant.id"
    )


class SessionParticipant(Base):
    """Somebody who sat in a session; an invited person only with the parties' consent (第二十条)."""

    __tablename__ = "session_participants"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("mediation_sessions.id", ondelete="CASCADE"), index=True
    )
    capacity: Mapped[Capacity] = mapped_column(text_enum(Capacity, "capacity"))
    name: Mapped[str] = mapped_column(EncryptedText("session_participants.name"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"))
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey("mediators.id"))
    relation: Mapped[str] = mapped_column(String(120), default="")
    parties_consented: Mapped[bool] = mapped_column(default=False)

    mediation_session: Mapped[MediationSession] = relationship(back_populates="participants")
    mediator: Mapped[Mediator | None] = relationship()


class CitedArticle(Base):
    """An article cited into a file, with its words as they stood on the day that matters."""

    __tablename__ = "cited_articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    citation: Mapped[str] = mapped_column(String(120), index=True)
    """Canonical form, for instance ``民法典#288@2021-01-01``."""
    title: Mapped[str] = mapped_column(String(200))
    """How the citation is printed, for instance 《民法典》第二百八十八条."""
    placed_in: Mapped[str] = mapped_column(String(40))
    """Where it was cited: record, agreement, note or referral."""
    words: Mapped[str] = mapped_column(Text)
    words_on: Mapped[date] = mapped_column(Date)
    was_in_force: Mapped[bool | None]
    """Whether the article was in force on ``words_on``; None where the collection cannot tell."""
    cited_at: Mapped[datetime] = mapped_column(Instant)
    cited_by: Mapped[str] = mapped_column(String(60))

    case: Mapped[CaseFile] = relationship(back_populates="cited_articles")
