"""Verbs for enquiries, sittings and the articles cited into the record.

What belongs to a valid record is taken together: the language spoken, the interpreter and the
relation to the parties, who was there and with whose consent, and the reading back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.errors import InvalidEntry, StepNotAllowed
from mediation_rooms.languages import language, understand_each_other
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.hearings import CitedArticle, Enquiry, MediationSession, SessionParticipant
from mediation_rooms.models.vocabulary import Capacity, CaseState, SessionResult
from mediation_rooms.steps import must_be_own, touched
from mediation_rooms.wording import N_, party_title, say

_INVITED = frozenset(
    {Capacity.RELATIVE, Capacity.NEIGHBOUR, Capacity.COLLEAGUE, Capacity.EXPERT, Capacity.ORGANISATION}
)


@dataclass(frozen=True)
class ParticipantEntry:
    """Somebody in the room. Invited people need the parties' consent (人民调解法第二十条)."""

    capacity: Capacity
    name: str
    party_id: int | None = None
    mediator_id: int | None = None
    relation: str = ""
    parties_consented: bool = False


@dataclass(frozen=True)
class SessionEntry:
    """What is entered of a sitting. ``result`` is None for one that is only planned."""

    starts_at: datetime
    place: str
    language_code: str
    recorded_by: str = ""
    ends_at: datetime | None = None
    is_public: bool = False
    needs_interpreter: bool = False
    interpreter_name: str = ""
    interpreter_relation: str = ""
    interpreter_is_near_relative: bool = False
    course: str = ""
    result: SessionResult | None = None
    result_text: str = ""
    is_read_back: bool | None = None
    read_back_language_code: str = ""
    participants: tuple[ParticipantEntry, ...] = field(default_factory=tuple)


def session_problems(case: CaseFile, entry: SessionEntry, *, now: datetime) -> dict[str, str]:
    """Everything wrong with an entry at once, by field."""
    problems: dict[str, str] = {}
    for name in ("language_code", "read_back_language_code"):
        code = getattr(entry, name)
        if code or name == "language_code":
            try:
                language(code)
            except ValueError as error:
                problems[name] = str(error)
    if not entry.place.strip():
        problems["place"] = N_("要写明调解地点")
    if entry.ends_at is not None and entry.ends_at < entry.starts_at:
        problems["ends_at"] = N_("结束时间不能早于开始时间")
    if entry.interpreter_name and not entry.interpreter_relation.strip():
        problems["interpreter_relation"] = N_("要写明翻译与当事人的关系，没有关系的写“无亲属关系”")
    if entry.interpreter_is_near_relative:
        problems["interpreter_name"] = N_("翻译不能是当事人的近亲属，请换一位")
    for person in entry.participants:
        if person.capacity in _INVITED and not person.parties_consented:
            problems["participants"] = say(
                N_("邀请%(name)s参加，要先征得当事人同意（人民调解法第二十条）"), name=person.name
            )
    if entry.result is not None:
        problems.update(_held_problems(case, entry, now))
    return problems


def _held_problems(case: CaseFile, entry: SessionEntry, now: datetime) -> dict[str, str]:
    problems: dict[str, str] = {}
    if entry.starts_at > now:
        problems["starts_at"] = N_("还没有到调解时间，不能先写结果")
    if case.accepted_on is not None and day_of(entry.starts_at) < case.accepted_on:
        problems["starts_at"] = say(
            N_("调解日期不能早于受理日期（%(accepted_on)s）"), accepted_on=case.accepted_on
        )
    if not entry.course.strip():
        problems["course"] = N_("要写调解经过")
    foreign = [
        party_title(party.side.label, party.position)
        for party in case.parties
        if party.language_code and not understand_each_other(party.language_code, entry.language_code)
    ]
    if foreign and not entry.interpreter_name:
        problems["interpreter_name"] = say(
            N_("%(foreign)s讲的不是这次所用的语言，要有翻译并写明姓名"), foreign="、".join(foreign)
        )
    return problems


def _write(sitting: MediationSession, entry: SessionEntry) -> None:
    sitting.starts_at, sitting.ends_at, sitting.place = entry.starts_at, entry.ends_at, entry.place.strip()
    sitting.is_public, sitting.language_code = entry.is_public, entry.language_code
    sitting.needs_interpreter = entry.needs_interpreter
    sitting.interpreter_name = entry.interpreter_name.strip() or None
    sitting.interpreter_relation = entry.interpreter_relation.strip()
    sitting.interpreter_is_near_relative = entry.interpreter_is_near_relative
    sitting.course, sitting.result, sitting.result_text = entry.course, entry.result, entry.result_text
    sitting.is_read_back = entry.is_read_back
    sitting.read_back_language_code = entry.read_back_language_code
    sitting.recorded_by = entry.recorded_by
    sitting.participants = [
        SessionParticipant(
            capacity=each.capacity,
            name=each.name,
            party_id=each.party_id,
            mediator_id=each.mediator_id,
            relation=each.relation,
            parties_consented=each.parties_consented,
        )
        for each in entry.participants
    ]


