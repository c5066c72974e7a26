"""Slows down guessing without letting anybody lock a colleague out.

Failures are counted for an account *on a device*: a device that once signed in as this account
has its own counter, all strange devices of one address share one. So a stranger at the kiosk slows
down the kiosk, never the mediator at her own desk. A second counter slows an address down over
all accounts. Delays grow and end by themselves after 15 minutes at most.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from corpus.database import Instant
from mediation_rooms.store import Base

FREE_TRIES = 5
FREE_TRIES_OF_ADDRESS = 60
FREE_TRIES_OF_STRANGERS = 40
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


class SignInThrottle(Base):
    """How often something failed; the key is a hash, so no address and no name is kept."""

    __tablename__ = "sign_in_throttles"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failure_count: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime] = mapped_column(Instant, index=True)
    blocked_until_at: Mapped[datetime | None] = mapped_column(Instant)


def account_key(user_name: str, device: str) -> str:
    """The counter of one account on one known device or one address."""
    return _hash(f"account|{user_name}|{device}")


def address_key(address: str) -> str:
    """The counter of one address over all accounts."""
    return _hash(f"address|{address}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def waiting_time(session: Session, keys: list[str], *, now: datetime) -> timedelta:
    """How long to wait before the next try; zero when it may be made now.

    A block that ends further away than the longest delay was written by a wrong clock and is void.
    """
    rows = session.scalars(select(SignInThrottle).where(SignInThrottle.key_hash.in_(keys)))
    waits = [row.blocked_until_at - now for row in rows if row.blocked_until_at is not None]
    return max((wait for wait in waits if timedelta(0) < wait <= LONGEST_DELAY), default=timedelta(0))


def record_failure(session: Session, key: str, *, now: datetime, free_tries: int = FREE_TRIES) -> None:
    """Count one failure; from the one after the free tries on, each doubles the delay.

    The free tries come back evenly over :data:`FORGOTTEN_AFTER`, so that the slips of a whole office never
    add up to a block.
    """
    row = session.get(SignInThrottle, key, with_for_update=True)
    if row is None:
        row = SignInThrottle(key_hash=key, failure_count=0, failed_at=now)
        session.add(row)
    else:
        forgiven = int((now - row.failed_at) / (FORGOTTEN_AFTER / free_tries))
        row.failure_count = max(0, row.failure_count - max(0, forgiven))
    row.failure_count += 1
    row.failed_at = now
    beyond = row.failure_count - free_tries
    if beyond >= 0:
        row.blocked_until_at = now + min(FIRST_DELAY * 2 ** min(beyond, 10), LONGEST_DELAY)
    session.flush()


def clear(session: Session, key: str) -> None:
    """Forget the failures after a success."""
    row = session.get(SignInThrottle, key)
    if row is not None:
        session.delete(row)
        session.flush()
