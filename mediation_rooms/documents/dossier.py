"""The bound file (卷宗): which papers it holds, in which order, and what is missing before it is archived.

The order is that of the directory printed inside the cover; a paper is there once for each thing it
records (a sitting, a visit, a referral). Signed pages that were scanned stand behind their form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mediation_rooms.agreements import date_problems
from mediation_rooms.case_view import CaseView, view_of
from mediation_rooms.documents.catalogue import FORMS, Form, form_named, may_issue
from mediation_rooms.documents.paper import Paper
from mediation_rooms.documents.source import Source
from mediation_rooms.languages import is_chinese
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment
from mediation_rooms.models.vocabulary import (
    CaseState,
    ConsentKind,
    NoticeKind,
    RepresentativeKind,
    SignedPaper,
    SignerKind,
)

Rows = Sequence[int | None]
ONCE: Rows = (None,)
NEVER: Rows = ()


@dataclass(frozen=True)
class DossierEntry:
    """One line of the directory: the paper, and the scans that stand behind it."""

    form: Form
    title: str
    paper: Paper
    scans: tuple[Attachment, ...] = ()


def _once(holds: bool) -> Rows:
    return ONCE if holds else NEVER


def _speaks_other(case: CaseFile) -> bool:
    spoken = [case.session_language_code, *(party.language_code for party in case.parties)]
    return any(code and not is_chinese(code) for code in spoken)


_ROWS: Mapping[str, Callable[[CaseFile], Rows]] = {
    "application": lambda case: _once(case.has_written_application),
    "registration": lambda case: _once(case.accepted_on is not None),
    "rights_notice": lambda case: _once(
        any(each.kind is NoticeKind.RIGHTS_AND_DUTIES for each in case.notices)
    ),
    "language_declaration": lambda case: _once(_speaks_other(case)),
    "privacy_notice": lambda case: _once(
        any(each.kind is NoticeKind.PERSONAL_INFORMATION for each in case.notices)
    ),
    "authorisation": lambda case: [
        person.id
        for party in case.parties
        for person in party.representatives
        if person.kind is RepresentativeKind.AGENT
    ],
    "enquiry": lambda case: [each.id for each in case.enquiries],
    "evidence_list": lambda case: _once(bool(case.evidence)),
    "session_record": lambda case: [each.id for each in case.sessions if each.result is not None],
    "agreement": lambda case: _once(case.agreement is not None),
    "oral_agreement": lambda case: _once(case.oral_agreement is not None),
    "termination_notice": lambda case: _once(_took(case, {"terminate", "fail"})),
    "declined_notice": lambda case: _once(_took(case, {"decline"})),
    "referral_sheet": lambda case: [each.id for each in case.referrals],
    "performance_record": lambda case: _once(
        case.agreement is not None
        and any(term.instalments or term.performed_on for term in case.agreement.terms)
    ),
    "follow_up": lambda case: [each.id for each in case.follow_ups if each.visited_at is not None],
    "confirmation_application": lambda case: _once(bool(case.confirmations)),
    "closing_report": lambda case: _once(case.closed_on is not None),
    "file_situation": lambda _case: ONCE,
}
"""How often each form stands in a file; forms that are not named stand in it only when scanned."""


def _took(case: CaseFile, steps: set[str]) -> bool:
    return any(line.step in steps for line in case.history)


def dossier_entries(case: CaseFile, *, today: date) -> list[DossierEntry]:
    """The papers between cover and back cover, in the order of the directory."""
    scans: dict[str, list[Attachment]] = {}
    for each in sorted(case.attachments, key=lambda one: (one.place, one.page)):
        scans.setdefault(each.place, []).append(each)
    entries = []
    inside = [
        form for form in FORMS if form.key not in {"cover", "back_cover"} and may_issue(case.room, form)
    ]
    for form in sorted(inside, key=lambda one: one.order or 99):
        rows_of = _ROWS.get(form.key)
        rows = list(rows_of(case)) if rows_of is not None else []
        if not rows and form.key in scans:
            rows = [None]
        for number, row_id in enumerate(rows):
            paper = form.build(Source(case, row_id=row_id, today=today))
            title = form.title if len(rows) == 1 else f"{form.title}（{number + 1}）"
            behind = tuple(scans.get(form.key, ())) if number == len(rows) - 1 else ()
            entries.append(DossierEntry(form, title, paper, behind))
    return entries


def cover_papers(case: CaseFile, *, today: date) -> tuple[Paper, Paper]:
    """The cover and the back cover."""
    source = Source(case, today=today)
    return form_named("cover").build(source), form_named("back_cover").build(source)


def dossier_problems(case: CaseFile, *, today: date) -> list[str]:
    """What is missing or contradicts itself before archiving, as sentences; nothing means complete."""
    view = view_of(case, today=today)
    problems = [*_missing_papers(case), *_missing_marks(case, view), *date_problems(view)]
    if view.agreement is not None:
        problems += list(view.agreement.problems)
    if _speaks_other(case) and not any(sitting.is_read_back for sitting in case.sessions):
        problems.append("有人不讲汉语，却没有一次记明用他听得懂的语言宣读过笔录")
    return list(dict.fromkeys(problems))


def _missing_papers(case: CaseFile) -> list[str]:
    problems = []
    if case.accepted_on is None and case.state not in {CaseState.DECLINED, CaseState.REFERRED}:
        problems.append("缺受理登记表：案件还没有受理")
    if case.accepted_on is not None and not any(
        each.kind is NoticeKind.RIGHTS_AND_DUTIES for each in case.notices
    ):
        problems.append("缺权利义务告知（人民调解工作若干规定第三十条）")
    has_settled = case.agreement is not None or case.oral_agreement is not None
    if has_settled and not any(each.result is not None for each in case.sessions):
        problems.append("缺调解记录（人民调解法第二十七条）")
    if has_settled and not case.performed_at_once and not any(each.visited_at for each in case.follow_ups):
        problems.append("缺回访记录：不是当场履行的要回访（人民调解法第三十一条）")
    return problems


def _missing_marks(case: CaseFile, view: CaseView) -> list[str]:
    problems = []
    agreement = view.agreement
    if agreement is not None:
        problems += [f"协议书上缺{title}的签名、盖章或者指印" for title in agreement.unsigned]
        if not agreement.mediator_signed:
            problems.append("协议书上缺人民调解员的签名（人民调解法第二十九条）")
        if not agreement.is_sealed:
            problems.append("协议书上缺人民调解委员会的印章（人民调解法第二十九条）")
    papers = {SignedPaper.AGREEMENT: "agreement", SignedPaper.SESSION: "session_record"}
    placed = {each.place for each in case.attachments}
    for paper, key in papers.items():
        signed = any(
            mark.paper is paper and mark.signer_kind is not SignerKind.COMMITTEE for mark in case.signatures
        )
        if signed and key not in placed:
            problems.append(f"登记过签名，却没有放入{paper.label}的签字件扫描")
    consents = {consent.party_id for consent in case.consents if consent.kind is ConsentKind.MEDIATION}
    problems += [
        f"没有登记{party.side.label}{party.position}同意调解（人民调解法第三条）"
        for party in case.parties
        if case.accepted_on is not None and party.id not in consents
    ]
    return problems
