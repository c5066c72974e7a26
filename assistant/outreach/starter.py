"""The set that ships: twelve topics in our own plain Chinese, each resting on cited articles.

Every topic has a poster, a leaflet and a radio script, and an empty place for its Bai version that
only a language worker of the room fills. The texts explain; the cited article decides.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from corpus.citation import short_name


class MaterialKind(enum.StrEnum):
    """What a material is made into."""

    POSTER = "poster"
    LEAFLET = "leaflet"
    RADIO = "radio"


BAI_PLACE = "白语版：尚无，待本地白语工作者撰写并审定"


@dataclass(frozen=True)
class ArticleCited:
    """An article by the official full name of its statute and its number."""

    statute: str
    number: int

    @property
    def label(self) -> str:
        """As printed under a material."""
        return f"《{short_name(self.statute)}》第{self.number}条"


@dataclass(frozen=True)
class StarterTopic:
    """One topic: poster lines, questions with answers for the leaflet, and the radio script."""

    key: str
    title: str
    lines: tuple[str, ...]
    points: tuple[tuple[str, str], ...]
    radio: str
    articles: tuple[ArticleCited, ...]
    written_on: date
    author: str
    rights: str

    @property
    def sources(self) -> str:
        """The cited articles in one line."""
        return "、".join(article.label for article in self.articles)


@cache
def starter_topics() -> tuple[StarterTopic, ...]:
    """All topics in the order of the file."""
    content = json.loads((files(__package__) / "data" / "starter.json").read_text("utf-8"))
    return tuple(
        StarterTopic(
            key=row["key"],
            title=row["title"],
            lines=tuple(row["lines"]),
            points=tuple((question, answer) for question, answer in row["points"]),
            radio=row["radio"],
            articles=tuple(_article(text) for text in row["cites"]),
            written_on=date.fromisoformat(content["written_on"]),
            author=content["author"],
            rights=content["rights"],
        )
        for row in content["topics"]
    )


def starter_topic(key: str) -> StarterTopic | None:
    """The topic of this key; None when there is none."""
    return next((topic for topic in starter_topics() if topic.key == key), None)


def _article(text: str) -> ArticleCited:
    statute, _mark, number = text.partition("#")
    return ArticleCited(statute, int(number))
