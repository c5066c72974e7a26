"""File numbers ``（2026）喜金人调字第12号``: continuous for each committee and year.

The counter is a row that is raised in the transaction that accepts the case, so a number that was
given belongs to a case that exists: a rolled-back transaction gives its number back. A number that
must be voided stays in the register with its reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.cases import IssuedNumber, NumberCounter
from mediation_rooms.models.registers import Committee

_NUMBER = re.compile(r"^[（(](?P<year>\d{4})[)）](?P<prefix>\S{1,12}?)调字第(?P<serial>[1-9]\d*)号$")


@dataclass(frozen=True)
class FileNumber:
    """A file number as a value: prints itself, and parses what people type with either brackets."""

    year: int
    prefix: str
    serial: int

    def __str__(self) -> str:
        return f"（{self.year}）{self.prefix}调字第{self.serial}号"

    @classmethod
    def parse(cls, text: str) -> FileNumber:
        """Read a number. Raises ValueError that shows the expected form."""
        match = _NUMBER.match(re.sub(r"\s", "", text))
        if match is None:
            raise ValueError(f"“{text}”不是卷号，应写成“（2026）喜金人调字第12号”")
        return cls(int(match["year"]), match["prefix"], int(match["serial"]))


def _raise_counter(session: Session, *, committee_id: int, year: int) -> int:
    statement = (
        update(NumberCounter)
        .where(NumberCounter.committee_id == committee_id, NumberCounter.year == year)
        .values(last_serial=NumberCounter.last_serial + 1)
        .returning(NumberCounter.last_serial)
    )
    serial = session.scalar(statement)
    if serial is not None:
        return serial
    try:
        with session.begin_nested():
            session.add(NumberCounter(committee_id=committee_id, year=year, last_serial=0))
            session.flush()
    except IntegrityError:
        # Another transaction created the row first (possible on PostgreSQL); raise that one.
        session.expire_all()
    raised = session.scalar(statement)
    if raised is None:
        raise RuntimeError("the counter row vanished inside its own transaction")
    return raised


def issue_number(
    session: Session, *, committee: Committee, year: int, case_id: int | None, now: datetime
) -> IssuedNumber:
    """Give the next number of a committee and year, in the caller's transaction."""
    serial = _raise_counter(session, committee_id=committee.id, year=year)
    number = FileNumber(year, committee.number_prefix, serial)
    issued = IssuedNumber(
        committee_id=committee.id,
        year=year,
        serial=serial,
        number=str(number),
        case_id=case_id,
        issued_at=now,
        void_reason="",
    )
    session.add(issued)
    session.flush()
    return issued


def void_number(session: Session, *, number: str, reason: str, now: datetime) -> IssuedNumber:
    """Void a number. It stays in the register; raises InvalidEntry without a reason or such a number."""
    issued = session.scalar(select(IssuedNumber).where(IssuedNumber.number == number))
    problems: dict[str, str] = {}
    if issued is None:
        problems["number"] = f"登记簿里没有“{number}”"
    if not reason.strip():
        problems["reason"] = "作废编号要写明原因"
    if problems or issued is None:
        raise InvalidEntry(problems)
    issued.voided_at, issued.void_reason = now, reason.strip()
    session.flush()
    return issued


@dataclass(frozen=True)
class NumberRegister:
    """The numbers of a committee in a year: how far they go, what was voided, what is missing."""

    last_serial: int
    voided: tuple[IssuedNumber, ...]
    missing_serials: tuple[int, ...]


def number_register(session: Session, *, committee_id: int, year: int) -> NumberRegister:
    """Check a year's numbers; ``missing_serials`` is empty unless the store was tampered with."""
    rows = session.scalars(
        select(IssuedNumber)
        .where(IssuedNumber.committee_id == committee_id, IssuedNumber.year == year)
        .order_by(IssuedNumber.serial)
    ).all()
    present = {row.serial for row in rows}
    last = max(present, default=0)
    return NumberRegister(
        last_serial=last,
        voided=tuple(row for row in rows if row.voided_at is not None),
        missing_serials=tuple(serial for serial in range(1, last + 1) if serial not in present),
    )
