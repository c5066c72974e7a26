"""Somebody of the house who browses: a line in the trail on the very day, for the head of the room to read.

Four signs, each told once a day and person: many files, many files of other villages, files opened at
night, searching for oneself. None of them stops anybody; a person answers for the reason, not a score.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor, programme
from mediation_rooms.audit import WALL, AuditRecord
from mediation_rooms.audit_reading import LOOKS, MANY_FILES_A_DAY, NIGHT_HOURS
from mediation_rooms.divisions import is_within
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.wording import N_

MANY_FOREIGN_FILES_A_DAY = 20
ALERT = "browsing.alert"
NIGHT, MANY, FOREIGN, OWN_NAME = (
    N_("夜间打开案卷"),
    N_("一天打开超过五十份案卷"),
    N_("一天打开超过二十份外村案卷"),
    N_("查找自己的名字"),
)


def after_look(session: Session, *, actor: Actor, now: datetime) -> list[str]:
    """Called when a look was recorded, in its transaction; the signs that are new today."""
    if actor.account_id is None:
        return []
    seen = _files_opened_today(session, actor.account_id, now)
    signs = []
    if now.astimezone(WALL).hour in NIGHT_HOURS:
        signs.append(NIGHT)
    if len(seen) > MANY_FILES_A_DAY:
        signs.append(MANY)
    if len(seen) > MANY_FOREIGN_FILES_A_DAY and _foreign(session, actor, seen) > MANY_FOREIGN_FILES_A_DAY:
        signs.append(FOREIGN)
    return _tell(session, actor, signs, now)


def after_search(session: Session, *, question: str, actor: Actor, now: datetime) -> list[str]:
    """Called when a search over files was recorded; looking for one's own name is a sign."""
    asked, own = (unicodedata.normalize("NFKC", text).replace(" ", "") for text in (question, actor.name))
    return _tell(session, actor, [OWN_NAME] if own and own in asked else [], now)


def _files_opened_today(session: Session, account_id: int, now: datetime) -> set[int]:
    midnight = now.astimezone(WALL).replace(hour=0, minute=0, second=0, microsecond=0)
    opened = session.scalars(
        select(AuditRecord.object_id)
        .where(
            AuditRecord.account_id == account_id,
            AuditRecord.happened_at >= midnight,
            AuditRecord.action.in_(LOOKS),
            AuditRecord.result == "done",
        )
        .distinct()
    )
    return {int(number) for number in opened if number.isdigit()}


def _foreign(session: Session, actor: Actor, seen: Iterable[int]) -> int:
    """How many of these files are of villages outside the area of the person's own room."""
    room = session.get(MediationRoom, actor.room_id) if actor.room_id is not None else None
    if room is None:
        return 0
    codes = session.scalars(select(CaseFile.division_code).where(CaseFile.id.in_(seen)))
    return sum(not is_within(code, room.division_code) for code in codes)


def _tell(session: Session, actor: Actor, signs: list[str], now: datetime) -> list[str]:
    if not signs:
        return []
    midnight = now.astimezone(WALL).replace(hour=0, minute=0, second=0, microsecond=0)
    told = set(
        session.scalars(
            select(AuditRecord.reason).where(
                AuditRecord.action == ALERT,
                AuditRecord.object_id == str(actor.account_id),
                AuditRecord.happened_at >= midnight,
            )
        )
    )
    new = [sign for sign in signs if sign not in told]
    for sign in new:
        audit.record(
            session,
            actor=programme(f"提醒：{actor.name}"),
            action=ALERT,
            object_kind="account",
            object_id=actor.account_id,
            room_id=actor.room_id,
            reason=sign,
            now=now,
        )
    return new
