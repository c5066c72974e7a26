"""Handing a closed file to teaching: its story without its people, reviewed by a second person.

Sealed files, files with minors and files without every party's consent give none; that is looked at
again at the review, because consent can be withdrawn meanwhile (个人信息保护法第十五条). The reviewer sees
every replacement; after the review the list of what stood there is gone, so nothing leads back.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.deidentify import deidentify
from mediation_rooms.documents.paper import DateLine, Note, Paper, Paragraph
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.teaching import TeachingStory
from mediation_rooms.models.vocabulary import TeachingState
from mediation_rooms.privacy import people_named_in, teaching_text
from mediation_rooms.steps import must_be_own, touched

FORMAT = "case-story/1"
LONGEST_TEXT = 30_000
FEWEST_SHIFTED_DAYS = 20
MOST_SHIFTED_DAYS = 400


@dataclass(frozen=True)
class Replacement:
    """One replaced place: its kind, what stood there, what stands there now."""

    kind: str
    original: str
    replacement: str


def latest_story(session: Session, case: CaseFile) -> TeachingStory | None:
    """The newest story of a file."""
    return session.scalar(
        select(TeachingStory)
        .where(TeachingStory.case_id == case.id)
        .order_by(TeachingStory.id.desc())
        .limit(1)
    )


def replacements(story: TeachingStory) -> list[Replacement]:
    """What was replaced, for the reviewer; empty after the review."""
    return [Replacement(*row) for row in json.loads(story.replaced)] if story.replaced else []


def prepare_story(session: Session, case: CaseFile, *, actor: Actor, now: datetime) -> TeachingStory:
    """Take the people out of the file's story; dates move by a number nobody is told.

    Raises :class:`StepNotAllowed` with every reason of :func:`mediation_rooms.privacy.teaching_text`.
    """
    must_be_own(case, actor)
    if actor.account_id is None:
        raise NotFound("要由登录的人准备")
    days = FEWEST_SHIFTED_DAYS + secrets.randbelow(MOST_SHIFTED_DAYS - FEWEST_SHIFTED_DAYS)
    made = teaching_text(case, shift_days=-days if secrets.randbelow(2) else days)
    story = TeachingStory(
        case=case,
        state=TeachingState.PREPARED,
        text=made.text,
        replaced=json.dumps(
            [[span.kind, span.original, span.replacement] for span in made.spans], ensure_ascii=False
        ),
        prepared_by_account_id=actor.account_id,
        prepared_by=actor.name,
        prepared_at=now,
    )
    session.add(story)
    touched(session, case, actor=actor, action="teaching.prepare", now=now)
    return story


def rewrite_story(session: Session, story: TeachingStory, *, text: str, actor: Actor, now: datetime) -> None:
    """Put the text as it should be handed on. Raises :class:`InvalidEntry` naming what still identifies."""
    must_be_own(story.case, actor)
    if story.state is not TeachingState.PREPARED:
        raise InvalidEntry({"text": "复核过的不能再改，请重新准备一份"})
    if problem := _problem_of(story.case, text):
        raise InvalidEntry({"text": problem})
    story.text = text.strip()
    touched(session, story.case, actor=actor, action="teaching.rewrite", now=now)


def review_story(
    session: Session, story: TeachingStory, *, is_approved: bool, remarks: str, actor: Actor, now: datetime
) -> None:
    """Approve or refuse, by another person than who prepared it.

    Raises :class:`InvalidEntry`, and :class:`StepNotAllowed` where consent or closing no longer stand.
    """
    must_be_own(story.case, actor)
    problems: dict[str, str] = {}
    if actor.account_id is None or actor.account_id == story.prepared_by_account_id:
        problems["review"] = "要由另一个人复核，准备的人自己不能复核"
    if story.state is not TeachingState.PREPARED:
        problems["review"] = "这一份已经复核过了"
    if not is_approved and not remarks.strip():
        problems["remarks"] = "没有通过的，要写明为什么"
    if is_approved and (still := _problem_of(story.case, story.text)):
        problems["review"] = still
    if problems:
        raise InvalidEntry(problems)
    if is_approved:
        teaching_text(story.case, shift_days=1)  # raises where consent was withdrawn or the file is sealed
    story.state = TeachingState.APPROVED if is_approved else TeachingState.REFUSED
    story.replaced = None
    story.reviewed_by_account_id, story.reviewed_by, story.reviewed_at = actor.account_id, actor.name, now
    story.remarks = remarks.strip()
    touched(session, story.case, actor=actor, action="teaching.review", now=now, reason=story.state.value)


def approved_story(session: Session, case: CaseFile) -> TeachingStory:
    """The approved story, while consent stands. Raises :class:`NotFound`, :class:`StepNotAllowed`."""
    story = latest_story(session, case)
    if story is None or story.state is not TeachingState.APPROVED:
        raise NotFound("没有复核过的案例")
    teaching_text(case, shift_days=1)
    return story


def _problem_of(case: CaseFile, text: str) -> str:
    if not text.strip():
        return "案例不能是空的"
    if len(text) > LONGEST_TEXT:
        return f"太长了：最多 {LONGEST_TEXT} 个字"
    kept = [
        span.original
        for span in deidentify(text, names=people_named_in(case), shift_days=1).spans
        if span.kind not in {"date", "place", "house"} and span.original != span.replacement
    ]
    return f"里面还有能认出人的内容：{'、'.join(dict.fromkeys(kept))}" if kept else ""


def _articles(case: CaseFile) -> Sequence[str]:
    return list(dict.fromkeys(each.citation for each in case.cited_articles))


def story_as_json(story: TeachingStory) -> str:
    """The story as outreach takes it; nothing in it leads back to the file."""
    content = {
        "format": FORMAT,
        "kind": story.case.kind_code,
        "text": story.text,
        "articles": _articles(story.case),
        "reviewed_on": story.reviewed_at.date().isoformat() if story.reviewed_at else "",
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def story_as_paper(story: TeachingStory) -> Paper:
    """The story as a paper."""
    articles = _articles(story.case)
    return Paper(
        "teaching_story",
        "调解案例（已去除个人信息）",
        (
            *(Paragraph(line) for line in story.text.splitlines() if line.strip()),
            Note(f"引用：{'、'.join(articles)}" if articles else "没有引用法条"),
            Note("人名、地名、日期都是改过的；由两个人先后准备、复核。"),
            DateLine(story.reviewed_at.date() if story.reviewed_at else None),
        ),
    )
