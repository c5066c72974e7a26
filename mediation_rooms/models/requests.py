"""What comes in before there is a case: requests for help, screening rounds, prevented events."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative, EncryptedText
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.registers import Committee
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import Channel, PreventedKind, RequestState
from mediation_rooms.store import Base


class RequestForHelp(Versioned, Base):
    """A villager's request, put in by a kiosk that can write here but read nothing."""

    __tablename__ = "requests_for_help"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    """Short reference on the villager's receipt."""
    form_token: Mapped[str] = mapped_column(String(64), unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("mediation_rooms.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(Instant, index=True)
    channel: Mapped[Channel] = mapped_column(text_enum(Channel, "channel"), default=Channel.KIOSK)
    division_code: Mapped[str] = mapped_column(String(12))
    kind_code: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str | None] = mapped_column(EncryptedText("requests_for_help.words"))
    contact_name: Mapped[str | None] = mapped_column(EncryptedText("requests_for_help.contact_name"))
    contact_phone: Mapped[str | None] = mapped_column(EncryptedText("requests_for_help.contact_phone"))
    language_code: Mapped[str] = mapped_column(String(20), default="")
    is_safe_to_call: Mapped[bool] = mapped_column(default=False)
    call_when: Mapped[str] = mapped_column(String(120), default="")
    notice_version: Mapped[str] = mapped_column(String(40))
    notice_language_code: Mapped[str] = mapped_column(String(20))
    reported_by_account_id: Mapped[int | None] = mapped_column(index=True)
    """The account that reported a dispute it saw; None for a request of the person concerned."""
    state: Mapped[RequestState] = mapped_column(text_enum(RequestState, "state"), default=RequestState.NEW)
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(String(60), default="")
    answer: Mapped[str] = mapped_column(EncryptedNarrative("requests_for_help.answer"), default="")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_files.id", ondelete="SET NULL"))

    room: Mapped[MediationRoom] = relationship()
    case: Mapped[CaseFile | None] = relationship()


class ScreeningRound(Versioned, Base):
    """One round of looking for disputes (排查); a round that found nothing is reported as zero."""

    __tablename__ = "screening_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("mediation_rooms.id"), index=True)
    screened_on: Mapped[date] = mapped_column(Date, index=True)
    place: Mapped[str] = mapped_column(String(200))
    screened_by: Mapped[str] = mapped_column(String(120))
    is_zero_report: Mapped[bool] = mapped_column(default=False)
    remarks: Mapped[str] = mapped_column(EncryptedNarrative("screening_rounds.remarks"), default="")

    committee: Mapped[Committee] = relationship()
    findings: Mapped[list[ScreeningFinding]] = relationship(
        back_populates="screening_round", cascade="all, delete-orphan", order_by="ScreeningFinding.id"
    )


class ScreeningFinding(Base):
    """A dispute seen in a round; it becomes a case or is settled on the spot."""

    __tablename__ = "screening_findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("screening_rounds.id", ondelete="CASCADE"), index=True)
    people: Mapped[str] = mapped_column(EncryptedText("screening_findings.people"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("screening_findings.phone"))
    kind_code: Mapped[str] = mapped_column(String(40))
    situation: Mapped[str] = mapped_column(EncryptedNarrative("screening_findings.situation"))
    is_prevented: Mapped[bool] = mapped_column(default=False)
    """A dispute prevented before it broke out (预防纠纷, counted in 件)."""
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_files.id", ondelete="SET NULL"))

    screening_round: Mapped[ScreeningRound] = relationship(back_populates="findings")


class PreventedEvent(Versioned, Base):
    """Something worse that was prevented; counts only when a second person has confirmed it."""

    __tablename__ = "prevented_events"
    __table_args__ = (
        CheckConstraint("people_count >= 1", name="people_count"),
        CheckConstraint("confirmed_by = '' OR confirmed_by <> recorded_by", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_files.id", ondelete="SET NULL"), index=True)
    kind: Mapped[PreventedKind] = mapped_column(text_enum(PreventedKind, "kind"))
    happened_on: Mapped[date] = mapped_column(Date, index=True)
    people_count: Mapped[int]
    note: Mapped[str] = mapped_column(EncryptedNarrative("prevented_events.note"))
    recorded_by: Mapped[str] = mapped_column(String(60))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by: Mapped[str] = mapped_column(String(60), default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)

    committee: Mapped[Committee] = relationship()
