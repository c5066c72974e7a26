"""Acts that every invented case repeats: telling, consenting, answering the questions, entering people."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from mediation_rooms import intake, people
from mediation_rooms.actor import Actor
from mediation_rooms.case_view import CHINA
from mediation_rooms.gates import gates_for
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.models.vocabulary import Answer, ConsentKind, Manner, NoticeKind, NoticeMedium


def tell(session: Session, case: CaseFile, kind: NoticeKind, *, actor: Actor, now: datetime) -> None:
    """Explain something to every party in the language it speaks best, understood."""
    for party in case.parties:
        notice = people.GivenNotice(
            language_code=party.language_code or "zh",
            medium=NoticeMedium.READ_ALOUD,
            read_by=actor.name,
            is_understood=True,
            manner=Manner.FINGERPRINT,
            version="sample-1",
        )
        people.give_notice(session, party, kind=kind, notice=notice, actor=actor, now=now)


def consent_of_all(
    session: Session, case: CaseFile, kind: ConsentKind, *, actor: Actor, now: datetime
) -> None:
    """Every party says yes to one question, each for itself."""
    for party in case.parties:
        people.record_consent(
            session, party, kind=kind, is_given=True, manner=Manner.FINGERPRINT, actor=actor, now=now
        )


def answer_all_gates(session: Session, case: CaseFile, *, actor: Actor, now: datetime) -> None:
    """Every question before acceptance is answered with no."""
    has_minor = case.involves_minor
    for gate in gates_for(kind_code=case.kind_code, source_code=case.source_code, has_minor=has_minor):
        intake.answer_gate(
            session,
            case,
            gate_code=gate.code,
            answer=Answer.NO,
            actor=actor,
            now=now,
            asked_alone=gate.asked_alone,
        )


def enter_party(
    session: Session, case: CaseFile, entry: people.PartyEntry, *, actor: Actor, now: datetime
) -> Party:
    """Enter a party after the notice on personal information, read aloud and understood."""
    notice = people.GivenNotice(
        language_code=entry.language_code or "zh",
        medium=NoticeMedium.READ_ALOUD,
        read_by=actor.name,
        is_understood=True,
        version="sample-1",
    )
    return people.add_party(session, case, entry=entry, notice=notice, actor=actor, now=now)


def sample_moment(day: date) -> datetime:
    """Nine in the morning in China on a day: when the sample cases begin."""
    return datetime.combine(day, time(9, 0), tzinfo=CHINA)
