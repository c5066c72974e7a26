"""Verbs on translation units: begin, write, review, approve, withdraw, comment, assign; what has gone stale.

The programme writes no Bai. It keeps what people write, says which letters do not belong to the
script, and lets nothing through that only one person has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.bai.scheme import Edition
from corpus.bai.validation import Problem, validate
from corpus.bai.varieties import Variety
from corpus.citation import Citation
from corpus.law.queries import article_on, articles_of, version_on
from corpus.law.words import hash_of
from corpus.parallel.parts import part_of
from corpus.parallel.phrases import phrase_source
from corpus.parallel.places import PhrasePlace
from corpus.parallel.unit_tables import TranslationUnit, UnitChange, UnitComment, UnitScript, UnitStatus
from corpus.person import Person as Person  # noqa: PLC0414 - named here by those who write units

LONGEST_TEXT = 20_000
_EDITIONS = {UnitScript.LATIN_1993: Edition.SCHEME_1993, UnitScript.LATIN_1982: Edition.DRAFT_1982}


class UnitRefused(Exception):
    """A text or a step that cannot be; ``reasons`` are complete sentences."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("；".join(reasons))


class UnitChangedMeanwhile(Exception):
    """Somebody else saved first; both texts are to be shown."""


def rests_on(unit: TranslationUnit, article_text: str) -> bool:
    """Whether a unit was translated from these words of its article."""
    return hash_of(part_of(article_text, unit.paragraph, unit.item)) == unit.source_hash


def source_on(session: Session, citation: Citation, *, on: date) -> str:
    """The Chinese of a place in the law on a day, or of a fixed phrase; empty where there is none."""
    if isinstance(citation, PhrasePlace):
        return phrase_source(session, citation.key)
    article = article_on(
        session, statute=citation.statute, number=citation.article, suffix=citation.suffix, on=on
    )
    return part_of(article.text, citation.paragraph or 0, citation.item or 0) if article is not None else ""


def find_unit(
    session: Session, citation: Citation, *, variety: Variety, script: UnitScript
) -> TranslationUnit | None:
    """The unit of a place in one variety and script."""
    return session.scalar(
        select(TranslationUnit).where(
            TranslationUnit.statute == citation.statute,
            TranslationUnit.article == citation.article,
            TranslationUnit.suffix == (citation.suffix or 0),
            TranslationUnit.paragraph == (citation.paragraph or 0),
            TranslationUnit.item == (citation.item or 0),
            TranslationUnit.variety == variety,
            TranslationUnit.script == script,
        )
    )


def begin_unit(
    session: Session, citation: Citation, *, variety: Variety, script: UnitScript, on: date
) -> TranslationUnit:
    """The unit of a place, made empty where there is none. Raises :class:`UnitRefused` without a source."""
    found = find_unit(session, citation, variety=variety, script=script)
    if found is not None:
        return found
    source = source_on(session, citation, on=on)
    if not source:
        raise UnitRefused([f"库里没有{citation.in_words()}的原文，请核对法律名称、条号和款号"])
    unit = TranslationUnit(
        statute=citation.statute,
        article=citation.article,
        suffix=citation.suffix or 0,
        paragraph=citation.paragraph or 0,
        item=citation.item or 0,
        variety=variety,
        script=script,
        source_text=source,
        source_hash=hash_of(source),
        text="",
    )
    session.add(unit)
    session.flush()
    return unit


def next_to_translate(session: Session, unit: TranslationUnit) -> int | None:
    """The next place of the same statute, variety and script that is begun and still without a text."""
    same = TranslationUnit.is_phrase if unit.is_phrase else TranslationUnit.statute == unit.statute
    return session.scalar(
        select(TranslationUnit.id)
        .where(
            same,
            TranslationUnit.variety == unit.variety,
            TranslationUnit.script == unit.script,
            TranslationUnit.text == "",
            TranslationUnit.article >= unit.article,
        )
        .order_by(
            TranslationUnit.article,
            TranslationUnit.suffix,
            TranslationUnit.paragraph,
            TranslationUnit.statute,
        )
        .limit(1)
    )


