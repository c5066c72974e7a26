"""People of a file: parties, who stands for them, what they agreed to and were told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from assistant.i18n import gettext as _
from assistant.web.casework.acts import Act
from assistant.web.choices import language_choices
from assistant.web.entries import Entered, Input, Kind, labelled
from mediation_rooms import people
from mediation_rooms.actor import Actor
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.languages import LANGUAGES
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.models.vocabulary import (
    ConsentKind,
    Manner,
    NoticeKind,
    NoticeMedium,
    RepresentativeKind,
    Sex,
    Side,
)
from mediation_rooms.wording import N_

NOTICE_VERSION = "2026-11"
"""Which wording of the notices was read; changes when their text changes."""


def title_of(party: Party) -> str:
    """``申请人1 示例甲``."""
    return f"{_(party.side.label)}{party.position} {party.name}"


def party_choices(case: CaseFile) -> list[tuple[object, object]]:
    """The parties of a file by id."""
    return [(party.id, title_of(party)) for party in case.parties]


def yes_no(*, unknown: str) -> list[tuple[object, object]]:
    """Yes, no, and a word for not answered."""
    return [("yes", _("是")), ("no", _("否")), ("", unknown)]


def person_inputs(prefix: str = "") -> list[Input]:
    """What is asked about a person when the person is entered."""
    return [
        Input(f"{prefix}name", _("姓名或者单位名称"), is_required=not prefix),
        Input(f"{prefix}phone", _("电话"), hint=_("十一位手机号，或者带区号的固定电话")),
        Input(f"{prefix}language_code", _("最听得懂的语言"), Kind.CHOICE, language_choices(), value="bfs"),
        Input(
            f"{prefix}told",
            _("已当面告知：为什么登记、怎样保存、有什么权利，本人听懂了"),
            Kind.YES,
            hint=_("先告知，后登记（个人信息保护法第十七条）。"),
        ),
    ]


def notice_of(entered: Entered, actor: Actor, *, prefix: str = "") -> people.GivenNotice | None:
    """The notice on personal information that came with a person, None when it was not given."""
    if not entered.yes(f"{prefix}told"):
        return None
    return people.GivenNotice(
        language_code=entered.text(f"{prefix}language_code") or "zh",
        medium=NoticeMedium.READ_ALOUD,
        read_by=actor.name,
        is_understood=True,
        version=NOTICE_VERSION,
    )


def _party_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    name, phone, language, told = person_inputs()
    return [
        Input("side", _("哪一方"), Kind.RADIO, labelled(Side), value=Side.RESPONDENT.value),
        name,
        Input("is_organisation", _("是单位，不是个人"), Kind.YES),
        language,
        Input("reads_chinese", _("能看懂汉字吗"), Kind.RADIO, yes_no(unknown=_("没有问"))),
        told,
        phone,
        Input("sex", _("性别"), Kind.RADIO, labelled(Sex), value=Sex.NOT_STATED.value),
        Input("born_on", _("出生日期"), Kind.DAY),
        Input("id_number", _("身份证号或者统一社会信用代码")),
        Input("address", _("住址")),
        Input("ethnicity", _("民族")),
        Input("occupation", _("职业")),
        Input("employer", _("工作单位")),
        Input("lacks_capacity", _("不能辨认或者不能完全辨认自己的行为"), Kind.YES),
        Input(
            "special_group",
            _("特殊群体（例如残疾人、退役军人）"),
            hint=_("属于敏感个人信息：只在办案需要、并且本人单独同意时填写。"),
        ),
        Input("agrees_to_sensitive_data", _("本人单独同意登记上面的敏感信息"), Kind.YES),
        Input("guardian-heading", _("不满十八岁或者需要监护人的，填写监护人"), Kind.HEADING),
        Input("guardian_name", _("监护人姓名")),
        Input("guardian_relation", _("与当事人的关系")),
        Input("guardian_phone", _("监护人电话")),
        Input("guardian_agrees", _("监护人同意处理孩子的个人信息"), Kind.YES),
        Input("guardian_accused", _("这位监护人被指伤害过当事人"), Kind.YES),
    ]


def entry_of_party(entered: Entered, *, side: Side, prefix: str = "") -> people.PartyEntry:
    """A party as it was entered; short forms simply lack the other fields."""

    def line(name: str) -> str:
        return entered.text(f"{prefix}{name}")

    guardian = line("guardian_name")
    representatives = (
        (
            people.RepresentativeEntry(
                kind=RepresentativeKind.GUARDIAN,
                name=guardian,
                relation_to_party=line("guardian_relation"),
                phone=line("guardian_phone"),
                accused_of_harm=entered.yes(f"{prefix}guardian_accused"),
                agrees_to_data=entered.yes(f"{prefix}guardian_agrees"),
            ),
        )
        if guardian
        else ()
    )
    sex = line("sex")
    return people.PartyEntry(
        side=side,
        name=line("name"),
        is_organisation=entered.yes(f"{prefix}is_organisation"),
        sex=Sex(sex) if sex in set(Sex) else Sex.NOT_STATED,
        ethnicity=line("ethnicity")[:20],
        born_on=entered.day(f"{prefix}born_on"),
        id_number=line("id_number"),
        phone=line("phone"),
        address=line("address"),
        occupation=line("occupation")[:60],
        employer=line("employer")[:120],
        language_code=line("language_code"),
        reads_chinese=entered.answer(f"{prefix}reads_chinese"),
        special_group=line("special_group")[:60],
        agrees_to_sensitive_data=entered.yes(f"{prefix}agrees_to_sensitive_data"),
        lacks_capacity=entered.yes(f"{prefix}lacks_capacity"),
        representatives=representatives,
    )


def _add_party(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    entry = entry_of_party(entered, side=entered.listed("side", Side, Side.RESPONDENT))
    entered.check()
    notice = notice_of(entered, actor)
    try:
        people.add_party(session, case, entry=entry, notice=notice, actor=actor, now=now)
    except InvalidEntry as refused:
        raise InvalidEntry(on_the_page(refused.problems)) from refused


def on_the_page(problems: dict[str, str], prefix: str = "") -> dict[str, str]:
    """The domain's fields under the names they have on the form."""
    names = {"notice": "told", "guardian": "guardian_name", "representative_name": "guardian_name"}
    return {prefix + names.get(name, name): sentence for name, sentence in problems.items()}


