"""Disputes that a grid worker saw and reports to a room, and what became of the own reports.

A report goes into the same box as a villager's request. Who reported it sees the reference and how far it
has come, never again what stands in it: the file is the room's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor
from mediation_rooms.divisions import all_divisions, code_prefix
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import Channel
from mediation_rooms.requests import HelpEntry, Receipt, ask_for_help
from mediation_rooms.wording import N_

MOST_SHOWN = 100


def rooms_to_report_to(session: Session, *, actor: Actor) -> Sequence[MediationRoom]:
    """Open rooms of the actor's area, or of the township of the actor's own room, or all; by place and name."""
    own = session.get(MediationRoom, actor.room_id) if actor.room_id is not None else None
    area = actor.division_code or (own.division_code if own is not None else None)
    statement = select(MediationRoom).where(MediationRoom.closed_on.is_(None))
    if area is not None and area in all_divisions():
        place = all_divisions()[area]
        wide = place.parent_code if own is not None and place.parent_code else area
        statement = statement.where(MediationRoom.division_code.startswith(code_prefix(wide)))
    return session.scalars(statement.order_by(MediationRoom.division_code, MediationRoom.name)).all()


def report_dispute(session: Session, *, entry: HelpEntry, actor: Actor, now: datetime) -> Receipt:
    """Put a dispute that was seen into a room's box. The same form sent twice gives the same receipt.

    Raises :class:`InvalidEntry` with every problem.
    """
    if entry.room_id not in {room.id for room in rooms_to_report_to(session, actor=actor)}:
        raise InvalidEntry({"room_id": N_("请选一个调解室")})
    if not entry.words.strip():
        raise InvalidEntry({"words": N_("请写明在哪里、看到或者听到什么事")})
    receipt = ask_for_help(session, entry=entry, now=now, channel=Channel.SCREENING)
    if receipt.is_new:
        request = session.scalars(
            select(RequestForHelp).where(RequestForHelp.reference == receipt.reference)
        ).one()
        request.reported_by_account_id = actor.account_id
        session.flush()
        audit.record(
            session,
            actor=actor,
            action="request.report",
            object_kind="request",
            object_id=request.id,
            room_id=request.room_id,
            now=now,
        )
    return receipt


def own_reports(session: Session, *, actor: Actor) -> Sequence[RequestForHelp]:
    """What this account reported, newest first."""
    if actor.account_id is None:
        return []
    found = select(RequestForHelp).where(RequestForHelp.reported_by_account_id == actor.account_id)
    return session.scalars(found.order_by(RequestForHelp.received_at.desc()).limit(MOST_SHOWN)).all()
