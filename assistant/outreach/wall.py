"""The wall of materials: which stand on it for a choice of topic, audience, language, status and words."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from assistant.outreach.kinds import ItemKind
from assistant.outreach.models import ItemStatus, OutreachItem


class Language(enum.StrEnum):
    """In which languages a material is there; the Chinese always is."""

    ANY = ""
    WITH_BAI = "bai"
    WITHOUT_BAI = "no-bai"


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is empty is not asked about."""

    word: str = ""
    topic: str = ""
    audience: str = ""
    language: Language = Language.ANY
    status: ItemStatus | None = None
    has_rights: bool = False
    kind: ItemKind | None = None


def on_the_wall(session: Session, wanted: Wanted) -> list[OutreachItem]:
    """Those whose law changed first, then the newest. Withdrawn ones stand there only when asked for."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.word:
        conditions.append(
            OutreachItem.title.contains(wanted.word, autoescape=True)
            | OutreachItem.topic.contains(wanted.word, autoescape=True)
        )
    if wanted.topic:
        conditions.append(OutreachItem.topic == wanted.topic)
    if wanted.audience:
        conditions.append(OutreachItem.audience == wanted.audience)
    if wanted.kind is not None:
        conditions.append(OutreachItem.kind == wanted.kind)
    if wanted.language is not Language.ANY:
        in_bai = (OutreachItem.bai_text != "") | OutreachItem.song.contains("\n＝")
        conditions.append(in_bai if wanted.language is Language.WITH_BAI else ~in_bai)
    if wanted.status is not None:
        conditions.append(OutreachItem.status == wanted.status)
    else:
        conditions.append(OutreachItem.status != ItemStatus.WITHDRAWN)
    if wanted.has_rights:
        conditions.append(OutreachItem.rights != "")
    return list(
        session.scalars(
            select(OutreachItem)
            .where(*conditions)
            .order_by(OutreachItem.needs_checking == "", OutreachItem.written_on.desc(), OutreachItem.id)
        )
    )


def published(session: Session, *, ids: Collection[int]) -> list[OutreachItem]:
    """Those of these rows that are published, the newest first."""
    return list(
        session.scalars(
            select(OutreachItem)
            .where(OutreachItem.id.in_(list(ids)), OutreachItem.status == ItemStatus.PUBLISHED)
            .order_by(OutreachItem.written_on.desc(), OutreachItem.id)
        )
    )


def audiences(session: Session) -> list[str]:
    """Every audience that a material names, in order."""
    return sorted(filter(None, session.scalars(select(OutreachItem.audience).distinct())))
