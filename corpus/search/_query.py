"""Understanding a question before anything is matched.

In this order: Traditional characters → Simplified; a citation (statute name and article number, in
characters, digits or Pinyin); a statute's name; quoted phrases; Pinyin → words; everyday words →
legal terms. What is left is ranked by its words and its meaning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from corpus.numerals import NotANumeral, to_number
from corpus.search._names import NameTable, plain_letters, without_marks
from corpus.search._thesaurus import Expansion, Thesaurus

Expander = Callable[[str], Expansion]

_NUMERAL = "[零〇一二两三四五六七八九十百千]+"
_ARTICLE = re.compile(
    rf"^[》」\"\s,，:：的#]*(?:第\s*(?P<marked>\d{{1,4}}|{_NUMERAL})\s*条?|(?P<han>{_NUMERAL})\s*条|(?P<bare>\d{{1,4}})"
    rf"(?=\s|条|$|第|之|-|@|[？?。，,的]))\s*条?(?:\s*(?:之|-)\s*(?P<suffix>\d{{1,2}}|{_NUMERAL}))?"
    rf"(?:\s*第?\s*(?:\d{{1,2}}|{_NUMERAL})\s*[款项])*"
)
_LATIN = re.compile(r"^(?=.*[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü])[a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü0-9\s'’·-]+$")
_LATIN_CITATION = re.compile(r"^(?P<name>[a-z\s']+?)\s*(?:di)?\s*(?P<number>\d{1,4})\s*(?:tiao)?$")
_QUOTED = re.compile(r"[“\"「『]([^“”\"「」『』]{2,40})[”\"」』]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as understood. ``text`` is what remains to be ranked (statute name taken out)."""

    text: str
    statute: str | None = None
    number: int | None = None
    suffix: int = 0
    simplified_from: str | None = None
    pinyin: str | None = None
    phrases: tuple[str, ...] = ()
    expansions: tuple[Expansion, ...] = ()

    @property
    def is_citation(self) -> bool:
        """Whether one article was named by its number."""
        return self.statute is not None and self.number is not None


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional characters to Simplified."""
    return str(_converter().convert(text))


def _read_latin(text: str, names: NameTable) -> Reading | None:
    lowered = without_marks(text)
    cited = _LATIN_CITATION.match(lowered)
    if cited:
        statute = names.statute_by_sound(plain_letters(cited["name"]))
        if statute:
            return Reading("", statute, int(cited["number"]), pinyin=text)
    letters = plain_letters(text)
    statute = names.statute_by_sound(letters)
    if statute:
        return Reading("", statute, pinyin=text)
    words = names.words_by_sound(letters)
    return Reading(" ".join(words), pinyin=text) if words else None


def read(query: str, names: NameTable, thesaurus: Thesaurus, expanders: Sequence[Expander] = ()) -> Reading:
    """Understand a cleaned question."""
    normal = unicodedata.normalize("NFKC", query)
    if _LATIN.match(normal):
        latin = _read_latin(normal, names)
        if latin is not None:
            if not latin.text:
                return latin
            return _with_expansions(latin, query, thesaurus, expanders)
    simplified = simplify(normal)
    changed = query if simplified != normal else None
    named = names.find(simplified)
    if named is not None:
        cited = _read_number(simplified[named.end :])
        if cited is not None:
            return Reading("", named.name, *cited, simplified_from=changed)
    if named is not None and named.certain:
        rest = (simplified[: named.start] + " " + simplified[named.end :]).strip(" 《》〈〉、，,。?？")
        reading = Reading(rest, named.name, simplified_from=changed, phrases=_phrases(simplified))
    else:
        reading = Reading(simplified, simplified_from=changed, phrases=_phrases(simplified))
    return _with_expansions(reading, query, thesaurus, expanders)


def _read_number(after: str) -> tuple[int, int] | None:
    """The article number and suffix that follow a statute's name."""
    article = _ARTICLE.match(after)
    if article is None:
        return None
    try:
        number = to_number(article["marked"] or article["han"] or article["bare"])
        return number, to_number(article["suffix"]) if article["suffix"] else 0
    except NotANumeral:
        return None


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(_QUOTED.findall(text))[:3]


def _with_expansions(
    reading: Reading, query: str, thesaurus: Thesaurus, expanders: Sequence[Expander]
) -> Reading:
    found = thesaurus.expand(reading.text)
    for expander in expanders:
        expansion = expander(query)
        if expansion.terms or expansion.topics or expansion.articles:
            found.append(expansion)
    return Reading(
        reading.text,
        reading.statute,
        reading.number,
        reading.suffix,
        reading.simplified_from,
        reading.pinyin,
        reading.phrases,
        tuple(found),
    )
