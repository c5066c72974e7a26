"""Forms of the end: agreements, performance, visits, judicial confirmation, closing and binding."""

from __future__ import annotations

from mediation_rooms.case_view import CHINA
from mediation_rooms.documents.paper import (
    Block,
    DateLine,
    Field,
    Fields,
    Items,
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
)
from mediation_rooms.documents.wording import day_in_figures, instant_in_figures, money
from mediation_rooms.models.agreements import Agreement, AgreementTerm
from mediation_rooms.models.outcomes import FollowUp
from mediation_rooms.models.vocabulary import Performance, Satisfaction, Side, SignedPaper, SignerKind

SIDES = {Side.APPLICANT: "甲方（申请人）", Side.RESPONDENT: "乙方（被申请人）"}
"""How the agreement calls the sides."""
"""Before the court both sides apply together (人民调解法第三十三条)."""


def agreement(source: Source) -> Paper:
    """人民调解协议书 (人民调解法第二十九条)."""
    case = source.case
    found = case.agreement if case else None
    row_id = found.id if found else None
    copies = str(found.copies_count) if found and found.copies_count else "＿＿"
    blocks: list[Block] = [
        *people_blocks(source, day=found.drafted_on if found else None, labels=SIDES),
        LongText("纠纷主要事实、争议事项", _facts(found), lines=7, phrase_key="heading.facts"),
        LongText(
            "各方当事人的责任",
            found.responsibilities if found else "",
            lines=3,
            phrase_key="heading.responsibilities",
        ),
        Paragraph("经调解，自愿达成如下协议：", phrase_key="heading.agreed"),
        Items(
            "协议内容",
            tuple(_term(each) for each in found.terms) if found else (),
            blank_count=5,
            phrase_key="heading.terms",
        ),
    ]
    instalments = _instalments(found)
    if instalments:
        blocks.append(
            Table(("期次", "应付日期", "金额", "收款人", "支付方式"), instalments, (1.6, 2, 3.4, 1.4, 1.4))
        )
    blocks += [
        Fields(
            (
                (
                    Field("履行方式", _joined(found, "manner"), span=2),
                    Field("履行地点", _joined(found, "place"), span=2),
                ),
                (Field("履行期限", _due(found), span=4),),
            )
        ),
        Paragraph(f"本协议一式{copies}份，当事人、{source.office}各持一份。"),
        phrase("effect.takes_effect"),
        phrase("effect.confirmation"),
    ]
    cited = [each for each in case.cited_articles if each.placed_in == "agreement"] if case else []
    if cited:
        blocks.append(
            Note(
                "引用的条文："
                + "；".join(f"{each.title}（{day_in_figures(each.words_on)}文本）" for each in cited)
            )
        )
    blocks += [
        Signatures(
            (
                *party_slots(source, SignedPaper.AGREEMENT, row_id=row_id),
                _slot(source, "人民调解员", SignerKind.MEDIATOR, row_id),
                _slot(source, "记录人", SignerKind.RECORDER, row_id),
                office_slot(source, SignedPaper.AGREEMENT, row_id=row_id),
            )
        ),
        DateLine(found.effective_on if found else None),
    ]
    number = (found.number if found else "") or source.number
    return Paper("agreement", "人民调解协议书", tuple(blocks), number=number or "编号：＿＿＿＿＿＿")


def oral_agreement(source: Source) -> Paper:
    """人民调解口头协议登记表 (人民调解法第二十八条、第三十条)."""
    case = source.case
    found = case.oral_agreement if case else None
    return Paper(
        "oral_agreement",
        "人民调解口头协议登记表",
        (
            Fields(
                (
                    (
                        Field("申请时间", day_in_figures(case.applied_on) if case else "", span=2),
                        Field("达成时间", day_in_figures(found.agreed_on) if found else "", span=2),
                    ),
                    (
                        Field("调解地点", found.place if found else "", span=2),
                        Field("调解员", source.mediator_names, span=2),
                    ),
                    (
                        Field("纠纷类别", source.kind_name, span=2),
                        Field(
                            "多个调委会联合调解", ("是" if found.is_joint else "否") if found else "", span=2
                        ),
                    ),
                )
            ),
            *people_blocks(source, day=case.applied_on if case else None),
            LongText("纠纷简要情况", case.statement if case else "", lines=5),
            LongText("当事人申请事项", case.requests if case else "", lines=2),
            Ticks("调解结果", (("达成口头协议", found is not None),)),
            LongText("协议内容", found.content if found else "", lines=6),
            Fields(
                (
                    (
                        Field("涉及金额", money(found.total_amount) if found else "", span=2),
                        Field("履行期限", day_in_figures(found.due_on) if found else "", span=2),
                    ),
                    (Field("附件", f"{len(case.attachments)}件" if case else "", span=4),),
                )
            ),
            performance_ticks(case.performance if case else None),
            Signatures(
                (
                    *party_slots(source, SignedPaper.ORAL_AGREEMENT),
                    source.slot(
                        "人民调解员", Mark.SIGN_ONLY, SignedPaper.ORAL_AGREEMENT, SignerKind.MEDIATOR
                    ),
                    office_slot(source, SignedPaper.ORAL_AGREEMENT),
                )
            ),
            DateLine(found.agreed_on if found else None),
        ),
        number=source.number,
    )


