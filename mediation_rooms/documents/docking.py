"""Papers exchanged with a body that entrusted a case: the letter, its answers, and the failure report."""

from __future__ import annotations

from mediation_rooms.documents.paper import (
    DateLine,
    Field,
    Fields,
    LongText,
    Mark,
    Paper,
    Paragraph,
    Signatures,
    Slot,
    Ticks,
)
from mediation_rooms.documents.source import Source, office_slot, people_blocks
from mediation_rooms.documents.wording import day_in_figures
from mediation_rooms.models.vocabulary import SignedPaper


def _head(source: Source) -> Fields:
    case = source.case
    return Fields(
        (
            (
                Field("委托（移送）单位", case.entrusted_by if case else "", span=2),
                Field("收到日期", day_in_figures(case.entrusted_received_on) if case else "", span=2),
            ),
            (Field("纠纷类型", source.kind_name, span=2), Field("编号", source.number, span=2)),
        )
    )


def entrustment_letter(source: Source) -> Paper:
    """委托调解函, for the entrusting body to fill in."""
    return Paper(
        "entrustment_letter",
        "委托调解函",
        (
            _head(source),
            *people_blocks(source, day=source.case.applied_on if source.case else None),
            Ticks("当事人同意调解", (("双方同意", False), ("一方同意，请代为征询", False))),
            LongText("移交的材料", "", lines=4),
            LongText("请于何时前反馈", "", lines=1),
            Signatures((Slot("委托单位", Mark.SEAL), Slot("联系人", Mark.SIGN_ONLY))),
            DateLine(),
        ),
    )


def entrustment_receipt(source: Source) -> Paper:
    """接收确认."""
    return Paper(
        "entrustment_receipt",
        "委托调解接收确认书",
        (
            _head(source),
            Paragraph("本调解委员会已收到上述委托及材料，同意调解，并将按约定的期限反馈结果。"),
            Signatures((office_slot(source, SignedPaper.OTHER), Slot("接收人", Mark.SIGN_ONLY))),
            DateLine(source.case.entrusted_received_on if source.case else None),
        ),
        office=source.office,
    )


def entrustment_refusal(source: Source) -> Paper:
    """不予调解函."""
    return Paper(
        "entrustment_refusal",
        "不予调解函",
        (
            _head(source),
            LongText("不予调解的原因", "", lines=5),
            Paragraph("所附材料一并退回。"),
            Signatures((office_slot(source, SignedPaper.OTHER),)),
            DateLine(),
        ),
        office=source.office,
    )


def entrustment_feedback(source: Source) -> Paper:
    """反馈函."""
    case = source.case
    return Paper(
        "entrustment_feedback",
        "委托调解结果反馈函",
        (
            _head(source),
            Fields(
                (
                    (
                        Field("结果", case.close_reason.label if case and case.close_reason else "", span=2),
                        Field("结案日期", day_in_figures(case.closed_on) if case else "", span=2),
                    ),
                )
            ),
            LongText("情况说明", "", lines=5),
            Signatures((office_slot(source, SignedPaper.OTHER),)),
            DateLine(case.closed_on if case else None),
        ),
        office=source.office,
    )


def _addresses(source: Source) -> str:
    return "\n".join(
        f"{party.name}：{party.delivery_address or party.address}"
        for party in source.parties
        if party.delivery_address or party.address
    )


def failure_report(source: Source) -> Paper:
    """诉前案件终止调解情况表: undisputed facts, why it failed, confirmed address."""
    case = source.case
    return Paper(
        "failure_report",
        "诉前案件终止调解情况表",
        (
            _head(source),
            *people_blocks(source, day=case.applied_on if case else None),
            LongText("双方无争议的事实（经双方书面同意记载）", "", lines=5),
            LongText(
                "未能达成协议的原因", case.close_reason.label if case and case.close_reason else "", lines=3
            ),
            LongText("送达地址确认", _addresses(source), lines=2),
            Signatures((Slot("人民调解员", Mark.SIGN_ONLY), office_slot(source, SignedPaper.OTHER))),
            DateLine(case.closed_on if case else None),
        ),
    )
