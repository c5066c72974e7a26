"""Events: what was planned and held, with which materials, by whom, whom it reached, and the proof.

Only the team stands here by name. Of those who came there are numbers, and photographs only with a
basis of consent; nothing names an attendee. Openings of a printed code are day totals.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assistant.outreach.measures import Measure, ReachUnit
from corpus.database import Instant, Versioned, text_enum
from corpus.store import Base


class EventStatus(enum.StrEnum):
    """How far an event has come."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class ConsentBasis(enum.StrEnum):
    """Why a photograph may be kept and shown."""

    WRITTEN = "written"
    SPOKEN = "spoken"
    GUARDIANS = "guardians"
    NOBODY = "nobody"


class AskedWhen(enum.StrEnum):
    """Whether the three questions were asked before or after."""

    BEFORE = "before"
    AFTER = "after"


class OutreachEvent(Versioned, Base):
    """Something planned or held: where, when, in which language, with which materials."""

    __tablename__ = "outreach_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    held_on: Mapped[date] = mapped_column(Date, index=True)
    """The day it is planned for while it is planned."""
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    language_code: Mapped[str] = mapped_column(String(20))
    topics: Mapped[list[str]] = mapped_column(JSON)
    item_ids: Mapped[list[int]] = mapped_column(JSON)
    remarks: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[EventStatus] = mapped_column(
        text_enum(EventStatus, "event_status", is_checked=False),
        default=EventStatus.HELD,
        server_default=EventStatus.HELD.value,
    )
    occasion: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The key of the day of the year it belongs to; empty for any other day."""
    team: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    """Members of the team, each with ``role`` and ``name``; never anybody who came."""
    hamlet_count: Mapped[int | None]
    """How many hamlets a broadcast was heard in; None where nothing was broadcast."""

    reach: Mapped[list[EventReach]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventReach.id"
    )
    materials: Mapped[list[EventMaterial]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventMaterial.id"
    )
    photographs: Mapped[list[EventPhotograph]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventPhotograph.id"
    )
    history: Mapped[list[EventStep]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventStep.id"
    )
    answers: Mapped[list[EventAnswers]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventAnswers.id"
    )


class EventReach(Base):
    """One figure of an event in its unit, counted by head or estimated, with its proof."""

    __tablename__ = "outreach_event_reach"
    __table_args__ = (CheckConstraint("count >= 0", name="count"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outreach_events.id", ondelete="CASCADE"), index=True)
    unit: Mapped[ReachUnit] = mapped_column(text_enum(ReachUnit, "reach_unit"))
    count: Mapped[int]
    is_estimate: Mapped[bool] = mapped_column(default=False)
    proof: Mapped[str] = mapped_column(String(200), default="")
    measure: Mapped[Measure | None] = mapped_column(text_enum(Measure, "measure", is_checked=False))
    """What was counted; rows of before there were measures hold only the unit."""

    event: Mapped[OutreachEvent] = relationship(back_populates="reach")


class EventMaterial(Base):
    """A material of the library that was used, and how many copies were handed out."""

    __tablename__ = "outreach_event_materials"
    __table_args__ = (UniqueConstraint("event_id", "item_id"), CheckConstraint("copies >= 0", name="copies"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outreach_events.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("outreach_items.id", ondelete="CASCADE"), index=True)
    copies: Mapped[int] = mapped_column(default=0)

    event: Mapped[OutreachEvent] = relationship(back_populates="materials")


class EventPhotograph(Base):
    """A re-encoded picture in the row itself, so that taking it away takes everything away."""

    __tablename__ = "outreach_event_photographs"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outreach_events.id", ondelete="CASCADE"), index=True)
    caption: Mapped[str] = mapped_column(String(200), default="")
    consent: Mapped[ConsentBasis] = mapped_column(text_enum(ConsentBasis, "consent_basis"))
    consent_note: Mapped[str] = mapped_column(String(200), default="")
    width: Mapped[int]
    height: Mapped[int]
    picture: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """A JPEG or PNG without anything that is not seen."""
    added_by: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime] = mapped_column(Instant)

    event: Mapped[OutreachEvent] = relationship(back_populates="photographs")


class EventStep(Base):
    """One line of an event's history: who did what, and everything as it then stood."""

    __tablename__ = "outreach_event_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outreach_events.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(30))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[str] = mapped_column(String(60))
    entry: Mapped[dict[str, Any]] = mapped_column(JSON)

    event: Mapped[OutreachEvent] = relationship(back_populates="history")


class EventAnswers(Base):
    """How many answered one question of a quiz at an event, before or after, and how many rightly."""

    __tablename__ = "outreach_event_answers"
    __table_args__ = (
        UniqueConstraint("event_id", "item_id", "number", "asked_when", name="uq_outreach_event_answers"),
        CheckConstraint("right_count >= 0 AND right_count <= answered_count", name="right_count"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("outreach_events.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("outreach_items.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    asked_when: Mapped[AskedWhen] = mapped_column(text_enum(AskedWhen, "asked_when"))
    answered_count: Mapped[int]
    right_count: Mapped[int]

    event: Mapped[OutreachEvent] = relationship(back_populates="answers")


class OutreachCode(Base):
    """The short address on a printed material or of an event: ``/q/<code>``."""

    __tablename__ = "outreach_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    item_id: Mapped[int | None] = mapped_column(
        ForeignKey("outreach_items.id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("outreach_events.id", ondelete="CASCADE"), index=True
    )
    made_at: Mapped[datetime] = mapped_column(Instant)


class DayCount(Base):
    """A day's total that another machine brought along: openings of a code, or answers given on it."""

    __tablename__ = "outreach_day_counts"
    __table_args__ = (UniqueConstraint("source", "counted_on", "what", name="uq_outreach_day_counts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(16))
    """The random name of the counter file."""
    counted_on: Mapped[date] = mapped_column(Date)
    what: Mapped[str] = mapped_column(String(40), index=True)
    count: Mapped[int]