def performance_record(source: Source) -> Paper:
    """履行凭证: what was due and what was really paid or done, with its receipt."""
    found = source.case.agreement if source.case else None
    rows = []
    for term in found.terms if found else ():
        if term.instalments:
            rows += [
                (
                    f"第{term.ordinal}项第{part.ordinal}期",
                    day_in_figures(part.due_on),
                    f"{part.amount:.2f}",
                    day_in_figures(part.paid_on),
                    f"{part.paid_amount:.2f}" if part.paid_amount is not None else "",
                    part.receipt_number,
                )
                for part in term.instalments
            ]
        else:
            amount = f"{term.amount:.2f}" if term.amount is not None else ""
            rows.append(
                (
                    f"第{term.ordinal}项",
                    day_in_figures(term.due_on),
                    amount,
                    day_in_figures(term.performed_on),
                    "",
                    "",
                )
            )
    headings = ("项目", "应履行日期", "应付（元）", "履行日期", "实付（元）", "收据编号")
    return Paper(
        "performance_record",
        "协议履行凭证登记",
        (
            Table(headings, tuple(rows), (1.7, 2, 1.5, 2, 1.5, 1.6), blank_rows=5),
            Signatures((Slot("付款人", Mark.SIGNATURE), Slot("收款人", Mark.SIGNATURE))),
            DateLine(),
        ),
        number=source.number,
    )


def follow_up(source: Source) -> Paper:
    """人民调解回访记录; ``row_id`` is the visit. Nothing is filled in that nobody found out."""
    found = _visit(source)
    satisfaction = found.satisfaction if found else None
    return Paper(
        "follow_up",
        "人民调解回访记录",
        (
            Fields(
                (
                    (
                        Field("当事人", "、".join(party.name for party in source.parties), span=2),
                        Field("调解协议编号", _agreement_number(source), span=2),
                    ),
                    (
                        Field("回访事由", found.reason if found else "", span=2),
                        Field("回访时间", instant_in_figures(found.visited_at) if found else "", span=2),
                    ),
                    (
                        Field("被回访人", (found.visited_person or "") if found else "", span=2),
                        Field("回访方式", found.form.label if found and found.form else "", span=2),
                    ),
                )
            ),
            performance_ticks(found.performance if found else None),
            Ticks("满意程度", tuple((each.label, satisfaction is each) for each in Satisfaction)),
            LongText("回访情况", found.findings if found else "", lines=5),
            LongText("有无诉讼及结果", found.suit if found else "", lines=2),
            LongText("有无其他隐患及措施", _risks(found), lines=3),
            Signatures(
                (
                    Slot("回访人", Mark.SIGN_ONLY, found.visited_by if found else ""),
                    office_slot(source, SignedPaper.FOLLOW_UP),
                )
            ),
            DateLine(found.visited_at.astimezone(CHINA).date() if found and found.visited_at else None),
        ),
    )


def performance_ticks(found: Performance | None) -> Ticks:
    """What was found out about performance; nothing is ticked that nobody found out."""
    known = (Performance.FULL, Performance.PARTIAL, Performance.NONE)
    return Ticks("协议履行情况", tuple((each.label, found is each) for each in known))


def _agreement_number(source: Source) -> str:
    agreed = source.case.agreement if source.case else None
    return (agreed.number if agreed is not None else "") or source.number


def _facts(found: Agreement | None) -> str:
    if found is None:
        return ""
    return "\n".join(part for part in (found.facts, found.disputed_matters) if part)


def _term(term: AgreementTerm) -> str:
    amount = f"（金额：{money(term.amount)}）" if term.amount is not None else ""
    return f"{term.content}{amount}"


def _instalments(found: Agreement | None) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            f"第{term.ordinal}项第{part.ordinal}期",
            day_in_figures(part.due_on),
            money(part.amount),
            term.obligee.name if term.obligee is not None else "",
            part.method,
        )
        for term in (found.terms if found else ())
        for part in term.instalments
    )


def _joined(found: Agreement | None, name: str) -> str:
    values = [getattr(term, name) for term in found.terms] if found else []
    return "；".join(dict.fromkeys(value for value in values if value))


def _due(found: Agreement | None) -> str:
    days = [
        f"第{term.ordinal}项：{day_in_figures(term.due_on)}前"
        for term in (found.terms if found else ())
        if term.due_on is not None
    ]
    return "；".join(days)


def _visit(source: Source) -> FollowUp | None:
    rows = source.case.follow_ups if source.case else []
    made = [each for each in rows if each.visited_at is not None]
    return next((each for each in rows if each.id == source.row_id), made[-1] if made else None)


def _risks(found: FollowUp | None) -> str:
    return "\n".join(part for part in (found.hidden_risks, found.measures) if part) if found else ""


def _slot(source: Source, label: str, kind: SignerKind, row_id: int | None) -> Slot:
    return source.slot(label, Mark.SIGN_ONLY, SignedPaper.AGREEMENT, kind, row_id=row_id)
