"""The case file itself, its number, its history and who may look at it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative
from mediation_rooms.models.registers import Committee, Mediator
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import (
    CaseState,
    Channel,
    CloseReason,
    Grade,
    Lane,
    Performance,
    RetentionClass,
)
from mediation_rooms.store import Base

if TYPE_CHECKING:
    from mediation_rooms.models.agreements import Agreement, OralAgreement, Signature
    from mediation_rooms.models.evidence import Attachment, Evidence, ExpertOpinion
    from mediation_rooms.models.hearings import CitedArticle, Enquiry, MediationSession
    from mediation_rooms.models.outcomes import FollowUp, JudicialConfirmation, Referral
    from mediation_rooms.models.people import Consent, Notice, Party, Relation
    from mediation_rooms.models.risks import GateAnswer, RiskFlag


class CaseFile(Versioned, Base):
    """One dispute from the first word to the archive."""

    __tablename__ = "case_files"
    __table_args__ = (
        CheckConstraint("amount_in_dispute IS NULL OR amount_in_dispute >= 0", name="amount_not_negative"),
        CheckConstraint("accepted_on IS NULL OR applied_on <= accepted_on", name="applied_before_accepted"),
        CheckConstraint("closed_on IS NULL OR applied_on <= closed_on", name="applied_before_closed"),
        Index("ix_case_files_room_state", "room_id", "state"),
        Index("ix_case_files_room_applied", "room_id", "applied_on"),
        Index("ix_case_files_figures", "is_sealed", "division_code", "state", "next_due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("mediation_rooms.id"), index=True)
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    """``（2026）喜金人调字第12号``; empty until the case is accepted."""
    title: Mapped[str] = mapped_column(
        "cover", EncryptedNarrative("case_files.cover"), default="", server_default=""
    )
    """Name on the cover (卷名): parties and kind; shown only to those who may see the file."""
    title_of_before: Mapped[str] = mapped_column("title", String(200), default="")
    """Where versions before November 2026 kept it unencrypted; emptied by ``prepare``."""
    state: Mapped[CaseState] = mapped_column(text_enum(CaseState, "state"), default=CaseState.RECEIVED)
    lane: Mapped[Lane] = mapped_column(text_enum(Lane, "lane"), default=Lane.UNDECIDED)
    kind_code: Mapped[str] = mapped_column(String(40), index=True)
    source_code: Mapped[str] = mapped_column(String(40))
    entrusted_by: Mapped[str] = mapped_column(String(120), default="")
    entrusted_received_on: Mapped[date | None] = mapped_column(Date)
    court_stage: Mapped[str] = mapped_column(String(40), default="")
    """For court cases: before_filing, after_filing_ordinary or after_filing_summary; else empty."""
    statement: Mapped[str] = mapped_column(Text, default="")
    requests: Mapped[str] = mapped_column(Text, default="")
    """What the applicant asks for, one request a line."""
    amount_in_dispute: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    occurred_on: Mapped[date | None] = mapped_column(Date)
    occurred_place: Mapped[str] = mapped_column(String(200), default="")
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    is_cross_area: Mapped[bool] = mapped_column(default=False)
    applied_on: Mapped[date] = mapped_column(Date)
    """The day of the request: it interrupts limitation (诉讼时效规定第十二条)."""
    received_at: Mapped[datetime] = mapped_column(Instant)
    received_by: Mapped[str] = mapped_column(String(60))
    channel: Mapped[Channel] = mapped_column(text_enum(Channel, "channel"))
    has_written_application: Mapped[bool] = mapped_column(default=False)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    extended_until: Mapped[date | None] = mapped_column(Date)
    appraisal_days_count: Mapped[int] = mapped_column(default=0)
    """Days of appraisal in a medical dispute, which its deadline leaves out."""
    grade: Mapped[Grade] = mapped_column(text_enum(Grade, "grade"), default=Grade.ORDINARY)
    grade_reason: Mapped[str] = mapped_column(String(200), default="")
    involves_death: Mapped[bool] = mapped_column(default=False)
    involves_minor: Mapped[bool] = mapped_column(default=False)
    is_sealed: Mapped[bool] = mapped_column(default=False)
    """Left out of every list, search and export; opened only with an approval."""
    special_groups: Mapped[str] = mapped_column(String(200), default="")
    involves_migrant_wages: Mapped[bool] = mapped_column(default=False)
    session_language_code: Mapped[str] = mapped_column(String(20), default="")
    performance: Mapped[Performance] = mapped_column(
        text_enum(Performance, "performance"), default=Performance.UNKNOWN
    )
    performed_on: Mapped[date | None] = mapped_column(Date)
    performed_at_once: Mapped[bool] = mapped_column(default=False)
    close_reason: Mapped[CloseReason | None] = mapped_column(text_enum(CloseReason, "close_reason"))
    closed_on: Mapped[date | None] = mapped_column(Date)
    archived_on: Mapped[date | None] = mapped_column(Date)
    archive_remarks: Mapped[str] = mapped_column(EncryptedNarrative("case_files.archive_remarks"), default="")
    filed_by: Mapped[str] = mapped_column(String(60), default="")
    checked_by: Mapped[str] = mapped_column(String(60), default="")
    retention_class: Mapped[RetentionClass | None] = mapped_column(text_enum(RetentionClass, "retention"))
    legal_hold: Mapped[bool] = mapped_column(default=False)
    reopened_from_id: Mapped[int | None] = mapped_column(ForeignKey("case_files.id"))
    area_office_code: Mapped[str] = mapped_column(String(12), default="", index=True)
    """Division whose centre was asked to take the file up; empty while it stays in the room."""
    next_due_on: Mapped[date | None] = mapped_column(Date, index=True)
    """Nearest open deadline, kept by the verbs so that lists and centres need not compute all of them."""
    next_due_title: Mapped[str] = mapped_column(String(120), default="")
    form_token: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Token of the form that opened the case, so that a double submission makes one case."""
    is_sample: Mapped[bool] = mapped_column(default=False)

    room: Mapped[MediationRoom] = relationship()
    committee: Mapped[Committee | None] = relationship()
    reopened_from: Mapped[CaseFile | None] = relationship(remote_side="CaseFile.id")
    mediators: Mapped[list[CaseMediator]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="CaseMediator.id"
    )
    external_numbers: Mapped[list[ExternalNumber]] = relationship(
        back_populates="case", cascade="all, delete-orphan"
    )
    history: Mapped[list[StepTaken]] = relationship(back_populates="case", order_by="StepTaken.id")
    notes: Mapped[list[CaseNote]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="CaseNote.written_at"
    )
    shares: Mapped[list[CaseShare]] = relationship(back_populates="case", cascade="all, delete-orphan")
    parties: Mapped[list[Party]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Party.side, Party.position"
    )
    relations: Mapped[list[Relation]] = relationship(back_populates="case", cascade="all, delete-orphan")
    consents: Mapped[list[Consent]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Consent.id"
    )
    notices: Mapped[list[Notice]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Notice.given_at"
    )
    enquiries: Mapped[list[Enquiry]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Enquiry.starts_at"
    )
    sessions: Mapped[list[MediationSession]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="MediationSession.ordinal"
    )
    cited_articles: Mapped[list[CitedArticle]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="CitedArticle.id"
    )
    evidence: Mapped[list[Evidence]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Evidence.ordinal"
    )
    attachments: Mapped[list[Attachment]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Attachment.place, Attachment.page"
    )
    opinions: Mapped[list[ExpertOpinion]] = relationship(back_populates="case", cascade="all, delete-orphan")
    agreements: Mapped[list[Agreement]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Agreement.id"
    )
    oral_agreements: Mapped[list[OralAgreement]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="OralAgreement.id"
    )
    signatures: Mapped[list[Signature]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Signature.signed_at"
    )
    confirmations: Mapped[list[JudicialConfirmation]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="JudicialConfirmation.id"
    )
    follow_ups: Mapped[list[FollowUp]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="FollowUp.id"
    )
    referrals: Mapped[list[Referral]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="Referral.id"
    )
    risks: Mapped[list[RiskFlag]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="RiskFlag.id"
    )
    gate_answers: Mapped[list[GateAnswer]] = relationship(
        back_populates="case", cascade="all, delete-orphan", order_by="GateAnswer.id"
    )

    @property
    def agreement(self) -> Agreement | None:
        """The written agreement that counts: the latest one not withdrawn."""
        return next((each for each in reversed(self.agreements) if each.withdrawn_on is None), None)

    @property
    def oral_agreement(self) -> OralAgreement | None:
        """The oral agreement that counts: the latest one not withdrawn."""
        return next((each for each in reversed(self.oral_agreements) if each.withdrawn_on is None), None)

    @property
    def confirmation(self) -> JudicialConfirmation | None:
        """The latest application for judicial confirmation."""
        return self.confirmations[-1] if self.confirmations else None


