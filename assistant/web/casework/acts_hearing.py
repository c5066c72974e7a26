"""Mediators, enquiries, sittings, and the articles cited into the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy.orm import Session

from assistant.i18n import gettext as _
from assistant.web.casework.acts import OPEN, TALKING, UNFINISHED, Act
from assistant.web.casework.acts_people import party_choices, yes_no
from assistant.web.choices import language_choices
from assistant.web.clock import today
from assistant.web.entries import Entered, Input, Kind, labelled
from corpus.citation import Citation, NotACitation
from corpus.law.models import Force
from corpus.law.queries import article_cited, view_article
from mediation_rooms import cases, hearings
from mediation_rooms.actor import Actor
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.hearings import MediationSession
from mediation_rooms.models.registers import Mediator
from mediation_rooms.models.vocabulary import Capacity, SessionResult
from mediation_rooms.wording import N_

INVITED = (Capacity.NEIGHBOUR, Capacity.RELATIVE, Capacity.COLLEAGUE, Capacity.EXPERT, Capacity.ORGANISATION)
CITED_IN = {"record": N_("调解记录"), "agreement": N_("调解协议"), "notes": N_("备查")}


def _mediators(case: CaseFile) -> list[Mediator]:
    return [member.mediator for member in case.room.members if member.until_on is None]


def on_the_case(case: CaseFile) -> list[Mediator]:
    """The mediators who are on the case now."""
    return [each.mediator for each in case.mediators if each.left_on is None]


def _mediator_inputs(case: CaseFile, actor: Actor) -> Sequence[Input]:
    present = {mediator.id for mediator in on_the_case(case)}
    free = [each for each in _mediators(case) if each.id not in present]
    own = next((each.id for each in free if actor.account_id and each.account_id == actor.account_id), "")
    return [
        Input("mediator", _("调解员"), Kind.CHOICE, [(each.id, each.name) for each in free], value=own),
        Input("is_lead", _("主持调解"), Kind.YES, value="" if present else "yes"),
        Input("chosen_by_parties", _("是当事人选定的"), Kind.YES),
    ]


def _assign(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    mediator = entered.row_of("mediator", _mediators(case))
    entered.check()
    cases.assign_mediator(
        session,
        case,
        mediator,
        actor=actor,
        now=now,
        is_lead=entered.yes("is_lead"),
        chosen_by_parties=entered.yes("chosen_by_parties"),
    )


def _replace_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("assigned", _("谁不再参加"), Kind.CHOICE,
              [(each.id, each.mediator.name) for each in case.mediators if each.left_on is None]),
        Input("reason", _("回避或者更换的原因"), is_required=True),
    ]  # fmt: skip


def _replace(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    assigned = entered.row_of("assigned", [each for each in case.mediators if each.left_on is None])
    reason = entered.needed("reason", longest=2000)
    entered.check()
    cases.replace_mediator(session, assigned, reason=reason, actor=actor, now=now)


def _enquiry_inputs(case: CaseFile, actor: Actor) -> Sequence[Input]:
    return [
        Input("starts_at", _("什么时间"), Kind.MOMENT, is_required=True),
        Input("place", _("在哪里"), is_required=True),
        Input("asked_person", _("被调查人"), is_required=True),
        Input("asked_person_details", _("被调查人的身份"), hint=_("例如：邻居，当时在场")),
        Input("present", _("在场的人")),
        Input("asked_by", _("调查人"), value=actor.name, is_required=True),
        Input("recorded_by", _("记录人"), value=actor.name, is_required=True),
        Input("language_code", _("用什么语言"), Kind.CHOICE, language_choices(),
              value=case.session_language_code or "zh"),
        Input("record", _("问到了什么"), Kind.TEXT, is_required=True, rows=10),
        Input("is_read_back", _("念给本人听了吗"), Kind.RADIO, yes_no(unknown=_("还没有"))),
    ]  # fmt: skip


def _enquire(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    values = {
        "starts_at": entered.needed_moment("starts_at"),
        "place": entered.needed("place"),
        "asked_person": entered.needed("asked_person", longest=60),
        "asked_person_details": entered.text("asked_person_details"),
        "present": entered.text("present"),
        "asked_by": entered.needed("asked_by", longest=120),
        "recorded_by": entered.needed("recorded_by", longest=60),
        "language_code": _language(entered, "language_code"),
        "record": entered.long_text("record"),
        "is_read_back": entered.answer("is_read_back"),
    }
    entered.check()
    hearings.record_enquiry(session, case, actor=actor, now=now, **values)


def _language(entered: Entered, name: str) -> str:
    code = entered.text(name)
    if code not in {known for known, _label in language_choices()}:
        entered.problems[name] = _("请从列表中选择")
    return code


def _planned(case: CaseFile) -> list[MediationSession]:
    return [each for each in case.sessions if each.result is None and not each.cancelled_reason]


def _session_inputs(case: CaseFile, actor: Actor) -> Sequence[Input]:
    planned = [(each.id, _("第%(number)s次", number=each.ordinal)) for each in _planned(case)]
    spoken = case.session_language_code or "bfs"
    return [
        Input("replaces", _("这是哪一次"), Kind.CHOICE, planned, empty=_("另记一次"),
              value=planned[0][0] if planned else ""),
        Input("starts_at", _("开始时间"), Kind.MOMENT, is_required=True),
        Input("ends_at", _("结束时间"), Kind.MOMENT),
        Input("place", _("在哪里"), value=case.room.name, is_required=True),
        Input("present", _("到场的当事人"), Kind.SEVERAL, party_choices(case)),
        Input("guest_capacity", _("邀请来的人是"), Kind.CHOICE, labelled(INVITED)),
        Input("guest_names", _("邀请来的人的姓名"), hint=_("几个人用、隔开；没有就空着。")),
        Input("guests_agreed", _("各方都同意他们参加"), Kind.YES),
        Input("language_code", _("用什么语言调解"), Kind.CHOICE, language_choices(), value=spoken),
        Input("interpreter_name", _("翻译姓名")),
        Input("interpreter_relation", _("翻译与当事人的关系"), hint=_("没有关系的写“无亲属关系”。")),
        Input("interpreter_is_near_relative", _("翻译是当事人的近亲属"), Kind.YES),
        Input("is_public", _("公开进行"), Kind.YES),
        Input("recorded_by", _("记录人"), value=actor.name),
        Input("result", _("结果"), Kind.RADIO,
              [("", _("先约好时间，还没有开")), *labelled(SessionResult)]),
        Input("course", _("调解经过"), Kind.TEXT, rows=10),
        Input("result_text", _("结果说明"), Kind.TEXT, rows=3),
        Input("is_read_back", _("笔录念给当事人听了吗"), Kind.RADIO, yes_no(unknown=_("还没有"))),
        Input("read_back_language_code", _("用什么语言念的"), Kind.CHOICE, language_choices(), value=spoken),
    ]  # fmt: skip


def _participants(case: CaseFile, entered: Entered) -> tuple[hearings.ParticipantEntry, ...]:
    present = set(entered.fields.getlist("present"))
    people = [
        hearings.ParticipantEntry(Capacity.PARTY, party.name, party_id=party.id)
        for party in case.parties
        if str(party.id) in present
    ]
    names = [name.strip() for name in entered.text("guest_names").replace(",", "、").split("、")]
    capacity = entered.listed("guest_capacity", Capacity, Capacity.NEIGHBOUR) if any(names) else None
    if capacity is not None:
        agreed = entered.yes("guests_agreed")
        people += [
            hearings.ParticipantEntry(capacity, name, parties_consented=agreed) for name in names if name
        ]
    people += [
        hearings.ParticipantEntry(Capacity.MEDIATOR, each.name, mediator_id=each.id)
        for each in on_the_case(case)
    ]
    return tuple(people)


def _record_session(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    result = (
        entered.listed("result", SessionResult, SessionResult.CONTINUES) if entered.text("result") else None
    )
    interpreter = entered.text("interpreter_name", longest=60)
    entry = hearings.SessionEntry(
        starts_at=entered.needed_moment("starts_at"),
        ends_at=entered.moment("ends_at"),
        place=entered.needed("place"),
        language_code=_language(entered, "language_code"),
        recorded_by=entered.text("recorded_by", longest=60),
        is_public=entered.yes("is_public"),
        needs_interpreter=bool(interpreter),
        interpreter_name=interpreter,
        interpreter_relation=entered.text("interpreter_relation", longest=120),
        interpreter_is_near_relative=entered.yes("interpreter_is_near_relative"),
        course=entered.long_text("course"),
        result=result,
        result_text=entered.long_text("result_text"),
        is_read_back=entered.answer("is_read_back"),
        read_back_language_code=_language(entered, "read_back_language_code"),
        participants=_participants(case, entered),
    )
    replaces = entered.row_of("replaces", _planned(case), is_needed=False)
    entered.check()
    try:
        hearings.record_session(session, case, entry=entry, actor=actor, now=now, replaces=replaces)
    except InvalidEntry as refused:
        names = {"participants": "guest_names"}
        raise InvalidEntry({names.get(key, key): text for key, text in refused.problems.items()}) from refused


def _cancel_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("sitting", _("哪一次"), Kind.CHOICE,
              [(each.id, _("第%(number)s次", number=each.ordinal)) for each in _planned(case)]),
        Input("reason", _("为什么取消"), is_required=True),
    ]  # fmt: skip


def _cancel(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    sitting, reason = entered.row_of("sitting", _planned(case)), entered.needed("reason")
    entered.check()
    hearings.cancel_session(session, sitting, reason=reason, actor=actor, now=now)


class FoundWords(NamedTuple):
    """The words of an article on a day, looked up in the collection before the case is written."""

    citation: str
    title: str
    words: str
    was_in_force: bool
    words_on: date


def _look_up(entered: Entered) -> FoundWords | None:
    written = entered.needed("citation", longest=120)
    day = entered.day("words_on") or today()
    if not written:
        return None
    try:
        citation = Citation.parse(written)
    except NotACitation as problem:
        entered.problems["citation"] = str(problem)
        return None
    with current_app.extensions["stores"].collection.reading() as session:
        article = article_cited(session, citation, on=day)
        if article is None:
            entered.problems["citation"] = _("没有找到这一条，请核对法律名称和条号")
            return None
        view = view_article(article, on=day)
    return FoundWords(
        str(view.citation), view.citation.in_words(), view.text, view.force is Force.IN_FORCE, day
    )


def _cite_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("citation", _("哪一条"), is_required=True, hint=_("怎么写都行：民法典288、《民法典》第二百八十八条")),
        Input("placed_in", _("写进哪里"), Kind.RADIO, [(key, _(label)) for key, label in CITED_IN.items()],
              value="record"),
        Input("words_on", _("按哪一天的条文"), Kind.DAY, value=today(), hint=_("纠纷发生在旧法时期的，填当时的日期。")),
    ]  # fmt: skip


def _cite(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    found = entered.prepared
    placed_in = entered.text("placed_in")
    if placed_in not in CITED_IN:
        entered.problems["placed_in"] = _("请从列表中选择")
    entered.check()
    hearings.cite_article(
        session,
        case,
        citation=found.citation,
        title=found.title,
        words=found.words,
        words_on=found.words_on,
        was_in_force=found.was_in_force,
        placed_in=placed_in,
        actor=actor,
        now=now,
    )


ACTS = (
    Act("mediator", N_("指定调解员"), "hearing", _mediator_inputs, _assign, states=OPEN),
    Act("replace-mediator", N_("调解员回避、更换"), "hearing", _replace_inputs, _replace, states=OPEN,
        is_fit=lambda case: bool(on_the_case(case))),
    Act("enquiry", N_("记调查"), "hearing", _enquiry_inputs, _enquire, states=OPEN),
    Act("session", N_("约定或者记录一次调解"), "hearing", _session_inputs, _record_session, states=TALKING),
    Act("cancel-session", N_("取消约好的调解"), "hearing", _cancel_inputs, _cancel, states=TALKING,
        is_fit=lambda case: bool(_planned(case))),
    Act("cite", N_("引用法律条文"), "hearing", _cite_inputs, _cite, states=UNFINISHED, prepares=_look_up,
        lead=N_("条文的原文会照当天的样子存进案卷，以后法律改了也不变。")),
)  # fmt: skip
