"""Restricting the processing of a person's data: asked for, decided with a reason, in force until it is lifted.

个人信息保护法第四十四条: a person may restrict or refuse that others process their data, unless a law or an
administrative regulation says otherwise; a refusal names its reason (第五十条). While a restriction is in
force the file is stored and protected and used for nothing else: it is in no list, search, ledger, figure or
story, and opens only with a second person's approval, exactly like data that cannot be deleted yet
(第四十七条第二款). It ends when the person says so, never by a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.deletions import file_meant, tell_replay
from mediation_rooms.errors import InvalidEntry, NotFound, StepNotAllowed
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.models.rights import DataRequest, ProcessingRestriction
from mediation_rooms.models.vocabulary import DataRequestState, RestrictionState
from mediation_rooms.steps import must_be_own, touched
from mediation_rooms.wording import N_

DECISIONS = (RestrictionState.IN_FORCE, RestrictionState.REFUSED)


def ask_to_restrict(
    session: Session, case: CaseFile, *, party: Party, words: str, actor: Actor, now: datetime
) -> ProcessingRestriction:
    """Put a person's wish on the work list. Raises :class:`InvalidEntry` without words."""
    must_be_own(case, actor)
    if not words.strip():
        raise InvalidEntry({"words": N_("要写明本人要求什么")})
    asked = ProcessingRestriction(
        case=case,
        party_id=party.id,
        words=words.strip(),
        asked_on=day_of(now),
        received_by=actor.name,
        state=RestrictionState.OPEN,
    )
    session.add(asked)
    touched(session, case, actor=actor, action="privacy.ask", now=now, reason="restriction")
    return asked


def restrictions_of_room(session: Session, *, actor: Actor) -> Sequence[ProcessingRestriction]:
    """What is asked for and what is in force in the actor's room, oldest first."""
    return session.scalars(
        select(ProcessingRestriction)
        .join(CaseFile)
        .where(
            CaseFile.room_id == actor.room_id,
            ProcessingRestriction.state.in_((RestrictionState.OPEN, RestrictionState.IN_FORCE)),
        )
        .order_by(ProcessingRestriction.asked_on, ProcessingRestriction.id)
    ).all()


def restriction_of_room(session: Session, *, restriction_id: int, actor: Actor) -> ProcessingRestriction:
    """One of them; the file itself need not be open to the actor. Raises :class:`NotFound`."""
    found = session.get(ProcessingRestriction, restriction_id)
    if found is None or actor.room_id is None or found.case.room_id != actor.room_id:
        raise NotFound("没有这一件")
    return found


def decide_restriction(
    session: Session,
    asked: ProcessingRestriction,
    *,
    state: RestrictionState,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Grant or refuse, with the reason the person is told; a refusal names the law that says otherwise.

    Raises :class:`InvalidEntry` without a decision or reason, :class:`StepNotAllowed` when it was decided.
    """
    must_be_own(asked.case, actor)
    if asked.state is not RestrictionState.OPEN:
        raise StepNotAllowed([N_("这一件已经决定过")])
    if not reason.strip() or state not in DECISIONS:
        raise InvalidEntry({"reason": N_("要选结果并写明理由，理由要告知本人（个人信息保护法第五十条）")})
    asked.state, asked.decision_reason = state, reason.strip()
    asked.decided_on, asked.decided_by = day_of(now), actor.name
    if state is RestrictionState.IN_FORCE:
        asked.case.is_sealed = True
    touched(session, asked.case, actor=actor, action="privacy.restrict", now=now, reason=state.value)


def lift_restriction(
    session: Session, asked: ProcessingRestriction, *, reason: str, actor: Actor, now: datetime
) -> None:
    """End a restriction because the person agreed to it; the file opens unless something else seals it.

    Raises :class:`InvalidEntry` without a reason, :class:`StepNotAllowed` when none is in force.
    """
    case = asked.case
    must_be_own(case, actor)
    if asked.state is not RestrictionState.IN_FORCE:
        raise StepNotAllowed([N_("这一件没有在限制之中")])
    if not reason.strip():
        raise InvalidEntry({"reason": N_("要写明本人何时、怎样同意恢复处理")})
    asked.state, asked.lift_reason = RestrictionState.LIFTED, reason.strip()
    asked.lifted_on, asked.lifted_by = day_of(now), actor.name
    session.flush()
    case.is_sealed = _stays_sealed(session, case)
    touched(session, case, actor=actor, action="privacy.lift", now=now)


def _stays_sealed(session: Session, case: CaseFile) -> bool:
    """A minor's file, a frozen one and one that somebody else restricted stay sealed."""
    frozen = select(DataRequest.id).where(
        DataRequest.case_id == case.id, DataRequest.state == DataRequestState.FROZEN
    )
    restricted = select(ProcessingRestriction.id).where(
        ProcessingRestriction.case_id == case.id, ProcessingRestriction.state == RestrictionState.IN_FORCE
    )
    return case.involves_minor or any(
        session.scalar(each.limit(1)) is not None for each in (frozen, restricted)
    )


@dataclass(frozen=True)
class RestrictionInForce:
    """A restriction apart from any store, and the file it concerns."""

    case_id: int
    received_at: datetime
    party_id: int | None
    words: str
    asked_on: date
    received_by: str
    decided_on: date | None
    decided_by: str
    decision_reason: str


def restrictions_in_force(session: Session) -> list[RestrictionInForce]:
    """Every restriction in force, oldest first: a restore must not end one."""
    rows = session.execute(
        select(ProcessingRestriction, CaseFile.received_at)
        .join(CaseFile)
        .where(ProcessingRestriction.state == RestrictionState.IN_FORCE)
        .order_by(ProcessingRestriction.id)
    )
    return [
        RestrictionInForce(
            row.case_id,
            received_at,
            row.party_id,
            row.words,
            row.asked_on,
            row.received_by,
            row.decided_on,
            row.decided_by,
            row.decision_reason,
        )
        for row, received_at in rows
    ]


def restrict_again(session: Session, known: list[RestrictionInForce], *, actor: Actor, now: datetime) -> int:
    """Apply in a restored store the restrictions it does not know; how many, each in the trail."""
    there = set(restrictions_in_force(session))
    count = 0
    for each in known:
        case = file_meant(session, each.case_id, each.received_at)
        if each in there or case is None:
            continue
        values = {name: getattr(each, name) for name in each.__dataclass_fields__}
        del values["case_id"], values["received_at"]
        session.add(ProcessingRestriction(case=case, state=RestrictionState.IN_FORCE, **values))
        case.is_sealed = True
        tell_replay(session, case, reason="restriction", actor=actor, now=now)
        count += 1
    session.flush()
    return count
