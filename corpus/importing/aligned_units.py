"""Articles cut into paragraphs (款) before they are stored: proposed by length, corrected by hand.

The Chinese side is the collection's own and stays as it is; lines of the translation move between its
paragraphs. Everything is a value, so that it can wait encrypted between two looks and nothing is stored.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from corpus.bai.varieties import Variety
from corpus.importing.incoming_units import IncomingUnit
from corpus.parallel.alignment import align
from corpus.parallel.parts import paragraphs_of
from corpus.parallel.places import place_of
from corpus.parallel.unit_tables import UnitScript

MOVES = ("up", "down", "join")


@dataclass(frozen=True)
class AlignedRow:
    """One paragraph of the Chinese and the lines of the translation beside it."""

    paragraph: int
    chinese: str
    text: str


@dataclass(frozen=True)
class AlignedArticle:
    """An article with its paragraphs side by side."""

    unit: IncomingUnit
    rows: tuple[AlignedRow, ...]

    @property
    def is_even(self) -> bool:
        """Whether every paragraph has a translation."""
        return all(row.text.strip() for row in self.rows)


def aligned_article(unit: IncomingUnit, article: str) -> AlignedArticle:
    """Propose which lines belong to which paragraph of the article.

    Lines that belong to no line of the Chinese go to the paragraph before them.
    """
    paragraphs = paragraphs_of(article)
    source = [(number, line) for number, each in enumerate(paragraphs, start=1) for line in each.lines]
    target = [line.strip() for line in unit.text.splitlines() if line.strip()]
    lines: dict[int, list[str]] = {number: [] for number in range(1, len(paragraphs) + 1)}
    current = 1
    for bead in align([line for _number, line in source], target):
        if bead.source:
            current = source[bead.source[0]][0]
        lines[current] += [target[place] for place in bead.target]
    rows = [
        AlignedRow(number, each.text, "\n".join(lines[number]))
        for number, each in enumerate(paragraphs, start=1)
    ]
    return AlignedArticle(unit, tuple(rows))


def can_be_cut(unit: IncomingUnit, article: str) -> bool:
    """Whether a row is a whole article of several paragraphs."""
    return not unit.citation.paragraph and len(paragraphs_of(article)) > 1


def moved(rows: Sequence[AlignedRow], place: int, move: str) -> tuple[AlignedRow, ...]:
    """The rows after one correction.

    ``up``: the first line goes to the paragraph before; ``down``: the last line goes to the next one;
    ``join``: the next paragraph's lines come here. A correction that cannot be leaves all as it is.
    """
    texts = [[line for line in row.text.splitlines() if line.strip()] for row in rows]
    if not 0 <= place < len(rows):
        return tuple(rows)
    if move == "up" and place > 0 and texts[place]:
        texts[place - 1].append(texts[place].pop(0))
    elif move == "down" and place + 1 < len(rows) and texts[place]:
        texts[place + 1].insert(0, texts[place].pop())
    elif move == "join" and place + 1 < len(rows):
        texts[place] += texts[place + 1]
        texts[place + 1] = []
    return tuple(replace(row, text="\n".join(lines)) for row, lines in zip(rows, texts, strict=True))


def units_of(article: AlignedArticle) -> list[IncomingUnit]:
    """One row a paragraph that has a translation; an article of one piece keeps its own place."""
    return [
        replace(
            article.unit,
            citation=replace(article.unit.citation, paragraph=row.paragraph)
            if len(article.rows) > 1
            else article.unit.citation,
            text=row.text.strip(),
            source=row.chinese,
        )
        for row in article.rows
        if row.text.strip()
    ]


def as_bytes(articles: Sequence[AlignedArticle]) -> bytes:
    """What waits between two looks."""
    values: list[dict[str, Any]] = [
        {
            "unit": asdict(each.unit) | {"citation": str(each.unit.citation)},
            "rows": [asdict(row) for row in each.rows],
        }
        for each in articles
    ]
    return json.dumps(values, ensure_ascii=False).encode()


def from_bytes(content: bytes) -> list[AlignedArticle]:
    """What waited, as :func:`as_bytes` wrote it."""
    found = []
    for value in json.loads(content):
        fields = dict(value["unit"])
        fields["citation"] = place_of(fields["citation"])
        fields["variety"], fields["script"] = Variety(fields["variety"]), UnitScript(fields["script"])
        found.append(
            AlignedArticle(IncomingUnit(**fields), tuple(AlignedRow(**row) for row in value["rows"]))
        )
    return found
