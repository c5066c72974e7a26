"""Verbs for the people of a case: entering a party, who stands for it, what it agreed to and was told.

No personal field is stored before the person was told how it will be used (个人信息保护法第十七条):
:func:`add_party` takes the notice with the entry and refuses without it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import CHILD_DATA_YEARS, MAJORITY_YEARS, age_on, day_of
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.languages import language
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Consent, Notice, Party, Relation, Representative
from mediation_rooms.models.vocabulary import (
    ConsentKind,
    Manner,
    NoticeKind,
    NoticeMedium,
    RepresentativeKind,
    Sex,
    Side,
)
from mediation_rooms.steps import must_be_own, touched
from mediation_rooms.wording import N_, say

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_PHONE = re.compile(r"^(1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8})$")
OLDEST_YEARS = 130


@dataclass(frozen=True)
class GivenNotice:
    """How something was explained: in which language, by whom, and what the person answered."""

    language_code: str
    medium: NoticeMedium
    read_by: str
    is_understood: bool | None
    manner: Manner = Manner.ORAL
    version: str = ""


@dataclass(frozen=True)
class RepresentativeEntry:
    """A guardian, legal representative or agent to be entered with a party."""

    kind: RepresentativeKind
    name: str
    relation_to_party: str = ""
    id_number: str = ""
    phone: str = ""
    post: str = ""
    powers: str = ""
    authorised_on: date | None = None
    accused_of_harm: bool = False
    agrees_to_data: bool = False
    """A guardian's consent to the processing of a young child's data."""


@dataclass(frozen=True)
class PartyEntry:
    """What is entered of a party. Empty text means not given."""

    side: Side
    name: str
    is_organisation: bool = False
    sex: Sex = Sex.NOT_STATED
    ethnicity: str = ""
    born_on: date | None = None
    id_number: str = ""
    phone: str = ""
    address: str = ""
    household_address: str = ""
    delivery_address: str = ""
    occupation: str = ""
    employer: str = ""
    language_code: str = ""
    reads_chinese: bool | None = None
    special_group: str = ""
    agrees_to_sensitive_data: bool = False
    is_migrant_worker: bool = False
    lacks_capacity: bool = False
    representatives: tuple[RepresentativeEntry, ...] = field(default_factory=tuple)


def id_number_problem(number: str, *, born_on: date | None = None) -> str | None:
    """What is wrong with a citizen's identity number (GB 11643); None when nothing is."""
    text = number.strip().upper()
    if not re.fullmatch(r"\d{17}[\dX]", text):
        return N_("身份证号应为十八位，最后一位可以是 X")
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return N_("身份证号里的出生日期不存在，请核对第七位至第十四位")
    if _ID_CHECKS[sum(int(d) * w for d, w in zip(text, _ID_WEIGHTS, strict=False)) % 11] != text[17]:
        return N_("身份证号的最后一位校验不对，请逐位核对")
    if born_on is not None and born != born_on:
        return say(
            N_("身份证号里的出生日期（%(born)s）与填写的出生日期（%(born_on)s）不一致"),
            born=born,
            born_on=born_on,
        )
    return None


def entry_problems(entry: PartyEntry, *, today: date) -> dict[str, str]:
    """Everything wrong with an entry at once, by field."""
    problems: dict[str, str] = {}
    if not entry.name.strip():
        problems["name"] = N_("请填姓名或者单位名称")
    if entry.id_number and not entry.is_organisation:
        problem = id_number_problem(entry.id_number, born_on=entry.born_on)
        if problem is not None:
            problems["id_number"] = problem
    if entry.born_on is not None:
        if entry.born_on > today:
            problems["born_on"] = N_("出生日期不能晚于今天")
        elif age_on(entry.born_on, today) > OLDEST_YEARS:
            problems["born_on"] = say(
                N_("按这个出生日期已超过%(oldest_years)s岁，请核对年份"), oldest_years=OLDEST_YEARS
            )
    if entry.phone and not _PHONE.match(entry.phone.replace(" ", "")):
        problems["phone"] = N_("电话应为十一位手机号，或者带区号的固定电话")
    if entry.language_code:
        try:
            language(entry.language_code)
        except ValueError as error:
            problems["language_code"] = str(error)
    problems.update(_guardian_problems(entry, today))
    if entry.special_group and not entry.agrees_to_sensitive_data:
        problems["special_group"] = N_(
            "特殊群体属于敏感个人信息，要先单独征得本人同意（个人信息保护法第二十九条）"
        )
    return problems


def _guardian_problems(entry: PartyEntry, today: date) -> dict[str, str]:
    born = entry.born_on
    if entry.is_organisation or born is None or age_on(born, today) >= MAJORITY_YEARS:
        return {}
    fit = [
        each
        for each in entry.representatives
        if each.kind is RepresentativeKind.GUARDIAN and not each.accused_of_harm
    ]
    if age_on(born, today) < CHILD_DATA_YEARS and not any(each.agrees_to_data for each in fit):
        return {
            "guardian": N_(
                "不满十四岁，要先由监护人同意处理个人信息；"
                "被指伤害孩子的监护人不能作这个同意（个人信息保护法第三十一条）"
            )
        }
    return {}


