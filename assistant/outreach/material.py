"""A material ready to be set: what every design and every export is made from, whoever wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.outreach.starter import BAI_PLACE, StarterTopic

_CLAUSE = re.compile(r"[，；：]")


@dataclass(frozen=True)
class BaiVersion:
    """The Bai text of a material with where it comes from; empty text leaves a marked place."""

    text: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if self.text.strip() and not self.source.strip():
            raise ValueError("白文没有写明出处，不能排进材料。请写明译者、审定人或所据文献。")

    @property
    def note(self) -> str:
        """What stands beside or instead of the text."""
        return f"白文出处：{self.source}" if self.text.strip() else BAI_PLACE


@dataclass(frozen=True)
class Sound:
    """A recording that belongs to a material: the part it speaks, its file, seconds, and who speaks with what consent.

    ``part`` is ``section.stanza`` of a song (from 1) or empty for the whole.
    """

    part: str
    path: Path
    seconds: float
    note: str


@dataclass(frozen=True)
class Illustration:
    """An uploaded picture as a drawing (SVG) that holds it, its pixels (0 for a drawing of lines), and its rights."""

    drawing: str
    width: int
    height: int
    rights: str


@dataclass(frozen=True)
class Material:
    """One topic's words: headline, short lines, questions with answers, script, sources and rights.

    ``page`` is the address behind the code to scan, ``contact`` the room's line at the foot; both may
    be empty. ``icon`` names a picture of the icon set.
    """

    key: str
    title: str
    lines: tuple[str, ...]
    points: tuple[tuple[str, str], ...]
    script: str
    sources: tuple[str, ...]
    author: str
    rights: str
    written_on: date
    icon: str = "scales"
    bai: BaiVersion = BaiVersion()
    page: str = ""
    contact: str = ""
    song: str = ""
    """The verses of a song in the notation of the song checker; empty for everything else."""
    verse_form: str = "free"
    sounds: tuple[Sound, ...] = ()
    picture: Illustration | None = None
    """An uploaded picture; without one the family's own ornament stands in its place."""

    def __post_init__(self) -> None:
        if not self.rights.strip():
            raise ValueError(f"《{self.title}》没有写明权利（谁可以怎样使用），不能导出。请先补上。")
        if not self.title.strip():
            raise ValueError("材料没有标题，请先写标题。")

    @property
    def headline(self) -> tuple[str, ...]:
        """The title in the lines a poster shows: broken at its own pauses, never inside a clause."""
        clauses = [part.strip() for part in _CLAUSE.split(self.title) if part.strip()]
        return tuple(clauses) if len(clauses) > 1 else (self.title.strip(),)

    @property
    def basis(self) -> str:
        """The articles that everything said rests on, in one line."""
        return f"依据：{'、'.join(self.sources)}"

    @property
    def imprint(self) -> str:
        """Who wrote it, who may use it how, and until which day it is known to be right."""
        picture = f"　图片：{self.picture.rights}" if self.picture is not None else ""
        return f"{self.author}　{self.rights}{picture}　内容截至 {self.written_on.isoformat()}"

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """All words that leave with the material, each with the name of the place where they stand."""
        asked = [(f"第{n}组问答", "\n".join(pair)) for n, pair in enumerate(self.points, start=1)]
        return (
            ("标题", self.title),
            ("要点", "\n".join(self.lines)),
            *asked,
            ("广播稿", self.script),
            ("依据", "\n".join(self.sources)),
            ("作者", self.author),
            ("权利", self.rights),
            ("白语版", f"{self.bai.text}\n{self.bai.note}"),
            ("地址", self.contact),
            ("图片的权利", self.picture.rights if self.picture is not None else ""),
            ("唱词", self.song),
        )

    @property
    def everything(self) -> str:
        """All words that are set in type, for looking for missing glyphs."""
        return "".join(words for _place, words in self.places)


_ICONS = {
    "fundraising": "money",
    "security": "shield",
    "violence": "violence",
    "betrothal": "marriage",
    "elders": "elder",
    "wages": "work",
    "land": "land",
    "neighbours": "neighbour",
    "loans": "handshake",
    "children": "child",
    "fraud": "phone",
    "seeds": "shopping",
}


def icon_of(topic_key: str) -> str:
    """The picture of the icon set that stands for a topic."""
    return _ICONS.get(topic_key, "scales")


def material_of(topic: StarterTopic, *, page: str = "", contact: str = "") -> Material:
    """A topic of the starter set as a material, with an address to scan and a room's line if given."""
    return Material(
        key=topic.key,
        title=topic.title,
        lines=topic.lines,
        points=topic.points,
        script=topic.radio,
        sources=tuple(article.label for article in topic.articles),
        author=topic.author,
        rights=topic.rights,
        written_on=topic.written_on,
        icon=icon_of(topic.key),
        page=page,
        contact=contact,
    )