def _representative_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("party", _("替谁"), Kind.CHOICE, party_choices(case)),
        Input(
            "kind", _("身份"), Kind.RADIO, labelled(RepresentativeKind), value=RepresentativeKind.AGENT.value
        ),
        Input("name", _("姓名"), is_required=True),
        Input("relation_to_party", _("与当事人的关系")),
        Input("phone", _("电话")),
        Input("powers", _("代理权限"), Kind.TEXT, rows=2),
        Input("authorised_on", _("委托日期"), Kind.DAY),
        Input("accused_of_harm", _("被指伤害过当事人"), Kind.YES),
        Input("agrees_to_data", _("（监护人）同意处理孩子的个人信息"), Kind.YES),
    ]


def _add_representative(
    session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime
) -> None:
    party = entered.row_of("party", case.parties)
    entry = people.RepresentativeEntry(
        kind=entered.listed("kind", RepresentativeKind, RepresentativeKind.AGENT),
        name=entered.needed("name", longest=60),
        relation_to_party=entered.text("relation_to_party", longest=60),
        phone=entered.text("phone", longest=40),
        powers=entered.long_text("powers"),
        authorised_on=entered.day("authorised_on"),
        accused_of_harm=entered.yes("accused_of_harm"),
        agrees_to_data=entered.yes("agrees_to_data"),
    )
    entered.check()
    representative = people.add_representative(session, party, entry=entry, actor=actor, now=now)
    if entry.agrees_to_data and entry.kind is RepresentativeKind.GUARDIAN:
        people.record_consent(
            session,
            party,
            kind=ConsentKind.PERSONAL_INFORMATION,
            is_given=True,
            manner=Manner.ORAL,
            actor=actor,
            now=now,
            given_by=representative,
        )


def _relation_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("party", _("当事人"), Kind.CHOICE, party_choices(case)),
        Input("other", _("另一位当事人"), Kind.CHOICE, party_choices(case)),
        Input("relation", _("关系"), is_required=True, hint=_("例如：夫妻、兄弟、邻居、雇主")),
    ]


def _relate(
    session: Session,
    case: CaseFile,
    entered: Entered,
    actor: Actor,
    now: datetime,  # noqa: ARG001 - every act has it
) -> None:
    party, other = (entered.row_of(name, case.parties) for name in ("party", "other"))
    relation = entered.needed("relation", longest=60)
    entered.check()
    people.relate(session, party, other, relation=relation, actor=actor)


