"""The tables of sound: who spoke with what consent, and what was recorded."""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.bai.varieties import Variety
from corpus.database import Instant, Versioned, text_enum
from corpus.store import Base


class RecordedKind(enum.StrEnum):
    """What a recording speaks."""

    UNIT = "unit"
    TERM = "term"
    PROMPT = "prompt"


class ConsentForm(enum.StrEnum):
    """How the speaker agreed."""

    WRITTEN = "written"
    RECORDED = "recorded"
    GUARDIAN = "guardian"


class ConsentScope(enum.StrEnum):
    """How far the consent reaches; what it does not name is not done."""

    WORKBENCH = "workbench"
    KIOSK = "kiosk"
    OUTREACH = "outreach"


class RecordingStatus(enum.StrEnum):
    """Only approved recordings are played in kiosks and carried in editions."""

    DRAFT = "draft"
    APPROVED = "approved"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


class Speaker(Versioned, Base):
    """A person whose voice is kept, with consent: no row without its day and form."""

    __tablename__ = "recording_speakers"
    __table_args__ = (
        CheckConstraint("consent_withdrawn_on IS NULL OR consent_withdrawn_on >= consent_on", name="consent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    """Known to the workbench only; left empty in editions."""
    variety: Mapped[Variety] = mapped_column(text_enum(Variety, "variety"))
    village: Mapped[str] = mapped_column(String(120), default="")
    consent_on: Mapped[date] = mapped_column(Date)
    consent_form: Mapped[ConsentForm] = mapped_column(text_enum(ConsentForm, "consent_form"))
    consent_scope: Mapped[ConsentScope] = mapped_column(
        text_enum(ConsentScope, "consent_scope", is_checked=False),
        default=ConsentScope.KIOSK,
        server_default="kiosk",
    )
    """``workbench``: heard by colleagues only; ``kiosk``: also by villagers; ``outreach``: also in materials."""
    consent_withdrawn_on: Mapped[date | None] = mapped_column(Date)

    recordings: Mapped[list[Recording]] = relationship(back_populates="speaker")


class Recording(Versioned, Base):
    """One take, ready to play, tied to a unit, a term or a page prompt by a text key."""

    __tablename__ = "recordings"
    __table_args__ = (
        CheckConstraint("length_ms > 0", name="has_length"),
        Index("ix_recordings_object", "kind", "object_key", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RecordedKind] = mapped_column(text_enum(RecordedKind, "kind"))
    object_key: Mapped[str] = mapped_column(String(200))
    speaker_id: Mapped[int] = mapped_column(ForeignKey("recording_speakers.id"), index=True)
    path: Mapped[str] = mapped_column(String(80), unique=True)
    """Random file name inside the recordings folder."""
    original_path: Mapped[str] = mapped_column(String(80), default="")
    """The file as it came, kept beside; not carried in editions."""
    format: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    length_ms: Mapped[int]
    loudness_lufs: Mapped[float | None]
    """Integrated loudness after levelling; None for sounds too short to measure (under 0.4 s)."""
    status: Mapped[RecordingStatus] = mapped_column(
        text_enum(RecordingStatus, "status"), default=RecordingStatus.DRAFT
    )
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("recordings.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    words_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Of the words that were spoken (:mod:`corpus.parallel.spoken`); empty where nobody noted them."""
    recorder_id: Mapped[int | None]
    """The account that recorded; somebody else approves. Left empty in editions, like the approver."""
    approver_id: Mapped[int | None]

    speaker: Mapped[Speaker] = relationship(back_populates="recordings")
