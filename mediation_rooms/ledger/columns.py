"""The 25 columns in their order, as the provincial import sheet heads them.

Source: the record-level import sheet in use in the provinces (诉源事件批量导入模板.xlsx).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LedgerColumn:
    """One column: its key in this programme, its heading, and whether an import needs it."""

    key: str
    heading: str
    is_required: bool = False
    width: int = 14


COLUMNS: tuple[LedgerColumn, ...] = (
    LedgerColumn("province_number", "案件编码", width=20),
    LedgerColumn("committee", "调委会", is_required=True, width=24),
    LedgerColumn("room", "调解工作室", width=20),
    LedgerColumn("received_by", "受理员"),
    LedgerColumn("accepted_on", "受理时间", is_required=True),
    LedgerColumn("source", "案件来源", is_required=True),
    LedgerColumn("grade", "案件难度级别"),
    LedgerColumn("kind", "纠纷类别", is_required=True),
    LedgerColumn("division", "行政划分", is_required=True, width=22),
    LedgerColumn("involves_death", "有无死亡"),
    LedgerColumn("lead_mediator", "主办调解员", is_required=True),
    LedgerColumn("assistant_mediators", "协办调解员"),
    LedgerColumn("mediated_on", "调解时间", is_required=True),
    LedgerColumn("agreement_number", "调解书编号", width=24),
    LedgerColumn("result", "调解结果", is_required=True),
    LedgerColumn("amount", "调解协议金(元)"),
    LedgerColumn("performance", "协议履行情况"),
    LedgerColumn("parties", "当事人", is_required=True, width=24),
    LedgerColumn("form", "协议形式"),
    LedgerColumn("statement", "纠纷简要情况", is_required=True, width=40),
    LedgerColumn("allowance", "以奖代补评定"),
    LedgerColumn("relation", "案件属性"),
    LedgerColumn("special_groups", "涉及特殊群体情况"),
    LedgerColumn("migrant_wages", "涉及农民工纠纷情况"),
    LedgerColumn("escalation", "纠纷转化情况"),
)

BY_KEY = {column.key: column for column in COLUMNS}

NAME_SEPARATOR = "；"
SUCCESS, FAILURE, WITHDRAWN = "调解成功", "调解不成", "撤回"
ORAL, WRITTEN, NO_AGREEMENT = "口头协议", "书面协议", "无"
"""Words of the columns 调解结果 and 协议形式."""
