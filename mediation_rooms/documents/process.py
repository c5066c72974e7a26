"""Forms of the middle: enquiry, evidence, session record, and the papers that end it without agreement."""

from __future__ import annotations

from collections.abc import Sequence

from mediation_rooms.case_view import CHINA
from mediation_rooms.documents.paper import (
    Block,
    DateLine,
    Field,
    Fields,
    LongText,
    Mark,
    Note,
    Paper,
    Paragraph,
    Signatures,
    Slot,
    Table,
    Ticks,
)
from mediation_rooms.documents.source import (
    Source,
    office_slot,
    party_slots,
    people_blocks,
    phrase,
    rests_on,
)
from mediation_rooms.documents.wording import day_in_figures, instant_in_figures, spoken, yes_no
from mediation_rooms.models.evidence import Evidence
from mediation_rooms.models.hearings import Enquiry, MediationSession
from mediation_rooms.models.outcomes import Referral
from mediation_rooms.models.vocabulary import (
    Capacity,
    ReferralDirection,
    SessionResult,
    SignedPaper,
    SignerKind,
)

SERVICE = Fields(((Field("送达方式", "", span=2), Field("送达日期", "", span=2)),))
"""How and when a notice was handed over: written by hand by whoever does it."""


def enquiry(source: Source) -> Paper:
    """人民调解调查记录; ``row_id`` is the enquiry."""
    found = _enquiry(source)
    return Paper(
        "enquiry",
        "人民调解调查记录",
        (
            Fields(
                (
                    (
                        Field("调查时间", instant_in_figures(found.starts_at) if found else "", span=2),
                        Field("调查地点", found.place if found else "", span=2),
                    ),
                    (
                        Field("调查人", found.asked_by if found else "", span=2),
                        Field("记录人", found.recorded_by if found else "", span=2),
                    ),
                    (Field("被调查人", found.asked_person if found else "", span=4),),
                    (
                        Field(
                            "性别、年龄、民族、单位或住址、电话",
                            (found.asked_person_details or "") if found else "",
                            span=4,
                        ),
                    ),
                    (
                        Field("参加人", found.present if found else "", span=2),
                        Field("使用语言", spoken(found.language_code) if found else "", span=2),
                    ),
                )
            ),
            LongText("记录", found.record if found else "", lines=12),
            Fields(((Field("已用上述语言宣读讲解", yes_no(found.is_read_back) if found else "", span=4),),)),
            Signatures(
                (
                    Slot("被调查人", Mark.SIGNATURE),
                    Slot("调查人", Mark.SIGN_ONLY),
                    Slot("记录人", Mark.SIGN_ONLY),
                )
            ),
            DateLine(found.starts_at.astimezone(CHINA).date() if found else None),
        ),
    )


def evidence_list(source: Source) -> Paper:
    """人民调解证据材料清单."""
    pieces = source.case.evidence if source.case else []
    rows = tuple(
        (
            str(each.ordinal),
            each.name,
            _provider(source, each),
            day_in_figures(each.provided_on),
            "原件" if each.is_original else "复印件",
            str(each.page_count),
            each.proves,
            each.checked_by,
            _remark(each),
        )
        for each in pieces
    )
    headings = (
        "编号", "名称", "提供人", "提供日期", "原件／复印件", "页数", "证明内容", "核对人", "备注",
    )  # fmt: skip
    return Paper(
        "evidence_list",
        "人民调解证据材料清单",
        (
            Table(headings, rows, (0.8, 2, 1.3, 1.7, 1.2, 0.8, 2.2, 1.1, 1.5), blank_rows=6),
            *_fingerprints(pieces),
            Signatures((Slot("提供人", Mark.SIGNATURE), Slot("接收人", Mark.SIGN_ONLY))),
            DateLine(),
        ),
    )


