"""Verbs and questions of the glossary: store attested forms, find a concept however it is typed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from corpus.bai.keys import KEY_VERSION, Keys, joined, keys_of_ipa, keys_of_query, keys_of_script
from corpus.bai.models import Concept, GlossaryTerm, Subject, TermChange, TermKey, TermStatus
from corpus.bai.scheme import Edition
from corpus.bai.varieties import Script, Variety, variety_of
from corpus.person import Person

_DATA = Path(__file__).parent / "data"
_HAN = re.compile("[\u3400-\u9fff]")
MOST_RESULTS = 50
LONGEST_QUERY = 100


@dataclass(frozen=True, slots=True)
class IncomingTerm:
    """One row that an importer read: a concept and at most one Bai form; ``line`` is 1 for the first line.

    Without ``text`` and ``ipa`` the concept is an entry to fill.
    """

    line: int
    chinese: str
    english: str = ""
    text: str = ""
    ipa: str = ""
    edition: str = ""
    variety: Variety = Variety.UNKNOWN
    village: str = ""
    script: Script = Script.LATIN
    source: str = ""
    source_url: str = ""
    licence: str = ""
    subject: Subject = Subject.EVERYDAY
    citation: str = ""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row cannot be stored: line, field, and a Chinese sentence with the remedy."""

    line: int
    field: str
    message: str


@dataclass(slots=True)
class Preview:
    """What an import would do; nothing is stored before a person has looked at it."""

    rows: list[IncomingTerm] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def can_be_stored(self) -> bool:
        """Whether every row is good."""
        return bool(self.rows) and not self.problems


@dataclass(frozen=True, slots=True)
class Stored:
    """What an import did."""

    concept_count: int
    term_count: int
    unchanged_count: int


def check_row(row: IncomingTerm) -> list[RowProblem]:
    """Everything wrong with a row: no Chinese and English, a form without source, markup in a cell."""
    problems = []
    if not row.chinese and not row.english:
        problems.append(RowProblem(row.line, "zh", f"第{row.line}行没有汉语也没有英语释义，请补上。"))
    if (row.text or row.ipa) and not row.source:
        problems.append(RowProblem(row.line, "source", f"第{row.line}行的白语没有来源，请写明出处。"))
    for name, limit in (("chinese", 200), ("english", 200), ("text", 200), ("ipa", 200), ("source", 400)):
        value: str = getattr(row, name)
        if len(value) > limit:
            problems.append(RowProblem(row.line, name, f"第{row.line}行“{name}”超过{limit}个字符，请缩短。"))
        if name != "source" and re.search(r"<[A-Za-z/!]", value):
            problems.append(RowProblem(row.line, name, f"第{row.line}行“{name}”含有网页标记，请只留文字。"))
    if row.edition not in ("", "1982", "1993"):
        problems.append(
            RowProblem(row.line, "edition", f"第{row.line}行方案年份“{row.edition}”不是1982或1993。")
        )
    return problems


def preview(rows: Iterable[IncomingTerm]) -> Preview:
    """Judge all rows at once and report everything."""
    result = Preview()
    for row in rows:
        result.rows.append(row)
        result.problems.extend(check_row(row))
    return result


def term_keys(term: GlossaryTerm) -> list[TermKey]:
    """Fresh search keys of a form, of every reading and of its sound."""
    edition = Edition(term.edition) if term.edition else None
    found: dict[Keys, None] = {}
    if term.script is Script.LATIN and term.text:
        found.update(dict.fromkeys(keys_of_script(term.text, edition)))
    if term.ipa:
        # several forms in one cell are kept as printed and found one by one
        found.update(
            dict.fromkeys(keys_of_ipa(part) for part in re.split("[;|/,]", term.ipa) if part.strip())
        )
    if term.script is Script.HAN and term.text:
        letters = joined(term.text)
        found[Keys(letters, letters, letters, letters)] = None
    return [
        TermKey(key_version=KEY_VERSION, exact=k.exact, sound=k.sound, toneless=k.toneless, loose=k.loose)
        for k in found
        if k.exact
    ]


