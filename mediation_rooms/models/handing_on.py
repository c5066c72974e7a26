"""What left the programme about people: to whom, why, on what basis, approved by whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.models.vocabulary import Labelled
from mediation_rooms.store import Base
from mediation_rooms.wording import N_


class HandedKind(Labelled):
    """What was handed on."""

    LEDGER = "ledger", N_("台账")
    TEACHING = "teaching", N_("教学案例")
    COPY = "copy", N_("个人信息副本")
    REGISTER = "register", N_("调委会变动通知")


class HandedOn(Versioned, Base):
    """One handing on of case data (个人信息保护法第二十三条), or the wish for one that waits for a second person.

    Nothing in the programme removes a line: the record of handing on is kept three years at least
    (第五十五条第四项、第五十六条). It names no person whose data it was.
    """

    __tablename__ = "handed_on"
    __table_args__ = (
        CheckConstraint(
            "approved_by_account_id IS NULL OR approved_by_account_id <> asked_by_account_id",
            name="second_person",
        ),
        CheckConstraint("person_count >= 0", name="person_count_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int | None] = mapped_column(index=True)
    """Empty for what the command line or a centre handed on; no key, because the line outlives a room."""
    kind: Mapped[HandedKind] = mapped_column(text_enum(HandedKind, "kind"))
    part: Mapped[str] = mapped_column(String(40), default="")
    """Which part of the data: the period of a ledger, the id of a file."""
    recipient: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(200))
    fields: Mapped[str] = mapped_column(Text)
    """The kinds of items in it, in words."""
    person_count: Mapped[int]
    asked_by_account_id: Mapped[int | None]
    asked_by: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime] = mapped_column(Instant, index=True)
    approved_by_account_id: Mapped[int | None]
    approved_by: Mapped[str] = mapped_column(String(60), default="")
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    handed_at: Mapped[datetime | None] = mapped_column(Instant)
    """Empty while it waits for the second person, or when it was approved and never fetched."""