def session_record(source: Source) -> Paper:
    """人民调解记录; ``row_id`` is the session."""
    found = _session(source)
    guests = (
        "、".join(
            f"{each.name}（{each.capacity.label}{'，当事人同意' if each.parties_consented else ''}）"
            for each in found.participants
            if each.capacity not in {Capacity.PARTY, Capacity.MEDIATOR, Capacity.RECORDER}
        )
        if found
        else ""
    )
    blocks: list[Block] = [
        Fields(
            (
                (
                    Field("时间", _span(found), span=2),
                    Field("地点", found.place if found else "", span=2),
                ),
                (Field("当事人", "、".join(party.name for party in source.parties), span=4),),
                (Field("参加人", guests, span=4),),
                (
                    Field("调解员", source.mediator_names, span=2),
                    Field("记录人", found.recorded_by if found else "", span=2),
                ),
                (
                    Field("使用语言", spoken(found.language_code) if found else "", span=2),
                    Field("翻译", _interpreter(found), span=2),
                ),
            )
        ),
        Paragraph("调解员已告知当事人权利和义务，并询问是否申请调解员回避。"),
        LongText("调解记录", found.course if found else "", lines=14),
        Ticks(
            "调解结果",
            tuple(
                (result.label, found is not None and found.result is result)
                for result in (
                    SessionResult.WRITTEN_AGREEMENT,
                    SessionResult.ORAL_AGREEMENT,
                    SessionResult.NO_AGREEMENT,
                    SessionResult.CONTINUES,
                )
            ),
        ),
        LongText("结果说明", found.result_text if found else "", lines=3),
        Fields(
            (
                (
                    Field("已宣读讲解", yes_no(found.is_read_back) if found else "", span=2),
                    Field("宣读语言", spoken(found.read_back_language_code) if found else "", span=2),
                ),
            )
        ),
        Signatures(
            (
                *party_slots(source, SignedPaper.SESSION, row_id=found.id if found else None),
                Slot("参加人", Mark.SIGN_ONLY),
                _slot(source, "翻译", SignerKind.INTERPRETER, found),
                _slot(source, "人民调解员", SignerKind.MEDIATOR, found),
                _slot(source, "记录人", SignerKind.RECORDER, found),
            )
        ),
    ]
    cited = [each for each in source.case.cited_articles if each.placed_in == "record"] if source.case else []
    if cited:
        blocks.append(
            Note(
                "记录中引用的条文："
                + "；".join(f"{each.title}（{day_in_figures(each.words_on)}文本）" for each in cited)
            )
        )
    return Paper("session_record", "人民调解记录", tuple(blocks))


def termination_notice(source: Source) -> Paper:
    """终止调解通知书."""
    case = source.case
    reason = case.close_reason.label if case and case.close_reason else ""
    return Paper(
        "termination_notice",
        "终止调解通知书",
        (
            *people_blocks(source, day=case.applied_on if case else None),
            Fields(((Field("编号", source.number, span=2), Field("纠纷类型", source.kind_name, span=2)),)),
            LongText("终止的原因", reason, lines=3),
            phrase("termination.remedies"),
            rests_on("termination.remedies"),
            SERVICE,
            Signatures(
                (
                    *party_slots(source, SignedPaper.OTHER),
                    Slot("人民调解员", Mark.SIGN_ONLY),
                    office_slot(source, SignedPaper.OTHER),
                )
            ),
            DateLine(case.closed_on if case else None),
        ),
        office=source.office,
    )


def declined_notice(source: Source) -> Paper:
    """不予受理告知书, with where to go instead."""
    case = source.case
    referral = case.referrals[-1] if case and case.referrals else None
    return Paper(
        "declined_notice",
        "不予受理告知书",
        (
            *people_blocks(source, day=case.applied_on if case else None),
            LongText("不予受理的原因", referral.reason if referral else "", lines=4),
            LongText("可以去找谁", referral.target if referral else "", lines=2),
            phrase("rights.other_remedies"),
            rests_on("rights.other_remedies"),
            SERVICE,
            Signatures((Slot("申请人", Mark.SIGNATURE), office_slot(source, SignedPaper.OTHER))),
            DateLine(),
        ),
        office=source.office,
    )


