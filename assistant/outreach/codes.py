"""Short addresses on printed materials and of events: made once, read aloud without mistaking a letter."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.outreach.event_models import OutreachCode, OutreachEvent
from assistant.outreach.models import OutreachItem

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0 and o, no 1, i and l."""
LENGTH = 6
CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def code_of(
    session: Session, *, item: OutreachItem | None = None, event: OutreachEvent | None = None
) -> OutreachCode | None:
    """The code of a material on its own or of an event; None while none was made."""
    return session.scalar(
        select(OutreachCode).where(
            OutreachCode.item_id == item.id if item is not None else OutreachCode.item_id.is_(None),
            OutreachCode.event_id == event.id if event is not None else OutreachCode.event_id.is_(None),
        )
    )


def make_code(
    session: Session,
    *,
    now: datetime,
    item: OutreachItem | None = None,
    event: OutreachEvent | None = None,
) -> OutreachCode:
    """The code of a material or an event, the same for ever. Raises ValueError for neither."""
    if item is None and event is None:
        raise ValueError("a code belongs to a material or to an event")
    found = code_of(session, item=item, event=event)
    if found is not None:
        return found
    while True:
        code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
        if session.scalar(select(OutreachCode.id).where(OutreachCode.code == code)) is None:
            break
    made = OutreachCode(
        code=code,
        item_id=item.id if item is not None else None,
        event_id=event.id if event is not None else None,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def find_code(session: Session, code: str) -> OutreachCode | None:
    """The row behind a code as it was scanned or typed; None for one that never was."""
    written = code.strip().lower()
    if not CODE.fullmatch(written):
        return None
    return session.scalar(select(OutreachCode).where(OutreachCode.code == written))