def add_party(
    session: Session,
    case: CaseFile,
    *,
    entry: PartyEntry,
    notice: GivenNotice | None,
    actor: Actor,
    now: datetime,
) -> Party:
    """Enter a party after the notice on personal information. Raises :class:`InvalidEntry`.

    A minor seals the file: it leaves every list until somebody is approved to open it.
    """
    must_be_own(case, actor)
    today = day_of(now)
    problems = entry_problems(entry, today=today)
    if notice is None and not entry.is_organisation:
        problems["notice"] = N_(
            "录入个人信息以前，要先告知怎样使用、保存多久、有什么权利（个人信息保护法第十七条）"
        )
    if problems:
        raise InvalidEntry(problems)
    position = 1 + max((each.position for each in case.parties if each.side is entry.side), default=0)
    party = Party(
        case=case,
        side=entry.side,
        position=position,
        is_organisation=entry.is_organisation,
        name=entry.name.strip(),
        sex=entry.sex,
        ethnicity=entry.ethnicity,
        born_on=entry.born_on,
        id_number=entry.id_number.strip().upper() or None,
        phone=entry.phone.replace(" ", "") or None,
        address=entry.address.strip() or None,
        household_address=entry.household_address.strip() or None,
        delivery_address=entry.delivery_address.strip() or None,
        occupation=entry.occupation,
        employer=entry.employer,
        language_code=entry.language_code,
        reads_chinese=entry.reads_chinese,
        special_group=entry.special_group,
        is_migrant_worker=entry.is_migrant_worker,
        lacks_capacity=entry.lacks_capacity,
    )
    session.add(party)
    session.flush()
    for each in entry.representatives:
        representative = add_representative(session, party, entry=each, actor=actor, now=now)
        if each.agrees_to_data and each.kind is RepresentativeKind.GUARDIAN:
            record_consent(
                session,
                party,
                kind=ConsentKind.PERSONAL_INFORMATION,
                is_given=True,
                manner=Manner.ORAL,
                actor=actor,
                now=now,
                given_by=representative,
            )
    if notice is not None:
        give_notice(session, party, kind=NoticeKind.PERSONAL_INFORMATION, notice=notice, actor=actor, now=now)
    if entry.agrees_to_sensitive_data:
        record_consent(
            session,
            party,
            kind=ConsentKind.SENSITIVE_INFORMATION,
            is_given=True,
            manner=Manner.ORAL,
            actor=actor,
            now=now,
        )
    if entry.born_on is not None and age_on(entry.born_on, today) < MAJORITY_YEARS:
        case.involves_minor = True
        case.is_sealed = True
    touched(session, case, actor=actor, action="case.add_party", now=now)
    return party


def add_representative(
    session: Session, party: Party, *, entry: RepresentativeEntry, actor: Actor, now: datetime
) -> Representative:
    """Enter somebody who stands for a party. Raises :class:`InvalidEntry`."""
    must_be_own(party.case, actor)
    if not entry.name.strip():
        raise InvalidEntry({"representative_name": N_("请填代理人或者监护人的姓名")})
    representative = Representative(
        party=party,
        kind=entry.kind,
        name=entry.name.strip(),
        id_number=entry.id_number or None,
        phone=entry.phone or None,
        relation_to_party=entry.relation_to_party,
        post=entry.post,
        powers=entry.powers,
        authorised_on=entry.authorised_on,
        accused_of_harm=entry.accused_of_harm,
    )
    session.add(representative)
    touched(session, party.case, actor=actor, action="case.add_representative", now=now)
    return representative


def relate(session: Session, party: Party, other: Party, *, relation: str, actor: Actor) -> Relation:
    """Note how two parties of one case are related. Raises :class:`InvalidEntry`."""
    must_be_own(party.case, actor)
    if party.case_id != other.case_id or party.id == other.id:
        raise InvalidEntry({"relation": N_("关系要写同一案件里两个不同的当事人")})
    found = Relation(case=party.case, party=party, other_party=other, relation=relation.strip())
    session.add(found)
    session.flush()
    return found


def record_consent(
    session: Session,
    party: Party,
    *,
    kind: ConsentKind,
    is_given: bool,
    manner: Manner,
    actor: Actor,
    now: datetime,
    subject: str = "",
    given_by: Representative | None = None,
) -> Consent:
    """Record a party's answer to one question of consent; a later answer replaces it, both stay."""
    must_be_own(party.case, actor)
    consent = Consent(
        case=party.case,
        party=party,
        kind=kind,
        is_given=is_given,
        subject=subject.strip(),
        manner=manner,
        given_by=given_by,
        given_at=now,
        recorded_by=actor.name,
    )
    session.add(consent)
    touched(session, party.case, actor=actor, action="case.consent", now=now)
    return consent


def give_notice(
    session: Session, party: Party, *, kind: NoticeKind, notice: GivenNotice, actor: Actor, now: datetime
) -> Notice:
    """Record that something was explained to a party, and whether it was understood."""
    must_be_own(party.case, actor)
    language(notice.language_code)
    if notice.medium is not NoticeMedium.PAPER and not notice.read_by.strip():
        raise InvalidEntry({"read_by": N_("宣读或者播放的，要写明由谁宣读、播放")})
    given = Notice(
        case=party.case,
        party=party,
        kind=kind,
        notice_version=notice.version,
        language_code=notice.language_code,
        medium=notice.medium,
        read_by=notice.read_by.strip(),
        is_understood=notice.is_understood,
        manner=notice.manner,
        given_at=now,
    )
    session.add(given)
    touched(session, party.case, actor=actor, action="case.notice", now=now)
    return given
