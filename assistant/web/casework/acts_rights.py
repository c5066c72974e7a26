"""Rights of the people in a file: correcting what is wrong, asking about one's own data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from assistant.i18n import gettext as _
from assistant.web.casework.acts import ALL, UNFINISHED, Act
from assistant.web.casework.acts_people import has_parties, party_choices
from assistant.web.entries import Entered, Input, Kind, labelled
from mediation_rooms import people, privacy, restrictions
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import DataRequestKind
from mediation_rooms.wording import N_

CORRECTABLE_LINES = {
    "name": N_("姓名"),
    "born_on": N_("出生日期"),
    "id_number": N_("身份证号"),
    "phone": N_("电话"),
    "address": N_("住址"),
    "ethnicity": N_("民族"),
    "occupation": N_("职业"),
}


def _correct_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("party", _("当事人"), Kind.CHOICE, party_choices(case)),
        Input(
            "field", _("哪一项"), Kind.CHOICE, [(key, _(label)) for key, label in CORRECTABLE_LINES.items()]
        ),
        Input("value", _("正确的内容"), is_required=True, hint=_("日期写成 2026-01-31 的样子。")),
        Input("reason", _("凭什么更正"), is_required=True, hint=_("例如：看了身份证原件")),
    ]


def _correct(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    party, field = entered.row_of("party", case.parties), entered.text("field")
    if field not in CORRECTABLE_LINES:
        entered.problems["field"] = _("请从列表中选择")
    value: object = entered.needed("value")
    if field == "born_on":
        value = entered.day("value")
        if isinstance(value, date) and value > now.date():
            entered.problems["value"] = _("出生日期不能晚于今天")
    elif field == "id_number" and (problem := people.id_number_problem(str(value))):
        entered.problems["value"] = problem
    reason = entered.needed("reason")
    entered.check()
    privacy.correct_party(session, party, field=field, value=value, reason=reason, actor=actor, now=now)


def _data_request_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("party", _("谁提出的"), Kind.CHOICE, party_choices(case)),
        Input("kind", _("要求什么"), Kind.RADIO, labelled(DataRequestKind), value=DataRequestKind.COPY.value),
        Input("words", _("原话"), Kind.TEXT, is_required=True, rows=3),
    ]


def _ask_about_data(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    party = entered.row_of("party", case.parties)
    kind = entered.listed("kind", DataRequestKind, DataRequestKind.COPY)
    words = entered.needed("words", longest=2000)
    entered.check()
    privacy.ask_about_data(session, case, party=party, kind=kind, words=words, actor=actor, now=now)


def _restriction_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("party", _("谁提出的"), Kind.CHOICE, party_choices(case)),
        Input("words", _("原话"), Kind.TEXT, is_required=True, rows=3),
    ]


def _ask_to_restrict(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    party = entered.row_of("party", case.parties)
    words = entered.needed("words", longest=2000)
    entered.check()
    restrictions.ask_to_restrict(session, case, party=party, words=words, actor=actor, now=now)


ACTS = (
    Act("correction", N_("补充、更正当事人信息"), "people", _correct_inputs, _correct, states=UNFINISHED,
        is_fit=has_parties, lead=N_("原来的内容和更正的理由都会留下。")),
    Act("data-request", N_("登记查阅、更正、删除个人信息的请求"), "people", _data_request_inputs, _ask_about_data,
        states=ALL, is_fit=has_parties),
    Act("restriction", N_("登记限制、拒绝处理个人信息的请求"), "people", _restriction_inputs, _ask_to_restrict, states=ALL,
        is_fit=has_parties, lead=N_("本人有权限制或者拒绝他人处理其个人信息，法律、行政法规另有规定的除外（个人信息保护法第四十四条）。"
        "负责人同意以后，案卷只存储和保护：不在任何列表、查找、台账、统计和教学里，打开要另一个人批准。")),
)  # fmt: skip
