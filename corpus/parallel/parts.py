"""The parts of an article: paragraphs (款) and the items (项) inside them.

An article is kept as lines. A line that begins with a number in brackets, （一）, is an item of the
paragraph before it; every other line begins a paragraph (立法技术规范（试行）（一）, 条、款、项).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.numerals import NotANumeral, to_number

_ITEM = re.compile(r"[\s　]*[（(](?P<number>[一二三四五六七八九十]{1,3}|\d{1,2})[)）]")


@dataclass
class Paragraph:
    """One 款: its opening line and its items by their printed number."""

    opening: str
    items: dict[int, str] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """The lines as they stand."""
        return [each for each in (self.opening, *self.items.values()) if each]

    @property
    def text(self) -> str:
        """The whole paragraph with its items."""
        return "\n".join(self.lines)


def item_number(line: str) -> int | None:
    """The number with which a line begins as an item; None for any other line."""
    match = _ITEM.match(line)
    if match is None:
        return None
    try:
        return int(match["number"]) if match["number"].isdecimal() else to_number(match["number"])
    except NotANumeral:
        return None


def paragraphs_of(text: str) -> list[Paragraph]:
    """The paragraphs of an article in order."""
    found: list[Paragraph] = []
    for line in (each.strip() for each in text.splitlines()):
        number = item_number(line)
        if not line:
            continue
        if number is None or number in (found[-1].items if found else {}):
            found.append(Paragraph(line))
        elif found:
            found[-1].items[number] = line
        else:
            found.append(Paragraph("", {number: line}))
    return found


def part_of(text: str, paragraph: int, item: int = 0) -> str:
    """The whole article (0), one paragraph counting from 1, or one item; empty when there is none.

    An item without a paragraph is found where only one paragraph has an item of that number.
    """
    if paragraph == 0 and item == 0:
        return text
    paragraphs = paragraphs_of(text)
    if paragraph == 0:
        named = [each.items[item] for each in paragraphs if item in each.items]
        return named[0] if len(named) == 1 else ""
    if paragraph > len(paragraphs):
        return ""
    chosen = paragraphs[paragraph - 1]
    return chosen.text if item == 0 else chosen.items.get(item, "")
