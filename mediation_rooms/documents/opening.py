"""Forms of the beginning: cover, application, registration, receipt, notices, authorisation, address."""

from __future__ import annotations

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
    party_fields,
    party_slots,
    people_blocks,
    phrase,
    representative_fields,
    rests_on,
)
from mediation_rooms.documents.wording import day_in_figures, instant_in_figures, spoken
from mediation_rooms.models.vocabulary import RepresentativeKind, Side, SignedPaper, SignerKind

"""The printed directory with what its remark column says."""
POWERS = (
    "申请调解、要求终止调解",
    "收集、提供证据",
    "选择或者接受调解员",
    "承认、变更、放弃调解请求",
    "参加调解、签署调解协议",
    "代收调解文书",
)


def application(source: Source) -> Paper:
    """人民调解申请书."""
    case = source.case
    requests = tuple(line for line in case.requests.splitlines() if line.strip()) if case else ()
    return Paper(
        "application",
        "人民调解申请书",
        (
            *people_blocks(source, day=case.applied_on if case else None),
            LongText("纠纷简要情况", case.statement if case else "", lines=6),
            Items("当事人申请事项", requests),
            phrase("application.voluntary"),
            Signatures(
                tuple(
                    source.slot(
                        "申请人", Mark.SIGNATURE, SignedPaper.APPLICATION, SignerKind.PARTY, party=party
                    )
                    for party in source.parties
                    if party.side.value == "applicant"
                )
                or (Slot("申请人", Mark.SIGNATURE),)
            ),
            DateLine(case.applied_on if case else None),
        ),
    )


def registration(source: Source) -> Paper:
    """人民调解受理登记表."""
    case = source.case
    source_code = case.source_code if case else ""
    return Paper(
        "registration",
        "人民调解受理登记表",
        (
            Fields(
                (
                    (
                        Field("登记日期", day_in_figures(case.accepted_on) if case else "", span=2),
                        Field("编号", source.number, span=2),
                    ),
                    (
                        Field("纠纷类型", source.kind_name, span=2),
                        Field("受理方式", case.channel.label if case else "", span=2),
                    ),
                    (
                        Field("发生时间", day_in_figures(case.occurred_on) if case else "", span=2),
                        Field("发生地点", case.occurred_place if case else "", span=2),
                    ),
                    (
                        Field("难度级别", case.grade.label if case else "", span=2),
                        Field("使用语言", spoken(case.session_language_code) if case else "", span=2),
                    ),
                    (
                        Field("涉及人数", f"{len(source.parties)}人" if case else "", span=2),
                        Field("调解员", source.mediator_names, span=2),
                    ),
                )
            ),
            source_ticks(source_code),
            Ticks(
                "申请形式",
                (
                    ("书面申请", case is not None and case.has_written_application),
                    ("口头申请", case is not None and not case.has_written_application),
                ),
            ),
            *people_blocks(source, day=case.applied_on if case else None),
            LongText("纠纷简要情况", case.statement if case else "", lines=6),
            Paragraph(_how_it_came(source)),
            Signatures(
                (
                    *party_slots(source, SignedPaper.REGISTRATION),
                    Slot("登记人", Mark.SIGN_ONLY, case.received_by if case else ""),
                    office_slot(source, SignedPaper.REGISTRATION),
                )
            ),
            DateLine(case.accepted_on if case else None),
            Note("备注：此表由人民调解委员会填写。"),
        ),
    )


def _how_it_came(source: Source) -> str:
    """The sentence of the form: on application or of its own motion, with consent, between whom."""
    code = source.case.source_code if source.case else ""
    how = {"": "依当事人申请／主动调解", "application": "依当事人申请", "own_initiative": "主动调解"}
    came = how.get(code, f"受{source.case.entrusted_by if source.case else ''}委托移送")
    sides = [
        "、".join(party.name for party in source.side(side)) or "＿＿＿＿＿＿"
        for side in (Side.APPLICANT, Side.RESPONDENT)
    ]
    return f"{came}，经当事人同意，调解{sides[0]}与{sides[1]}之间的纠纷。"


