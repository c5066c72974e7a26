"""Tables of the two registers: committees with their members' terms, and mediators."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, ForeignKey, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from corpus.database import Instant, Versioned, text_enum
from mediation_rooms.encryption import EncryptedNarrative, EncryptedText, blind_index
from mediation_rooms.models.vocabulary import CommitteeKind, Post, Sex
from mediation_rooms.store import Base


class Committee(Versioned, Base):
    """A people's mediation committee (人民调解法第七条、第八条、第三十四条)."""

    __tablename__ = "committees"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    number_prefix: Mapped[str] = mapped_column(String(12), unique=True)
    """The characters before 调字 in a file number, for instance 喜金人."""
    kind: Mapped[CommitteeKind] = mapped_column(text_enum(CommitteeKind, "kind"))
    trade: Mapped[str] = mapped_column(String(40), default="")
    """Trade of a professional committee (医疗, 道路交通, 劳动, 物业 …), else empty."""
    host_body: Mapped[str] = mapped_column(String(120))
    division_code: Mapped[str] = mapped_column(String(12), index=True)
    has_seal: Mapped[bool] = mapped_column(default=True)
    is_multi_ethnic_area: Mapped[bool] = mapped_column(default=True)
    smaller_ethnicity: Mapped[str] = mapped_column(String(20), default="")
    """The nationality that is fewer in number here and must be represented (第八条)."""
    founded_on: Mapped[date | None] = mapped_column(Date)
    dissolved_on: Mapped[date | None] = mapped_column(Date)
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    fax: Mapped[str] = mapped_column(String(40), default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    email: Mapped[str] = mapped_column(String(120), default="")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    guidance_funds: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    work_funds: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    allowance_funds: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    """Yearly funds in yuan: guidance, committee work, mediators' allowances; None is not reported."""
    collected_on: Mapped[date | None] = mapped_column(Date)
    is_sample: Mapped[bool] = mapped_column(default=False)

    terms: Mapped[list[CommitteeTerm]] = relationship(
        back_populates="committee", cascade="all, delete-orphan", order_by="CommitteeTerm.id"
    )


class Mediator(Versioned, Base):
    """A people's mediator (人民调解法第十三条、第十四条); the name is public, the identity is not."""

    __tablename__ = "mediators"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    sex: Mapped[Sex] = mapped_column(text_enum(Sex, "sex"), default=Sex.NOT_STATED)
    ethnicity: Mapped[str] = mapped_column(String(20), default="")
    id_number: Mapped[str | None] = mapped_column(EncryptedText("mediators.id_number"))
    id_number_index: Mapped[str | None] = mapped_column(String(80), index=True)
    born_on: Mapped[date | None] = mapped_column(Date)
    education: Mapped[str] = mapped_column(String(20), default="")
    major: Mapped[str] = mapped_column(String(60), default="")
    employer: Mapped[str] = mapped_column(String(120), default="")
    other_capacity: Mapped[str] = mapped_column(String(120), default="")
    working_since_on: Mapped[date | None] = mapped_column(Date)
    is_full_time: Mapped[bool] = mapped_column(default=False)
    is_purchased_service: Mapped[bool] = mapped_column(default=False)
    certificates: Mapped[str] = mapped_column(EncryptedNarrative("mediators.certificates"), default="")
    injury_at_work: Mapped[str] = mapped_column(EncryptedNarrative("mediators.injury_at_work"), default="")
    phone: Mapped[str | None] = mapped_column(EncryptedText("mediators.phone"))
    reads_chinese: Mapped[bool] = mapped_column(default=True)
    province_system_code: Mapped[str] = mapped_column(String(60), default="")
    account_id: Mapped[int | None] = mapped_column(index=True)
    """The account this person signs in with; no foreign key, because registers outlive accounts."""
    left_on: Mapped[date | None] = mapped_column(Date)
    is_sample: Mapped[bool] = mapped_column(default=False)

    languages: Mapped[list[MediatorLanguage]] = relationship(
        back_populates="mediator", cascade="all, delete-orphan"
    )
    terms: Mapped[list[CommitteeTerm]] = relationship(back_populates="mediator")

    @validates("id_number")
    def _index_id_number(self, _key: str, value: str | None) -> str | None:
        self.id_number_index = blind_index(value, "mediators.id_number") if value else None
        return value


class MediatorLanguage(Base):
    """A language a mediator speaks, and how well."""

    __tablename__ = "mediator_languages"
    __table_args__ = (UniqueConstraint("mediator_id", "language_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediators.id", ondelete="CASCADE"))
    language_code: Mapped[str] = mapped_column(String(20))
    can_interpret: Mapped[bool] = mapped_column(default=False)

    mediator: Mapped[Mediator] = relationship(back_populates="languages")


class CommitteeTerm(Base):
    """One person's term in one committee (three years, 人民调解法第九条)."""

    __tablename__ = "committee_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id", ondelete="CASCADE"), index=True)
    mediator_id: Mapped[int] = mapped_column(ForeignKey("mediators.id"), index=True)
    post: Mapped[Post] = mapped_column(text_enum(Post, "post"))
    elected_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    left_reason: Mapped[str] = mapped_column(String(200), default="")

    committee: Mapped[Committee] = relationship(back_populates="terms")
    mediator: Mapped[Mediator] = relationship(back_populates="terms")


class RegisterChange(Base):
    """One change of a register, kept for the notice to the basic court (人民调解法第十条)."""

    __tablename__ = "register_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id", ondelete="CASCADE"), index=True)
    changed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    what: Mapped[str] = mapped_column(String(60))
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    actor_name: Mapped[str] = mapped_column(String(60))
