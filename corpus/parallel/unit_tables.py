"""The tables of the parallel collection: one unit a text in one variety and script, its history, its comments."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.bai.varieties import Variety
from corpus.citation import Citation
from corpus.database import Instant, Versioned, text_enum
from corpus.parallel.places import PHRASE_PREFIX, PHRASES_TITLE, PhrasePlace
from corpus.store import Base


class UnitScript(enum.StrEnum):
    """What a translation is written in; the two Latin orthographies are kept apart."""

    LATIN_1993 = "latin_1993"
    LATIN_1982 = "latin_1982"
    HAN = "han"


class UnitStatus(enum.StrEnum):
    """Two people, never one, bring a unit to approved."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class TranslationUnit(Versioned, Base):
    """One article, paragraph, item or fixed phrase in one variety and script, with its Chinese of that day."""

    __tablename__ = "translation_units"
    __table_args__ = (
        UniqueConstraint("statute", "article", "suffix", "paragraph", "item", "variety", "script"),
        CheckConstraint("article > 0 AND paragraph >= 0", name="place"),
        CheckConstraint("status <> 'approved' OR text <> ''", name="approved_text"),
        Index("ix_translation_units_status", "status", "variety"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statute: Mapped[str] = mapped_column(String(120), index=True)
    """The short name; ``phrase:KEY`` for a fixed phrase, which has article 1 and no parts."""
    article: Mapped[int]
    suffix: Mapped[int] = mapped_column(default=0)
    paragraph: Mapped[int] = mapped_column(default=0)
    """The 款, counting from 1; 0 for the whole article."""
    item: Mapped[int] = mapped_column(default=0, server_default="0")
    """The 项 of the paragraph, by its own number; 0 for the whole paragraph."""
    variety: Mapped[Variety] = mapped_column(text_enum(Variety, "unit_variety"))
    script: Mapped[UnitScript] = mapped_column(text_enum(UnitScript, "unit_script"))
    source_text: Mapped[str] = mapped_column(Text)
    source_hash: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[UnitStatus] = mapped_column(text_enum(UnitStatus, "unit_status"), default=UnitStatus.DRAFT)
    translator_id: Mapped[int | None]
    translator: Mapped[str] = mapped_column(String(60), default="")
    reviewer_id: Mapped[int | None]
    reviewer: Mapped[str] = mapped_column(String(60), default="")
    approver_id: Mapped[int | None]
    approver: Mapped[str] = mapped_column(String(60), default="")
    assignee_id: Mapped[int | None]
    due_on: Mapped[date | None] = mapped_column(Date)
    provenance: Mapped[str] = mapped_column(String(200), default="")
    """Where the text comes from: the printed edition, the translator's own work."""
    printed_page: Mapped[str] = mapped_column(String(20), default="")
    translated_on: Mapped[date | None] = mapped_column(Date)

    changes: Mapped[list[UnitChange]] = relationship(
        back_populates="unit", cascade="all, delete-orphan", order_by="UnitChange.id"
    )
    comments: Mapped[list[UnitComment]] = relationship(
        back_populates="unit", cascade="all, delete-orphan", order_by="UnitComment.id"
    )

    @hybrid_property
    def is_phrase(self) -> bool:
        """Whether it translates a fixed phrase of ours and no article."""
        return self.statute.startswith(PHRASE_PREFIX)

    @is_phrase.inplace.expression
    @classmethod
    def _is_phrase_in_sql(cls) -> ColumnElement[bool]:
        return cls.statute.startswith(PHRASE_PREFIX)

    @property
    def work(self) -> str:
        """What it belongs to, as lists and files name it: the statute, or the fixed phrases together."""
        return PHRASES_TITLE if self.is_phrase else self.statute

    @property
    def citation(self) -> Citation:
        """The place in the law, without an edition, or among the fixed phrases."""
        if self.is_phrase:
            return PhrasePlace(self.statute, self.article)
        return Citation(
            self.statute,
            self.article,
            suffix=self.suffix or None,
            paragraph=self.paragraph or None,
            item=self.item or None,
        )


class UnitChange(Base):
    """One line of a unit's history: who did what, and the text after it."""

    __tablename__ = "translation_unit_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("translation_units.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    status: Mapped[UnitStatus] = mapped_column(text_enum(UnitStatus, "change_status"))
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(60))
    remark: Mapped[str] = mapped_column(Text, default="")

    unit: Mapped[TranslationUnit] = relationship(back_populates="changes")


class UnitComment(Base):
    """What somebody asks or remarks beside a unit."""

    __tablename__ = "translation_unit_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("translation_units.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[str] = mapped_column(String(60))

    unit: Mapped[TranslationUnit] = relationship(back_populates="comments")
