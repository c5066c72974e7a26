"""Verbs that let others in: a referral elsewhere, a report, a request upward, an expert room.

Each names who receives what and why; none moves the file by itself (the step ``refer`` does).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.divisions import level_above
from mediation_rooms.errors import InvalidEntry, NotFound, StepNotAllowed
from mediation_rooms.gates import all_gates
from mediation_rooms.models.cases import CaseFile, CaseShare
from mediation_rooms.models.evidence import ExpertOpinion
from mediation_rooms.models.outcomes import Referral
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import ConsentKind, ReferralDirection
from mediation_rooms.steps import must_be_own, touched
from mediation_rooms.wording import N_, say


def refer(
    session: Session,
    case: CaseFile,
    *,
    direction: ReferralDirection,
    target: str,
    reason: str,
    actor: Actor,
    now: datetime,
    citation: str = "",
    gate_code: str = "",
    found_at: datetime | None = None,
    due_on: date | None = None,
) -> Referral:
    """Write a referral sheet or report. Upward, the centre one level above may then read the file."""
    must_be_own(case, actor)
    problems = {}
    if not reason.strip():
        problems["reason"] = N_("要写明为什么转交、报告")
    target_code = ""
    if direction is ReferralDirection.UP:
        above = level_above(case.area_office_code or case.room.division_code)
        if above is None:
            problems["target"] = N_("已经是最高一级")
        else:
            target, target_code = target.strip() or f"{above.name}综治中心", above.code
    elif not target.strip():
        problems["target"] = N_("要写明转给、报告给哪个部门")
    if problems:
        raise InvalidEntry(problems)
    gate = all_gates().get(gate_code)
    sheet = Referral(
        case=case,
        direction=direction,
        gate_code=gate_code,
        target=target.strip(),
        target_division_code=target_code,
        reason=reason.strip(),
        citation=citation or ("；".join(gate.articles) if gate is not None else ""),
        found_at=found_at,
        sent_at=now,
        sent_by=actor.name,
        due_on=due_on,
        is_hidden_from_other_side=gate is not None and gate.is_hidden_from_other_side,
    )
    session.add(sheet)
    if target_code:
        case.area_office_code = target_code
    if gate is not None and gate.risk is not None:
        for flag in case.risks:
            if flag.kind is gate.risk and flag.reported_at is None:
                flag.reported_to, flag.reported_at = target.strip(), now
    touched(session, case, actor=actor, action=f"case.refer_{direction.value}", now=now, reason=reason)
    return sheet


def share_with_room(
    session: Session,
    case: CaseFile,
    room: MediationRoom,
    *,
    purpose: str,
    until: date | None,
    actor: Actor,
    now: datetime,
) -> CaseShare:
    """Let an expert room read the file, when every party agreed to that room.

    Each party's separate consent is needed (个人信息保护法第二十三条). Raises :class:`StepNotAllowed`.
    """
    must_be_own(case, actor)
    agreed: dict[int, bool] = {}
    for consent in sorted(case.consents, key=lambda each: each.given_at):
        if consent.kind is ConsentKind.SHARING and consent.subject == room.name:
            agreed[consent.party_id] = consent.is_given
    missing = [
        say(
            N_("%(side)s%(position)s还没有同意把材料提供给%(name)s（个人信息保护法第二十三条）"),
            side=party.side.label,
            position=party.position,
            name=room.name,
        )
        for party in case.parties
        if not agreed.get(party.id, False)
    ]
    if not purpose.strip():
        missing.append(N_("要写明提供给对方做什么用"))
    if missing:
        raise StepNotAllowed(missing)
    share = CaseShare(
        case=case,
        room=room,
        purpose=purpose.strip(),
        shared_at=now,
        shared_by=actor.name,
        until_on=until,
    )
    session.add(share)
    touched(session, case, actor=actor, action="case.share", now=now, reason=purpose)
    return share


def stop_sharing(session: Session, share: CaseShare, *, actor: Actor, now: datetime) -> None:
    """End another room's permission at once."""
    must_be_own(share.case, actor)
    share.ended_at = now
    touched(session, share.case, actor=actor, action="case.stop_sharing", now=now)


def ask_opinion(
    session: Session, case: CaseFile, room: MediationRoom, *, question: str, actor: Actor, now: datetime
) -> ExpertOpinion:
    """Put a question to a room that may read the file. Raises :class:`StepNotAllowed` otherwise."""
    must_be_own(case, actor)
    if not any(each.room_id == room.id and each.ended_at is None for each in case.shares):
        raise StepNotAllowed([say(N_("要先经当事人同意把材料提供给%(name)s，再征求意见"), name=room.name)])
    if not question.strip():
        raise InvalidEntry({"question": N_("要写明请教什么问题")})
    opinion = ExpertOpinion(
        case=case, room=room, question=question.strip(), asked_at=now, asked_by=actor.name
    )
    session.add(opinion)
    touched(session, case, actor=actor, action="case.ask_opinion", now=now)
    return opinion


def opinions_to_give(session: Session, *, actor: Actor, today: date) -> list[ExpertOpinion]:
    """Questions put to the actor's room that wait for an answer, the oldest first.

    None of a sealed file, and none of a file whose sharing was stopped or is over by its day.
    """
    if actor.room_id is None:
        return []
    waiting = (
        select(ExpertOpinion)
        .join(CaseFile, CaseFile.id == ExpertOpinion.case_id)
        .join(CaseShare, (CaseShare.case_id == CaseFile.id) & (CaseShare.room_id == ExpertOpinion.room_id))
        .where(
            ExpertOpinion.room_id == actor.room_id,
            ExpertOpinion.answered_at.is_(None),
            CaseShare.ended_at.is_(None),
            or_(CaseShare.until_on.is_(None), CaseShare.until_on >= today),
            CaseFile.is_sealed.is_(False),
        )
        .order_by(ExpertOpinion.asked_at)
    )
    return list(session.scalars(waiting).unique())


def give_opinion(
    session: Session,
    opinion: ExpertOpinion,
    *,
    answer: str,
    field_of_knowledge: str,
    actor: Actor,
    now: datetime,
) -> None:
    """The asked room answers; it is the only thing that room may write into the file."""
    share = next(
        (
            each
            for each in opinion.case.shares
            if each.room_id == opinion.room_id
            and each.ended_at is None
            and (each.until_on is None or each.until_on >= day_of(now))
        ),
        None,
    )
    if actor.room_id is None or actor.room_id != opinion.room_id or share is None:
        raise NotFound("没有这份案卷")
    if opinion.answered_at is not None:
        raise StepNotAllowed([N_("意见已经给出，有补充的请对方另行征求")])
    if not answer.strip():
        raise InvalidEntry({"answer": N_("意见是空的")})
    opinion.answer, opinion.field_of_knowledge = answer.strip(), field_of_knowledge.strip()
    opinion.answered_at, opinion.answered_by = now, actor.name
    touched(session, opinion.case, actor=actor, action="case.give_opinion", now=now)
