"""Forms around a bound file: cover, directory, closing report, remarks on the file, back cover."""

from __future__ import annotations

from mediation_rooms.documents.opening import source_ticks
from mediation_rooms.documents.outcome import performance_ticks
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
    Table,
)
from mediation_rooms.documents.source import (
    Source,
    office_slot,
)
from mediation_rooms.documents.wording import (
    day_in_figures,
)
from mediation_rooms.models.vocabulary import (
    SignedPaper,
)


def closing_report(source: Source) -> Paper:
    """结案报告表."""
    case = source.case
    return Paper(
        "closing_report",
        "结案报告表",
        (
            Fields(
                (
                    (
                        Field("卷号", source.number, span=2),
                        Field("填表时间", day_in_figures(case.closed_on) if case else "", span=2),
                    ),
                    (
                        Field("承办单位", source.office if case else "", span=2),
                        Field("承办人", source.mediator_names, span=2),
                    ),
                    (
                        Field("受案时间", day_in_figures(case.accepted_on) if case else "", span=2),
                        Field("结案时间", day_in_figures(case.closed_on) if case else "", span=2),
                    ),
                    (
                        Field(
                            "结案方式", case.close_reason.label if case and case.close_reason else "", span=4
                        ),
                    ),
                )
            ),
            Table(
                ("当事人", "地址", "电话"),
                tuple(
                    (each.name, each.address or each.employer, each.phone or "") for each in source.parties
                ),
                (2, 4, 2),
                blank_rows=2,
            ),
            source_ticks(case.source_code if case else ""),
            LongText("纠纷简要事实", case.statement if case else "", lines=6),
            performance_ticks(case.performance if case else None),
            LongText("调解委员会意见", "", lines=3),
            Signatures((Slot("承办人", Mark.SIGN_ONLY), office_slot(source, SignedPaper.OTHER))),
            DateLine(case.closed_on if case else None),
        ),
    )


def file_situation(source: Source) -> Paper:
    """卷宗情况说明（备考表）."""
    case = source.case
    return Paper(
        "file_situation",
        "卷宗情况说明",
        (
            LongText("情况说明（缺件、破损、更正、页数）", case.archive_remarks if case else "", lines=10),
            Fields(
                (
                    (
                        Field("立卷人", case.filed_by if case else "", span=2),
                        Field("立卷时间", day_in_figures(case.archived_on) if case else "", span=2),
                    ),
                    (
                        Field("检查人", case.checked_by if case else "", span=2),
                        Field("检查时间", "", span=2),
                    ),
                )
            ),
        ),
    )


def back_cover(source: Source) -> Paper:
    """封底."""
    return Paper("back_cover", "封底", (Paragraph(source.office, is_centred=True),), is_cover=True)


BASE_SET = (
    ("人民调解申请书或者人民调解受理登记表", "必须"),
    ("人民调解权利义务告知书", "必须"),
    ("当事人身份证明材料", "必须"),
    ("授权委托书", "按需"),
    ("人民调解调查记录", "按需"),
    ("人民调解证据材料", "按需"),
    ("人民调解记录", "必须"),
    ("人民调解协议书、口头协议登记表或者终止调解的文书", "必须"),
    ("协议履行凭证", "按需"),
    ("人民调解回访记录", "按需"),
    ("司法确认有关材料", "按需"),
    ("卷宗情况说明", "必须"),
)


def cover(source: Source) -> Paper:
    """卷宗封面."""
    case = source.case
    started = day_in_figures(case.accepted_on) if case else ""
    ended = day_in_figures(case.closed_on) if case else ""
    return Paper(
        "cover",
        "调解卷宗",
        (
            Fields(
                (
                    (Field("卷名", case.title if case else "", span=4),),
                    (Field("卷号", source.number, span=4),),
                    (Field("纠纷类型", source.kind_name, span=4),),
                    (Field("人民调解员", source.mediator_names, span=4),),
                    (Field("调解日期", f"{started} 至 {ended}" if started else "", span=4),),
                    (
                        Field("立卷人", case.filed_by if case else "", span=2),
                        Field("立卷日期", day_in_figures(case.archived_on) if case else "", span=2),
                    ),
                    (
                        Field(
                            "保管期限",
                            case.retention_class.label if case and case.retention_class else "",
                            span=4,
                        ),
                    ),
                    (Field("备注", "", span=4),),
                )
            ),
        ),
        office=source.office,
        is_cover=True,
    )


def directory(source: Source) -> Paper:
    """卷内目录 for handwriting; binding makes the one with page numbers."""
    rows = tuple((str(number), title, "", need) for number, (title, need) in enumerate(BASE_SET, start=1))
    return Paper(
        "directory",
        "卷内目录",
        (Table(("序号", "文书名称", "页号", "备注"), rows, (1, 6, 2, 3), blank_rows=18),),
        office=source.office,
    )
