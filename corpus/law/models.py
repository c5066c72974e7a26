"""Statutes, their versions and articles. Whether a text is in force is computed from days, never stored."""

from __future__ import annotations

import enum
from datetime import date

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.citation import Citation
from corpus.database import text_enum
from corpus.store import Base


class StatuteKind(enum.StrEnum):
    """What a text is; only some kinds are cited by article as law in force."""

    CONSTITUTION = "constitution"
    LAW = "law"
    REGULATION = "regulation"
    JUDICIAL_INTERPRETATION = "judicial_interpretation"
    LEGISLATIVE_INTERPRETATION = "legislative_interpretation"
    AMENDMENT = "amendment"
    DECISION = "decision"

    @property
    def is_citable(self) -> bool:
        """Amendments, decisions and legislative interpretations change or explain law; nobody cites them."""
        return self in {
            StatuteKind.CONSTITUTION,
            StatuteKind.LAW,
            StatuteKind.REGULATION,
            StatuteKind.JUDICIAL_INTERPRETATION,
        }


class Force(enum.StrEnum):
    """How a version stands on a day."""

    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    REPEALED = "repealed"


class Statute(Base):
    """A work: 民法典, whatever its versions (法律、法规、司法解释)."""

    __tablename__ = "statutes"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    """Official full name, for instance 中华人民共和国民法典."""
    short_name: Mapped[str] = mapped_column(String(200), unique=True)
    """The name used in citations: the full name without 中华人民共和国."""
    kind: Mapped[StatuteKind] = mapped_column(text_enum(StatuteKind, "kind"))
    issuing_body: Mapped[str] = mapped_column(String(200), default="")
    department: Mapped[str] = mapped_column(String(60), default="", index=True)
    """Branch of law as the source sorts it (民法商法, 社会法 …)."""

    versions: Mapped[list[StatuteVersion]] = relationship(
        back_populates="statute", cascade="all, delete-orphan", order_by="StatuteVersion.effective_on"
    )


class StatuteVersion(Base):
    """A statute as it stood from one day to another."""

    __tablename__ = "statute_versions"
    __table_args__ = (
        UniqueConstraint("statute_id", "effective_on"),
        CheckConstraint(
            "repealed_on IS NULL OR repealed_on >= effective_on", name="repealed_after_effective"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    statute_id: Mapped[int] = mapped_column(ForeignKey("statutes.id", ondelete="CASCADE"), index=True)
    published_on: Mapped[date] = mapped_column(Date)
    effective_on: Mapped[date] = mapped_column(Date, index=True)
    repealed_on: Mapped[date | None] = mapped_column(Date)
    """First day on which the version no longer applies."""
    replaced_by: Mapped[str] = mapped_column(String(200), default="")
    """Short name of what ended it: the statute itself when amended, another when repealed."""
    source: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 over all article texts: the same text is never a second version."""
    doubt: Mapped[str] = mapped_column(Text, default="")
    """What is uncertain about this version's days, in a sentence for the reader; empty when nothing is."""

    statute: Mapped[Statute] = relationship(back_populates="versions")
    articles: Mapped[list[Article]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="Article.position"
    )

    def force_on(self, day: date) -> Force:
        """Whether the version applies on a day."""
        if day < self.effective_on:
            return Force.NOT_YET
        return Force.REPEALED if self.repealed_on is not None and day >= self.repealed_on else Force.IN_FORCE


class Article(Base):
    """One article of one version."""

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("version_id", "number", "suffix"),
        Index("ix_articles_number", "number", "suffix"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("statute_versions.id", ondelete="CASCADE"))
    number: Mapped[int]
    suffix: Mapped[int] = mapped_column(default=0)
    """2 for 第十七条之二; 0 for an article without 之."""
    heading_path: Mapped[list[str]] = mapped_column(JSON)
    """From the book or chapter down to the section, for instance ["第五编 婚姻家庭", "第四章 离婚"]."""
    text: Mapped[str] = mapped_column(Text)
    """Without the 第…条 at its beginning; paragraphs are lines."""
    position: Mapped[int]

    version: Mapped[StatuteVersion] = relationship(back_populates="articles")

    @property
    def citation(self) -> Citation:
        """The article in this version."""
        return Citation(
            self.version.statute.short_name,
            self.number,
            suffix=self.suffix or None,
            edition=self.version.effective_on,
        )


class CollectionState(Base):
    """One row a named fact about the collection: what derived data were built from."""

    __tablename__ = "collection_state"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
