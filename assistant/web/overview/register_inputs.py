"""What the forms of the registers ask for, and reading it back: rooms, committees, mediators."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.i18n import gettext as _
from assistant.web.choices import language_choices
from assistant.web.entries import Entered, Input, Kind, labelled
from mediation_rooms.actor import Actor
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.divisions import all_divisions, full_name, is_within
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.registers import Committee, Mediator
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import CommitteeKind, HostKind, RoomKind, Sex
from mediation_rooms.opening_hours import hours_as_text, hours_from
from mediation_rooms.register_keeping import (
    CommitteeEntry,
    Hours,
    MediatorEntry,
    RoomEntry,
    may_keep_area,
    mediators_within_reach,
)

MOST_CANDIDATES = 6


def _yes(value: bool) -> str:
    return "yes" if value else ""


def _place_of(row: Any) -> str:
    return full_name(row.division_code) if row is not None and row.division_code in all_divisions() else ""


def _committees(session: Session, actor: Actor) -> list[Committee]:
    rows = session.scalars(select(Committee).where(Committee.dissolved_on.is_(None)).order_by(Committee.name))
    return [row for row in rows if may_keep_area(actor, row.division_code) or actor.room_id is not None]


def room_inputs(session: Session, actor: Actor, room: MediationRoom | None) -> Sequence[Input]:
    """The form of a room; the head of a room sees its footing too, and the verb refuses a change."""
    kinds = [(code, _(kind.name)) for code, kind in dispute_kinds().items()]
    people = [(str(row.id), row.name) for row in mediators_within_reach(session, actor=actor)]
    spans = [Hours(row.weekday, row.opens_at, row.closes_at) for row in room.hours] if room else []
    present = [row.mediator_id for row in room.members if row.until_on is None] if room else []
    committees = [(str(row.id), row.name) for row in _committees(session, actor)]

    def now(name: str, default: Any = "") -> Any:
        value = getattr(room, name) if room is not None else None
        return default if value is None else value

    return [
        Input("name", _("名称"), value=now("name"), is_required=True),
        Input("code", _("编码"), value=now("code"), is_required=True, hint=_("字母、数字和连字符，全州不重复")),
        Input("kind", _("哪一种调解室"), Kind.CHOICE, labelled(RoomKind), value=now("kind")),
        Input("host_kind", _("设在哪一类单位"), Kind.CHOICE, labelled(HostKind), value=now("host_kind")),
        Input("host_body", _("设立单位"), value=now("host_body"), is_required=True),
        Input("legal_basis", _("法律依据"), value=now("legal_basis"), is_required=True,
              hint=_("写到条，几条之间用“；”隔开")),
        Input("committee", _("所属人民调解委员会"), Kind.CHOICE, committees, value=now("committee_id"),
              empty=_("没有，只协助和转办"), hint=_("只有调委会主持达成的才是人民调解协议；印章随调委会。")),
        Input("place", _("在哪个乡镇、村"), value=_place_of(room), is_required=True,
              hint=_("写名称就行，例如：喜洲镇周城村")),
        Input("address", _("地址"), value=now("address")),
        Input("phone", _("电话"), value=now("phone")),
        Input("latitude", _("纬度"), value=now("latitude")),
        Input("longitude", _("经度"), value=now("longitude")),
        Input("hours", _("开放时间"), Kind.TEXT, value=hours_as_text(spans), rows=4,
              hint=_("一段一行：周一至周五 08:30-17:30")),
        Input("languages", _("能用哪些语言"), Kind.SEVERAL, language_choices(),
              value=[row.language_code for row in room.languages] if room else []),
        Input("subjects", _("擅长哪些纠纷"), Kind.SEVERAL, kinds,
              value=[row.kind_code for row in room.subjects] if room else []),
        Input("mediators", _("谁在这里调解"), Kind.SEVERAL, people, value=present),
        Input("founded_on", _("设立日期"), Kind.DAY, value=now("founded_on")),
        Input("closed_on", _("撤销日期"), Kind.DAY, value=now("closed_on")),
        Input("public_note", _("给群众看的说明"), Kind.TEXT, value=now("public_note"), rows=2),
    ]  # fmt: skip


def room_entry(entered: Entered) -> RoomEntry:
    """What came with the form of a room. Raises :class:`InvalidEntry` with every problem."""
    hours: tuple[Hours, ...] = ()
    try:
        hours = hours_from(entered.long_text("hours"))
    except InvalidEntry as refused:
        entered.problems.update(refused.problems)
    committee = entered.text("committee")
    entry = RoomEntry(
        code=entered.needed("code", longest=60),
        name=entered.needed("name", longest=120),
        kind=entered.listed("kind", RoomKind, RoomKind.VOLUNTEER),
        host_kind=entered.listed("host_kind", HostKind, HostKind.OTHER),
        host_body=entered.needed("host_body", longest=120),
        legal_basis=entered.needed("legal_basis"),
        division_code=_division(entered),
        committee_id=int(committee) if committee.isascii() and committee.isdigit() else None,
        address=entered.text("address"),
        phone=entered.text("phone", longest=40),
        latitude=_degrees(entered, "latitude", 90),
        longitude=_degrees(entered, "longitude", 180),
        founded_on=entered.day("founded_on"),
        closed_on=entered.day("closed_on"),
        public_note=entered.long_text("public_note"),
        hours=hours,
        language_codes=frozenset(entered.fields.getlist("languages")),
        subject_codes=frozenset(entered.fields.getlist("subjects")),
        mediator_ids=frozenset(entered.row_ids("mediators")),
    )
    entered.check()
    return entry


def _degrees(entered: Entered, name: str, most: int) -> Decimal | None:
    value = entered.text(name, longest=20)
    if not value:
        return None
    try:
        degrees = Decimal(value)
        if not degrees.is_finite() or abs(degrees) > most:
            raise InvalidOperation
    except InvalidOperation:
        entered.problems[name] = _("请写成 25.853000 的样子")
        return None
    return round(degrees, 6)


def _division(entered: Entered) -> str:
    """The one place that a code or a name stands for; several or none are a problem that lists them."""
    written = entered.needed("place").replace(" ", "")
    known = all_divisions()
    if written in known or not written:
        return written
    found = [code for code, place in known.items() if written in (place.name, full_name(code))]
    found = found or [code for code in known if written in full_name(code)]
    below = [code for code in found if not any(is_within(code, other) and code != other for other in found)]
    if len(below) == 1:
        return below[0]
    names = "、".join(f"{full_name(code)}（{code}）" for code in below[:MOST_CANDIDATES])
    entered.problems["place"] = (
        _("有几个地方叫这个名字，请写全：%(names)s", names=names)
        if names
        else _("没有这个地方，请写乡镇或者村的名称，或者十二位以内的区划代码")
    )
    return ""


def committee_inputs(_session: Session, _actor: Actor, row: Committee | None) -> Sequence[Input]:
    """The form of a committee."""

    def now(name: str, default: Any = "") -> Any:
        value = getattr(row, name) if row is not None else None
        return default if value is None else value

    return [
        Input("name", _("名称"), value=now("name"), is_required=True),
        Input("code", _("编码"), value=now("code"), is_required=True, hint=_("字母、数字和连字符，全州不重复")),
        Input("number_prefix", _("卷号字头"), value=now("number_prefix"), is_required=True,
              hint=_("卷号里“调字”前面的字，例如：喜金人")),
        Input("kind", _("哪一种调委会"), Kind.CHOICE, labelled(CommitteeKind), value=now("kind")),
        Input("trade", _("行业（行业性专业性调委会填写）"), value=now("trade")),
        Input("host_body", _("设立单位"), value=now("host_body"), is_required=True),
        Input("place", _("在哪个乡镇、村"), value=_place_of(row), is_required=True),
        Input("has_seal", _("有调委会印章"), Kind.YES, value=_yes(row.has_seal if row else True)),
        Input("is_multi_ethnic_area", _("是多民族居住的地方"), Kind.YES,
              value=_yes(row.is_multi_ethnic_area if row else True)),
        Input("smaller_ethnicity", _("人数较少的民族"), value=now("smaller_ethnicity")),
        Input("founded_on", _("成立日期"), Kind.DAY, value=now("founded_on")),
        Input("dissolved_on", _("撤销日期"), Kind.DAY, value=now("dissolved_on")),
        Input("address", _("地址"), value=now("address")),
        Input("phone", _("电话"), value=now("phone")),
        Input("fax", _("传真"), value=now("fax")),
        Input("postcode", _("邮编"), value=now("postcode")),
        Input("email", _("邮箱"), value=now("email")),
        Input("guidance_funds", _("人民调解工作指导经费（一年）"), Kind.MONEY, value=now("guidance_funds")),
        Input("work_funds", _("调委会工作补助经费（一年）"), Kind.MONEY, value=now("work_funds")),
        Input("allowance_funds", _("调解员补贴经费（一年）"), Kind.MONEY, value=now("allowance_funds"),
              hint=_("没有的填 0，还没有上报的留空。")),
        Input("collected_on", _("信息采集日期"), Kind.DAY, value=now("collected_on")),
    ]  # fmt: skip


def committee_entry(entered: Entered) -> CommitteeEntry:
    """What came with the form of a committee. Raises :class:`InvalidEntry` with every problem."""
    entry = CommitteeEntry(
        code=entered.needed("code", longest=60),
        name=entered.needed("name", longest=120),
        number_prefix=entered.needed("number_prefix", longest=12),
        kind=entered.listed("kind", CommitteeKind, CommitteeKind.VILLAGE),
        host_body=entered.needed("host_body", longest=120),
        division_code=_division(entered),
        trade=entered.text("trade", longest=40),
        has_seal=entered.yes("has_seal"),
        is_multi_ethnic_area=entered.yes("is_multi_ethnic_area"),
        smaller_ethnicity=entered.text("smaller_ethnicity", longest=20),
        founded_on=entered.day("founded_on"),
        dissolved_on=entered.day("dissolved_on"),
        address=entered.text("address"),
        phone=entered.text("phone", longest=40),
        fax=entered.text("fax", longest=40),
        postcode=entered.text("postcode", longest=10),
        email=entered.text("email", longest=120),
        guidance_funds=entered.money("guidance_funds"),
        work_funds=entered.money("work_funds"),
        allowance_funds=entered.money("allowance_funds"),
        collected_on=entered.day("collected_on"),
    )
    entered.check()
    return entry


def mediator_inputs(_session: Session, _actor: Actor, row: Mediator | None) -> Sequence[Input]:
    """The form of a mediator; identity and telephone are kept encrypted and never shown again whole."""

    def now(name: str, default: Any = "") -> Any:
        value = getattr(row, name) if row is not None else None
        return default if value is None else value

    spoken = [each.language_code for each in row.languages] if row is not None else []
    interprets = (
        [each.language_code for each in row.languages if each.can_interpret] if row is not None else []
    )
    return [
        Input("name", _("姓名"), value=now("name"), is_required=True),
        Input("sex", _("性别"), Kind.CHOICE, labelled(Sex), value=now("sex", Sex.NOT_STATED)),
        Input("ethnicity", _("民族"), value=now("ethnicity")),
        Input("born_on", _("出生日期"), Kind.DAY, value=now("born_on")),
        Input("id_number", _("身份证号"), value=now("id_number")),
        Input("phone", _("电话"), value=now("phone")),
        Input("languages", _("会说哪些语言"), Kind.SEVERAL, language_choices(), value=spoken),
        Input("interprets", _("能给别人当翻译的语言"), Kind.SEVERAL, language_choices(), value=interprets),
        Input("reads_chinese", _("识汉字"), Kind.YES, value=_yes(row.reads_chinese if row else True)),
        Input("education", _("学历"), value=now("education")),
        Input("major", _("所学专业"), value=now("major")),
        Input("employer", _("所属单位"), value=now("employer")),
        Input("other_capacity", _("其他身份"), value=now("other_capacity")),
        Input("working_since_on", _("从哪一天起做人民调解"), Kind.DAY, value=now("working_since_on")),
        Input("is_full_time", _("专职"), Kind.YES, value=_yes(bool(row and row.is_full_time))),
        Input("is_purchased_service", _("政府购买服务"), Kind.YES, value=_yes(bool(row and row.is_purchased_service))),
        Input("certificates", _("证书"), Kind.TEXT, value=now("certificates"), rows=2),
        Input("injury_at_work", _("因公伤亡情况"), Kind.TEXT, value=now("injury_at_work"), rows=2),
        Input("province_system_code", _("省里系统的编号"), value=now("province_system_code")),
        Input("left_on", _("不再担任的日期"), Kind.DAY, value=now("left_on")),
    ]  # fmt: skip


def mediator_entry(entered: Entered) -> MediatorEntry:
    """What came with the form of a mediator. Raises :class:`InvalidEntry` with every problem."""
    entry = MediatorEntry(
        name=entered.needed("name", longest=60),
        sex=entered.listed("sex", Sex, Sex.NOT_STATED),
        ethnicity=entered.text("ethnicity", longest=20),
        id_number=entered.text("id_number", longest=18),
        born_on=entered.day("born_on"),
        education=entered.text("education", longest=20),
        major=entered.text("major", longest=60),
        employer=entered.text("employer", longest=120),
        other_capacity=entered.text("other_capacity", longest=120),
        working_since_on=entered.day("working_since_on"),
        is_full_time=entered.yes("is_full_time"),
        is_purchased_service=entered.yes("is_purchased_service"),
        certificates=entered.long_text("certificates"),
        injury_at_work=entered.long_text("injury_at_work"),
        phone=entered.text("phone", longest=40),
        reads_chinese=entered.yes("reads_chinese"),
        province_system_code=entered.text("province_system_code", longest=60),
        left_on=entered.day("left_on"),
        language_codes=frozenset(entered.fields.getlist("languages")),
        interprets_codes=frozenset(entered.fields.getlist("interprets")),
    )
    entered.check()
    return entry
