"""Written and oral agreements, their terms and instalments, and every signature on paper."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative, EncryptedText
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.models.vocabulary import SignatureMethod, SignedPaper, SignerKind
from mediation_rooms.store import Base


class Agreement(Versioned, Base):
    """A mediation agreement in writing (人民调解法第二十八条、第二十九条)."""

    __tablename__ = "agreements"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(60), default="")
    facts: Mapped[str] = mapped_column(EncryptedNarrative("agreements.facts"), default="")
    disputed_matters: Mapped[str] = mapped_column(
        EncryptedNarrative("agreements.disputed_matters"), default=""
    )
    responsibilities: Mapped[str] = mapped_column(
        EncryptedNarrative("agreements.responsibilities"), default=""
    )
    """Each party's responsibility (第二十九条第一款第二项)."""
    total_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """Sum of money agreed, in yuan; 0 where no money is due, None while not settled."""
    total_amount_words: Mapped[str] = mapped_column(String(120), default="")
    copies_count: Mapped[int] = mapped_column(default=0)
    drafted_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(200), default="")
    effective_on: Mapped[date | None] = mapped_column(Date, index=True)
    """The day on which the last of all parties, the mediator and the seal was on the paper."""
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_reason: Mapped[str] = mapped_column(
        EncryptedNarrative("agreements.withdrawn_reason"), default=""
    )

    case: Mapped[CaseFile] = relationship(back_populates="agreements")
    terms: Mapped[list[AgreementTerm]] = relationship(
        back_populates="agreement", cascade="all, delete-orphan", order_by="AgreementTerm.ordinal"
    )


class AgreementTerm(Base):
    """One item of an agreement: who does what for whom, how, where and by when."""

    __tablename__ = "agreement_terms"
    __table_args__ = (
        UniqueConstraint("agreement_id", "ordinal"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    content: Mapped[str] = mapped_column(EncryptedNarrative("agreement_terms.content"))
    obligor_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="SET NULL"))
    obligee_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="SET NULL"))
    manner: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date | None] = mapped_column(Date, index=True)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    amount_words: Mapped[str] = mapped_column(String(120), default="")
    performed_on: Mapped[date | None] = mapped_column(Date)

    agreement: Mapped[Agreement] = relationship(back_populates="terms")
    obligor: Mapped[Party | None] = relationship(foreign_keys=[obligor_id])
    obligee: Mapped[Party | None] = relationship(foreign_keys=[obligee_id])
    instalments: Mapped[list[Instalment]] = relationship(
        back_populates="term", cascade="all, delete-orphan", order_by="Instalment.ordinal"
    )


class Instalment(Base):
    """One payment of a term that is paid in parts."""

    __tablename__ = "instalments"
    __table_args__ = (
        UniqueConstraint("term_id", "ordinal"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("agreement_terms.id", ondelete="CASCADE"), index=True)
    ordinal: Mapped[int]
    due_on: Mapped[date] = mapped_column(Date, index=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    method: Mapped[str] = mapped_column(String(60), default="")
    paid_on: Mapped[date | None] = mapped_column(Date)
    paid_amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    receipt_number: Mapped[str] = mapped_column(String(60), default="")

    term: Mapped[AgreementTerm] = relationship(back_populates="instalments")


class OralAgreement(Versioned, Base):
    """An oral agreement, its content recorded by the mediator (人民调解法第二十八条、第三十条)."""

    __tablename__ = "oral_agreements"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    agreed_on: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column(String(200), default="")
    content: Mapped[str] = mapped_column(EncryptedNarrative("oral_agreements.content"))
    total_amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    """In yuan; 0 when no money is due."""
    due_on: Mapped[date | None] = mapped_column(Date)
    is_joint: Mapped[bool] = mapped_column(default=False)
    """Mediated by several committees together."""
    recorded_by: Mapped[str] = mapped_column(String(60))
    withdrawn_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_reason: Mapped[str] = mapped_column(
        EncryptedNarrative("oral_agreements.withdrawn_reason"), default=""
    )

    case: Mapped[CaseFile] = relationship(back_populates="oral_agreements")


class Signature(Base):
    """One signature, seal or fingerprint: whose, on which paper, when, where and how."""

    __tablename__ = "signatures"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    paper: Mapped[SignedPaper] = mapped_column(text_enum(SignedPaper, "paper"))
    paper_id: Mapped[int | None]
    """Row of the paper (agreement, session, …); None for papers of which a case has one."""
    signer_kind: Mapped[SignerKind] = mapped_column(text_enum(SignerKind, "signer_kind"))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"))
    """The party who signed, or for whom a representative signed."""
    representative_id: Mapped[int | None] = mapped_column(
        ForeignKey("representatives.id", ondelete="SET NULL")
    )
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey("mediators.id"))
    signer_name: Mapped[str] = mapped_column(EncryptedText("signatures.signer_name"))
    method: Mapped[SignatureMethod] = mapped_column(text_enum(SignatureMethod, "method"))
    signed_at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[str] = mapped_column(String(200))
    witness: Mapped[str] = mapped_column(String(60), default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachments.id", ondelete="SET NULL"))
    """The scanned page or the drawing of a tablet signature."""
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    case: Mapped[CaseFile] = relationship(back_populates="signatures")
    party: Mapped[Party | None] = relationship()
