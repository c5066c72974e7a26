"""Materials of the educator's studio, what they rest on, their history, and the events they were used at.

They live in the public collection's database: nothing here names a party or a case.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, Versioned, text_enum
from corpus.store import Base


class ItemStatus(enum.StrEnum):
    """How far a material has come; the moves are in :mod:`assistant.outreach.items`."""

    DRAFT = "draft"
    LAW_CHECKED = "law_checked"
    LANGUAGE_CHECKED = "language_checked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ReachUnit(enum.StrEnum):
    """The units in which reports count."""

    SESSIONS = "场次"
    ATTENDANCES = "人次"
    PEOPLE = "人"
    COPIES = "份"
    MESSAGES = "条"
    BOARDS = "块"
    PLAYS = "播放量"


class OutreachItem(Versioned, Base):
    """One material: words once, set in many designs. ``content`` holds lines, points and script."""

    __tablename__ = "outreach_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    topic: Mapped[str] = mapped_column(String(60), default="", index=True)
    audience: Mapped[str] = mapped_column(String(120), default="")
    icon: Mapped[str] = mapped_column(String(30), default="scales")
    author: Mapped[str] = mapped_column(String(120), default="")
    rights: Mapped[str] = mapped_column(String(200), default="")
    written_on: Mapped[date] = mapped_column(Date)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    song: Mapped[str] = mapped_column(Text, default="")
    verse_form: Mapped[str] = mapped_column(String(20), default="free")
    bai_text: Mapped[str] = mapped_column(Text, default="")
    bai_source: Mapped[str] = mapped_column(String(200), default="")
    """Who wrote the Bai version; without it there is none."""
    status: Mapped[ItemStatus] = mapped_column(text_enum(ItemStatus, "item_status"), default=ItemStatus.DRAFT)
    needs_checking: Mapped[str] = mapped_column(Text, default="")
    """What changed in the law since the words were checked; empty while nothing did."""
    written_by_account: Mapped[int | None]
    law_checked_by_account: Mapped[int | None]
    published_on: Mapped[date | None] = mapped_column(Date)

    articles: Mapped[list[ItemArticle]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="ItemArticle.id"
    )
    history: Mapped[list[ItemStep]] = relationship(
        back_populates="item", cascade="all, delete-orphan", order_by="ItemStep.id"
    )


class ItemArticle(Base):
    """An article that a material rests on, with the fingerprint of its words on that day."""

    __tablename__ = "outreach_item_articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("outreach_items.id", ondelete="CASCADE"), index=True)
    citation: Mapped[str] = mapped_column(String(120), index=True)
    label: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text, default="")
    words_hash: Mapped[str] = mapped_column(String(64), default="")
    words_on: Mapped[date] = mapped_column(Date)

    item: Mapped[OutreachItem] = relationship(back_populates="articles")


class ItemStep(Base):
    """One line of a material's history: who did what, and the words as they then stood."""

    __tablename__ = "outreach_item_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("outreach_items.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(30))
    status: Mapped[ItemStatus] = mapped_column(text_enum(ItemStatus, "step_status"))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[str] = mapped_column(String(60))
    remark: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[dict[str, Any]] = mapped_column(JSON)

    item: Mapped[OutreachItem] = relationship(back_populates="history")


class OutreachEvent(Versioned, Base):
    """Something that was held: where, when, in which language, with which materials."""

    __tablename__ = "outreach_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    held_on: Mapped[date] = mapped_column(Date, index=True)
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    language_code: Mapped[str] = mapped_column(String(20))
    topics: Mapped[list[str]] = mapped_column(JSON)
    item_ids: Mapped[list[int]] = mapped_column(JSON)
    remarks: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    reach: Mapped[list[EventReach]] = relationship(
        back_populates="event", cascade="all, delete-orphan", order_by="EventReach.id"
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

    event: Mapped[OutreachEvent] = relationship(back_populates="reach")
