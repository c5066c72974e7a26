"""Verbs on forms of the glossary: propose, approve, withdraw; the concepts still to be filled.

Whoever proposed a form does not approve it. A form without a source is never kept, and nothing here
writes Bai: a concept without a form stays open and says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from corpus.bai.glossary import IncomingTerm, check_row, store_rows
from corpus.bai.models import Concept, GlossaryTerm, Subject, TermChange, TermStatus
from corpus.bai.scheme import Edition
from corpus.bai.validation import Problem, validate
from corpus.bai.varieties import Script
from corpus.person import Person


class TermRefused(Exception):
    """A form or a step that cannot be; ``reasons`` are complete sentences."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("；".join(reasons))


def script_of(text: str) -> Script:
    """The script of a form by its letters; sound only where there is no spelling."""
    if not text:
        return Script.IPA
    return Script.HAN if any("\u3400" <= letter <= "\u9fff" for letter in text) else Script.LATIN


def proposal_problems(row: IncomingTerm) -> dict[str, str]:
    """Every entry that keeps a proposal from being stored: the entry's name and a sentence."""
    problems = {}
    if not row.chinese.strip() and not row.english.strip():
        problems["chinese"] = "请写汉语词"
    if row.text or row.ipa:
        if not row.source.strip():
            problems["source"] = "白语词形要写来源：哪本书哪一页、哪位说话人、什么时候"
    elif row.variety.value != "und" or row.village or row.source:
        problems["text"] = "请写白文或者国际音标；还没有就把来源和方言空着，只立汉语词条"
    for problem in check_row(row):
        sentence = problem.message.removeprefix(f"第{row.line}行")
        problems.setdefault({"zh": "chinese"}.get(problem.field, problem.field), sentence)
    for name in ("chinese", "english", "text", "ipa", "village", "source"):
        if any(not letter.isprintable() for letter in getattr(row, name)):
            problems.setdefault(name, "有看不见的控制字符，请重新输入")
    return problems


def spelling_remarks(term: GlossaryTerm) -> list[Problem]:
    """Letters of a Latin form that do not belong to its edition; an attested slip may stay, and is shown."""
    if term.script is not Script.LATIN or not term.text:
        return []
    return validate(term.text, Edition(term.edition) if term.edition else None)


def propose(session: Session, row: IncomingTerm, *, person: Person, now: datetime) -> Concept:
    """Keep a form as this person's proposal, or only a concept to be filled. Raises :class:`TermRefused`.

    The same form from the same source at the same concept is not kept twice.
    """
    clean = replace(row, script=script_of(row.text))
    if problems := proposal_problems(clean):
        raise TermRefused(list(problems.values()))
    stored = store_rows(session, rows=[clean], person=person, now=now)
    if stored.unchanged_count:
        raise TermRefused(["这个词条下已经有同一来源的同一词形，没有再存"])
    return session.scalars(
        select(Concept).where(Concept.chinese == clean.chinese, Concept.english == clean.english)
    ).one()


def approval_problems(term: GlossaryTerm, *, person: Person) -> list[str]:
    """Why this person cannot approve this form now."""
    reasons = [] if term.status in (TermStatus.DRAFT, TermStatus.REVIEWED) else ["只有草稿要批准"]
    if person.is_same_as(term.proposer_id, term.proposer):
        reasons.append("自己提的词形不能自己批准，请另一个人批准")
    return reasons


def approve(session: Session, term: GlossaryTerm, *, person: Person, now: datetime) -> None:
    """A second person stands for the form: it may be shown and carried. Raises :class:`TermRefused`."""
    if reasons := approval_problems(term, person=person):
        raise TermRefused(reasons)
    term.status, term.approver_id, term.approver = TermStatus.APPROVED, person.account_id, person.name
    _note(session, term, "approve", person=person, now=now)


def withdraw(session: Session, term: GlossaryTerm, *, remark: str, person: Person, now: datetime) -> None:
    """No longer shown; it stays with its history. Raises :class:`TermRefused` without a reason."""
    if term.status is TermStatus.WITHDRAWN:
        raise TermRefused(["已经撤回了"])
    if not remark.strip():
        raise TermRefused(["撤回要写明为什么"])
    term.status = TermStatus.WITHDRAWN
    _note(session, term, "withdraw", person=person, now=now, remark=remark)


def restore(session: Session, term: GlossaryTerm, *, remark: str, person: Person, now: datetime) -> None:
    """A draft again, this person's proposal, to be approved by another. Raises :class:`TermRefused`."""
    if term.status is not TermStatus.WITHDRAWN:
        raise TermRefused(["只有撤回的词形要恢复"])
    if not remark.strip():
        raise TermRefused(["恢复要写明为什么"])
    term.status, term.approver_id, term.approver = TermStatus.DRAFT, None, ""
    term.proposer_id, term.proposer = person.account_id, person.name
    _note(session, term, "restore", person=person, now=now, remark=remark)


def _note(
    session: Session, term: GlossaryTerm, action: str, *, person: Person, now: datetime, remark: str = ""
) -> None:
    term.changes.append(
        TermChange(action=action, changed_at=now, changed_by=person.name, remark=remark.strip())
    )
    session.flush()


def _open_legal() -> ColumnElement[bool]:
    has_form = (
        select(GlossaryTerm.id)
        .where(GlossaryTerm.concept_id == Concept.id, GlossaryTerm.status != TermStatus.WITHDRAWN)
        .exists()
    )
    return (Concept.subject == Subject.LEGAL) & ~has_form


def concepts_to_fill(session: Session, *, limit: int, offset: int = 0) -> tuple[list[Concept], int]:
    """Legal terms that have no Bai form yet, and how many there are: work for translators."""
    total = session.scalar(select(func.count()).select_from(Concept).where(_open_legal())) or 0
    found = session.scalars(
        select(Concept).where(_open_legal()).order_by(Concept.id).limit(limit).offset(offset)
    )
    return list(found), total


def terms_to_approve(session: Session, *, limit: int, offset: int = 0) -> tuple[list[GlossaryTerm], int]:
    """Forms that wait for a second person, and how many."""
    waiting = GlossaryTerm.status.in_((TermStatus.DRAFT, TermStatus.REVIEWED))
    total = session.scalar(select(func.count()).select_from(GlossaryTerm).where(waiting)) or 0
    found = session.scalars(
        select(GlossaryTerm)
        .where(waiting)
        .options(selectinload(GlossaryTerm.concept))
        .order_by(GlossaryTerm.proposer == "", GlossaryTerm.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return list(found), total