class CaseMediator(Base):
    """A mediator of a case: named by the committee or chosen by the parties (人民调解法第十九条)."""

    __tablename__ = "case_mediators"
    __table_args__ = (UniqueConstraint("case_id", "mediator_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediators.id"), index=True)
    is_lead: Mapped[bool] = mapped_column(default=False)
    chosen_by_parties: Mapped[bool] = mapped_column(default=False)
    challenged_reason: Mapped[str] = mapped_column(
        EncryptedNarrative("case_mediators.challenged_reason"), default=""
    )
    left_on: Mapped[date | None] = mapped_column(Date)

    case: Mapped[CaseFile] = relationship(back_populates="mediators")
    mediator: Mapped[Mediator] = relationship()


class ExternalNumber(Base):
    """The number of the same dispute in another system (province, court, petition office …)."""

    __tablename__ = "external_numbers"
    __table_args__ = (UniqueConstraint("case_id", "system", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    system: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(80), index=True)

    case: Mapped[CaseFile] = relationship(back_populates="external_numbers")


class StepTaken(Base):
    """One line of the history: who moved the file, when and why. Never changed, never deleted."""

    __tablename__ = "steps_taken"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[CaseState | None] = mapped_column(text_enum(CaseState, "from_state"))
    to_state: Mapped[CaseState] = mapped_column(text_enum(CaseState, "to_state"))
    actor_account_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(60))
    actor_room_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(EncryptedNarrative("steps_taken.reason"))
    taken_at: Mapped[datetime] = mapped_column(Instant, index=True)

    case: Mapped[CaseFile] = relationship(back_populates="history")


