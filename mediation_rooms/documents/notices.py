"""What parties are told before anything begins: rights and duties, personal information, languages."""

from __future__ import annotations

from datetime import date

from mediation_rooms.case_view import CHINA
from mediation_rooms.documents.paper import (
    DateLine,
    Field,
    Fields,
    Mark,
    Paper,
    Signatures,
    Slot,
    Table,
    Ticks,
)
from mediation_rooms.documents.source import (
    Source,
    party_slots,
    phrase,
    rests_on,
)
from mediation_rooms.documents.wording import (
    instant_in_figures,
    spoken,
    yes_no,
)
from mediation_rooms.models.vocabulary import (
    NoticeKind,
    SignedPaper,
)

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
            DateLine(_last_told(source, NoticeKind.RIGHTS_AND_DUTIES)),
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


def _last_told(source: Source, kind: NoticeKind) -> date | None:
    """The day on which the last party was told; None while nobody was."""
    told = [each.given_at for each in source.case.notices if each.kind is kind] if source.case else []
    return max(told).astimezone(CHINA).date() if told else None


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
