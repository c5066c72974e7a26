"""Every form holds the fields that the printed sets have, label by label."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from mediation_rooms.documents.catalogue import FORMS, Need, form_named
from mediation_rooms.documents.paper import Paper
from mediation_rooms.documents.source import Source

PERSON = "性别 民族 年龄 职业或职务 联系方式 单位或住址"
FIELDS = {
    "cover": "卷名 卷号 人民调解员 调解日期 立卷人 立卷日期 保管期限 备注",
    "directory": "序号 文书名称 页号 备注 必须 按需",
    "application": f"申请人 被申请人 {PERSON} 纠纷简要情况 当事人申请事项 自愿申请 签名、盖章或者按指印",
    "registration": "依当事人申请／主动调解 经当事人同意 纠纷类型 案件来源 纠纷简要情况 当事人 登记人 印章 备注 "
    "难度级别 涉及人数 使用语言 发生时间 发生地点 书面申请 口头申请 调解员",
    "rights_notice": "群众性组织 自愿 不收任何费用 选择调解员 终止调解 不公开 如实陈述 秩序 三十日 诉讼 告知语言 宣读人 听懂 "
    "告知人",
    "identity_papers": "证件名称 复印件页数 核对人",
    "authorisation": "委托人 受委托人 申请调解、要求终止调解 收集、提供证据 选择或者接受调解员 承认、变更、放弃 参加调解 代收",
    "enquiry": "调查时间 调查地点 参加人 调查人 被调查人 性别、年龄、民族、单位或住址、电话 记录 记录人 使用语言 已用上述语言宣读讲解",
    "evidence_list": "编号 名称 提供人 提供日期 原件／复印件 页数 证明内容 核对人 备注 接收人",
    "session_record": "时间 地点 当事人 参加人 已告知当事人权利和义务 调解记录 调解结果 达成书面协议 达成口头协议 未达成协议 继续调解 "
    "人民调解员 记录人 使用语言 翻译 已宣读讲解 宣读语言",
    "agreement": f"编号 甲方 乙方 {PERSON} 纠纷主要事实、争议事项 各方当事人的责任 自愿达成如下协议 履行方式 履行地点 履行期限 "
    "一式 各持一份 人民调解员 记录人 印章",
    "oral_agreement": "申请时间 多个调委会联合调解 调解地点 调解员 纠纷类别 纠纷简要情况 当事人申请事项 调解结果 涉及金额 协议内容 "
    "协议履行情况 附件 已履行 未履行 部分履行",
    "follow_up": "当事人 调解协议编号 回访事由 回访时间 回访情况 满意程度 有无诉讼及结果 有无其他隐患及措施 回访人 被回访人 回访方式",
    "confirmation_application": "申请人 身份证号 联系方式 编号 请求依法确认 没有串通 法院",
    "committee_certificate": "主持调解 印章",
    "court_papers": "法院 受理日期 案号 结果 裁定日期",
    "file_situation": "立卷人 立卷时间 检查人 检查时间 缺件、破损、更正、页数",
    "closing_report": "卷号 填表时间 承办单位 承办人 受案时间 结案时间 当事人 地址 电话 案件来源 公安机关 法院 纠纷简要事实",
    "declined_notice": "不予受理的原因 可以去找谁 送达方式 送达日期",
    "termination_notice": "终止的原因 仲裁 送达方式 送达日期",
    "entrustment_letter": "委托（移送）单位 联系人 当事人同意调解 移交的材料 请于何时前反馈",
    "entrustment_receipt": "接收人 收到日期",
    "entrustment_refusal": "不予调解的原因",
    "entrustment_feedback": "结果 结案日期",
    "failure_report": "双方无争议的事实 未能达成协议的原因 送达地址确认",
    "delivery_address": "送达地址 联系电话 同意用电话、短信等方式收取文书",
    "screening_form": "排查时间 排查地点 纠纷方 电话 纠纷类型 基本情况 排查人 零报告",
    "privacy_notice": "处理者 保存期限 信息种类 调解本纠纷 单独同意 查阅、复制、更正 监护人",
    "language_declaration": "使用语言 翻译 与当事人关系 已宣读讲解 指印",
    "referral_sheet": "送交 发现时间 送出时间 接收人 接收时间 接收单位 依据 事由",
    "receipt": "收到时间 申请方式 收件人 诉讼时效",
    "performance_record": "应履行日期 应付 履行日期 实付 收据编号 收款人",
}
"""Labels and words of the printed sets; the empty form must hold each."""


def words_of(value: object) -> str:
    if dataclasses.is_dataclass(value):
        return " ".join(words_of(getattr(value, each.name)) for each in dataclasses.fields(value))
    if isinstance(value, (tuple, list)):
        return " ".join(words_of(each) for each in value)
    return str(getattr(value, "value", value))


def printed(paper: Paper) -> str:
    return f"{paper.title} {paper.number} {paper.office} {words_of(paper.blocks)}"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_an_empty_form_has_every_field_of_the_printed_one(form):
    words = printed(form.build(Source()))
    assert [label for label in FIELDS.get(form.key, "").split() if label not in words] == []
    assert form.key in FIELDS or form.key == "back_cover"


def test_a_filled_agreement_names_who_is_paid_and_who_holds_a_copy(agreed_case):
    words = printed(form_named("agreement").build(Source(agreed_case, today=date(2026, 6, 30))))
    assert f"当事人、{agreed_case.committee.name}各持一份" in words
    assert "收款人" in words
    assert agreed_case.parties[0].name in words


def test_numbers_of_identity_stand_only_where_a_court_or_an_agent_needs_them(agreed_case):
    agreed_case.parties[0].id_number = "11010519491231002X"
    shown = {
        form.key
        for form in FORMS
        if "11010519491231002X" in printed(form.build(Source(agreed_case, today=date(2026, 6, 30))))
    }
    assert shown == {"confirmation_application"}


def test_the_base_set_is_always_needed(agreed_case):
    assert {form.key for form in FORMS if form.need is Need.ALWAYS} >= {
        "cover", "directory", "registration", "rights_notice", "session_record", "file_situation", "back_cover",
    }  # fmt: skip
