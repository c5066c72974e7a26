"""The search engine: one index opened, questions answered.

Lexical ranking runs on compiled weights, meaning on vectors, structured questions on Whoosh.
An engine never changes: a new index is a new engine.
"""

from __future__ import annotations

import json
import mmap
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from corpus.search import _analysis, _index, _query, _thesaurus, _weights
from corpus.search._answer import Answer, Question, Reason, Result, Understood, snippet
from corpus.search._facets import TopicTable, facets
from corpus.search._guard import MOST_RESULTS, clean
from corpus.search._names import NameTable
from corpus.search._query import Expander, Reading
from corpus.search._ranking import (
    ArticleTable,
    Asked,
    Flags,
    Ranker,
    Rows,
    best_rows,
    shipped_experience,
    terms_of,
)
from corpus.search._semantic import Encoder, available
from corpus.search._spelling import better_spellings
from corpus.search._structured import StructuredIndex
from corpus.search._thesaurus import Expansion
from corpus.search.documents import IndexedArticle

_REFERENCE = re.compile(r"(?P<name>[^#]+)#(?P<number>\d+)(?:[-_之.](?P<suffix>\d+))?(?:@.*)?$")
_TABLE = ("law", "number", "suffix", "effective", "ended", "is_statute", "civil_code", "closing", "length")

_encoder = Encoder()


