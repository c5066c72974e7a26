"""Written Bai into syllables, keeping every reading that the grammar allows.

A word is a run of syllables; a syllable without initial stands only at the start of a word or
after a separator. That rule makes almost every joined word unique; where it does not
(``ng`` after a vowel, ``zh`` after a vowel, an unknown edition) every reading is returned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.bai.scheme import (
    FINALS,
    INITIALS,
    ONLY_NASAL_FINALS,
    READABLE_EDITIONS,
    SEPARATORS,
    TONES,
    Edition,
    EditionNotDocumented,
    tone_letter,
)

MOST_READINGS = 64
LONGEST_WORD = 120
LOOKAHEAD = 4
_SEPARATOR = re.compile(f"[{re.escape(SEPARATORS)}]+")
_BEFORE_DIGRAPH_NI = frozenset("aeouv")


class ToneNotInEdition(ValueError):
    """The tone cannot be written in the edition asked for (32 has no letter in 1982)."""


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable: letters of initial and oral final, nasality, pitch of the tone, edition of the spelling.

    ``initial`` is ``""`` where none is written; ``pitch`` is in five-level numbers (``"44"``).
    """

    initial: str
    final: str
    nasal: bool
    pitch: str
    edition: Edition = Edition.SCHEME_1993

    @property
    def base(self) -> str:
        """The letters without the tone letter."""
        return f"{self.initial}{self.final}{'n' if self.nasal else ''}"

    @property
    def tone(self) -> str:
        """The tone letter in this syllable's edition; ``""`` for the bare tone."""
        return tone_letter(self.pitch, self.edition) or ""

    @property
    def text(self) -> str:
        """The syllable as spelt in its edition, lower case."""
        return self.base + self.tone

    @property
    def is_private(self) -> bool:
        """Whether the final is one that only a single writer uses (Xiangyun ``air``); allowed, flagged."""
        return self.final in ("air", "iair")

    def in_edition(self, edition: Edition) -> Syllable:
        """The same sounds spelt in another edition.

        Raises ToneNotInEdition (tone 32 in 1982) and EditionNotDocumented (1958).
        """
        if tone_letter(self.pitch, edition) is None:
            raise ToneNotInEdition(f"声调{self.pitch}在{edition.value}年方案中没有字母。")
        return replace(self, edition=edition)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a text: words of syllables, all in one edition."""

    words: tuple[tuple[Syllable, ...], ...]
    edition: Edition

    @property
    def syllables(self) -> tuple[Syllable, ...]:
        """All syllables in order."""
        if len(self.words) == 1:
            return self.words[0]
        return tuple(syllable for word in self.words for syllable in word)

    def spelt(self, separator: str = " ") -> str:
        """The normal form: lower case, words joined inside, one separator between them."""
        return separator.join("".join(syllable.text for syllable in word) for word in self.words)

    def in_edition(self, edition: Edition) -> Reading:
        """The reading spelt in another edition; raises like :meth:`Syllable.in_edition`."""
        words = tuple(tuple(syllable.in_edition(edition) for syllable in word) for word in self.words)
        return Reading(words, edition)


def _spellings(edition: Edition) -> Iterator[Syllable]:
    pitches = [tone.pitch for tone in TONES if tone_letter(tone.pitch, edition) is not None]
    initials = [initial.letters for initial in INITIALS]
    for final in FINALS:
        if edition is Edition.DRAFT_1982 and final.southern_only:
            continue
        for nasal in (False, True) if final.takes_nasal else (False,):
            if final.letters in ONLY_NASAL_FINALS and not nasal:
                continue
            starts = list(initials)
            if final.letters[0] not in "iu":
                starts.append("")
            for initial in starts:
                if initial == "ni" and final.letters[0] not in _BEFORE_DIGRAPH_NI:
                    continue
                # n before i and a vowel is the digraph ni: nia is ni + a
                if initial == "n" and len(final.letters) > 1 and final.letters[0] == "i":
                    continue
                for pitch in pitches:
                    yield Syllable(initial, final.letters, nasal, pitch, edition)


@lru_cache(maxsize=4)
def syllable_table(edition: Edition) -> dict[str, Syllable]:
    """Every syllable of the grammar by its spelling; raises EditionNotDocumented for 1958.

    No two syllables of an edition share a spelling.
    """
    if edition is Edition.DRAFT_1958:
        raise EditionNotDocumented(edition)
    table: dict[str, Syllable] = {}
    for syllable in _spellings(edition):
        table.setdefault(syllable.text, syllable)
    return table


@lru_cache(maxsize=4)
def _tables(edition: Edition) -> tuple[dict[str, Syllable], dict[str, Syllable], int]:
    table = syllable_table(edition)
    inner = {text: syllable for text, syllable in table.items() if syllable.initial}
    return table, inner, max(map(len, table))


def normalise(text: str) -> str:
    """Full-width to half-width, lower case, curly quotes kept as separators. Letters are not repaired."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def split_words(text: str) -> list[str]:
    """The parts of a normalised text between separators."""
    if text.isalpha():
        return [text]
    return [part for part in _SEPARATOR.split(text) if part]


