"""Looking at a file: every look leaves a line, identities stay masked until somebody asks for one.

Loading goes through :mod:`mediation_rooms.visibility`; this module only says what was looked at.
The edge decides in which transaction the line is written (a refused look needs one of its own,
because the refusal rolls back the request).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from mediation_rooms import audit, browsing_alerts
from mediation_rooms.actor import Actor
from mediation_rooms.audit_reading import VIEW
from mediation_rooms.case_view import age_on, day_of
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.masking import mask_address, mask_id_number, mask_name, mask_phone
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.wording import N_, party_title

REVEALABLE = ("name", "born_on", "id_number", "phone", "address", "household_address", "delivery_address")


@dataclass(frozen=True)
class MaskedParty:
    """A party as a page shows it before anybody asked for an identity; ages instead of birthdays."""

    id: int
    title: str
    name: str
    age: int | None
    id_number: str
    phone: str
    address: str
    language_code: str
    is_organisation: bool


def masked(party: Party, *, now: datetime, shows_name: bool = True) -> MaskedParty:
    """The masked side of a party. The room that keeps the file may see names, others not."""
    return MaskedParty(
        id=party.id,
        title=party_title(party.side.label, party.position),
        name=party.name if shows_name or party.is_organisation else mask_name(party.name),
        age=age_on(party.born_on, day_of(now)) if party.born_on is not None else None,
        id_number=mask_id_number(party.id_number or ""),
        phone=mask_phone(party.phone or ""),
        address=mask_address(party.address or ""),
        language_code=party.language_code,
        is_organisation=party.is_organisation,
    )


def reveal(session: Session, party: Party, *, field: str, reason: str, actor: Actor, now: datetime) -> str:
    """One identity field in full, to the room that keeps the file, for a reason that is kept.

    Raises :class:`InvalidEntry` for another field or without a reason, :class:`NotFound` to others.
    """
    if actor.room_id is None or party.case.room_id != actor.room_id:
        raise NotFound("没有这份案卷")
    problems: dict[str, str] = {}
    if field not in REVEALABLE:
        problems["field"] = N_("这一项不能单独查看")
    if not reason.strip():
        problems["reason"] = N_("要写明为什么查看")
    if problems:
        raise InvalidEntry(problems)
    value = getattr(party, field)
    audit.record(
        session,
        actor=actor,
        action="case.reveal",
        object_kind="party",
        object_id=party.id,
        room_id=party.case.room_id,
        reason=f"{field}：{reason.strip()}",
        now=now,
    )
    return "" if value is None else str(value)


def record_look(
    session: Session, case: CaseFile, *, actor: Actor, now: datetime, action: str = VIEW, reason: str = ""
) -> None:
    """A file was looked into, in one of :data:`LOOKS`; the line goes into the chain of the room that keeps it."""
    audit.record(
        session,
        actor=actor,
        action=action,
        object_kind="case_file",
        object_id=case.id,
        room_id=case.room_id,
        reason=reason,
        now=now,
    )
    browsing_alerts.after_look(session, actor=actor, now=now)


def record_search(session: Session, *, question: str, hit_count: int, actor: Actor, now: datetime) -> None:
    """Files were searched; how many were found is kept, never what was asked."""
    audit.record(
        session,
        actor=actor,
        action="case.search",
        room_id=actor.room_id,
        reason=f"找到 {hit_count} 件",
        now=now,
    )
    browsing_alerts.after_search(session, question=question, actor=actor, now=now)


def record_refused_look(session: Session, *, case_id: int, actor: Actor, now: datetime) -> None:
    """Somebody asked for a file that is not theirs; the line goes into the asker's own chain."""
    audit.record(
        session,
        actor=actor,
        action="case.view",
        object_kind="case_file",
        object_id=case_id,
        room_id=actor.room_id,
        result="refused",
        now=now,
    )
