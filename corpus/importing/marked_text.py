"""Translations in running text: plain text or DOCX paragraphs in which 第…条 begins each article.

The text holds the translation alone, or Chinese and translation by turns. Which line is Chinese is not
guessed from its place: it is the one whose pairs of characters stand in the article of the collection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from charset_normalizer import from_bytes

from corpus.bai.varieties import Variety
from corpus.citation import Citation
from corpus.importing.file_refused import FileRefused, RowProblem
from corpus.importing.incoming_units import IncomingUnit, UnitsRead, incoming_unit
from corpus.importing.source_places import plain_words
from corpus.importing.statute_text import ARTICLE_HEAD, HEADING, article_number
from corpus.parallel.booklet import EMPTY_PLACE
from corpus.parallel.unit_tables import UnitScript

LARGEST_TEXT = 10 * 1024 * 1024
MOST_LINES = 100_000
CHINESE_FROM = 0.6
"""The share of a line's pairs of characters that must stand in the article for the line to be its Chinese."""
_LONGEST_HEADING = 40


@dataclass
class _Block:
    line: int
    place: tuple[int, int]
    lines: list[str] = field(default_factory=list)


def decoded_text(content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16, GB18030 or what is recognised. Raises :class:`FileRefused`."""
    if len(content) > LARGEST_TEXT:
        raise FileRefused(f"文件超过 {LARGEST_TEXT // 1024 // 1024} MB，请分成几个文件")
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    guess = from_bytes(content).best() if b"\x00" not in content else None
    if guess is None:
        raise FileRefused("看不出文件的文字编码：请在编辑器里另存为 UTF-8 再试")
    return str(guess)


def read_marked_lines(
    lines: Iterable[str],
    *,
    statute: str,
    articles: Mapping[tuple[int, int], str],
    variety: Variety | None,
    script: UnitScript | None,
) -> UnitsRead:
    """One unit an article that has a translation. ``articles`` are the Chinese texts by number and suffix.

    Raises :class:`FileRefused` when no statute was named or no article is marked.
    """
    if not statute:
        raise FileRefused("文件里只有条号，请在旁边写是哪一部法律")
    read = UnitsRead()
    blocks = _blocks(lines, read.problems)
    if not blocks:
        raise FileRefused("文件里没有以“第…条”开头的段落，对不上条文")
    for block in blocks:
        number, suffix = block.place
        label = Citation(statute, number, suffix=suffix or None) if 1 <= number <= 2000 else None
        if label is None or block.place not in articles:
            read.problems.append(RowProblem(block.line, f"《{statute}》里没有第{number}条，请核对条号"))
            continue
        pairs = _pairs(plain_words(articles[block.place]))
        chinese = [line for line in block.lines if _is_chinese(line, pairs)]
        translation = [line for line in block.lines if line not in chinese and line != EMPTY_PLACE]
        if not translation:
            continue  # still to be translated
        values = {"citation": str(label), "source": "\n".join(chinese), "text": "\n".join(translation)}
        unit = incoming_unit(block.line, values, read.problems, variety=variety, script=script)
        if unit is not None:
            read.units.append(_without_differing_layout(unit, articles[block.place]))
    return read


def _without_differing_layout(unit: IncomingUnit, article: str) -> IncomingUnit:
    """Chinese that differs only in its number and its spaces is the article's own."""
    if plain_words(unit.source) != plain_words(article):
        return unit
    return IncomingUnit(
        unit.line,
        unit.citation,
        unit.variety,
        unit.script,
        unit.text,
        article,
        unit.provenance,
        unit.printed_page,
    )


def _blocks(lines: Iterable[str], problems: list[RowProblem]) -> list[_Block]:
    """Lines by article; the same number twice running is the Chinese and the translation of one article."""
    found: list[_Block] = []
    seen: dict[tuple[int, int], int] = {}
    for number, raw in enumerate(lines, start=1):
        line = raw.replace("\u3000", " ").strip()
        if number > MOST_LINES:
            raise FileRefused(f"超过 {MOST_LINES} 行，请分成几个文件")
        place = article_number(line)
        if place is not None:
            line = ARTICLE_HEAD.sub("", line, count=1)
            if not found or found[-1].place != place:
                if place in seen:
                    problems.append(
                        RowProblem(number, f"第{place[0]}条在第{seen[place]}行已经出现过，请合在一处")
                    )
                seen.setdefault(place, number)
                found.append(_Block(number, place))
        elif len(line) < _LONGEST_HEADING and HEADING.match(line):
            continue
        if found and line:
            found[-1].lines.append(line)
    return found


def _pairs(words: str) -> frozenset[str]:
    return frozenset(words[place : place + 2] for place in range(len(words) - 1))


def _is_chinese(line: str, pairs: frozenset[str]) -> bool:
    own = _pairs(plain_words(line))
    return bool(own) and len(own & pairs) >= CHINESE_FROM * len(own)
