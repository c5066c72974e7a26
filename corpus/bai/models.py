"""The glossary's tables: concepts in Chinese and English, and the Bai forms that somebody attested."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.bai.varieties import Script, Variety
from corpus.database import Instant, Versioned, text_enum
from corpus.store import Base


class Subject(enum.StrEnum):
    """What a concept belongs to."""

    LEGAL = "legal"
    EVERYDAY = "everyday"


class TermStatus(enum.StrEnum):
    """How far a form has been checked; only approved forms are part of an edition."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class Concept(Versioned, Base):
    """A thing that is named: one Chinese term, its other Chinese names, English, and where the law uses it."""

    __tablename__ = "glossary_concepts"
    __table_args__ = (
        UniqueConstraint("chinese", "english"),
        Index("ix_glossary_concepts_english", "english"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chinese: Mapped[str] = mapped_column(String(200))
    other_chinese: Mapped[str] = mapped_column(String(400), default="")
    """Further Chinese names, separated by ``、``."""
    english: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[Subject] = mapped_column(text_enum(Subject, "subject"))
    citation: Mapped[str] = mapped_column(String(200), default="")
    """The article where a legal term is best read, as a canonical citation; empty for everyday words."""
    note: Mapped[str] = mapped_column(Text, default="")

    terms: Mapped[list[GlossaryTerm]] = relationship(back_populates="concept", cascade="all, delete-orphan")


class GlossaryTerm(Versioned, Base):
    """One attested Bai form of a concept. A form without a source cannot be stored."""

    __tablename__ = "glossary_terms"
    __table_args__ = (
        CheckConstraint("text <> '' OR ipa <> ''", name="has_a_form"),
        CheckConstraint("source <> ''", name="has_a_source"),
        UniqueConstraint("concept_id", "variety", "village", "text", "ipa", "source"),
        Index("ix_glossary_terms_status", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    concept_id: Mapped[int] = mapped_column(
        ForeignKey("glossary_concepts.id", ondelete="CASCADE"), index=True
    )
    variety: Mapped[Variety] = mapped_column(text_enum(Variety, "variety"))
    village: Mapped[str] = mapped_column(String(120), default="")
    script: Mapped[Script] = mapped_column(text_enum(Script, "script"))
    text: Mapped[str] = mapped_column(String(200), default="")
    """The spelling as its source has it; empty where only the sound is known."""
    edition: Mapped[str] = mapped_column(String(4), default="")
    """1982 or 1993 for Latin script; empty when unknown or another script."""
    ipa: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(400))
    source_url: Mapped[str] = mapped_column(String(400), default="")
    licence: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[TermStatus] = mapped_column(text_enum(TermStatus, "status"), default=TermStatus.DRAFT)
    proposer_id: Mapped[int | None]
    proposer: Mapped[str] = mapped_column(String(60), default="", server_default="")
    approver_id: Mapped[int | None]
    approver: Mapped[str] = mapped_column(String(60), default="", server_default="")

    concept: Mapped[Concept] = relationship(back_populates="terms")
    keys: Mapped[list[TermKey]] = relationship(back_populates="term", cascade="all, delete-orphan")
    changes: Mapped[list[TermChange]] = relationship(
        back_populates="term", cascade="all, delete-orphan", order_by="TermChange.id"
    )


class TermChange(Base):
    """One line of a form's history: who did what and why."""

    __tablename__ = "glossary_term_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("glossary_terms.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(60))
    remark: Mapped[str] = mapped_column(Text, default="")

    term: Mapped[GlossaryTerm] = relationship(back_populates="changes")


class TermKey(Base):
    """Search keys of one reading of a form: derived data, remade when the key version changes."""

    __tablename__ = "glossary_term_keys"
    __table_args__ = (
        Index("ix_glossary_term_keys_exact", "exact"),
        Index("ix_glossary_term_keys_sound", "sound"),
        Index("ix_glossary_term_keys_toneless", "toneless"),
        Index("ix_glossary_term_keys_loose", "loose"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("glossary_terms.id", ondelete="CASCADE"), index=True)
    key_version: Mapped[int]
    exact: Mapped[str] = mapped_column(String(250))
    sound: Mapped[str] = mapped_column(String(400))
    toneless: Mapped[str] = mapped_column(String(400))
    loose: Mapped[str] = mapped_column(String(400))

    term: Mapped[GlossaryTerm] = relationship(back_populates="keys")
