"""What changed in the law under a material: the words it rests on beside the words of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from assistant.outreach.law_check import Cited, look_up
from assistant.outreach.models import ItemArticle, ItemStatus, ItemStep, OutreachItem
from corpus.citation import Citation
from corpus.law.queries import article_cited
from corpus.law.state import content_fingerprint
from corpus.law.words import hash_of


@dataclass(frozen=True)
class ChangedWords:
    """An article with the words that the material was written over, and those of today (empty: none)."""

    label: str
    before: str
    now: str


def changed_words(session: Session, item: OutreachItem, *, on: date) -> list[ChangedWords]:
    """The articles of a material whose words are no longer the same."""
    found = []
    for row in item.articles:
        article = article_cited(session, Citation.parse(row.citation), on=on)
        now = article.text if article is not None else ""
        if row.words and row.words_hash != hash_of(now):
            found.append(ChangedWords(row.label, row.words, now))
    return found


State = tuple[str, date, int]
"""What the answer depends on: the law that is stored, the day, and the newest change of any material."""


def state_of(session: Session, *, on: date) -> State:
    """Two equal states have the same warnings."""
    newest = session.scalar(select(func.max(ItemStep.id))) or 0
    return content_fingerprint(session), on, newest


def warnings_of_today(session: Session, *, on: date) -> dict[int, str]:
    """What is wrong today with every material that is not withdrawn, by its row. Reads only."""
    rows = session.execute(
        select(ItemArticle.item_id, ItemArticle.citation, ItemArticle.words_hash)
        .join(OutreachItem, OutreachItem.id == ItemArticle.item_id)
        .where(OutreachItem.status != ItemStatus.WITHDRAWN)
        .order_by(ItemArticle.id)
    ).all()
    cited = [Cited(Citation.parse(citation), words_hash) for _item, citation, words_hash in rows]
    said: dict[int, list[str]] = {}
    for (item_id, _citation, _hash), finding in zip(rows, look_up(session, cited, on=on), strict=True):
        if finding.needs_checking:
            said.setdefault(item_id, []).append(finding.message)
    return {item_id: "\n".join(messages) for item_id, messages in said.items()}


def say_today(items: Sequence[OutreachItem], warnings: dict[int, str]) -> list[OutreachItem]:
    """The same rows with today's warnings instead of the stored ones, those with a warning first.

    Nothing is written: the rows stay clean.
    """
    for item in items:
        if item.status is not ItemStatus.WITHDRAWN:
            set_committed_value(item, "needs_checking", warnings.get(item.id, ""))
    return sorted(items, key=lambda item: not item.needs_checking)
