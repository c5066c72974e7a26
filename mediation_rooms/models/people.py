"""Parties of a dispute, who stands for them, how they are related, what they agreed to and were told.

Identity fields are encrypted; beside each field that is searched for equality stands a blind
index, kept in step by the model itself so that no caller can forget it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative, EncryptedText, blind_index
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import (
    ConsentKind,
    Manner,
    NoticeKind,
    NoticeMedium,
    RepresentativeKind,
    Sex,
    Side,
)
from mediation_rooms.store import Base


class Party(Versioned, Base):
    """A person or organisation on one side of a dispute."""

    __tablename__ = "parties"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    side: Mapped[Side] = mapped_column(text_enum(Side, "side"))
    position: Mapped[int] = mapped_column(default=1)
    """Order within the side, from 1."""
    is_organisation: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(EncryptedText("parties.name"))
    name_index: Mapped[str] = mapped_column(String(80), index=True)
    sex: Mapped[Sex] = mapped_column(text_enum(Sex, "sex"), default=Sex.NOT_STATED)
    ethnicity: Mapped[str] = mapped_column(String(20), default="")
    born_text: Mapped[str | None] = mapped_column(EncryptedText("parties.born_text"))
    """Date of birth as ``YYYY-MM-DD``, encrypted; read it through :attr:`born_on`."""
    id_number: Mapped[str | None] = mapped_column(EncryptedText("parties.id_number"))
    id_number_index: Mapped[str | None] = mapped_column(String(80), index=True)
    """Identity card of a person, unified social credit code of an organisation."""
    phone: Mapped[str | None] = mapped_column(EncryptedText("parties.phone"))
    phone_index: Mapped[str | None] = mapped_column(String(80), index=True)
    address: Mapped[str | None] = mapped_column(EncryptedText("parties.address"))
    household_address: Mapped[str | None] = mapped_column(EncryptedText("parties.household_address"))
    delivery_address: Mapped[str | None] = mapped_column(EncryptedText("parties.delivery_address"))
    occupation: Mapped[str] = mapped_column(String(60), default="")
    employer: Mapped[str] = mapped_column(String(120), default="")
    language_code: Mapped[str] = mapped_column(String(20), default="")
    """The language the party speaks best (:mod:`mediation_rooms.languages`)."""
    reads_chinese: Mapped[bool | None]
    special_group: Mapped[str] = mapped_column(String(60), default="")
    is_migrant_worker: Mapped[bool] = mapped_column(default=False)
    lacks_capacity: Mapped[bool] = mapped_column(default=False)
    """An adult without or with limited capacity: a guardian acts, harm is reported."""

    case: Mapped[CaseFile] = relationship(back_populates="parties")
    representatives: Mapped[list[Representative]] = relationship(
        back_populates="party", cascade="all, delete-orphan", order_by="Representative.id"
    )
    consents: Mapped[list[Consent]] = relationship(back_populates="party", viewonly=True)
    notices: Mapped[list[Notice]] = relationship(back_populates="party", viewonly=True)

    @property
    def born_on(self) -> date | None:
        """Date of birth, or None when it was not given."""
        return date.fromisoformat(self.born_text) if self.born_text else None

    @born_on.setter
    def born_on(self, value: date | None) -> None:
        self.born_text = value.isoformat() if value else None

    @validates("name", "id_number", "phone")
    def _index(self, key: str, value: str | None) -> str | None:
        setattr(self, f"{key}_index", blind_index(value, f"parties.{key}") if value else None)
        return value


class Representative(Versioned, Base):
    """A guardian, a legal representative or an agent of a party."""

    __tablename__ = "representatives"

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RepresentativeKind] = mapped_column(text_enum(RepresentativeKind, "kind"))
    name: Mapped[str] = mapped_column(EncryptedText("representatives.name"))
    name_index: Mapped[str] = mapped_column(String(80), index=True)
    id_number: Mapped[str | None] = mapped_column(EncryptedText("representatives.id_number"))
    phone: Mapped[str | None] = mapped_column(EncryptedText("representatives.phone"))
    relation_to_party: Mapped[str] = mapped_column(String(60), default="")
    post: Mapped[str] = mapped_column(String(60), default="")
    powers: Mapped[str] = mapped_column(EncryptedNarrative("representatives.powers"), default="")
    """Powers granted to an agent, one a line, from the list of the authorisation form."""
    authorised_on: Mapped[date | None]
    accused_of_harm: Mapped[bool] = mapped_column(default=False)
    """True when this guardian is said to have harmed the minor; such a guardian cannot consent."""

    party: Mapped[Party] = relationship(back_populates="representatives")

    @validates("name")
    def _index(self, _key: str, value: str) -> str:
        self.name_index = blind_index(value, "representatives.name")
        return value


class Relation(Base):
    """How two parties of a case are related."""

    __tablename__ = "relations"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"))
    other_party_id: Mapped[int] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"))
    relation: Mapped[str] = mapped_column(String(60))

    case: Mapped[CaseFile] = relationship(back_populates="relations")
    party: Mapped[Party] = relationship(foreign_keys=[party_id])
    other_party: Mapped[Party] = relationship(foreign_keys=[other_party_id])


class Consent(Base):
    """An answer of a party to one question of consent. A later answer of the same kind replaces it."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(text_enum(ConsentKind, "kind"))
    is_given: Mapped[bool]
    subject: Mapped[str] = mapped_column(String(200), default="")
    """To what exactly: the invited person, the other room, the new date."""
    manner: Mapped[Manner] = mapped_column(text_enum(Manner, "manner"))
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("representatives.id", ondelete="SET NULL"))
    """The guardian or agent who answered for the party; empty when the party answered."""
    given_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(60))

    case: Mapped[CaseFile] = relationship(back_populates="consents")
    party: Mapped[Party] = relationship(back_populates="consents")
    given_by: Mapped[Representative | None] = relationship()


class Notice(Base):
    """Something explained to a party: in which language, by whom, and whether it was understood."""

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_files.id", ondelete="CASCADE"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id", ondelete="CASCADE"), index=True)
    kind: Mapped[NoticeKind] = mapped_column(text_enum(NoticeKind, "kind"))
    notice_version: Mapped[str] = mapped_column(String(40), default="")
    language_code: Mapped[str] = mapped_column(String(20))
    medium: Mapped[NoticeMedium] = mapped_column(text_enum(NoticeMedium, "medium"))
    read_by: Mapped[str] = mapped_column(String(60), default="")
    is_understood: Mapped[bool | None]
    """What the party answered when asked; None while not asked."""
    manner: Mapped[Manner] = mapped_column(text_enum(Manner, "manner"))
    given_at: Mapped[datetime] = mapped_column(Instant)

    case: Mapped[CaseFile] = relationship(back_populates="notices")
    party: Mapped[Party] = relationship(back_populates="notices")