def receipt(source: Source) -> Paper:
    """申请回执: the day of the request, its channel and receiver."""
    case = source.case
    return Paper(
        "receipt",
        "调解申请回执",
        (
            Fields(
                (
                    (
                        Field("收到时间", instant_in_figures(case.received_at) if case else "", span=2),
                        Field("申请方式", case.channel.label if case else "", span=2),
                    ),
                    (
                        Field("收件人", case.received_by if case else "", span=2),
                        Field("纠纷类型", source.kind_name, span=2),
                    ),
                    (Field("申请人", "、".join(p.name for p in source.parties[:1]), span=4),),
                )
            ),
            phrase("receipt.limitation"),
            rests_on("receipt.limitation"),
            Signatures((office_slot(source, SignedPaper.OTHER),)),
            DateLine(case.applied_on if case else None),
        ),
        office=source.office,
    )


def authorisation(source: Source) -> Paper:
    """授权委托书; ``row_id`` is the representative."""
    agent = next(
        (
            person
            for party in source.parties
            for person in party.representatives
            if person.kind is RepresentativeKind.AGENT and source.row_id in {None, person.id}
        ),
        None,
    )
    powers = agent.powers if agent else ""
    blocks: tuple[Block, ...] = (
        party_fields(
            agent.party if agent else None,
            "委托人",
            day=source.case.applied_on if source.case else None,
            shows_identity=True,
        ),
        representative_fields(agent, "受委托人"),
        Ticks("委托权限", tuple((power, power in powers) for power in POWERS)),
        LongText("其他权限", "", lines=2),
        Signatures((Slot("委托人", Mark.SIGNATURE), Slot("受委托人", Mark.SIGNATURE))),
        DateLine(agent.authorised_on if agent else None),
    )
    return Paper("authorisation", "授权委托书", blocks)


def delivery_address(source: Source) -> Paper:
    """送达地址确认书."""
    rows = tuple((p.name, p.delivery_address or p.address or "", p.phone or "") for p in source.parties)
    return Paper(
        "delivery_address",
        "送达地址确认书",
        (
            Table(("当事人", "送达地址", "联系电话"), rows, (2, 4, 2), blank_rows=2),
            Paragraph("以上地址和电话由本人提供并核对。有变动的，会及时告诉调解委员会。"),
            Ticks("同意用电话、短信等方式收取文书", (("同意", False), ("不同意", False))),
            Signatures(party_slots(source, SignedPaper.OTHER)),
            DateLine(),
        ),
    )


def identity_papers(source: Source) -> Paper:
    """身份证明材料: the sheet in front of the copies, saying whose and which they are."""
    rows = tuple(
        (
            party.name,
            "营业执照、法定代表人身份证明" if party.is_organisation else "居民身份证",
            "",
            "",
        )
        for party in source.parties
    )
    return Paper(
        "identity_papers",
        "当事人身份证明材料",
        (
            Table(("当事人", "证件名称", "复印件页数", "核对人"), rows, (2, 3.4, 1.4, 1.8), blank_rows=4),
            Paragraph("复印件附在本页之后。复印件上请写明“仅供调解本纠纷使用”。"),
        ),
    )


def source_ticks(source_code: str) -> Ticks:
    """Where the case came from; nothing is ticked on an empty form."""
    entrusted = {"court": "法院委托移送", "police": "公安机关委托移送"}
    known = {"", "application", "own_initiative", *entrusted}
    return Ticks(
        "案件来源",
        (
            ("当事人申请", source_code == "application"),
            ("人民调解委员会主动调解", source_code == "own_initiative"),
            *((title, source_code == code) for code, title in entrusted.items()),
            ("其他部门委托移送", source_code not in known),
        ),
    )
