"""Tables of the rooms and what the public may know of them."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, ForeignKey, Numeric, String, Text, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Versioned, text_enum
from mediation_rooms.models.registers import Committee, Mediator
from mediation_rooms.models.vocabulary import HostKind, RoomKind
from mediation_rooms.store import Base


class MediationRoom(Versioned, Base):
    """A place where people are heard. Its host, legal footing and committee decide what it may issue."""

    __tablename__ = "mediation_rooms"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[RoomKind] = mapped_column(text_enum(RoomKind, "kind"))
    host_kind: Mapped[HostKind] = mapped_column(text_enum(HostKind, "host_kind"))
    host_body: Mapped[str] = mapped_column(String(120))
    legal_basis: Mapped[str] = mapped_column(String(200))
    """Citations of the articles the room rests on, separated by ``；``."""
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    has_seal: Mapped[bool] = mapped_column(default=False)
    seal_text: Mapped[str] = mapped_column(String(120), default="")
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    founded_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    public_note: Mapped[str] = mapped_column(Text, default="")
    is_sample: Mapped[bool] = mapped_column(default=False)
    """True for the invented rooms that a fresh installation shows."""

    committee: Mapped[Committee | None] = relationship()
    hours: Mapped[list[OpeningHours]] = relationship(
        back_populates="room", cascade="all, delete-orphan", order_by="OpeningHours.weekday"
    )
    languages: Mapped[list[RoomLanguage]] = relationship(back_populates="room", cascade="all, delete-orphan")
    subjects: Mapped[list[RoomSubject]] = relationship(back_populates="room", cascade="all, delete-orphan")
    members: Mapped[list[RoomMember]] = relationship(back_populates="room", cascade="all, delete-orphan")


class OpeningHours(Base):
    """One span of a weekday (0 = Monday) in which somebody is there."""

    __tablename__ = "room_opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens_at < closes_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("mediation_rooms.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    opens_at: Mapped[time] = mapped_column(Time)
    closes_at: Mapped[time] = mapped_column(Time)

    room: Mapped[MediationRoom] = relationship(back_populates="hours")


class RoomLanguage(Base):
    """A language somebody in the room speaks; codes from :mod:`mediation_rooms.languages`."""

    __tablename__ = "room_languages"
    __table_args__ = (UniqueConstraint("room_id", "language_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("mediation_rooms.id", ondelete="CASCADE"))
    language_code: Mapped[str] = mapped_column(String(20))

    room: Mapped[MediationRoom] = relationship(back_populates="languages")


class RoomSubject(Base):
    """A kind of dispute (code of the present scheme) the room is known for."""

    __tablename__ = "room_subjects"
    __table_args__ = (UniqueConstraint("room_id", "kind_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("mediation_rooms.id", ondelete="CASCADE"))
    kind_code: Mapped[str] = mapped_column(String(40))

    room: Mapped[MediationRoom] = relationship(back_populates="subjects")


class RoomMember(Base):
    """A mediator who works in a room."""

    __tablename__ = "room_members"
    __table_args__ = (UniqueConstraint("room_id", "mediator_id", "since_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("mediation_rooms.id", ondelete="CASCADE"))
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediators.id"), index=True)
    duty: Mapped[str] = mapped_column(String(60), default="")
    since_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)

    room: Mapped[MediationRoom] = relationship(back_populates="members")
    mediator: Mapped[Mediator] = relationship()