def store_rows(
    session: Session,
    *,
    rows: Iterable[IncomingTerm],
    status: TermStatus = TermStatus.DRAFT,
    person: Person | None = None,
    now: datetime | None = None,
) -> Stored:
    """Store previewed rows; rows already present (same concept, variety, village, form, source) stay untouched.

    With ``person`` and ``now`` the new forms are that person's proposals, so that somebody else approves them.
    Raises ValueError with all sentences when a row has a problem: nothing is stored then.
    """
    wanted = list(rows)
    faults = [problem.message for row in wanted for problem in check_row(row)]
    if faults:
        raise ValueError("\n".join(faults))
    concepts = {(c.chinese, c.english): c for c in session.scalars(select(Concept))}
    present = {
        (chinese, english, *rest)
        for chinese, english, *rest in session.execute(
            select(
                Concept.chinese,
                Concept.english,
                GlossaryTerm.variety,
                GlossaryTerm.village,
                GlossaryTerm.text,
                GlossaryTerm.ipa,
                GlossaryTerm.source,
            ).join(GlossaryTerm.concept)
        )
    }
    new_concepts = new_terms = unchanged = 0
    for row in wanted:
        concept = concepts.get((row.chinese, row.english))
        if concept is None:
            concept = Concept(
                chinese=row.chinese, english=row.english, subject=row.subject, citation=row.citation
            )
            session.add(concept)
            concepts[(row.chinese, row.english)] = concept
            new_concepts += 1
        if not row.text and not row.ipa:
            continue
        identity = (row.chinese, row.english, row.variety, row.village, row.text, row.ipa, row.source)
        if identity in present:
            unchanged += 1
            continue
        present.add(identity)
        term = add_term(session, concept=concept, row=row, status=status)
        if person is not None and now is not None:
            term.proposer_id, term.proposer = person.account_id, person.name
            term.changes.append(TermChange(action="propose", changed_at=now, changed_by=person.name))
        new_terms += 1
    session.flush()
    return Stored(new_concepts, new_terms, unchanged)


def add_term(
    session: Session, *, concept: Concept, row: IncomingTerm, status: TermStatus = TermStatus.DRAFT
) -> GlossaryTerm:
    """Add one attested form with its search keys to a concept."""
    term = GlossaryTerm(
        concept=concept,
        variety=row.variety,
        village=row.village,
        script=row.script,
        text=row.text,
        edition=row.edition,
        ipa=row.ipa,
        source=row.source,
        source_url=row.source_url,
        licence=row.licence,
        status=status,
    )
    term.keys = term_keys(term)
    session.add(term)
    return term


def starter_rows() -> Iterator[IncomingTerm]:
    """The attested single words that ship with the product, then the legal terms without Bai."""
    with (_DATA / "starter-glossary.tsv").open(encoding="utf-8", newline="") as handle:
        for line, row in enumerate(csv.DictReader(handle, delimiter="\t"), start=2):
            variety, village = variety_of(row["variety_note"])
            url = re.search(r"https?://\S+", row["source"])
            yield IncomingTerm(
                line=line,
                chinese=row["zh"],
                english=row["en"],
                text=row["bai"],
                ipa=row["ipa"],
                edition=row["edition"],
                variety=variety,
                village=village,
                source=f"{row['source']}；{row['variety_note']}"[:400],
                source_url=url.group() if url else "",
                licence="单词作为事实引用",
            )
    with (_DATA / "legal-terms.tsv").open(encoding="utf-8", newline="") as handle:
        for line, row in enumerate(csv.DictReader(handle, delimiter="\t"), start=2):
            yield IncomingTerm(
                line=line,
                chinese=row["zh"],
                english=row["en"],
                subject=Subject.LEGAL,
                citation=row["citation"],
            )


@dataclass(frozen=True, slots=True)
class GlossaryHit:
    """A concept found, how (``exact``, ``sound``, ``toneless``, ``dialect``, ``meaning``), its forms in order."""

    concept: Concept
    matched: str
    forms: tuple[GlossaryTerm, ...]


_LEVELS: tuple[tuple[str, str], ...] = (
    ("exact", "exact"),
    ("sound", "sound"),
    ("toneless", "toneless"),
    ("dialect", "loose"),
)