def orthography_problems(text: str, script: UnitScript) -> list[Problem]:
    """Letters that do not belong to the Latin script, with position and reason; none for Han characters."""
    edition = _EDITIONS.get(script)
    return validate(text, edition) if edition is not None and text.strip() else []


def write_text(
    session: Session,
    unit: TranslationUnit,
    *,
    text: str,
    person: Person,
    now: datetime,
    on: date,
    seen_version: int | None = None,
    provenance: str = "",
    printed_page: str = "",
) -> TranslationUnit:
    """Write the translation; it is a draft again, resting on today's Chinese.

    Raises :class:`UnitChangedMeanwhile` when somebody saved first, :class:`UnitRefused` for an empty or
    far too long text, or one with control characters.
    """
    if seen_version is not None and unit.version_id != seen_version:
        raise UnitChangedMeanwhile
    reasons = []
    if not text.strip():
        reasons.append("译文是空的，没有保存")
    if len(text) > LONGEST_TEXT:
        reasons.append(f"译文太长：最多 {LONGEST_TEXT} 个字符")
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        reasons.append("译文里有看不见的控制字符，请重新输入")
    if reasons:
        raise UnitRefused(reasons)
    source = source_on(session, unit.citation, on=on)
    if source:
        unit.source_text, unit.source_hash = source, hash_of(source)
    unit.text, unit.status = text.strip(), UnitStatus.DRAFT
    unit.translator_id, unit.translator = person.account_id, person.name
    unit.reviewer_id, unit.reviewer, unit.approver_id, unit.approver = None, "", None, ""
    unit.provenance = _one_line(provenance) or unit.provenance
    unit.printed_page = _one_line(printed_page) or unit.printed_page
    unit.translated_on = on
    _note(unit, "write", person=person, now=now)
    session.flush()
    return unit


