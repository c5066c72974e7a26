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
from mediation_rooms.documents.wording import day_in_figures, instant_in_figures, spoken, yes_no
from mediation_rooms.models.vocabulary import NoticeKind, RepresentativeKind, SignedPaper, SignerKind

RIGHTS = (
    "rights.nature",
    "rights.voluntary",
    "rights.free_of_charge",
    "rights.choose_mediator",
    "rights.stop",
    "rights.open_or_closed",
    "rights.own_will",
    "rights.other_remedies",
    "language.own",
)
DUTIES = ("duties.truth", "duties.order", "duties.respect")
EFFECTS = ("effect.takes_effect", "effect.binding", "effect.suit", "effect.confirmation")
PRIVACY = ("privacy.purpose", "privacy.recipients", "privacy.sensitive", "privacy.rights")

POWERS = (
    "申请调解、要求终止调解",
    "收集、提供证据",
    "选择或者接受调解员",
    "承认、变更、放弃调解请求",
    "参加调解、签署调解协议",
    "代收调解文书",
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
                    Slot(
                        "申请人",
                        Mark.SIGNATURE,
                        source.signed(SignedPaper.APPLICATION, SignerKind.PARTY, party=party),
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
                )
            ),
            Ticks(
                "案件来源",
                (
                    ("当事人申请", source_code == "application"),
                    ("人民调解委员会主动调解", source_code == "own_initiative"),
                    ("委托移送", source_code not in {"", "application", "own_initiative"}),
                ),
            ),
            *people_blocks(source, day=case.applied_on if case else None),
            LongText("纠纷简要情况", case.statement if case else "", lines=6),
            Paragraph("经当事人同意，由本调解委员会调解上述纠纷。"),
            Signatures(
                (
                    *party_slots(source, SignedPaper.REGISTRATION),
                    Slot("登记人", Mark.SIGN_ONLY, case.received_by if case else ""),
                    office_slot(source, SignedPaper.REGISTRATION),
                )
            ),
            DateLine(case.accepted_on if case else None),
        ),
    )


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


def rights_notice(source: Source) -> Paper:
    """权利义务告知书, with who read it aloud in which language and whether it was understood."""
    return Paper(
        "rights_notice",
        "人民调解权利义务告知书",
        (
            *(phrase(key) for key in (*RIGHTS, *DUTIES, *EFFECTS)),
            rests_on(*RIGHTS, *DUTIES, *EFFECTS),
            _notice_table(source, NoticeKind.RIGHTS_AND_DUTIES),
            Signatures(
                (
                    *party_slots(source, SignedPaper.RIGHTS_NOTICE),
                    Slot("告知人", Mark.SIGN_ONLY),
                )
            ),
            DateLine(),
        ),
        office=source.office,
    )


def privacy_notice(source: Source) -> Paper:
    """个人信息处理告知同意书."""
    case = source.case
    retention = case.retention_class.label if case and case.retention_class else ""
    return Paper(
        "privacy_notice",
        "个人信息处理告知同意书",
        (
            Fields(
                (
                    (Field("处理者", source.office, span=2), Field("保存期限", retention, span=2)),
                    (
                        Field(
                            "信息种类",
                            "姓名、性别、民族、出生日期、身份证号、联系方式、住址、纠纷情况",
                            span=4,
                        ),
                    ),
                )
            ),
            *(phrase(key) for key in PRIVACY),
            rests_on(*PRIVACY),
            _notice_table(source, NoticeKind.PERSONAL_INFORMATION),
            Ticks("处理个人信息", (("同意", False), ("不同意", False))),
            Ticks("处理敏感个人信息（没有的不填）", (("单独同意", False), ("不同意", False))),
            Signatures((*party_slots(source, SignedPaper.OTHER), Slot("监护人（未成年人）", Mark.SIGNATURE))),
            DateLine(),
        ),
        office=source.office,
    )


def language_declaration(source: Source) -> Paper:
    """语言与翻译声明: the language of each party, the interpreter, what was read back."""
    case = source.case
    rows = tuple((p.name, spoken(p.language_code), yes_no(p.reads_chinese), "") for p in source.parties)
    sessions = (
        tuple(
            (
                instant_in_figures(each.starts_at),
                spoken(each.language_code),
                each.interpreter_name or "",
                each.interpreter_relation,
                yes_no(each.is_read_back),
            )
            for each in case.sessions
        )
        if case
        else ()
    )
    return Paper(
        "language_declaration",
        "语言与翻译声明",
        (
            phrase("language.own"),
            Table(("当事人", "使用语言", "识汉字", "指印"), rows, (2, 2, 1, 2), blank_rows=2),
            Table(
                ("时间", "语言", "翻译", "与当事人关系", "已宣读讲解"),
                sessions,
                (3, 2, 2, 2, 1.6),
                blank_rows=2,
            ),
            Signatures((*party_slots(source, SignedPaper.OTHER), Slot("翻译", Mark.SIGN_ONLY))),
            DateLine(),
        ),
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
            agent.party if agent else None, "委托人", day=source.case.applied_on if source.case else None
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


def _notice_table(source: Source, kind: NoticeKind) -> Table:
    notices = [each for each in source.case.notices if each.kind is kind] if source.case else []
    rows = tuple(
        (
            each.party.name,
            spoken(each.language_code),
            each.medium.label,
            each.read_by or "",
            yes_no(each.is_understood),
            instant_in_figures(each.given_at),
        )
        for each in notices
    )
    headings = ("当事人", "告知语言", "告知方式", "宣读人", "听懂", "时间")
    return Table(headings, rows, (1.6, 1.8, 1.8, 1.4, 0.9, 2.4), blank_rows=2)