def search_glossary(
    session: Session,
    text: str,
    *,
    variety: Variety | None = None,
    village: str | None = None,
    approved_only: bool = False,
) -> list[GlossaryHit]:
    """Concepts for Bai in any spelling, IPA, Chinese or English; best first, at most 50.

    The chosen village's forms stand first, then those of its variety, then the others: a reader who
    chose once never has to hunt. ``approved_only`` hides forms nobody has approved.
    """
    text = text.strip()[:LONGEST_QUERY]
    if not text:
        return []
    levels: dict[int, str] = {}
    if not _HAN.search(text):
        _match_sounds(session, text, levels)
    _match_meaning(session, text, levels)
    if not levels:
        return []
    chosen = list(levels)[:MOST_RESULTS]
    concepts = {
        concept.id: concept
        for concept in session.scalars(
            select(Concept).where(Concept.id.in_(chosen)).options(selectinload(Concept.terms))
        )
    }

    def nearness(term: GlossaryTerm) -> tuple[bool, bool, int]:
        return (not (village and term.village == village), term.variety is not variety, term.id)

    hits = []
    for identity in chosen:
        concept = concepts[identity]
        terms = [
            term
            for term in concept.terms
            if (term.status is TermStatus.APPROVED or not approved_only)
            and term.status is not TermStatus.WITHDRAWN
        ]
        hits.append(GlossaryHit(concept, levels[identity], tuple(sorted(terms, key=nearness))))
    return hits


def _match_sounds(session: Session, text: str, levels: dict[int, str]) -> None:
    keys = keys_of_query(text)[:16]
    for name, attribute in _LEVELS:
        column: InstrumentedAttribute[str] = getattr(TermKey, attribute)
        values = {getattr(key, attribute) for key in keys} - {""}
        if not values:
            continue
        found = session.scalars(
            select(GlossaryTerm.concept_id)
            .join(TermKey, TermKey.term_id == GlossaryTerm.id)
            .where(column.in_(values), GlossaryTerm.status != TermStatus.WITHDRAWN)
            .order_by(GlossaryTerm.id)
            .limit(MOST_RESULTS * 4)
        )
        for concept_id in found:
            levels.setdefault(concept_id, name)
        if len(levels) >= MOST_RESULTS:
            return


def _match_meaning(session: Session, text: str, levels: dict[int, str]) -> None:
    lowered = text.lower()
    # ranges instead of LIKE: both use the index, whatever the database
    near: list[ColumnElement[bool]] = [
        Concept.chinese.between(text, f"{text}\uffff"),
        Concept.english == lowered,
    ]
    if len(text) >= 3:
        near.append(Concept.english.between(lowered, f"{lowered}\uffff"))
    rows = _concepts(session, near)
    if not rows and _HAN.search(text):
        inside = [Concept.chinese.contains(text, autoescape=True)]
        rows = _concepts(session, [*inside, Concept.other_chinese.contains(text, autoescape=True)])
    for identity, _chinese in sorted(rows, key=lambda row: (row[1] != text, len(row[1]), row[0])):
        levels.setdefault(identity, "meaning")


def _concepts(session: Session, conditions: list[ColumnElement[bool]]) -> list[tuple[int, str]]:
    found: dict[int, str] = {}
    for condition in conditions:
        query = select(Concept.id, Concept.chinese).where(condition).limit(MOST_RESULTS * 4)
        found.update((identity, chinese) for identity, chinese in session.execute(query))
    return list(found.items())


def expand_for_search(session: Session, query: str) -> list[str]:
    """Chinese terms for a Bai query, for the article search; nothing for a query with Chinese characters.

    Only matches of the letters or of the sounds with or without tones count: a looser guess would
    lead a villager to the wrong law.
    """
    if _HAN.search(query):
        return []
    terms: dict[str, None] = {}
    for hit in search_glossary(session, query):
        if hit.matched in ("exact", "sound", "toneless"):
            terms[re.split("[（(；;]", hit.concept.chinese)[0]] = None
    return list(terms)


def concepts_in(session: Session, chinese: str, *, limit: int = 30) -> list[Concept]:
    """Concepts whose Chinese stands in a text, the longest first, with their forms."""
    if not chinese.strip():
        return []
    found = session.scalars(
        select(Concept)
        .where(Concept.chinese != "", literal(chinese).contains(Concept.chinese))
        .options(selectinload(Concept.terms))
        .order_by(func.length(Concept.chinese).desc(), Concept.id)
        .limit(limit)
    )
    return list(found)