def record_session(
    session: Session,
    case: CaseFile,
    *,
    entry: SessionEntry,
    actor: Actor,
    now: datetime,
    replaces: MediationSession | None = None,
) -> MediationSession:
    """Plan or record a sitting; with ``replaces`` fill in one that was planned.

    Raises :class:`InvalidEntry` with every problem, :class:`StepNotAllowed` outside mediation.
    """
    must_be_own(case, actor)
    if case.state not in {CaseState.ACCEPTED, CaseState.ENQUIRY, CaseState.MEDIATING}:
        raise StepNotAllowed([say(N_("案件现在是“%(state)s”，不能再添加调解记录"), state=case.state.label)])
    if entry.result is not None and case.state is not CaseState.MEDIATING:
        raise StepNotAllowed([N_("先“开始调解”，再写调解记录（人民调解工作若干规定第三十条）")])
    if replaces is not None and replaces.result is not None:
        raise StepNotAllowed([N_("这次调解已有结果，不能改写；有出入的，另记一次")])
    if problems := session_problems(case, entry, now=now):
        raise InvalidEntry(problems)
    sitting = replaces
    if sitting is None:
        ordinal = 1 + max((each.ordinal for each in case.sessions), default=0)
        sitting = MediationSession(case=case, ordinal=ordinal)
        session.add(sitting)
    _write(sitting, entry)
    case.session_language_code = entry.language_code
    touched(session, case, actor=actor, action="case.record_session", now=now)
    return sitting


def cancel_session(
    session: Session, sitting: MediationSession, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Cancel a planned sitting, with the reason; it stays in the file."""
    must_be_own(sitting.case, actor)
    if sitting.result is not None:
        raise StepNotAllowed([N_("已经有结果的调解不能取消")])
    if not reason.strip():
        raise InvalidEntry({"reason": N_("要写明为什么取消")})
    sitting.cancelled_reason = reason.strip()
    touched(session, sitting.case, actor=actor, action="case.cancel_session", now=now, reason=reason)


def record_enquiry(
    session: Session,
    case: CaseFile,
    *,
    starts_at: datetime,
    place: str,
    asked_person: str,
    asked_by: str,
    recorded_by: str,
    language_code: str,
    record: str,
    actor: Actor,
    now: datetime,
    asked_person_details: str = "",
    present: str = "",
    is_read_back: bool | None = None,
) -> Enquiry:
    """Record an enquiry (调查记录). Raises :class:`InvalidEntry` with every problem."""
    must_be_own(case, actor)
    problems = {
        name: message
        for name, message, text in (
            ("place", "要写明调查地点", place),
            ("asked_person", "要写明被调查人", asked_person),
            ("record", "调查记录是空的", record),
        )
        if not text.strip()
    }
    if starts_at > now:
        problems["starts_at"] = N_("调查时间不能晚于现在")
    if problems:
        raise InvalidEntry(problems)
    language(language_code)
    enquiry = Enquiry(
        case=case,
        starts_at=starts_at,
        place=place.strip(),
        asked_person=asked_person.strip(),
        asked_person_details=asked_person_details.strip() or None,
        present=present,
        asked_by=asked_by,
        recorded_by=recorded_by,
        language_code=language_code,
        record=record,
        is_read_back=is_read_back,
    )
    session.add(enquiry)
    touched(session, case, actor=actor, action="case.record_enquiry", now=now)
    return enquiry


def cite_article(
    session: Session,
    case: CaseFile,
    *,
    citation: str,
    title: str,
    words: str,
    words_on: date,
    was_in_force: bool | None,
    placed_in: str,
    actor: Actor,
    now: datetime,
) -> CitedArticle:
    """Keep an article in the file with its words of the day; the caller looked them up.

    ``citation`` is the canonical form (``民法典#288@2021-01-01``), ``title`` how it is printed.
    ``was_in_force`` False is kept and warned about, never refused: a record may have to quote the
    law of an earlier day.
    """
    must_be_own(case, actor)
    if not words.strip():
        raise InvalidEntry({"words": N_("引用条文要连同当日的原文一起保存")})
    cited = CitedArticle(
        case=case,
        citation=citation,
        title=title,
        placed_in=placed_in,
        words=words,
        words_on=words_on,
        was_in_force=was_in_force,
        cited_at=now,
        cited_by=actor.name,
    )
    session.add(cited)
    touched(session, case, actor=actor, action="case.cite_article", now=now)
    return cited