def _one_line(text: str) -> str:
    """Without control characters, which no file of another program may hold."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _note(unit: TranslationUnit, action: str, *, person: Person, now: datetime, remark: str = "") -> None:
    unit.changes.append(
        UnitChange(
            action=action,
            status=unit.status,
            text=unit.text,
            changed_at=now,
            changed_by=person.name,
            remark=remark.strip(),
        )
    )


def review_problems(session: Session, unit: TranslationUnit, *, person: Person, on: date) -> list[str]:
    """Why this person cannot review this unit now."""
    reasons = [] if unit.status is UnitStatus.DRAFT else ["只有草稿要审校"]
    if not unit.text:
        reasons.append("还没有译文")
    if person.account_id is not None and person.account_id == unit.translator_id:
        reasons.append("自己译的不能自己审，请另一个人审")
    reasons += [problem.reason for problem in orthography_problems(unit.text, unit.script)[:5]]
    if is_stale(session, unit, on=on):
        reasons.append("中文原文已经改了，请先对照新条文改译文")
    return reasons


def approval_problems(session: Session, unit: TranslationUnit, *, person: Person, on: date) -> list[str]:
    """Why this person cannot approve this unit now."""
    reasons = [] if unit.status is UnitStatus.REVIEWED else ["审校过的才能批准"]
    if person.account_id is not None and person.account_id == unit.translator_id:
        reasons.append("自己译的不能自己批准：至少要两个人")
    if is_stale(session, unit, on=on):
        reasons.append("中文原文已经改了，请先对照新条文改译文")
    return reasons


def review(session: Session, unit: TranslationUnit, *, person: Person, now: datetime, on: date) -> None:
    """A second person has read it. Raises :class:`UnitRefused`."""
    if reasons := review_problems(session, unit, person=person, on=on):
        raise UnitRefused(reasons)
    unit.reviewer_id, unit.reviewer = person.account_id, person.name
    _move(session, unit, UnitStatus.REVIEWED, "review", person=person, now=now)


def approve(session: Session, unit: TranslationUnit, *, person: Person, now: datetime, on: date) -> None:
    """It may be shown to everybody. Raises :class:`UnitRefused` for whoever translated it."""
    if reasons := approval_problems(session, unit, person=person, on=on):
        raise UnitRefused(reasons)
    unit.approver_id, unit.approver = person.account_id, person.name
    _move(session, unit, UnitStatus.APPROVED, "approve", person=person, now=now)


def send_back(session: Session, unit: TranslationUnit, *, remark: str, person: Person, now: datetime) -> None:
    """A draft again, with the reason."""
    if not remark.strip():
        raise UnitRefused(["退回要写明为什么"])
    _move(session, unit, UnitStatus.DRAFT, "send_back", person=person, now=now, remark=remark)


def withdraw(session: Session, unit: TranslationUnit, *, remark: str, person: Person, now: datetime) -> None:
    """No longer shown; it stays with its history."""
    if not remark.strip():
        raise UnitRefused(["撤回要写明为什么"])
    _move(session, unit, UnitStatus.WITHDRAWN, "withdraw", person=person, now=now, remark=remark)


def _move(
    session: Session,
    unit: TranslationUnit,
    status: UnitStatus,
    action: str,
    *,
    person: Person,
    now: datetime,
    remark: str = "",
) -> None:
    unit.status = status
    _note(unit, action, person=person, now=now, remark=remark)
    session.flush()


def comment(session: Session, unit: TranslationUnit, *, text: str, person: Person, now: datetime) -> None:
    """Ask or remark something beside a unit."""
    if not text.strip():
        raise UnitRefused(["批注是空的，没有保存"])
    unit.comments.append(UnitComment(text=text.strip(), written_at=now, written_by=person.name))
    session.flush()


def assign(session: Session, unit: TranslationUnit, *, assignee_id: int | None, due_on: date | None) -> None:
    """Say who translates it by which day."""
    unit.assignee_id, unit.due_on = assignee_id, due_on
    session.flush()


def is_stale(session: Session, unit: TranslationUnit, *, on: date) -> bool:
    """Whether the Chinese has changed since the text was written, or is no longer in force."""
    return hash_of(source_on(session, unit.citation, on=on)) != unit.source_hash


@dataclass(frozen=True)
class StaleUnit:
    """A unit whose Chinese changed, with what it says now (empty: nothing any more)."""

    unit: TranslationUnit
    new_source: str


def _sources(session: Session, unit: TranslationUnit, *, on: date) -> dict[tuple[int, int], str]:
    """The articles of a unit's statute on a day by number and suffix; of a phrase its one sentence."""
    if unit.is_phrase:
        return {(unit.article, unit.suffix): source_on(session, unit.citation, on=on)}
    version = version_on(session, statute=unit.statute, on=on)
    rows = articles_of(session, version) if version is not None else []
    return {(row.number, row.suffix or 0): row.text for row in rows}


def stale_units(session: Session, *, on: date) -> list[StaleUnit]:
    """Every unit with a text whose Chinese changed, statute by statute."""
    units = session.scalars(
        select(TranslationUnit)
        .where(TranslationUnit.text != "", TranslationUnit.status != UnitStatus.WITHDRAWN)
        .order_by(TranslationUnit.statute, TranslationUnit.article, TranslationUnit.suffix)
    ).all()
    sources: dict[str, dict[tuple[int, int], str]] = {}
    found = []
    for unit in units:
        if unit.statute not in sources:
            sources[unit.statute] = _sources(session, unit, on=on)
        article_now = sources[unit.statute].get((unit.article, unit.suffix), "")
        if not rests_on(unit, article_now):
            found.append(StaleUnit(unit, part_of(article_now, unit.paragraph, unit.item)))
    return found


def approved_units(session: Session, citation: Citation, *, on: date) -> list[TranslationUnit]:
    """What may be shown beside an article: approved, and resting on the Chinese of the day."""
    units = session.scalars(
        select(TranslationUnit)
        .where(
            TranslationUnit.statute == citation.statute,
            TranslationUnit.article == citation.article,
            TranslationUnit.suffix == (citation.suffix or 0),
            TranslationUnit.status == UnitStatus.APPROVED,
        )
        .order_by(
            TranslationUnit.variety, TranslationUnit.script, TranslationUnit.paragraph, TranslationUnit.item
        )
    )
    return [unit for unit in units if not is_stale(session, unit, on=on)]