def _consent_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input(
            "kind", _("问的是哪一件事"), Kind.CHOICE, labelled(ConsentKind), value=ConsentKind.MEDIATION.value
        ),
        *(
            Input(f"answer-{party.id}", title_of(party), Kind.RADIO, yes_no(unknown=_("这次没有问")))
            for party in case.parties
        ),
        Input("manner", _("怎样表示的"), Kind.RADIO, labelled(Manner), value=Manner.ORAL.value),
        Input(
            "subject",
            _("具体内容"),
            hint=_("延长期限的写到哪一天（2026-01-31），提供给其他调解室的写调解室名称。"),
        ),
    ]


def _consent(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    kind = entered.listed("kind", ConsentKind, ConsentKind.MEDIATION)
    manner = entered.listed("manner", Manner, Manner.ORAL)
    subject = entered.text("subject")
    answers = [(party, entered.answer(f"answer-{party.id}")) for party in case.parties]
    if all(answer is None for _party, answer in answers):
        entered.problems["kind"] = _("至少要登记一位当事人的回答")
    entered.check()
    for party, is_given in answers:
        if is_given is not None:
            people.record_consent(
                session,
                party,
                kind=kind,
                is_given=is_given,
                manner=manner,
                actor=actor,
                now=now,
                subject=subject,
            )


def _notice_inputs(case: CaseFile, actor: Actor) -> Sequence[Input]:
    inputs = [
        Input(
            "kind",
            _("告知了什么"),
            Kind.CHOICE,
            labelled(NoticeKind),
            value=NoticeKind.RIGHTS_AND_DUTIES.value,
        ),
        Input(
            "medium", _("怎样告知的"), Kind.RADIO, labelled(NoticeMedium), value=NoticeMedium.READ_ALOUD.value
        ),
        Input("read_by", _("由谁宣读或者播放"), value=actor.name),
    ]
    for party in case.parties:
        inputs += [
            Input(
                f"understood-{party.id}",
                title_of(party),
                Kind.RADIO,
                [("yes", _("告知了，听懂了")), ("no", _("告知了，没有听懂")), ("", _("这次没有告知"))],
            ),
            Input(
                f"language-{party.id}",
                _("对%(party)s用的语言", party=title_of(party)),
                Kind.CHOICE,
                language_choices(),
                value=party.language_code or "zh",
            ),
        ]
    return [*inputs, Input("manner", _("怎样表示的"), Kind.RADIO, labelled(Manner), value=Manner.ORAL.value)]


def _tell(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    kind = entered.listed("kind", NoticeKind, NoticeKind.RIGHTS_AND_DUTIES)
    medium = entered.listed("medium", NoticeMedium, NoticeMedium.READ_ALOUD)
    manner, read_by = entered.listed("manner", Manner, Manner.ORAL), entered.text("read_by", longest=60)
    told = [(party, entered.answer(f"understood-{party.id}")) for party in case.parties]
    known = {each.code for each in LANGUAGES}
    for party, is_understood in told:
        if is_understood is not None and entered.text(f"language-{party.id}") not in known:
            entered.problems[f"language-{party.id}"] = _("请从列表中选择")
    if all(is_understood is None for _party, is_understood in told):
        entered.problems["kind"] = _("至少要登记告知了哪一位当事人")
    entered.check()
    for party, is_understood in told:
        if is_understood is None:
            continue
        notice = people.GivenNotice(
            language_code=entered.text(f"language-{party.id}"),
            medium=medium,
            read_by=read_by,
            is_understood=is_understood,
            manner=manner,
            version=NOTICE_VERSION,
        )
        people.give_notice(session, party, kind=kind, notice=notice, actor=actor, now=now)


def has_parties(case: CaseFile) -> bool:
    """Whether anybody was entered yet."""
    return bool(case.parties)


def _has_two(case: CaseFile) -> bool:
    return len(case.parties) > 1


ACTS = (
    Act("party", N_("登记当事人"), "people", _party_inputs, _add_party),
    Act("representative", N_("登记代理人、监护人"), "people", _representative_inputs, _add_representative,
        is_fit=has_parties),
    Act("relation", N_("登记当事人之间的关系"), "people", _relation_inputs, _relate, is_fit=_has_two),
    Act("notice", N_("登记告知"), "people", _notice_inputs, _tell, is_fit=has_parties,
        lead=N_("用对方听得懂的话讲，记下用的什么语言、听懂没有。")),
    Act("consent", N_("登记同意或者不同意"), "people", _consent_inputs, _consent, is_fit=has_parties,
        lead=N_("每一件事单独问，每个人自己答；后来改口的再登记一次，前后都留在案卷里。")),
)  # fmt: skip
