"""What an account needs beside its roles: a room, an area of the right level, the person of the register.

A mediator without a room, or an officer without an area, could sign in and reach nothing; so both are
asked for when an account is made or changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.accounts import Account
from mediation_rooms.actor import Actor
from mediation_rooms.divisions import Level, all_divisions, full_name
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.registers import Mediator
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.permissions import ROLE_NAMES, ROOM_STAFF, Role
from mediation_rooms.wording import N_, say

LEVEL_OF_OFFICE = {
    Role.TOWNSHIP_OFFICER: Level.TOWNSHIP,
    Role.COUNTY_OFFICER: Level.COUNTY,
    Role.PREFECTURE_OFFICER: Level.PREFECTURE,
}
LEVEL_NAMES = {
    Level.TOWNSHIP: N_("乡镇、街道"), Level.COUNTY: N_("县、市"), Level.PREFECTURE: N_("州"), Level.VILLAGE: N_("村、社区"),
}  # fmt: skip


def standing_problems(
    session: Session, *, roles: frozenset[Role], room_id: int | None, division_code: str | None
) -> dict[str, str]:
    """What is missing for these roles to work, field by field."""
    problems: dict[str, str] = {}
    if room_id is not None:
        room = session.get(MediationRoom, room_id)
        if room is None or room.closed_on is not None:
            problems["room_id"] = N_("没有这个调解室，请从列表里选还在的")
    elif not roles.isdisjoint(ROOM_STAFF):
        problems["room_id"] = N_("调解员和调解室负责人要选一个调解室")
    offices = [role for role in LEVEL_OF_OFFICE if role in roles]
    if len(offices) > 1:
        problems["division_code"] = N_("一个账户只能是一级中心的人员")
    elif division_code is not None and division_code not in all_divisions():
        problems["division_code"] = N_("没有这个行政区划，请写名称或者统计用区划代码")
    elif offices:
        wanted = LEVEL_OF_OFFICE[offices[0]]
        found = all_divisions().get(division_code or "")
        if found is None or found.level is not wanted:
            problems["division_code"] = say(
                N_("%(role)s要写管哪个%(level)s"), role=ROLE_NAMES[offices[0]], level=LEVEL_NAMES[wanted]
            )
    return problems


def division_from(written: str, *, roles: frozenset[Role]) -> str | None:
    """The code that a code or a name stands for, looked for at the level of the office; None for nothing written.

    What stands for nothing, or for several places, comes back as it was written.
    """
    text = "".join(written.split())[:40]
    if not text:
        return None
    if text in all_divisions():
        return text
    levels = {LEVEL_OF_OFFICE[role] for role in roles if role in LEVEL_OF_OFFICE}
    found = [
        code
        for code, place in all_divisions().items()
        if (not levels or place.level in levels) and text in (place.name, full_name(code))
    ]
    return found[0] if len(found) == 1 else text


def mediator_of(session: Session, account_id: int | None) -> Mediator | None:
    """The person of the register who signs in with this account."""
    if account_id is None:
        return None
    return session.scalar(select(Mediator).where(Mediator.account_id == account_id).order_by(Mediator.id))


def mediators_to_link(session: Session, account_id: int | None) -> Sequence[Mediator]:
    """People of the register who sign in with no account yet, or with this one, by name."""
    free = Mediator.account_id.is_(None) & Mediator.left_on.is_(None)
    own = Mediator.account_id == account_id
    statement = select(Mediator).where(or_(free, own) if account_id is not None else free)
    return session.scalars(statement.order_by(Mediator.name, Mediator.id)).all()


def link_mediator(
    session: Session, account: Account, *, mediator_id: int | None, actor: Actor, now: datetime
) -> None:
    """Say which person of the register this account is, or none; one account is one person.

    Raises :class:`InvalidEntry` for somebody who does not exist or signs in with another account.
    """
    before = mediator_of(session, account.id)
    if (before.id if before is not None else None) == mediator_id:
        return
    chosen = session.get(Mediator, mediator_id) if mediator_id is not None else None
    if mediator_id is not None and (chosen is None or chosen.account_id not in (None, account.id)):
        raise InvalidEntry({"mediator_id": N_("请从列表里选还没有账户的调解员")})
    if before is not None:
        before.account_id = None
    if chosen is not None:
        chosen.account_id = account.id
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="account.mediator",
        object_kind="account",
        object_id=account.id,
        reason=chosen.name if chosen is not None else "",
        now=now,
    )


def linked_mediators(session: Session) -> Mapping[int, Mediator]:
    """Account → person of the register, for lists; a person who has left is marked there."""
    rows = session.scalars(select(Mediator).where(Mediator.account_id.is_not(None)))
    return {row.account_id: row for row in rows if row.account_id is not None}
