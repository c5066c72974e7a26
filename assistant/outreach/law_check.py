"""Do cited articles still say what they said? Found for thousands of citations in one pass over the collection.

An item keeps of each article the words of the day it was written, as a hash. When the statute is
amended or repealed, the words of today have another hash or are gone, and the item has to be checked.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.citation import Citation
from corpus.law.models import Article, Force, Statute, StatuteVersion
from corpus.law.words import hash_of


class LawChange(enum.StrEnum):
    """What became of a cited article."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REPEALED = "repealed"
    NOT_YET = "not_yet"
    MISSING = "missing"


@dataclass(frozen=True)
class Cited:
    """A citation as an item keeps it; ``words_hash`` is empty until the words were first looked at."""

    citation: Citation
    words_hash: str = ""


@dataclass(frozen=True)
class Finding:
    """A citation with what became of it, a sentence for the reader, and the hash of today's words."""

    cited: Cited
    change: LawChange
    message: str
    words_hash: str

    @property
    def needs_checking(self) -> bool:
        """Whether a jurist has to look at the item again."""
        return self.change is not LawChange.UNCHANGED


def look_up(session: Session, cited: Iterable[Cited], *, on: date) -> list[Finding]:
    """What became of each citation on a day, in the order given.

    Every statute and article is read once, however many items cite it.
    """
    wanted = list(cited)
    names = sorted({each.citation.statute for each in wanted})
    versions = _versions(session, names)
    words = _words(
        session, [version.id for chosen in versions.values() if (version := _standing(chosen, on))], wanted
    )
    return [_finding(each, versions.get(each.citation.statute, []), words, on) for each in wanted]


def _versions(session: Session, names: Sequence[str]) -> dict[str, list[StatuteVersion]]:
    found: dict[str, list[StatuteVersion]] = {}
    statement = (
        select(StatuteVersion, Statute.short_name)
        .join(StatuteVersion.statute)
        .where(Statute.short_name.in_(names))
        .order_by(StatuteVersion.effective_on)
    )
    for version, name in session.execute(statement):
        found.setdefault(name, []).append(version)
    return found


def _words(session: Session, version_ids: list[int], wanted: list[Cited]) -> dict[tuple[int, int, int], str]:
    numbers = sorted({each.citation.article for each in wanted})
    statement = select(Article.version_id, Article.number, Article.suffix, Article.text).where(
        Article.version_id.in_(version_ids), Article.number.in_(numbers)
    )
    return {
        (version, number, suffix): hash_of(text)
        for version, number, suffix, text in session.execute(statement)
    }


def _standing(versions: list[StatuteVersion], on: date) -> StatuteVersion | None:
    begun = [version for version in versions if version.effective_on <= on]
    return begun[-1] if begun else versions[0] if versions else None


def _finding(
    cited: Cited, versions: list[StatuteVersion], words: dict[tuple[int, int, int], str], on: date
) -> Finding:
    label = f"《{cited.citation.statute}》{cited.citation.label}"
    version = _standing(versions, on)
    if version is None:
        return Finding(cited, LawChange.MISSING, f"{label}：库里没有这部法，核对不了。", "")
    force = version.force_on(on)
    if force is Force.REPEALED:
        instead = f"，由《{version.replaced_by}》接替" if version.replaced_by else ""
        return Finding(
            cited,
            LawChange.REPEALED,
            f"{label}：{version.repealed_on} 起已不再有效{instead}，材料要重写。",
            "",
        )
    today = words.get((version.id, cited.citation.article, cited.citation.suffix or 0), "")
    if not today:
        return Finding(cited, LawChange.MISSING, f"{label}：现行文本里没有这一条，材料要核对。", "")
    if force is Force.NOT_YET:
        return Finding(
            cited, LawChange.NOT_YET, f"{label}：{version.effective_on} 才施行，还不能宣传为现行法。", today
        )
    if cited.words_hash and cited.words_hash != today:
        return Finding(
            cited,
            LawChange.CHANGED,
            f"{label}：{version.effective_on} 起条文有改动，请法律审核人对照后改写。",
            today,
        )
    return Finding(cited, LawChange.UNCHANGED, f"{label}：现行有效。", today)