class SearchEngine:
    """A verified index in memory. Make one with :meth:`open`."""

    def __init__(
        self, directory: Path, manifest: dict[str, Any], *, semantic: bool, expanders: Sequence[Expander] = ()
    ) -> None:
        self.directory = directory
        self.fingerprint = str(manifest["fingerprint"])
        self.size = int(manifest["articles"])
        self.expanders = tuple(expanders)
        values = json.loads((directory / "names.json").read_text(encoding="utf-8"))
        _analysis.add_words(values["vocabulary"])
        self.forwarding: dict[str, list[str]] = values.get("forwarding", {})
        self.names = NameTable(values, {reference.split("#")[0] for reference in self.forwarding})
        self.thesaurus = _thesaurus.load()
        columns = {
            name: np.asarray(np.load(directory / f"table-{name}.npy", mmap_mode="r")) for name in _TABLE
        }
        self.table = ArticleTable(**columns)
        fields = {name: _weights.load(directory, name, self.size) for name in _weights.FIELDS}
        vectors = known = None
        if semantic and available() and (directory / "vectors.npy").exists():
            vectors = np.asarray(np.load(directory / "vectors.npy", mmap_mode="r"))
            known = np.load(directory / "vectors-known.npy")
        self.semantic = vectors is not None
        self.topics = TopicTable(
            {
                topic.slug: [number for name in topic.statutes for number in self.names.laws_named(name)]
                for topic in self.thesaurus.topics.values()
            }
        )
        before = shipped_experience().signals(
            self.names.short, self.table.law, self.table.number, self.table.suffix == 0
        )
        self.ranker = Ranker(
            self.table,
            fields,
            everyday_laws=self.topics.everyday_laws(),
            before=before,
            vectors=vectors,
            known=known,
        )
        self.structured = StructuredIndex(directory / "whoosh")
        self._offsets = np.load(directory / "offsets.npy")
        with (directory / "articles.jsonl").open("rb") as handle:
            self._lines = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        self._places: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        keys = zip(
            self.table.law.tolist(), self.table.number.tolist(), self.table.suffix.tolist(), strict=True
        )
        for row, key in enumerate(keys):
            self._places[key].append(row)

    @classmethod
    def open(cls, base: Path, *, semantic: bool = True, expanders: Sequence[Expander] = ()) -> SearchEngine:
        """Open the index in use under ``base``. Raises IndexDamaged when it must be rebuilt."""
        directory, manifest = _index.open_current(base)
        return cls(directory, manifest, semantic=semantic, expanders=expanders)

    def warm(self) -> None:
        """Load what is loaded on first use, before workers fork."""
        _query.simplify("離婚")
        if self.semantic:
            _encoder.warm()

    def article(self, row: int) -> IndexedArticle:
        """The article of a row."""
        return IndexedArticle.from_json(self._lines[int(self._offsets[row]) : int(self._offsets[row + 1])])

    def rows_of(self, reference: str, on: date) -> list[int]:
        """The rows of ``民法典#1079``: the version that is law on the day first, then the newest others."""
        match = _REFERENCE.match(reference)
        if match is None:
            return []
        key = (int(match["number"]), int(match["suffix"] or 0))
        rows = [
            row for law in self.names.laws_named(match["name"]) for row in self._places.get((law, *key), ())
        ]
        day = on.toordinal()
        return sorted(rows, key=lambda row: (not self.table.rules(row, day), -int(self.table.effective[row])))

    def asked(self, reading: Reading, *, on: date) -> Asked:
        """The terms, topics, articles and vector of an understood question."""
        words, pairs = terms_of(reading.text)
        terms = " ".join(term for expansion in reading.expansions for term in expansion.terms)
        added_words, added_pairs = terms_of(terms)
        topics = {topic for expansion in reading.expansions for topic in expansion.topics}
        named = [
            row
            for expansion in reading.expansions
            for reference in expansion.articles
            for row in self.rows_of(reference, on)[:1]
        ]
        return Asked(
            words,
            pairs,
            added_words,
            added_pairs,
            sorted({law for topic in topics for law in self.topics.laws_of(topic)}),
            sorted(set(named)),
            _encoder.query(reading.text) if self.semantic and reading.text else None,
        )

    def find(
        self,
        query: str,
        *,
        in_force_on: date,
        statute: str | None = None,
        topic: str | None = None,
        translated: Sequence[str] | None = None,
        only_in_force: bool = False,
        limit: int = 10,
        offset: int = 0,
    ) -> Answer:
        """Answer a question for a day.

        ``statute`` (short or full name), ``topic`` (slug), ``translated`` (varieties; empty = any) and
        ``only_in_force`` filter; ``limit`` is at most 100. Raises QueryTooLong and nothing else.
        """
        text = clean(query)
        limit, offset = max(1, min(limit, 100)), max(0, offset)
        reading, gone = self._without_lost_statute(
            _query.read(text, self.names, self.thesaurus, self.expanders)
        )
        allowed, partial = self._allowed(statute, topic, translated, only_in_force, in_force_on)
        forwarded = gone
        asked = Asked({}, {})
        reasons: dict[int, list[Reason]] = {}
        scores = None
        if reading.is_citation:
            rows, reasons, forwarded = self._cited(reading, in_force_on)
            if allowed is not None:
                rows = [row for row in rows if allowed[row]]
        elif not _analysis.pairs(reading.text) and not _analysis.words(reading.text):
            rows, cut = self._listed(reading.statute or statute, allowed, in_force_on)
            partial = partial or cut
        else:
            asked = self.asked(reading, on=in_force_on)
            allowed, reasons, cut = self._quoted(reading, allowed)
            partial = partial or cut
            ranked, scores = self._ranked(reading, asked, allowed, in_force_on)
            rows = ranked.tolist()
        page = rows[offset : offset + limit]
        told = _thesaurus.told_once(reading.expansions)
        results = tuple(
            self._result(
                row, reading, asked, told, reasons=reasons.get(row, []), scores=scores, on=in_force_on
            )
            for row in page
        )
        return Answer(
            query=query,
            understood=self._understood(reading, text, told),
            total=len(rows),
            results=results,
            suggestions=better_spellings(
                reading, body=self.ranker.fields["body"], names=self.names, structured=self.structured
            ),
            question=self._question_back(reading, rows, asked),
            facets=facets(
                rows,
                table=self.table,
                short_names=self.names.short,
                topics=self.topics,
                ordinal=in_force_on.toordinal(),
            ),
            partial=partial,
            forwarded_from=forwarded,
        )

    def _without_lost_statute(self, reading: Reading) -> tuple[Reading, str | None]:
        """A repealed statute whose text is not here (婚姻法) is asked about by its subject instead."""
        if reading.statute is None or reading.is_citation or self.names.laws_named(reading.statute):
            return reading, None
        subject = f"{reading.statute.removesuffix('法')} {reading.text}".strip()
        return replace(reading, text=subject, statute=None), reading.statute

    def _understood(self, reading: Reading, text: str, told: Sequence[Expansion]) -> Understood:
        citation = None
        if reading.is_citation:
            citation = self._reference(reading)
        return Understood(
            reading.text or text,
            citation,
            reading.statute,
            reading.simplified_from,
            reading.pinyin,
            reading.phrases,
            tuple((each.said, each.terms) for each in told if each.terms),
            tuple(dict.fromkeys(topic for expansion in reading.expansions for topic in expansion.topics)),
        )

    @staticmethod
    def _reference(reading: Reading) -> str:
        return f"{reading.statute}#{reading.number}" + (f"-{reading.suffix}" if reading.suffix else "")

    def _allowed(
        self,
        statute: str | None,
        topic: str | None,
        translated: Sequence[str] | None,
        only_in_force: bool,
        on: date,
    ) -> tuple[Flags | None, bool]:
        flags: Flags | None = None
        partial = False
        if only_in_force:
            flags = self.table.in_force(on.toordinal())
        if statute:
            laws = self.names.laws_named(self.names.aliases.get(statute, statute))
            flags = np.isin(self.table.law, laws) if flags is None else flags & np.isin(self.table.law, laws)
        if topic:
            of_topic = np.isin(self.table.law, self.topics.laws_of(topic))
            flags = of_topic if flags is None else flags & of_topic
        if translated is not None:
            rows, partial = self.structured.translated(translated)
            with_translation = np.zeros(self.size, np.bool_)
            with_translation[rows] = True
            flags = with_translation if flags is None else flags & with_translation
        return flags, partial

    def _cited(self, reading: Reading, on: date) -> tuple[list[int], dict[int, list[Reason]], str | None]:
        reference = self._reference(reading)
        own = self.rows_of(reference, on)
        reasons: dict[int, list[Reason]] = {row: [Reason("citation", reference)] for row in own}
        rule = self.article(own[0]) if own else None
        if rule is not None and rule.status_on.on(on) not in {"repealed"}:
            return own, reasons, None
        successors = list(rule.successors) if rule is not None and rule.successors else []
        successors = successors or self.forwarding.get(reference, [])
        heirs = [row for successor in successors for row in self.rows_of(successor, on)[:1]]
        for row in heirs:
            reasons[row] = [Reason("successor", rule.citation if rule is not None else reference)]
        rows = list(dict.fromkeys([*heirs, *own]))
        return rows, reasons, (rule.citation if rule is not None else reference) if heirs or own else None

    def _listed(self, statute: str | None, allowed: Flags | None, on: date) -> tuple[list[int], bool]:
        if statute is None:
            return [], False
        rows: list[int] = []
        partial = False
        for law in self.names.laws_named(self.names.aliases.get(statute, statute)):
            found, cut = self.structured.of_statute(self.names.laws[law])
            rows.extend(found)
            partial = partial or cut
        ruling = self.table.in_force(on.toordinal())
        rows = [row for row in rows if allowed is None or allowed[row]]
        current = [row for row in rows if ruling[row]]
        return current or rows, partial

    def _quoted(
        self, reading: Reading, allowed: Flags | None
    ) -> tuple[Flags | None, dict[int, list[Reason]], bool]:
        reasons: dict[int, list[Reason]] = {}
        partial = False
        for phrase in reading.phrases:
            found, cut = self.structured.phrase(phrase)
            partial = partial or cut
            if found:
                flags = np.zeros(self.size, np.bool_)
                flags[found] = True
                allowed = flags if allowed is None else allowed & flags
                for row in found[:MOST_RESULTS]:
                    reasons.setdefault(row, []).append(Reason("phrase", phrase))
        return allowed, reasons, partial

    def _ranked(self, reading: Reading, asked: Asked, allowed: Flags | None, on: date) -> tuple[Rows, Any]:
        laws = self.names.laws_named(reading.statute) if reading.statute else []
        scores = self.ranker.score(asked, on.toordinal(), laws)
        return best_rows(scores, allowed, MOST_RESULTS), scores

    def _result(
        self,
        row: int,
        reading: Reading,
        asked: Asked,
        told: Sequence[Expansion],
        *,
        reasons: list[Reason],
        scores: Any,
        on: date,
    ) -> Result:
        article = self.article(row)
        terms = [
            word for word in (*asked.words, *asked.added_words) if len(word) > 1 and word in article.text
        ]
        why = list(reasons)
        if not why:
            why = self._why(row, article, reading, asked=asked, told=told, terms=terms)
        return Result(
            citation=article.citation,
            law=article.law,
            short_name=article.short_name,
            article_label=article.label,
            number=article.number,
            suffix=article.suffix,
            heading_path=article.heading_path,
            text=article.text,
            snippet=snippet(article.text, [*terms, *reading.phrases]),
            score=1.0 if scores is None else float(scores[row]),
            status=article.status_on.on(on),
            why=tuple(why),
            successors=article.successors,
            translations=article.translations,
            doubt=article.doubt,
        )

    def _why(
        self,
        row: int,
        article: IndexedArticle,
        reading: Reading,
        *,
        asked: Asked,
        told: Sequence[Expansion],
        terms: list[str],
    ) -> list[Reason]:
        why = []
        if reading.statute == article.short_name:
            why.append(Reason("statute", article.short_name))
        for expansion in told:
            meant = [term for term in expansion.terms if term in article.text]
            if meant:
                why.append(Reason("everyday", f"{expansion.said} → {'、'.join(meant[:3])}"))
            elif any(row in self.rows_of(name, date.max) for name in expansion.articles):
                why.append(Reason("everyday", expansion.said))
        own = [word for word in terms if word in asked.words]
        if own:
            why.append(Reason("words", "、".join(own[:5])))
        of_law = self.topics.topics_of(int(self.table.law[row]))
        if of_law:
            topics = dict.fromkeys(topic for expansion in reading.expansions for topic in expansion.topics)
            why.extend(Reason("topic", topic) for topic in topics if topic in of_law)
        if not why:
            why.append(Reason("meaning" if asked.vector is not None else "words", reading.text))
        return why

    def _question_back(self, reading: Reading, rows: Sequence[int], asked: Asked) -> Question | None:
        if reading.is_citation:
            return None if rows else Question("unknown_article", (self._reference(reading),))
        if not rows and not reading.statute and not asked.words and not asked.pairs:
            return Question("empty", tuple(self.thesaurus.topics))
        if len(asked.words) <= 1 and not reading.statute and not reading.phrases and rows:
            topics = self.topics.counted(self.table.law[list(rows[:30])].tolist())
            options = tuple(slug for slug, _count in topics[:4])
            return Question("narrow", options) if len(options) > 1 else None
        return None
