"""What a line ends in and how many syllables it has: Han through Pinyin, Latin Bai through the parser.

Chinese finals are sorted into the thirteen rhyme tracks (十三辙) of northern sung verse. Bai finals
rhyme when the letters of the final and its nasality agree, whatever the tone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.bai.parsing import parse_word

_TRACKS = {
    "发花": "a ia ua",
    "梭坡": "o e uo",
    "乜斜": "ie ve ê",
    "一七": "i v er",
    "姑苏": "u",
    "怀来": "ai uai",
    "灰堆": "ei uei",
    "遥条": "ao iao",
    "油求": "ou iou",
    "言前": "an ian uan van",
    "人辰": "en in uen vn",
    "江阳": "ang iang uang",
    "中东": "eng ing ueng ong iong",
}
_TRACK_OF = {final: track for track, finals in _TRACKS.items() for final in finals.split()}
_PIECE = re.compile(
    r"(?P<han>[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇])|(?P<latin>[^\W\d_\u3400-\u9fff]+)"
)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇]")


@dataclass(frozen=True)
class LineSound:
    """The sound of a line: every syllable count it may have, the rhymes it may end in, what is unreadable."""

    syllable_counts: frozenset[int]
    rhymes: frozenset[str]
    unreadable: tuple[str, ...]


def sound_of(line: str) -> LineSound:
    """Count and rhyme a line; punctuation and digits are silent.

    Several counts or rhymes mean that a Bai word has several readings or a character several sounds.
    """
    counts = {0}
    rhymes: frozenset[str] = frozenset()
    unreadable = []
    for piece in _PIECE.finditer(line):
        if piece["han"]:
            counts = {count + 1 for count in counts}
            rhymes = chinese_rhymes(line[: piece.end()])
            continue
        readings = parse_word(piece["latin"])
        if not readings:
            unreadable.append(piece["latin"])
            rhymes = frozenset()
            continue
        counts = {count + len(reading.syllables) for count in counts for reading in readings}
        last = {reading.syllables[-1] for reading in readings}
        rhymes = frozenset(f"-{each.final}{'n' if each.nasal else ''}" for each in last)
    return LineSound(frozenset(counts), rhymes, tuple(unreadable))


def chinese_rhymes(text: str) -> frozenset[str]:
    """The rhyme tracks of the last character, first as read in context; empty when Pinyin knows none."""
    characters = "".join(_HAN.findall(text))
    if not characters:
        return frozenset()
    from pypinyin import Style, pinyin  # 55 MB a worker: loaded by the first song

    in_context = pinyin(characters, style=Style.FINALS, strict=True)[-1]
    return frozenset(_TRACK_OF[final] for final in in_context if final in _TRACK_OF)
