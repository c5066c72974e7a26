"""What is written into a material, by whom, and how a refusal is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.outreach.kinds import ItemKind
from assistant.outreach.language_versions import BaiText


@dataclass(frozen=True)
class Editor:
    """Who works on a material: the account and the name kept in its history."""

    account_id: int | None
    name: str


@dataclass(frozen=True)
class ItemEntry:
    """What is written into a material."""

    title: str
    written_on: date
    topic: str = ""
    audience: str = ""
    icon: str = "scales"
    author: str = ""
    rights: str = ""
    lines: tuple[str, ...] = ()
    points: tuple[tuple[str, str], ...] = ()
    script: str = ""
    song: str = ""
    verse_form: str = "free"
    bai_text: str = ""
    bai_source: str = ""
    articles: tuple[str, ...] = ()
    kind: ItemKind = ItemKind.TOPIC
    questions: tuple[Mapping[str, object], ...] = ()
    """Of a quiz: each with ``text``, ``choices``, ``right`` and ``article`` (:mod:`assistant.outreach.quiz`)."""
    bai_versions: tuple[BaiText, ...] = ()
    bai_beside: str = ""
    """The variety that stands beside the Chinese in the designs."""


class ItemRefused(Exception):
    """A step or an entry that cannot be: ``problems`` by field, or under ``step`` complete sentences."""

    def __init__(self, problems: Mapping[str, str] | Sequence[str]) -> None:
        self.problems = (
            dict(problems)
            if isinstance(problems, Mapping)
            else {f"step-{n}": text for n, text in enumerate(problems)}
        )
        super().__init__("；".join(self.problems.values()))


class ItemChangedMeanwhile(Exception):
    """Somebody else saved first."""