def referral_sheet(source: Source) -> Paper:
    """移送／报告单; ``row_id`` is the referral."""
    found = _referral(source)
    return Paper(
        "referral_sheet",
        "移送（报告）单",
        (
            Ticks(
                "性质",
                tuple(
                    (each.label, found is not None and found.direction is each) for each in ReferralDirection
                ),
            ),
            Fields(
                (
                    (Field("送交", found.target if found else "", span=4),),
                    (
                        Field("发现时间", instant_in_figures(found.found_at) if found else "", span=2),
                        Field("送出时间", instant_in_figures(found.sent_at) if found else "", span=2),
                    ),
                    (Field("依据", found.citation if found else "", span=4),),
                )
            ),
            LongText("事由", found.reason if found else "", lines=8),
            Fields(
                (
                    (
                        Field("送出人", found.sent_by if found else "", span=2),
                        Field("接收人", found.received_by if found else "", span=2),
                    ),
                    (Field("接收时间", instant_in_figures(found.received_at) if found else "", span=4),),
                )
            ),
            LongText("答复", found.answer if found else "", lines=3),
            Signatures((office_slot(source, SignedPaper.OTHER), Slot("接收单位", Mark.SEAL))),
            DateLine(),
        ),
        office=source.office,
    )


def screening_form(source: Source) -> Paper:
    """矛盾纠纷排查登记表, always empty: rounds are kept in their own register."""
    headings = ("排查时间", "排查地点", "纠纷方", "电话", "纠纷类型", "基本情况", "排查人")
    return Paper(
        "screening_form",
        "矛盾纠纷排查登记表",
        (
            Table(headings, (), (1.5, 1.6, 1.6, 1.5, 1.3, 3, 1.2), blank_rows=10),
            Paragraph("没有发现纠纷的，也要写“无”并签名（零报告）。"),
            Signatures((Slot("排查人", Mark.SIGN_ONLY), Slot("负责人", Mark.SIGN_ONLY))),
        ),
        office=source.office,
    )


def _remark(piece: Evidence) -> str:
    parts = ["限办案人查阅"] if piece.is_restricted else []
    if piece.original_returned_on is not None:
        parts.append(f"原件已于{day_in_figures(piece.original_returned_on)}退还")
    return "；".join(parts)


def _fingerprints(pieces: Sequence[Evidence]) -> list[Block]:
    """The fingerprints of the kept files, so that a later print can be held against them."""
    lines = [f"证据{each.ordinal}：{file.sha256}" for each in pieces for file in each.attachments]
    return [Note("电子文件指纹（SHA-256）　" + "；".join(lines))] if lines else []


def _provider(source: Source, piece: Evidence) -> str:
    for party in source.parties:
        if party.id == piece.provided_by_party_id:
            return party.name
    return piece.provided_by_name or ""


def _enquiry(source: Source) -> Enquiry | None:
    rows = source.case.enquiries if source.case else []
    return next((each for each in rows if each.id == source.row_id), rows[-1] if rows else None)


def _session(source: Source) -> MediationSession | None:
    rows = [each for each in source.case.sessions if not each.cancelled_reason] if source.case else []
    return next((each for each in rows if each.id == source.row_id), rows[-1] if rows else None)


def _referral(source: Source) -> Referral | None:
    rows = source.case.referrals if source.case else []
    return next((each for each in rows if each.id == source.row_id), rows[-1] if rows else None)


def _span(sitting: MediationSession | None) -> str:
    if sitting is None:
        return ""
    end = f" 至 {instant_in_figures(sitting.ends_at)}" if sitting.ends_at else ""
    return instant_in_figures(sitting.starts_at) + end


def _interpreter(sitting: MediationSession | None) -> str:
    if sitting is None or not sitting.interpreter_name:
        return "" if sitting is None or sitting.needs_interpreter else "不需要"
    return f"{sitting.interpreter_name}（{sitting.interpreter_relation}）"


def _slot(source: Source, label: str, kind: SignerKind, sitting: MediationSession | None) -> Slot:
    row_id = sitting.id if sitting else None
    return source.slot(label, Mark.SIGN_ONLY, SignedPaper.SESSION, kind, row_id=row_id)