@lru_cache(maxsize=4)
def _openings(edition: Edition) -> frozenset[str]:
    """Every run of letters that may follow a cut: a rest shorter than ``LOOKAHEAD``, or how a rest begins."""
    inner = _tables(edition)[1]
    heads = [{text[:count] for text in inner} for count in range(LOOKAHEAD)]
    found = {text[:LOOKAHEAD] for text in inner}
    for text in inner:
        if len(text) < LOOKAHEAD:
            found |= {text + head for head in heads[LOOKAHEAD - len(text)]}
    return frozenset(found)


def _segment(word: str, edition: Edition) -> list[tuple[Syllable, ...]]:
    """All segmentations of a joined word, at most :data:`MOST_READINGS`.

    A cut before letters with which no syllable opens leads nowhere (never before a vowel, for inside a
    word every syllable has an initial); such cuts are left out before anything is walked.
    """
    first, inner, longest = _tables(edition)
    openings, length = _openings(edition), len(word)
    ends = [place for place in range(1, length) if word[place : place + LOOKAHEAD] in openings]
    ends.append(length)
    # readings[i]: the segmentations of word[:i]; a shared prefix is never walked twice
    readings: dict[int, list[tuple[Syllable, ...]]] = {0: [()]}
    table, start = first, 0
    for number, following in enumerate(ends):
        here = readings.get(start)
        if here is not None:
            lookup = table.get
            for end in ends[number:]:
                if end - start > longest:
                    break
                syllable = lookup(word[start:end])
                if syllable is None:
                    continue
                if end in readings:
                    added = [(*before, syllable) for before in here]
                    readings[end] = (readings[end] + added)[:MOST_READINGS]
                elif len(here) == 1:
                    readings[end] = [(*here[0], syllable)]
                else:
                    readings[end] = [(*before, syllable) for before in here]
        table, start = inner, following
    return readings.get(length, [])


def _reach(word: str, edition: Edition) -> int:
    """The last place where a syllable can begin after syllables all the way; ``len(word)`` when it reads."""
    first, inner, longest = _tables(edition)
    length, table, reached, places = len(word), first, 0, {0}
    for start in range(length):
        if start in places:
            reached = start
            for end in range(start + 1, min(start + longest, length) + 1):
                if word[start:end] in table and not (end < length and word[end] in "aeiou"):
                    places.add(end)
            table = inner
    return length if length in places else reached


@lru_cache(maxsize=65_536)
def _segmentations(word: str, edition: Edition) -> tuple[tuple[Syllable, ...], ...]:
    return tuple(_segment(word, edition))


def furthest(word: str, edition: Edition) -> int:
    """How many letters of a normalised word some reading explains; ``len(word)`` when all."""
    reached = _reach(word, edition)
    first, inner, longest = _tables(edition)
    table = inner if reached else first
    for end in range(min(reached + longest, len(word)), reached, -1):
        if word[reached:end] in table:
            return end
    return reached


def parse_word(text: str, edition: Edition | None = None) -> list[Reading]:
    """Every reading of a text of one or more words; an empty list when it is not written Bai.

    Without an edition the readings of 1993 come first, then those of 1982: a bare syllable is tone
    44 in 1993 and 21 in 1982, so most words have one of each. At most 64 readings an edition are kept.
    Raises EditionNotDocumented for 1958.
    """
    if edition is Edition.DRAFT_1958:
        raise EditionNotDocumented(edition)
    return list(_readings(text, edition))


@lru_cache(maxsize=65_536)
def _readings(text: str, edition: Edition | None) -> tuple[Reading, ...]:
    words = split_words(normalise(text))
    if not words or max(map(len, words)) > LONGEST_WORD:
        return ()
    editions = READABLE_EDITIONS if edition is None else (edition,)
    if len(words) == 1:
        # kept whole by this cache, so the one of segmentations is not filled as well
        return tuple(
            [
                Reading((option,), candidate)
                for candidate in editions
                for option in _segment(words[0], candidate)
            ]
        )
    found: list[Reading] = []
    for candidate in editions:
        partial: list[tuple[tuple[Syllable, ...], ...]] = [()]
        for word in words:
            options = _segmentations(word, candidate)
            partial = [(*before, option) for before in partial for option in options][:MOST_READINGS]
            if not partial:
                break
        found.extend(Reading(reading, candidate) for reading in partial)
    return tuple(found)


def guess_edition(text: str) -> Edition | None:
    """The edition of a longer text, by its tone letters; ``None`` when nothing decides.

    Many ``rt rl rx`` say 1982; final ``p d z b`` say 1993. A single word is no evidence and a word
    that parses in both editions counts for neither.
    """
    old = new = 0
    for word in split_words(re.sub(r"[^\w\s'’`‧·–~-]", " ", normalise(text))):
        in_new = bool(_segmentations(word, Edition.SCHEME_1993)) if len(word) <= LONGEST_WORD else False
        in_old = bool(_segmentations(word, Edition.DRAFT_1982)) if len(word) <= LONGEST_WORD else False
        old += in_old and not in_new
        new += in_new and not in_old
    if old == new:
        return None
    return Edition.DRAFT_1982 if old > new else Edition.SCHEME_1993


def convert(text: str, source: Edition, target: Edition) -> list[str]:
    """The text spelt in another edition, one string a reading, each once; empty when it does not parse.

    Raises ToneNotInEdition when a tone has no letter in the target, EditionNotDocumented for 1958.
    """
    spelt: dict[str, None] = {}
    for reading in parse_word(text, source):
        spelt[reading.in_edition(target).spelt()] = None
    return list(spelt)
