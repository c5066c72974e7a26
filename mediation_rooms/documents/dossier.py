"""The bound file (卷宗): which papers it holds and in which order.

The order is that of the directory printed inside the cover; a paper is there once for each thing it
records (a sitting, a visit, a referral). Signed pages that were scanned stand behind their form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mediation_rooms.documents.catalogue import FORMS, Form, form_named, may_issue
from mediation_rooms.documents.paper import Paper
from mediation_rooms.documents.source import Source
from mediation_rooms.languages import is_chinese
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment
from mediation_rooms.models.vocabulary import ConfirmationOutcome, NoticeKind, RepresentativeKind

Rows = Sequence[int | None]
OUTSIDE = frozenset({"cover", "directory", "back_cover"})
"""What binding itself makes around the numbered papers."""
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


def has_speaker_of_another_language(case: CaseFile) -> bool:
    """Whether a party or a sitting speaks anything but Chinese."""
    spoken = [case.session_language_code, *(party.language_code for party in case.parties)]
    return any(code and not is_chinese(code) for code in spoken)


_ROWS: Mapping[str, Callable[[CaseFile], Rows]] = {
    "application": lambda case: _once(case.has_written_application),
    "registration": lambda case: _once(case.accepted_on is not None),
    "rights_notice": lambda case: _once(
        any(each.kind is NoticeKind.RIGHTS_AND_DUTIES for each in case.notices)
    ),
    "language_declaration": lambda case: _once(has_speaker_of_another_language(case)),
    "privacy_notice": lambda case: _once(
        any(each.kind is NoticeKind.PERSONAL_INFORMATION for each in case.notices)
    ),
    "identity_papers": lambda case: _once(case.accepted_on is not None),
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
    "court_papers": lambda case: _once(
        case.confirmation is not None and case.confirmation.outcome is not ConfirmationOutcome.PENDING
    ),
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
    inside = [form for form in FORMS if form.key not in OUTSIDE and may_issue(case.room, form)]
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
