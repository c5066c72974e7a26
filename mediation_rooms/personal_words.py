"""A person's own rows in words: what each field is called, and what its value means.

The paper that a person takes home says "语言：白语（南部，大理）", not ``language_code bfs``. The same rows for
another programme keep the codes. A field without a name here is left to its code: nothing is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Boolean, Enum

from corpus.database import Instant
from mediation_rooms.audit import WALL
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.divisions import all_divisions, full_name
from mediation_rooms.gates import all_gates
from mediation_rooms.languages import LANGUAGES
from mediation_rooms.store import Base

FIELDS: Final[Mapping[str, str]] = {
    # who
    "side": "哪一方",
    "position": "第几位",
    "name": "名称",
    "is_organisation": "是不是单位",
    "sex": "性别",
    "ethnicity": "民族",
    "born_text": "出生日期",
    "id_number": "证件号码",
    "phone": "电话",
    "address": "住址",
    "household_address": "户籍地",
    "delivery_address": "送达地址",
    "occupation": "职业",
    "employer": "工作单位",
    "language_code": "语言",
    "reads_chinese": "看得懂汉字",
    "is_migrant_worker": "是不是农民工",
    "lacks_capacity": "要有人代理",
    "special_group": "特殊群体",
    "relation": "关系",
    "relation_to_party": "和当事人的关系",
    "post": "职务",
    "powers": "代理权限",
    "authorised_on": "授权日期",
    "accused_of_harm": "被指伤害当事人",
    "capacity": "以什么身份",
    "parties_consented": "当事人同意其参加",
    # told, asked, agreed, signed
    "kind": "种类",
    "subject": "什么事",
    "notice_version": "告知书版本",
    "notice_language_code": "告知用的语言",
    "medium": "怎样告知",
    "read_by": "谁念的",
    "is_understood": "听懂了",
    "manner": "方式",
    "given_at": "时间",
    "is_given": "同意",
    "gate_code": "问的是什么",
    "answer": "回答",
    "asked_alone": "单独问的",
    "asked_at": "什么时候问的",
    "asked_by": "谁问的",
    "is_hidden_from_other_side": "不给对方看",
    "remark": "备注",
    "paper": "文书",
    "method": "签名方式",
    "signer_kind": "签名人",
    "signer_name": "签名人姓名",
    "signed_at": "签名时间",
    "witness": "见证人",
    # agreement, evidence, visits
    "content": "内容",
    "amount": "金额（元）",
    "amount_words": "金额大写",
    "place": "地点、位置",
    "due_on": "期限",
    "performed_on": "履行日期",
    "is_original": "是不是原件",
    "is_restricted": "限制查看",
    "page_count": "页数",
    "page": "页",
    "proves": "证明什么",
    "provided_on": "提供日期",
    "provided_by_name": "提供人",
    "original_returned_on": "原件退还日期",
    "checked_by": "谁核对的",
    "original_name": "文件名",
    "media_type": "文件类型",
    "size_bytes": "大小（字节）",
    "sha256": "校验值（SHA-256）",
    "added_at": "放进时间",
    "added_by": "谁放进的",
    "planned_on": "计划日期",
    "visited_at": "回访时间",
    "visited_by": "谁回访的",
    "visited_person": "访问了谁",
    "form": "回访方式",
    "performance": "履行情况",
    "satisfaction": "满意程度",
    "findings": "了解到的情况",
    "measures": "采取的措施",
    "hidden_risks": "隐患",
    "suit": "是否起诉",
    "reason": "理由",
    # requests and corrections
    "state": "办到哪里",
    "words": "写的、说的话",
    "asked_on": "提出日期",
    "received_by": "谁收下的",
    "received_at": "收到时间",
    "decided_on": "决定日期",
    "lifted_on": "恢复处理的日期",
    "lifted_by": "谁恢复的",
    "lift_reason": "恢复的理由",
    "decided_by": "谁决定的",
    "decision_reason": "决定的理由",
    "field_name": "哪一项",
    "table_name": "在哪里",
    "old_value": "原来的内容",
    "new_value": "更正后的内容",
    "corrected_at": "更正时间",
    "corrected_by": "谁更正的",
    "recorded_at": "登记时间",
    "recorded_by": "谁登记的",
    "reference": "回执编号",
    "channel": "怎样收到的",
    "division_code": "村、乡镇",
    "kind_code": "纠纷种类",
    "contact_name": "怎么称呼",
    "contact_phone": "联系电话",
    "is_safe_to_call": "可以打电话",
    "call_when": "什么时候方便",
    "opened_at": "打开时间",
    "opened_by": "谁打开的",
}


def words_of_field(name: str) -> str:
    """What a field is called."""
    return FIELDS.get(name, name)


def words_of_value(table: str, field: str, value: str) -> str:
    """What a stored value means: choices by their names, yes and no, languages, places, China's clock."""
    if field in ("language_code", "notice_language_code"):
        return next((each.name for each in LANGUAGES if each.code == value), value)
    if field == "division_code":
        return full_name(value) if value in all_divisions() else value
    if field == "kind_code":
        return dispute_kinds()[value].name if value in dispute_kinds() else value
    if field == "gate_code":
        return all_gates()[value].question if value in all_gates() else value
    if field == "field_name":
        return words_of_field(value)
    known = Base.metadata.tables.get(table)
    column = known.columns.get(field) if known is not None else None
    kind = column.type if column is not None else None
    if isinstance(kind, Boolean):
        return "是" if value == "True" else "否"
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return str(getattr(kind.enum_class(value), "label", "") or value)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value).astimezone(WALL).strftime("%Y-%m-%d %H:%M")
    return value
