"""Sessions kept on the server: a random token in the cookie, its hash and its limits in the database.

Ages are measured with the machine's boot clock, which no one can set, as long as the machine has
not been restarted; only then the wall clock counts, and a session "from the future" is refused.
So a clock that jumps neither signs everybody out nor lengthens a session.

On a machine that several people use a session is shorter: whoever signs in, or the operator, says so.
"""

from __future__ import annotations

import enum
import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Float, String, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from corpus.database import Instant, text_enum
from mediation_rooms.store import Base

IDLE_LIMIT = timedelta(minutes=15)
ABSOLUTE_LIMIT = timedelta(hours=9)
SHARED_IDLE_LIMIT = timedelta(minutes=5)
SHARED_ABSOLUTE_LIMIT = timedelta(hours=2)
PENDING_LIMIT = timedelta(minutes=10)
CONFIRMATION_LASTS = timedelta(minutes=10)
"""How long a typed password opens the acts that ask for it again (OWASP ASVS 5.0, 7.5)."""
TOUCH_EVERY = timedelta(seconds=30)
TOUCH_SPREAD = timedelta(seconds=30)
"""Each session adds its own share of this, so that an office that signed in together does not write together."""
CLOCK_TOLERANCE = timedelta(minutes=2)


class Stage(enum.StrEnum):
    """How far a sign-in has come."""

    CODE = "code"
    ENROL = "enrol"
    FULL = "full"


@dataclass(frozen=True)
class Moment:
    """Now, by the wall clock and by the clock that nobody can set."""

    now: datetime
    boot_id: str
    boot_seconds: float


@lru_cache(maxsize=1)
def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def moment() -> Moment:
    """The present moment."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Moment(datetime.now(UTC), _boot_id(), time.clock_gettime(clock))


class SignInSession(Base):
    """A signed-in browser."""

    __tablename__ = "sign_in_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(index=True)
    stage: Mapped[Stage] = mapped_column(text_enum(Stage, "stage"))
    boot_id: Mapped[str] = mapped_column(String(40))
    began_at: Mapped[datetime] = mapped_column(Instant)
    began_boot_seconds: Mapped[float] = mapped_column(Float)
    seen_at: Mapped[datetime] = mapped_column(Instant, index=True)
    seen_boot_seconds: Mapped[float] = mapped_column(Float)
    confirmed_boot_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    """When the password was typed last, for acts that ask for it again."""
    is_shared_machine: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Whether others use this machine, so that the session is short."""

    @property
    def idle_limit(self) -> timedelta:
        """How long nothing may be asked for before the session is over."""
        return SHARED_IDLE_LIMIT if self.is_shared_machine else IDLE_LIMIT

    @property
    def absolute_limit(self) -> timedelta:
        """How long the session lasts at most, however busy."""
        if self.stage is not Stage.FULL:
            return PENDING_LIMIT
        return SHARED_ABSOLUTE_LIMIT if self.is_shared_machine else ABSOLUTE_LIMIT


def hash_of_token(token: str) -> str:
    """What is kept of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    session: Session, *, account_id: int, stage: Stage, at: Moment, is_shared_machine: bool = False
) -> str:
    """Begin a session and return its new token; the only time the token is known here."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            token_hash=hash_of_token(token),
            account_id=account_id,
            stage=stage,
            boot_id=at.boot_id,
            began_at=at.now,
            began_boot_seconds=at.boot_seconds,
            seen_at=at.now,
            seen_boot_seconds=at.boot_seconds,
            confirmed_boot_seconds=at.boot_seconds,
            is_shared_machine=is_shared_machine,
        )
    )
    session.flush()
    return token


def _ages(row: SignInSession, at: Moment) -> tuple[timedelta, timedelta]:
    """Age and idle time of a session."""
    if at.boot_id and row.boot_id == at.boot_id and at.boot_seconds >= row.seen_boot_seconds:
        return (
            timedelta(seconds=at.boot_seconds - row.began_boot_seconds),
            timedelta(seconds=at.boot_seconds - row.seen_boot_seconds),
        )
    return at.now - row.began_at, at.now - row.seen_at


def is_alive(row: SignInSession, at: Moment) -> bool:
    """Whether the session is within its idle and absolute limits."""
    age, idle = _ages(row, at)
    if age < -CLOCK_TOLERANCE or idle < -CLOCK_TOLERANCE:
        return False
    return age < row.absolute_limit and idle < row.idle_limit


def is_confirmed(row: SignInSession, at: Moment) -> bool:
    """Whether the password was typed so lately that an act which asks for it may go on.

    Measured with the boot clock alone: after a restart of the machine it is asked for again.
    """
    if row.boot_id != at.boot_id:
        return False
    since = at.boot_seconds - row.confirmed_boot_seconds
    return 0 <= since < CONFIRMATION_LASTS.total_seconds()


def find(session: Session, token: str, *, at: Moment) -> SignInSession | None:
    """The living session of this token, or None."""
    row = session.get(SignInSession, hash_of_token(token))
    return row if row is not None and is_alive(row, at) else None


def wants_touch(row: SignInSession, at: Moment) -> bool:
    """Whether it is time to note that the session is in use."""
    own_share = int(row.token_hash[:4], 16) / 0xFFFF
    return _ages(row, at)[1] >= TOUCH_EVERY + TOUCH_SPREAD * own_share


def touch(session: Session, token_hash: str, *, at: Moment) -> None:
    """Note that the session is in use."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.token_hash == token_hash)
        .values(seen_at=at.now, seen_boot_seconds=at.boot_seconds)
    )


def end(session: Session, token: str) -> None:
    """End one session."""
    session.execute(delete(SignInSession).where(SignInSession.token_hash == hash_of_token(token)))


def renew(session: Session, token: str, *, at: Moment) -> str | None:
    """The same session under a new token, confirmed now; None where it is gone.

    Its age goes on: typing the password again never makes a session last longer.
    """
    row = session.get(SignInSession, hash_of_token(token), populate_existing=True)
    if row is None:
        return None
    fresh = secrets.token_urlsafe(32)
    began_at, age = row.began_at, _ages(row, at)[0]
    account_id, stage, is_shared = row.account_id, row.stage, row.is_shared_machine
    session.delete(row)
    session.add(
        SignInSession(
            token_hash=hash_of_token(fresh),
            account_id=account_id,
            stage=stage,
            boot_id=at.boot_id,
            began_at=began_at,
            began_boot_seconds=at.boot_seconds - age.total_seconds(),
            seen_at=at.now,
            seen_boot_seconds=at.boot_seconds,
            confirmed_boot_seconds=at.boot_seconds,
            is_shared_machine=is_shared,
        )
    )
    session.flush()
    return fresh


def end_sessions(session: Session, account_id: int, *, now: datetime) -> None:
    """End every session of an account, everywhere, and sweep what is long over."""
    session.execute(delete(SignInSession).where(SignInSession.account_id == account_id))
    session.execute(delete(SignInSession).where(SignInSession.seen_at < now - 2 * ABSOLUTE_LIMIT))


def open_session_count(session: Session, account_id: int) -> int:
    """How many browsers are signed in as this account."""
    found = select(func.count()).where(SignInSession.account_id == account_id)
    return session.scalar(found) or 0
