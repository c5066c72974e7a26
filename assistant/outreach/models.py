"""Materials of the educator's studio, what they rest on, and their history.

They live in the public collection's database: nothing here names a party or a case.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from assistant.outreach.kinds import ItemKind
from corpus.database import Instant, Versioned, text_enum
from corpus.store import Base


class ItemStatus(enum.StrEnum):
    """How far a material has come; the moves are in :mod:`assistant.outreach.items`."""

    DRAFT = "draft"
    LAW_CHECKED = "law_checked"
    LANGUAGE_CHECKED = "language_checked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


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
    bai_variety: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """Which variety ``bai_text`` is: it is the one that stands beside the Chinese in the designs."""
    other_bai: Mapped[list[dict[str, str]] | None] = mapped_column(JSON)
    """The versions in other varieties, each with ``variety``, ``text`` and ``source``."""
    kind: Mapped[ItemKind] = mapped_column(
        text_enum(ItemKind, "item_kind", is_checked=False),
        default=ItemKind.TOPIC,
        server_default=ItemKind.TOPIC.value,
    )
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