class CaseNote(Versioned, Base):
    """A quick note of the mediator's own; not part of the dossier unless copied into a record."""

    __tablename__ = "case_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(EncryptedNarrative("case_notes.text"))

    case: Mapped[CaseFile] = relationship(back_populates="notes")


class CaseShare(Base):
    """Permission for another room (an expert room) to read a file, for a purpose and a time."""

    __tablename__ = "case_shares"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("mediation_rooms.id"), index=True)
    purpose: Mapped[str] = mapped_column(EncryptedNarrative("case_shares.purpose"))
    shared_at: Mapped[datetime] = mapped_column(Instant)
    shared_by: Mapped[str] = mapped_column(String(60))
    until_on: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    case: Mapped[CaseFile] = relationship(back_populates="shares")
    room: Mapped[MediationRoom] = relationship()


class NumberCounter(Base):
    """The last serial given in one committee and year; read and raised in the same transaction."""

    __tablename__ = "number_counters"
    __table_args__ = (UniqueConstraint("committee_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"))
    year: Mapped[int]
    last_serial: Mapped[int]


class IssuedNumber(Base):
    """A number that was given; a voided one stays with its reason, so that no gap is unexplained."""

    __tablename__ = "issued_numbers"
    __table_args__ = (UniqueConstraint("committee_id", "year", "serial"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"))
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(60), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_files.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    void_reason: Mapped[str] = mapped_column(EncryptedNarrative("issued_numbers.void_reason"), default="")
