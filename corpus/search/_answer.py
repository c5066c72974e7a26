"""What comes back from a search: values only, ready for a page, the API and the command line.

Reasons and questions are (kind, value) pairs, so that a page says them in its own language.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SNIPPET_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an article matched.

    ``kind``: ``citation`` (named by number), ``successor`` (replaced the article named in ``value``),
    ``statute`` (the question names it), ``words`` (words found), ``everyday`` (``value`` = everyday word
    → legal terms), ``topic`` (slug), ``meaning`` (near in meaning), ``phrase`` (the quoted words).
    """

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question back to the reader. ``kind`` is ``empty``, ``narrow`` or ``unknown_article``."""

    kind: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A piece of a snippet; ``marked`` pieces are the matched words. Plain text: the page escapes it."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Result:
    """One article found. ``status`` is computed for the day asked about."""

    citation: str
    law: str
    short_name: str
    article_label: str
    number: int
    suffix: int
    heading_path: tuple[str, ...]
    text: str
    snippet: tuple[SnippetPart, ...]
    score: float
    status: str
    why: tuple[Reason, ...]
    successors: tuple[str, ...]
    translations: tuple[str, ...]
    doubt: str = ""

    def as_json(self) -> dict[str, Any]:
        """The result in the form of the API."""
        return {
            "citation": self.citation,
            "law": self.law,
            "article": self.article_label,
            "number": self.number,
            "heading_path": list(self.heading_path),
            "text": self.text,
            "snippet": "".join(part.text for part in self.snippet),
            "score": round(self.score, 4),
            "status": self.status,
            "doubt": self.doubt,
            "why": [{"kind": reason.kind, "value": reason.value} for reason in self.why],
            "successors": list(self.successors),
            "translations": list(self.translations),
        }


@dataclass(frozen=True, slots=True)
class Understood:
    """How the question was read: what was recognised, in the order of the reading."""

    text: str
    citation: str | None = None
    statute: str | None = None
    simplified_from: str | None = None
    pinyin: str | None = None
    phrases: tuple[str, ...] = ()
    everyday: tuple[tuple[str, tuple[str, ...]], ...] = ()
    topics: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Only what was recognised."""
        values: dict[str, Any] = {"text": self.text}
        for name in ("citation", "statute", "simplified_from", "pinyin"):
            if getattr(self, name):
                values[name] = getattr(self, name)
        if self.phrases:
            values["phrases"] = list(self.phrases)
        if self.everyday:
            values["everyday"] = [{"said": said, "meant": list(meant)} for said, meant in self.everyday]
        if self.topics:
            values["topics"] = list(self.topics)
        return values


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything a search page shows.

    ``total`` counts the ranked results (at most 200), ``facets`` counts them by statute, status and topic,
    ``forwarded_from`` is the repealed article the reader named, ``partial`` says that a time limit cut in.
    """

    query: str
    understood: Understood
    total: int
    results: tuple[Result, ...]
    suggestions: tuple[str, ...] = ()
    question: Question | None = None
    facets: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    partial: bool = False
    forwarded_from: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The answer in the form of the API."""
        question = self.question
        return {
            "query": self.query,
            "understood": self.understood.as_json(),
            "total": self.total,
            "results": [result.as_json() for result in self.results],
            "suggestions": list(self.suggestions),
            "question": None
            if question is None
            else {"kind": question.kind, "options": list(question.options)},
            "facets": {
                name: [{"value": v, "count": c} for v, c in rows] for name, rows in self.facets.items()
            },
            "partial": self.partial,
            "forwarded_from": self.forwarded_from,
        }


def _spans(text: str, wanted: list[str]) -> list[tuple[int, int]]:
    """Where any of some words stand, without overlaps: the leftmost first, the longest of those.

    What an alternation of these words would match, without building one for every result.
    """
    everywhere = []
    for word in wanted:
        place = text.find(word)
        while place >= 0:
            everywhere.append((place, -len(word)))
            place = text.find(word, place + 1)
    found: list[tuple[int, int]] = []
    free_from = 0
    for start, negative_length in sorted(everywhere):
        if start >= free_from:
            free_from = start - negative_length
            found.append((start, free_from))
    return found


def snippet(text: str, terms: Iterable[str], length: int = SNIPPET_LENGTH) -> tuple[SnippetPart, ...]:
    """The stretch of a text with the most matched words, cut into plain and marked pieces."""
    text = " ".join(text.split())
    wanted = sorted({term for term in terms if term}, key=len, reverse=True)
    if not wanted:
        return (SnippetPart(text[:length] + ("…" if len(text) > length else ""), False),)
    found = _spans(text, wanted)
    start = 0
    if found and found[-1][1] > length:
        ends = [end for _start, end in found]  # in order, as the matches are: they never overlap
        counts = [
            bisect_right(ends, left + length - 20) - place for place, (left, _right) in enumerate(found)
        ]
        best = found[counts.index(max(counts))]
        start = max(0, best[0] - 20) if best[0] > length - 20 else 0
    end = min(len(text), start + length)
    parts = [SnippetPart("…", False)] if start else []
    position = start
    for left, right in found:
        if left < position or right > end:
            continue
        if left > position:
            parts.append(SnippetPart(text[position:left], False))
        parts.append(SnippetPart(text[left:right], True))
        position = right
    if position < end:
        parts.append(SnippetPart(text[position:end], False))
    if end < len(text):
        parts.append(SnippetPart("…", False))
    return tuple(parts)
