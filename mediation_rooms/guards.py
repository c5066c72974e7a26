"""What must be there before a step: one small pure rule each, with the article it rests on.

A guard answers with complete Chinese sentences about what is missing; nothing means "go on".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from mediation_rooms.calendar_days import last_day_of_period
from mediation_rooms.case_view import CaseView, PartyView
from mediation_rooms.date_order import date_problems
from mediation_rooms.models.vocabulary import (
    ConfirmationOutcome,
    ConsentKind,
    Lane,
    NoticeKind,
    Performance,
    SessionResult,
)
from mediation_rooms.wording import N_, say

CONFIRMATION_DAYS = 30
"""人民调解法第三十三条: thirty days from the day the agreement takes effect; an end on a day off moves
to the day after it (民法典第二百零三条)."""


WITH_ARTICLE = N_("%(sentence)s（%(article)s）")


@dataclass(frozen=True)
class Guard:
    """One rule: its name in the drawing, its article, and what it finds missing."""

    name: str
    article: str
    missing: Callable[[CaseView, date], Iterable[str]]

    def reasons(self, view: CaseView, today: date) -> list[str]:
        """The sentences of what is missing, each naming the article."""
        return [
            say(WITH_ARTICLE, sentence=sentence, article=self.article)
            for sentence in self.missing(view, today)
        ]


def _each(view: CaseView, lacking: Callable[[PartyView], bool], sentence: str) -> list[str]:
    return [say(sentence, party=party.title) for party in view.parties if lacking(party)]


def _committee(view: CaseView, _today: date) -> Iterable[str]:
    if not view.has_committee:
        yield N_("本室没有所属的人民调解委员会，不能作为人民调解案件受理，请转给有调委会的调解室")


def _both_sides(view: CaseView, _today: date) -> Iterable[str]:
    if not view.has_both_sides:
        yield N_("申请人和被申请人都要登记")


def _gates_passed(view: CaseView, _today: date) -> Iterable[str]:
    for gate in view.gates.unanswered:
        yield say(N_("受理前要问的还没有问清：%(question)s"), question=gate.question)
    for result in view.gates.blocking:
        # The reason stays general where the answer must stay hidden from the other side.
        if result.gate.is_hidden_from_other_side:
            yield N_("有一项受理前的回答表明这件事不能调解，请按报告单、转办单处理")
        else:
            yield say(N_("%(why)s请按转办告知单处理"), why=result.gate.why)


def _reports_made(view: CaseView, _today: date) -> Iterable[str]:
    for result in view.gates.results:
        if result.must_report_at_once and result.gate.code not in view.reported_gates:
            yield N_("必须立即报告的事还没有登记报告（几时发现、几时报告、谁接的）")


def _personal_information_told(view: CaseView, _today: date) -> Iterable[str]:
    applicants = [party for party in view.parties if not party.is_organisation]
    for party in applicants:
        if NoticeKind.PERSONAL_INFORMATION not in party.told:
            yield say(N_("还没有向%(title)s告知个人信息怎样处理"), title=party.title)


def _child_data(view: CaseView, _today: date) -> Iterable[str]:
    return _each(
        view,
        lambda party: party.is_young_child and not party.guardian_agreed_to_data,
        N_("%(party)s不满十四岁，要由监护人同意处理个人信息；被指伤害孩子的监护人不能作这个同意"),
    )


def _sensitive_data(view: CaseView, _today: date) -> Iterable[str]:
    return _each(
        view,
        lambda party: (
            party.has_sensitive_data and not party.consents.get(ConsentKind.SENSITIVE_INFORMATION, False)
        ),
        N_("%(party)s登记了敏感个人信息，要单独征得同意"),
    )


def _guardians(view: CaseView, _today: date) -> Iterable[str]:
    return _each(
        view,
        lambda party: party.needs_guardian and not party.has_fit_guardian,
        N_("%(party)s要有监护人到场"),
    )


def _nobody_refuses(view: CaseView, _today: date) -> Iterable[str]:
    return _each(
        view,
        lambda party: party.consents.get(ConsentKind.MEDIATION) is False,
        N_("%(party)s明确拒绝调解，不能调解"),
    )


def _all_consent(view: CaseView, _today: date) -> Iterable[str]:
    return _each(
        view,
        lambda party: party.consents.get(ConsentKind.MEDIATION) is not True,
        N_("还没有登记%(party)s同意调解"),
    )


def _rights_told(view: CaseView, _today: date) -> Iterable[str]:
    return _each(
        view,
        lambda party: NoticeKind.RIGHTS_AND_DUTIES not in party.understood,
        N_("调解前要用%(party)s听得懂的话告知权利义务，并记下听懂没有"),
    )


def _mediator_named(view: CaseView, _today: date) -> Iterable[str]:
    if view.mediators_count < 1:
        yield N_("要指定或者由当事人选定至少一名调解员")


def _last_result(*wanted: SessionResult) -> Callable[[CaseView, date], Iterable[str]]:
    def missing(view: CaseView, _today: date) -> Iterable[str]:
        if not view.sessions:
            yield N_("还没有调解记录")
        elif view.needs_new_session:
            yield N_("重新商谈以后还没有新的调解记录")
        elif view.sessions[-1].result not in wanted:
            yield say(
                N_("最后一次调解记录的结果要是“%(wanted)s”"),
                wanted="”或者“".join(each.label for each in wanted),
            )

    return missing


def _sessions_in_order(view: CaseView, _today: date) -> Iterable[str]:
    for ordinal, sitting in enumerate(view.sessions, start=1):
        if sitting.missing_interpreter:
            yield say(N_("第%(ordinal)s次调解有人听不懂所用的语言，要记明翻译"), ordinal=ordinal)
        if sitting.is_read_back is not True:
            yield say(N_("第%(ordinal)s次调解的笔录还没有记明已宣读"), ordinal=ordinal)


def _guests_agreed(view: CaseView, _today: date) -> Iterable[str]:
    for ordinal, sitting in enumerate(view.sessions, start=1):
        if sitting.unconsented_guests_count:
            yield say(N_("第%(ordinal)s次调解邀请了亲属、邻里或者专家，要记明当事人同意"), ordinal=ordinal)


def _agreement_complete(view: CaseView, _today: date) -> Iterable[str]:
    if view.agreement is None:
        yield N_("还没有起草调解协议书")
    else:
        yield from view.agreement.problems


def _settlement_agreed(view: CaseView, _today: date) -> Iterable[str]:
    return _each(
        view,
        lambda party: party.consents.get(ConsentKind.SETTLEMENT) is not True,
        N_("还没有登记%(party)s同意协议内容"),
    )


def _signed_and_sealed(view: CaseView, _today: date) -> Iterable[str]:
    agreement = view.agreement
    if agreement is None:
        return
    for title in agreement.unsigned:
        yield say(N_("%(title)s还没有签名、盖章或者按指印"), title=title)
    if not agreement.mediator_signed:
        yield N_("人民调解员还没有签名")
    if not agreement.is_sealed:
        yield N_("还没有加盖人民调解委员会印章")


def _committee_has_seal(view: CaseView, _today: date) -> Iterable[str]:
    if not view.committee_has_seal:
        yield N_("所属人民调解委员会没有登记印章，协议书不能生效")


def _no_tablet_for_family(view: CaseView, _today: date) -> Iterable[str]:
    if view.kind.is_family and view.agreement is not None and view.agreement.has_tablet_signature:
        yield N_("婚姻、收养、继承的文书不能用平板上的电子签名，请打印后签名或者按指印再扫描")


def _may_be_oral(view: CaseView, _today: date) -> Iterable[str]:
    if view.kind.must_be_written:
        yield say(
            N_("%(name)s要制作书面协议（%(must_be_written)s）"),
            name=view.kind.name,
            must_be_written=view.kind.must_be_written,
        )
    yield from _each(
        view,
        lambda party: party.consents.get(ConsentKind.WRITTEN_FORM, False),
        N_("%(party)s要求制作调解协议书，不能只用口头协议"),
    )


def _oral_recorded(view: CaseView, _today: date) -> Iterable[str]:
    if view.oral_agreed_on is None:
        yield N_("口头协议的内容要由调解员记下来")


def _remedies_told(view: CaseView, _today: date) -> Iterable[str]:
    return _each(
        view,
        lambda party: NoticeKind.REMEDIES not in party.told,
        N_("要告知%(party)s可以通过仲裁、行政、司法等途径维护权利"),
    )


def _remedies_told_to_applicants(view: CaseView, _today: date) -> Iterable[str]:
    for party in view.parties:
        if party.title.startswith("申请人") and NoticeKind.REMEDIES not in party.told:
            yield say(N_("要告知%(title)s这件事可以去哪里解决"), title=party.title)


def _referral_written(view: CaseView, _today: date) -> Iterable[str]:
    if not view.has_referral:
        yield N_("要先填写转办单：转给谁、为什么、依据哪一条")


def _joint_application(view: CaseView, _today: date) -> Iterable[str]:
    return _each(
        view,
        lambda party: party.consents.get(ConsentKind.JUDICIAL_CONFIRMATION) is not True,
        N_("还没有登记%(party)s同意共同申请司法确认"),
    )


def _application_recorded(view: CaseView, _today: date) -> Iterable[str]:
    if view.confirmation_applied_on is None or view.confirmation_outcome is not ConfirmationOutcome.PENDING:
        yield N_("要先登记司法确认申请（哪一天、哪个法院）")


def _within_thirty_days(view: CaseView, today: date) -> Iterable[str]:
    applied = view.confirmation_applied_on or today
    if view.lane is not Lane.WRITTEN or view.effective_on is None:
        yield N_("申请司法确认要提交已生效的书面调解协议")
    elif applied > last_day_of_period(view.effective_on + timedelta(days=CONFIRMATION_DAYS)).day:
        yield N_("协议生效已满三十日，不能再申请司法确认")


def _outcome(*wanted: ConfirmationOutcome) -> Callable[[CaseView, date], Iterable[str]]:
    def missing(view: CaseView, _today: date) -> Iterable[str]:
        if view.confirmation_outcome not in wanted or view.confirmation_decided_on is None:
            yield say(
                N_("要先登记法院的结果（%(wanted)s）和日期"), wanted="、".join(each.label for each in wanted)
            )

    return missing


def _performed(view: CaseView, _today: date) -> Iterable[str]:
    if view.performance is not Performance.FULL or view.performed_on is None:
        yield N_("要由人查明并登记已全部履行和履行日期")
    if view.agreement is not None:
        for due in view.agreement.dues:
            if not due.is_done:
                yield say(N_("%(title)s还没有登记履行"), title=due.title)


def _visited(view: CaseView, _today: date) -> Iterable[str]:
    if not view.performed_at_once and not view.visits_on:
        yield N_("不是当场履行的，要有回访记录")


def _breach_found(view: CaseView, _today: date) -> Iterable[str]:
    if view.performance not in {Performance.NONE, Performance.PARTIAL}:
        yield N_("要先查明并登记未履行或者部分履行")


def _close_reason(view: CaseView, _today: date) -> Iterable[str]:
    if view.close_reason is None:
        yield N_("要选定结案原因")


def _risks_answered(view: CaseView, _today: date) -> Iterable[str]:
    for title in view.open_risk_titles:
        yield say(N_("登记过危险情形（%(title)s），要写明向谁报告或者怎样解除"), title=title)


def _archive_particulars(view: CaseView, _today: date) -> Iterable[str]:
    if not view.retention_is_set:
        yield N_("要选定保管期限")
    if not view.filed_by:
        yield N_("要写明立卷人")
    if not view.checked_by:
        yield N_("要写明检查人")


def _dates_in_order(view: CaseView, _today: date) -> Iterable[str]:
    return date_problems(view)


HAS_COMMITTEE = Guard("有所属调委会", "人民调解法第八条、第三十四条", _committee)
BOTH_SIDES = Guard("双方已登记", "人民调解法第二十七条", _both_sides)
GATES_PASSED = Guard("受理前已问清", "人民调解工作若干规定第二十二条", _gates_passed)
REPORTS_MADE = Guard("应报告的已报告", "未成年人保护法第十一条、反家庭暴力法第十四条", _reports_made)
DATA_NOTICE = Guard("个人信息已告知", "个人信息保护法第十七条", _personal_information_told)
CHILD_DATA = Guard("监护人同意", "个人信息保护法第三十一条", _child_data)
SENSITIVE_DATA = Guard("敏感信息单独同意", "个人信息保护法第二十九条", _sensitive_data)
GUARDIANS = Guard("监护人到场", "民法典第十九条、第二十条、第二十三条", _guardians)
NOBODY_REFUSES = Guard("无人拒绝", "人民调解法第十七条", _nobody_refuses)
ALL_CONSENT = Guard("各方同意调解", "人民调解法第三条、第十七条", _all_consent)
RIGHTS_TOLD = Guard("权利义务已告知", "人民调解工作若干规定第三十条、人民调解法第二十三条", _rights_told)
MEDIATOR_NAMED = Guard("调解员已确定", "人民调解法第十九条", _mediator_named)
WRITTEN_RESULT = Guard(
    "记录为达成书面协议", "人民调解法第二十七条", _last_result(SessionResult.WRITTEN_AGREEMENT)
)
ORAL_RESULT = Guard("记录为达成口头协议", "人民调解法第二十七条", _last_result(SessionResult.ORAL_AGREEMENT))
FAILED_RESULT = Guard("记录为未达成", "人民调解法第二十七条", _last_result(SessionResult.NO_AGREEMENT))
RECORD_READ_BACK = Guard("翻译与宣读已记明", "人民调解法第二十七条", _sessions_in_order)
GUESTS_AGREED = Guard("邀请他人已获同意", "人民调解法第二十条", _guests_agreed)
AGREEMENT_COMPLETE = Guard("协议内容齐全", "人民调解法第二十九条", _agreement_complete)
SETTLEMENT_AGREED = Guard("各方自愿同意内容", "人民调解法第二十三条", _settlement_agreed)
SIGNED_AND_SEALED = Guard("签名、指印、印章齐全", "人民调解法第二十九条", _signed_and_sealed)
COMMITTEE_SEAL = Guard("调委会有印章", "人民调解法第二十九条", _committee_has_seal)
NO_TABLET_FOR_FAMILY = Guard("家事文书不用电子签名", "电子签名法第三条", _no_tablet_for_family)
MAY_BE_ORAL = Guard("可以口头", "人民调解法第二十八条", _may_be_oral)
ORAL_RECORDED = Guard("口头内容已记录", "人民调解法第二十八条", _oral_recorded)
REMEDIES_TOLD = Guard("已告知救济途径", "人民调解法第二十六条", _remedies_told)
APPLICANT_TOLD = Guard("已告知去处", "人民调解法第二十六条", _remedies_told_to_applicants)
REFERRAL_WRITTEN = Guard("转办单已填", "人民调解法第二十五条", _referral_written)
JOINT_APPLICATION = Guard("双方共同申请", "人民调解法第三十三条", _joint_application)
APPLICATION_RECORDED = Guard("申请已登记", "民事诉讼法第二百零五条", _application_recorded)
WITHIN_THIRTY_DAYS = Guard(
    "生效三十日内", "人民调解法第三十三条、民事诉讼法第二百零五条", _within_thirty_days
)
COURT_CONFIRMED = Guard("法院裁定有效", "民事诉讼法第二百零六条", _outcome(ConfirmationOutcome.CONFIRMED))
COURT_REFUSED = Guard(
    "法院未予确认",
    "民事诉讼法第二百零六条",
    _outcome(ConfirmationOutcome.REJECTED, ConfirmationOutcome.NOT_ACCEPTED),
)
COURT_WITHDRAWN = Guard("申请已撤回", "民事诉讼法第二百零五条", _outcome(ConfirmationOutcome.WITHDRAWN))
PERFORMED = Guard("履行已查明", "人民调解法第三十一条", _performed)
VISITED = Guard("已回访", "人民调解法第三十一条", _visited)
BREACH_FOUND = Guard("未履行已查明", "人民调解法第三十一条、第三十二条", _breach_found)
CLOSE_REASON = Guard("结案原因已定", "人民调解法第二十七条", _close_reason)
RISKS_ANSWERED = Guard("危险情形有交代", "人民调解法第二十五条", _risks_answered)
ARCHIVE_PARTICULARS = Guard("立卷事项齐全", "人民调解法第二十七条", _archive_particulars)
DATES_IN_ORDER = Guard("日期先后相符", "人民调解法第二十七条", _dates_in_order)
