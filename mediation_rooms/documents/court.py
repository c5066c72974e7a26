"""Papers of judicial confirmation: the joint application, the committee's certificate, what the court answered."""

from __future__ import annotations

from mediation_rooms.documents.paper import (
    DateLine,
    Paper,
    Paragraph,
    Signatures,
    Table,
)
from mediation_rooms.documents.source import (
    Source,
    office_slot,
    party_slots,
    people_blocks,
    phrase,
    rests_on,
)
from mediation_rooms.documents.wording import (
    day_in_figures,
    day_in_words,
)
from mediation_rooms.models.vocabulary import (
    Side,
    SignedPaper,
)

JOINTLY = {Side.APPLICANT: "申请人", Side.RESPONDENT: "申请人"}


def confirmation_application(source: Source) -> Paper:
    """司法确认申请书: both parties together, within thirty days of effect (民事诉讼法第二百零五条)."""
    case = source.case
    found = case.confirmation if case else None
    agreed = case.agreement if case else None
    base = (
        f"申请人于{day_in_words(agreed.effective_on)}经{source.office}主持调解，达成编号为"
        f"{agreed.number or source.number}的调解协议。"
        if agreed and agreed.effective_on
        else "申请人于＿＿＿＿年＿＿月＿＿日经＿＿＿＿＿＿人民调解委员会主持调解，达成编号为＿＿＿＿＿＿的调解协议。"
    )
    return Paper(
        "confirmation_application",
        "司法确认申请书",
        (
            *people_blocks(
                source, day=case.applied_on if case else None, shows_identity=True, labels=JOINTLY
            ),
            Paragraph(base),
            phrase("confirmation.request"),
            phrase("confirmation.promise"),
            Paragraph(
                "附：调解协议书、主持调解的证明、身份证明、送达地址确认书（涉及财产权利的附权属证明）。"
            ),
            rests_on("confirmation.request"),
            Paragraph(f"此致　{found.court if found else '＿＿＿＿＿＿人民法院'}"),
            Signatures(party_slots(source, SignedPaper.CONFIRMATION)),
            DateLine(found.applied_on if found else None),
        ),
    )


def committee_certificate(source: Source) -> Paper:
    """主持调解证明, for the court."""
    agreed = source.case.agreement if source.case else None
    names = "、".join(party.name for party in source.parties) or "＿＿＿＿＿＿"
    number = (agreed.number if agreed else "") or source.number or "＿＿＿＿＿＿"
    return Paper(
        "committee_certificate",
        "主持调解证明",
        (
            Paragraph(
                f"{names}之间的{source.kind_name or '＿＿＿＿＿＿'}，由本调解委员会主持调解，"
                f"达成编号为{number}的人民调解协议书。主持调解的人民调解员：{source.mediator_names or '＿＿＿＿'}。"
            ),
            Paragraph("特此证明。"),
            Signatures((office_slot(source, SignedPaper.OTHER),)),
            DateLine(agreed.effective_on if agreed else None),
        ),
        office=source.office,
    )


def court_papers(source: Source) -> Paper:
    """司法确认材料登记: what the court answered, in front of its papers."""
    rows = tuple(
        (
            each.court,
            day_in_figures(each.applied_on),
            day_in_figures(each.accepted_on),
            each.court_number,
            each.outcome.label,
            day_in_figures(each.decided_on),
        )
        for each in (source.case.confirmations if source.case else ())
    )
    headings = ("法院", "申请日期", "受理日期", "案号", "结果", "裁定日期")
    return Paper(
        "court_papers",
        "司法确认材料登记",
        (
            Table(headings, rows, (2.2, 1.6, 1.6, 2, 1.4, 1.6), blank_rows=3),
            Paragraph("受理通知书、裁定书等附在本页之后。"),
        ),
        number=source.number,
    )
