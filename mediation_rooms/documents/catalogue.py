"""Every form by its key: title, when a file needs it, its place in the dossier, who may issue it.

The order is the order inside a case file (司发通〔2010〕239号 as three provinces' systems carry it out);
forms marked as local additions are not part of that base set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mediation_rooms.documents import binding, court, docking, notices, opening, outcome, process
from mediation_rooms.documents.paper import Paper
from mediation_rooms.documents.source import Source
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.wording import N_


class Need(StrEnum):
    """Whether a file must hold the form."""

    ALWAYS = "always"
    AS_NEEDED = "as_needed"
    LOCAL = "local"


@dataclass(frozen=True)
class Form:
    """One form. ``order`` is its number in the directory, 0 for covers and papers that stay outside."""

    key: str
    title: str
    order: int
    need: Need
    build: Callable[[Source], Paper]
    needs_committee: bool = False
    """True for papers that only a people's mediation committee may issue (人民调解法第三十一条)."""
    allows_electronic_signature: bool = True


class UnknownForm(LookupError):
    """No form has this key."""


FORMS: tuple[Form, ...] = (
    Form("cover", N_("卷宗封面"), 0, Need.ALWAYS, binding.cover),
    Form("directory", N_("卷内目录"), 0, Need.ALWAYS, binding.directory),
    Form("application", N_("人民调解申请书"), 1, Need.AS_NEEDED, opening.application),
    Form(
        "registration", N_("人民调解受理登记表"), 1, Need.ALWAYS, opening.registration, needs_committee=True
    ),
    Form("receipt", N_("调解申请回执"), 0, Need.LOCAL, opening.receipt),
    Form("rights_notice", N_("人民调解权利义务告知书"), 2, Need.ALWAYS, notices.rights_notice),
    Form("privacy_notice", N_("个人信息处理告知同意书"), 2, Need.LOCAL, notices.privacy_notice),
    Form("language_declaration", N_("语言与翻译声明"), 2, Need.LOCAL, notices.language_declaration),
    Form("identity_papers", N_("当事人身份证明材料"), 3, Need.AS_NEEDED, opening.identity_papers),
    Form("delivery_address", N_("送达地址确认书"), 3, Need.LOCAL, opening.delivery_address),
    Form("authorisation", N_("授权委托书"), 4, Need.AS_NEEDED, opening.authorisation),
    Form("entrustment_letter", N_("委托调解函"), 4, Need.LOCAL, docking.entrustment_letter),
    Form("entrustment_receipt", N_("委托调解接收确认书"), 4, Need.LOCAL, docking.entrustment_receipt),
    Form("entrustment_refusal", N_("不予调解函"), 4, Need.LOCAL, docking.entrustment_refusal),
    Form("enquiry", N_("人民调解调查记录"), 5, Need.AS_NEEDED, process.enquiry),
    Form("evidence_list", N_("人民调解证据材料清单"), 6, Need.AS_NEEDED, process.evidence_list),
    Form("session_record", N_("人民调解记录"), 7, Need.ALWAYS, process.session_record),
    Form("agreement", N_("人民调解协议书"), 8, Need.AS_NEEDED, outcome.agreement, needs_committee=True),
    Form(
        "oral_agreement",
        N_("人民调解口头协议登记表"),
        8,
        Need.AS_NEEDED,
        outcome.oral_agreement,
        needs_committee=True,
    ),
    Form("termination_notice", N_("终止调解通知书"), 8, Need.AS_NEEDED, process.termination_notice),
    Form("declined_notice", N_("不予受理告知书"), 8, Need.LOCAL, process.declined_notice),
    Form("referral_sheet", N_("移送（报告）单"), 8, Need.LOCAL, process.referral_sheet),
    Form("failure_report", N_("诉前案件终止调解情况表"), 8, Need.LOCAL, docking.failure_report),
    Form("performance_record", N_("协议履行凭证登记"), 9, Need.AS_NEEDED, outcome.performance_record),
    Form("follow_up", N_("人民调解回访记录"), 10, Need.AS_NEEDED, outcome.follow_up),
    Form(
        "confirmation_application",
        N_("司法确认申请书"),
        11,
        Need.AS_NEEDED,
        court.confirmation_application,
    ),
    Form(
        "committee_certificate",
        N_("主持调解证明"),
        11,
        Need.AS_NEEDED,
        court.committee_certificate,
        needs_committee=True,
    ),
    Form("court_papers", N_("司法确认材料登记"), 11, Need.AS_NEEDED, court.court_papers),
    Form("entrustment_feedback", N_("委托调解结果反馈函"), 11, Need.LOCAL, docking.entrustment_feedback),
    Form("closing_report", N_("结案报告表"), 12, Need.LOCAL, binding.closing_report),
    Form("file_situation", N_("卷宗情况说明"), 12, Need.ALWAYS, binding.file_situation),
    Form("screening_form", N_("矛盾纠纷排查登记表"), 0, Need.LOCAL, process.screening_form),
    Form("back_cover", N_("封底"), 0, Need.ALWAYS, binding.back_cover),
)

_BY_KEY = {form.key: form for form in FORMS}


def form_named(key: str) -> Form:
    """The form with this key. Raises UnknownForm that lists the keys."""
    try:
        return _BY_KEY[key]
    except KeyError:
        raise UnknownForm(f"没有名为“{key}”的文书，可选：{'、'.join(_BY_KEY)}") from None


def may_issue(room: MediationRoom, form: Form) -> bool:
    """Whether a room may issue a form: a room without a committee makes no paper of a committee."""
    return not form.needs_committee or room.committee_id is not None
