"""Plans and carries out an import of statutes: what would change is shown before anything does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from corpus.importing.statute_text import UNDATED_REPEAL, ImportProblem, IncomingVersion, short_name_of
from corpus.law.models import Article, Statute, StatuteVersion
from corpus.law.state import renew_fingerprint

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


class Change(StrEnum):
    """What an import does with one version."""

    NEW_STATUTE = "new_statute"
    NEW_VERSION = "new_version"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class PlannedVersion:
    """One version and what happens to it."""

    incoming: IncomingVersion
    change: Change
    existing_id: int | None = None
    removed: tuple[str, ...] = ()
    """Articles of the stored text that the new one no longer has, as people write them."""


@dataclass
class ImportReport:
    """The outcome of an import or of its dry run."""

    planned: list[PlannedVersion] = field(default_factory=list)

    def count(self, change: Change) -> int:
        """How many versions meet this fate."""
        return sum(each.change is change for each in self.planned)

    @property
    def article_count(self) -> int:
        """Articles in new and changed versions."""
        return sum(
            len(each.incoming.articles) for each in self.planned if each.change is not Change.UNCHANGED
        )


def plan_import(session: Session, versions: Iterable[IncomingVersion]) -> ImportReport:
    """Compare what was read with what is stored. Stores nothing."""
    stored: dict[str, list[StatuteVersion]] = {}
    for version in session.scalars(select(StatuteVersion).join(StatuteVersion.statute)):
        stored.setdefault(version.statute.short_name, []).append(version)
    report = ImportReport()
    known = set(stored)
    for incoming in versions:
        own = stored.get(incoming.short_name, [])
        same_text = next((each for each in own if each.fingerprint == incoming.fingerprint), None)
        same_day = next(
            (
                each
                for each in own
                if each.effective_on == incoming.effective_on or each.published_on == incoming.published_on
            ),
            None,
        )
        if incoming.is_part:
            report.planned.append(_plan_part(incoming, same_day))
        elif same_text is not None:
            report.planned.append(PlannedVersion(incoming, Change.UNCHANGED, same_text.id))
        elif same_day is not None:
            gone = _removed(incoming, same_day)
            report.planned.append(PlannedVersion(incoming, Change.CHANGED, same_day.id, gone))
        else:
            change = Change.NEW_VERSION if incoming.short_name in known else Change.NEW_STATUTE
            report.planned.append(PlannedVersion(incoming, change))
        known.add(incoming.short_name)
    return report


def _removed(incoming: IncomingVersion, stored: StatuteVersion) -> tuple[str, ...]:
    kept = {(each.number, each.suffix) for each in incoming.articles}
    return tuple(
        f"第{each.number}条" + (f"之{each.suffix}" if each.suffix else "")
        for each in sorted(stored.articles, key=lambda each: each.position)
        if (each.number, each.suffix) not in kept
    )


def _plan_part(incoming: IncomingVersion, whole: StatuteVersion | None) -> PlannedVersion:
    """A book of a code: unchanged, or a correction of the articles that the stored version has already."""
    if whole is None:
        raise ImportProblem(
            incoming.source, f"这只是《{incoming.short_name}》的一编：请先导入全文，再用这个文件核对"
        )
    stored = {(each.number, each.suffix): each.text for each in whole.articles}
    differs = any(
        "".join(stored.get((each.number, each.suffix), "").split()) != "".join(each.text.split())
        for each in incoming.articles
    )
    return PlannedVersion(incoming, Change.CHANGED if differs else Change.UNCHANGED, whole.id)


def carry_out(session: Session, report: ImportReport, *, progress: Progress | None = None) -> None:
    """Store a plan in the caller's one transaction, then settle what ended what."""
    statutes = {each.short_name: each for each in session.scalars(select(Statute))}
    for done, planned in enumerate(report.planned, start=1):
        if planned.change is not Change.UNCHANGED:
            _store(session, planned, statutes)
        if progress is not None:
            progress(done, len(report.planned))
    settle_endings(session, [each.incoming for each in report.planned])
    renew_fingerprint(session)


def _store(session: Session, planned: PlannedVersion, statutes: dict[str, Statute]) -> None:
    incoming = planned.incoming
    if incoming.is_part:
        _correct_articles(session, planned)
        return
    statute = statutes.get(incoming.short_name)
    if statute is None:
        statute = Statute(
            name=incoming.name,
            short_name=incoming.short_name,
            kind=incoming.kind,
            issuing_body=incoming.issuing_body,
            department=incoming.department,
        )
        session.add(statute)
        statutes[incoming.short_name] = statute
    if planned.existing_id is not None:
        previous = session.get(StatuteVersion, planned.existing_id)
        if previous is not None:
            session.delete(previous)
            session.flush()
    version = StatuteVersion(
        statute=statute,
        published_on=incoming.published_on,
        effective_on=incoming.effective_on,
        repealed_on=incoming.repealed_on,
        replaced_by=incoming.replaced_by,
        source=incoming.source,
        fingerprint=incoming.fingerprint,
        doubt=incoming.doubt,
    )
    session.add(version)
    session.flush()
    session.execute(
        insert(Article),
        [
            {
                "version_id": version.id,
                "number": article.number,
                "suffix": article.suffix,
                "heading_path": list(article.heading_path),
                "text": article.text,
                "position": position,
            }
            for position, article in enumerate(incoming.articles)
        ],
    )


def _correct_articles(session: Session, planned: PlannedVersion) -> None:
    """Put the texts of a part into the stored version; its other articles stay as they are."""
    texts = {(each.number, each.suffix): each.text for each in planned.incoming.articles}
    for article in session.scalars(select(Article).where(Article.version_id == planned.existing_id)):
        article.text = texts.get((article.number, article.suffix), article.text)
    session.flush()


def settle_endings(session: Session, incoming: Sequence[IncomingVersion]) -> None:
    """A later version ends the one before it; a text that repeals another ends its last version."""
    session.flush()
    by_name: dict[str, list[StatuteVersion]] = {}
    for version in session.scalars(
        select(StatuteVersion).join(StatuteVersion.statute).order_by(StatuteVersion.effective_on)
    ):
        by_name.setdefault(version.statute.short_name, []).append(version)
    for name, versions in by_name.items():
        for earlier, later in pairwise(versions):
            earlier.repealed_on, earlier.replaced_by = later.effective_on, name
    for each in incoming:
        for repealed in each.repeals:
            name = short_name_of(repealed)
            versions = by_name.get(name, [])
            if name != each.short_name and versions and versions[-1].effective_on <= each.effective_on:
                ended = versions[-1]
                ended.repealed_on, ended.replaced_by = each.effective_on, each.short_name
                if ended.doubt.startswith(UNDATED_REPEAL):
                    ended.doubt = ""
    session.flush()
