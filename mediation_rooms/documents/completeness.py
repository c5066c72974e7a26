"""What is missing or contradicts itself in a file before it is archived: papers, marks, dates, sums, people.

The list is that of real reviews of files (accepted lawfully, every paper there, right form, evidence,
lawful and definite agreement, visit on time, complete binding, performed, satisfaction asked) together
with what a machine can hold against each other. It reports; a person decides, and says in 卷宗情况说明
what stays open. Nothing here fills anything in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mediation_rooms.agreements import hints_for
from mediation_rooms.case_view import CaseView, view_of
from mediation_rooms.date_order import date_problems
from mediation_rooms.documents.dossier import has_speaker_of_another_language
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from mediation_rooms.models.vocabulary import (
    CaseState,
    CloseReason,
    ConfirmationOutcome,
    ConsentKind,
    Grade,
    Lane,
    NoticeKind,
    Performance,
    SignedPaper,
    SignerKind,
)
from mediation_rooms.people import id_number_problem
from mediation_rooms.wording import N_, party_title, say

_NOT_TAKEN = {CaseState.DECLINED, CaseState.REFERRED}
_SCANNED = {
    SignedPaper.APPLICATION: "application",
    SignedPaper.REGISTRATION: "registration",
    SignedPaper.RIGHTS_NOTICE: "rights_notice",
    SignedPaper.SESSION: "session_record",
    SignedPaper.AGREEMENT: "agreement",
    SignedPaper.ORAL_AGREEMENT: "oral_agreement",
    SignedPaper.CONFIRMATION: "confirmation_application",
}
"""Signed papers whose scan has a place of its own in the file."""


def dossier_problems(case: CaseFile, *, today: date) -> list[str]:
    """What is missing or contradicts itself before archiving, as sentences; nothing means complete."""
    view = view_of(case, today=today)
    problems = [
        *_acceptance(case, view),
        *_papers(case, view),
        *_marks(case, view),
        *_people(case),
        *date_problems(view),
        *_agreement(case, view),
        *_language(case),
        *_aftermath(case, today),
    ]
    return list(dict.fromkeys(problems))


def _name(party: Party) -> str:
    return party_title(party.side.label, party.position)


def _placed(case: CaseFile) -> set[str]:
    return {each.place for each in case.attachments}


def _acceptance(case: CaseFile, view: CaseView) -> Iterable[str]:
    if case.accepted_on is None:
        if case.state not in _NOT_TAKEN:
            yield N_("缺受理登记表：案件还没有受理")
        return
    for gate in view.gates.unanswered:
        yield say(N_("受理前要问的没有记下回答：%(question)s"), question=gate.question)
    for party in case.parties:
        answers = [
            consent
            for consent in case.consents
            if consent.kind is ConsentKind.MEDIATION and consent.party_id == party.id
        ]
        if not answers:
            yield say(N_("没有登记%(party)s同意调解（人民调解法第三条）"), party=_name(party))
    if not any(each.left_on is None for each in case.mediators):
        yield N_("没有登记人民调解员（人民调解法第十九条）")
    if not case.statement.strip():
        yield N_("没有写纠纷简要情况")
    if case.grade is Grade.DIFFICULT and not case.grade_reason.strip():
        yield N_("定为疑难复杂，却没有写理由")


def _papers(case: CaseFile, view: CaseView) -> Iterable[str]:
    if case.accepted_on is None:
        return
    if not any(each.kind is NoticeKind.RIGHTS_AND_DUTIES for each in case.notices):
        yield N_("缺权利义务告知（人民调解工作若干规定第三十条）")
    placed = _placed(case)
    if "identity_papers" not in placed:
        yield N_("缺当事人身份证明复印件（当地不要求放入的，请在卷宗情况说明里写明）")
    has_settled = case.agreement is not None or case.oral_agreement is not None
    if not any(each.result is not None for each in case.sessions):
        yield N_("缺调解记录（人民调解法第二十七条）")
    was_ended = any(line.step in {"fail", "terminate"} for line in case.history)
    if not has_settled and not was_ended and case.state is not CaseState.REFERRED:
        yield N_("缺协议书、口头协议登记表或者终止调解的文书")
    if view.lane is Lane.WRITTEN and case.oral_agreement is not None and case.agreement is not None:
        yield N_("书面协议和口头协议同时有效，只能留一份，另一份要撤回")
    for piece in case.evidence:
        if not piece.attachments:
            yield say(
                N_("证据%(ordinal)s（%(name)s）没有放入复印件或者照片"),
                ordinal=piece.ordinal,
                name=piece.name,
            )
        if piece.is_original and piece.original_returned_on is None and case.closed_on is not None:
            yield say(
                N_("证据%(ordinal)s（%(name)s）是原件，没有登记已退还"),
                ordinal=piece.ordinal,
                name=piece.name,
            )


def _marks(case: CaseFile, view: CaseView) -> Iterable[str]:
    agreement = view.agreement
    if agreement is not None:
        for title in agreement.unsigned:
            yield say(N_("协议书上缺%(title)s的签名、盖章或者指印"), title=title)
        if not agreement.mediator_signed:
            yield N_("协议书上缺人民调解员的签名（人民调解法第二十九条）")
        if not agreement.is_sealed:
            yield N_("协议书上缺人民调解委员会的印章（人民调解法第二十九条）")
    yield from _session_marks(case)
    if case.oral_agreement is not None and case.agreement is None:
        signed = {mark.signer_kind for mark in case.signatures if mark.paper is SignedPaper.ORAL_AGREEMENT}
        if SignerKind.MEDIATOR not in signed:
            yield N_("口头协议登记表上缺人民调解员的签名")
        if SignerKind.COMMITTEE not in signed:
            yield N_("口头协议登记表上缺人民调解委员会的印章")
    placed = _placed(case)
    for paper, place in _SCANNED.items():
        signed_by_hand = any(
            mark.paper is paper and mark.signer_kind is not SignerKind.COMMITTEE for mark in case.signatures
        )
        if signed_by_hand and place not in placed:
            yield say(N_("登记过签名，却没有放入%(paper)s的签字件扫描"), paper=paper.label)


def _session_marks(case: CaseFile) -> Iterable[str]:
    for sitting in case.sessions:
        if sitting.result is None or sitting.cancelled_reason:
            continue
        marks = [
            mark
            for mark in case.signatures
            if mark.paper is SignedPaper.SESSION and mark.paper_id in {None, sitting.id}
        ]
        signed = {mark.party_id for mark in marks if mark.party_id is not None}
        for party in case.parties:
            if party.id not in signed:
                yield say(
                    N_("第%(ordinal)s次调解记录上缺%(party)s的签名、盖章或者指印"),
                    ordinal=sitting.ordinal,
                    party=_name(party),
                )
        kinds = {mark.signer_kind for mark in marks}
        if SignerKind.MEDIATOR not in kinds:
            yield say(N_("第%(ordinal)s次调解记录上缺人民调解员的签名"), ordinal=sitting.ordinal)
        if sitting.interpreter_name and SignerKind.INTERPRETER not in kinds:
            yield say(N_("第%(ordinal)s次调解记录上缺翻译的签名"), ordinal=sitting.ordinal)


def _people(case: CaseFile) -> Iterable[str]:
    seen: dict[str, str] = {}
    for party in case.parties:
        number = party.id_number or ""
        if party.is_organisation or not number:
            continue
        if problem := id_number_problem(number, born_on=party.born_on):
            yield f"{_name(party)}：{problem}"
        if number in seen:
            yield say(
                N_("%(party)s和%(number)s登记了同一个身份证号"), party=_name(party), number=seen[number]
            )
        seen[number] = _name(party)


def _agreement(case: CaseFile, view: CaseView) -> Iterable[str]:
    if view.agreement is not None:
        yield from view.agreement.problems
    texts = []
    if case.agreement is not None:
        texts += [term.content for term in case.agreement.terms]
    if case.oral_agreement is not None:
        texts.append(case.oral_agreement.content)
    for hint in hints_for("\n".join(texts)):
        if hint.weight == "void":
            yield say(
                N_("协议写到“%(matched)s”，请再看一看：%(text)s（%(articles)s）"),
                matched=hint.matched,
                text=hint.text,
                articles="、".join(hint.articles),
            )


def _language(case: CaseFile) -> Iterable[str]:
    if not has_speaker_of_another_language(case):
        return
    for party in case.parties:
        if not party.is_organisation and not party.language_code:
            yield say(N_("没有登记%(party)s使用的语言，语言与翻译声明填不全"), party=_name(party))
    if not any(sitting.is_read_back for sitting in case.sessions):
        yield N_("有人不讲汉语，却没有一次记明用他听得懂的语言宣读过笔录")
    if "language_declaration" not in _placed(case):
        yield N_("有人不讲汉语，缺按过指印的语言与翻译声明扫描")


def _aftermath(case: CaseFile, today: date) -> Iterable[str]:
    has_settled = case.agreement is not None or case.oral_agreement is not None
    visits = [each for each in case.follow_ups if each.visited_at is not None]
    if has_settled and not case.performed_at_once and not visits:
        yield N_("缺回访记录：不是当场履行的要回访（人民调解法第三十一条）")
    for visit in case.follow_ups:
        if visit.visited_at is None and visit.planned_on < today:
            yield say(N_("计划%(planned_on)s的回访没有做"), planned_on=visit.planned_on)
    for visit in visits:
        if visit.satisfaction is None:
            yield say(
                N_("%(visited_at)s的回访没有记满意程度，对方不愿表态的也要记"),
                visited_at=f"{visit.visited_at:%Y-%m-%d}",
            )
    terms = case.agreement.terms if case.agreement is not None else []
    was_paid = case.performance is Performance.FULL and any(term.amount for term in terms)
    if was_paid and "performance_record" not in _placed(case):
        yield N_("付过钱，缺收据、转账单等履行凭证")
    if has_settled and case.close_reason is CloseReason.AGREEMENT and case.performance is Performance.UNKNOWN:
        yield N_("没有查明协议履行了没有（人民调解法第三十一条）")
    confirmation = case.confirmation
    if confirmation is not None:
        if confirmation.outcome is ConfirmationOutcome.PENDING:
            yield N_("申请过司法确认，还没有登记法院的结果")
        elif confirmation.outcome is not ConfirmationOutcome.WITHDRAWN and "court_papers" not in _placed(
            case
        ):
            yield N_("申请过司法确认，缺法院的裁定书或者通知书")
