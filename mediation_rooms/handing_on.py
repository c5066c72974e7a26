"""Handing case data to others: recipient, purpose, items and basis are recorded before anything leaves.

个人信息保护法第二十三条 lets data go to another handler only with these told, 第五十五条第四项 and 第五十六条 ask
for a record of it, kept three years at least; nothing here ever removes a line. More than fifty persons
at once wait for a second person of the room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.models.handing_on import HandedKind, HandedOn
from mediation_rooms.wording import N_

MOST_WITHOUT_SECOND_PERSON = 50


@dataclass(frozen=True)
class HandingEntry:
    """What somebody wants to hand on; ``fields`` names the kinds of items in it, in words."""

    kind: HandedKind
    recipient: str
    purpose: str
    basis: str
    fields: str
    person_count: int
    part: str = ""
    """Period of a ledger, id of a file: an approval holds for this part only."""

    def problems(self) -> dict[str, str]:
        """What is missing, by field."""
        wanted = {
            "recipient": (self.recipient, N_("要写明交给谁")),
            "reason": (self.purpose, N_("要写明做什么用")),
            "basis": (self.basis, N_("要写明依据：本人同意，或者哪部法律的哪一条")),
        }
        return {name: sentence for name, (value, sentence) in wanted.items() if not value.strip()}


def hand_on(
    session: Session,
    *,
    entry: HandingEntry,
    actor: Actor,
    now: datetime,
    approved_by: str = "",
) -> HandedOn:
    """Record a handing on; ``handed_at`` stays empty while it waits for a second person.

    More than fifty persons are handed on once for each approval of exactly this kind, part and recipient,
    and of no more persons than were approved. ``approved_by`` names the second person where there are no
    accounts, on the command line. Raises :class:`InvalidEntry` when something is missing.
    """
    problems = entry.problems()
    if problems:
        raise InvalidEntry(problems)
    needs_second = entry.person_count > MOST_WITHOUT_SECOND_PERSON and not approved_by.strip()
    record = _waiting(session, entry, actor) if needs_second else None
    if record is None or record.person_count < entry.person_count:
        record = HandedOn(
            room_id=actor.room_id,
            kind=entry.kind,
            part=entry.part,
            recipient=entry.recipient.strip(),
            purpose=entry.purpose.strip(),
            basis=entry.basis.strip(),
            fields=entry.fields,
            person_count=entry.person_count,
            asked_by_account_id=actor.account_id,
            asked_by=actor.name,
            asked_at=now,
            approved_by=approved_by.strip(),
            approved_at=now if approved_by.strip() else None,
        )
        session.add(record)
        session.flush()
    if needs_second and record.approved_at is None:
        _line(session, record, actor=actor, action="export.ask", now=now)
        return record
    record.handed_at = now
    _line(session, record, actor=actor, action="case.export", now=now)
    return record


def _waiting(session: Session, entry: HandingEntry, actor: Actor) -> HandedOn | None:
    """The latest wish for the same that was not yet fetched."""
    return session.scalar(
        select(HandedOn)
        .where(
            HandedOn.room_id.is_not_distinct_from(actor.room_id),
            HandedOn.asked_by_account_id.is_not_distinct_from(actor.account_id),
            HandedOn.kind == entry.kind,
            HandedOn.part == entry.part,
            HandedOn.recipient == entry.recipient.strip(),
            HandedOn.handed_at.is_(None),
        )
        .order_by(HandedOn.id.desc())
        .limit(1)
    )


def _line(session: Session, record: HandedOn, *, actor: Actor, action: str, now: datetime) -> None:
    session.flush()
    audit.record(
        session,
        actor=actor,
        action=action,
        object_kind=record.kind.value,
        object_id=record.part or record.id,
        room_id=record.room_id,
        reason=f"{record.recipient}：{record.purpose}（{record.person_count} 人）",
        now=now,
    )


def approve(session: Session, *, record_id: int, approver: Actor, now: datetime) -> HandedOn:
    """Agree that more than fifty persons' data leave, as another person of the same room or, like the asker, of none.

    Raises :class:`NotFound` for what is not the room's or no longer waits, :class:`InvalidEntry` for
    the person who asked.
    """
    record = session.get(HandedOn, record_id)
    if (
        record is None
        or record.room_id != approver.room_id
        or record.approved_at is not None
        or record.handed_at is not None
    ):
        raise NotFound("没有这一件")
    if approver.account_id is None or approver.account_id == record.asked_by_account_id:
        raise InvalidEntry({"approver": N_("超过五十人的，要由另一个人同意")})
    record.approved_by_account_id, record.approved_by = approver.account_id, approver.name
    record.approved_at = now
    _line(session, record, actor=approver, action="export.approve", now=now)
    return record


def handed_on(session: Session, *, actor: Actor, limit: int) -> Sequence[HandedOn]:
    """What the actor's room handed on or wants to, newest first; without a room, what belongs to none."""
    found = select(HandedOn).where(HandedOn.room_id.is_not_distinct_from(actor.room_id))
    return session.scalars(found.order_by(HandedOn.id.desc()).limit(limit)).all()
