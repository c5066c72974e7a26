"""The song checker: a text in sections, each line counted and rhymed against its form.

A heading line ``【唱｜腔：南腔｜板：平板｜调：道情】`` or ``【白】`` begins a section; an empty line
ends a stanza. Hints are hints: the singer decides, nothing is ever refused for its verse.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.outreach.rhyme import LineSound, sound_of
from assistant.outreach.verse_forms import Delivery, VerseForm

MOST_CHARACTERS = 200_000
_HEADING = re.compile(r"【(?P<delivery>唱|白)(?P<rest>(?:[｜|][^｜|】]*)*)】\s*")
_DELIVERIES = {"唱": Delivery.SUNG, "白": Delivery.SPOKEN}
_FIELDS = {"腔": "school", "板": "beat", "调": "melody"}


class SongNotReadable(ValueError):
    """The text cannot be read as a song; the message names the line and the remedy."""


@dataclass(frozen=True)
class Hint:
    """Something to look at: the line of the text (from 1), what kind, and a Chinese sentence."""

    line: int
    kind: str
    message: str


@dataclass(frozen=True)
class CheckedLine:
    """A line with its number in the text (from 1) and its sound; spoken lines are not sounded."""

    number: int
    text: str
    sound: LineSound | None


@dataclass(frozen=True)
class Stanza:
    """Lines between empty lines, and what there is to say about them."""

    lines: tuple[CheckedLine, ...]
    hints: tuple[Hint, ...]


@dataclass(frozen=True)
class Section:
    """Stanzas given in one way: school (腔), beat (板) and melody (调) as the writer named them."""

    delivery: Delivery
    school: str
    beat: str
    melody: str
    stanzas: tuple[Stanza, ...]

    @property
    def heading(self) -> str:
        """What the singer reads above the section: sung or spoken, and the music where it is named."""
        named = (("腔", self.school), ("板", self.beat), ("调", self.melody))
        music = [f"{label}：{value}" for label, value in named if value]
        return "　".join(["唱" if self.delivery is Delivery.SUNG else "白", *music])


@dataclass(frozen=True)
class CheckedSong:
    """A whole text after the check."""

    sections: tuple[Section, ...]

    @property
    def hints(self) -> tuple[Hint, ...]:
        """All hints in the order of lines."""
        return tuple(h for section in self.sections for stanza in section.stanzas for h in stanza.hints)


def check_song(text: str, form: VerseForm) -> CheckedSong:
    """Check a text against a form. Raises SongNotReadable when a heading is broken or the text too long."""
    if len(text) > MOST_CHARACTERS:
        raise SongNotReadable(f"唱本有 {len(text)} 字，最多 {MOST_CHARACTERS} 字；请分成几本。")
    return CheckedSong(tuple(_sections(text, form)))


def _sections(text: str, form: VerseForm) -> Iterator[Section]:
    delivery, named = Delivery.SUNG, {"school": "", "beat": "", "melody": ""}
    stanzas: list[Stanza] = []
    lines: list[CheckedLine] = []

    def end_stanza() -> None:
        if lines:
            hints = _hints(lines, form) if delivery is Delivery.SUNG else ()
            stanzas.append(Stanza(tuple(lines), tuple(hints)))
            lines.clear()

    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("【"):
            end_stanza()
            if stanzas:
                yield Section(delivery, **named, stanzas=tuple(stanzas))
                stanzas = []
            delivery, named = _heading(line, number)
        elif line:
            lines.append(CheckedLine(number, line, sound_of(line) if delivery is Delivery.SUNG else None))
        else:
            end_stanza()
    end_stanza()
    if stanzas:
        yield Section(delivery, **named, stanzas=tuple(stanzas))


def _heading(line: str, number: int) -> tuple[Delivery, dict[str, str]]:
    found = _HEADING.fullmatch(line)
    named = {"school": "", "beat": "", "melody": ""}
    if found is None:
        raise SongNotReadable(
            f"第 {number} 行的段头看不懂。请写成【唱｜腔：…｜板：…｜调：…】或【白】，单独一行。"
        )
    for part in filter(None, re.split(r"[｜|]", found["rest"])):
        name, _colon, value = part.replace(":", "：").partition("：")
        if name.strip() not in _FIELDS:
            raise SongNotReadable(f"第 {number} 行的段头里“{name.strip()}”不认识，只能写腔、板、调。")
        named[_FIELDS[name.strip()]] = value.strip()
    return _DELIVERIES[found["delivery"]], named


def _hints(lines: list[CheckedLine], form: VerseForm) -> Iterator[Hint]:
    for line in lines:
        for word in line.sound.unreadable if line.sound else ():
            yield Hint(
                line.number, "unreadable", f"第 {line.number} 行的“{word}”不是规范的白文拼写，没有计入音节。"
            )
    if not form.syllable_counts:
        return
    first = lines[0].number
    if len(lines) != len(form.syllable_counts):
        wanted = len(form.syllable_counts)
        yield Hint(
            first, "lines", f"第 {first} 行起的这一段有 {len(lines)} 句，{form.label}应有 {wanted} 句。"
        )
        return
    yield from _length_hints(lines, form)
    yield from _rhyme_hints(lines, form)


def _length_hints(lines: list[CheckedLine], form: VerseForm) -> Iterator[Hint]:
    left = Counter(form.syllable_counts)
    for line, wanted in zip(lines, form.syllable_counts, strict=True):
        counts = line.sound.syllable_counts if line.sound else frozenset()
        if form.is_ordered:
            fits, expected = wanted in counts, str(wanted)
        else:
            taken = next((count for count in counts if left[count] > 0), None)
            fits, expected = taken is not None, "或".join(str(c) for c in sorted(left) if left[c] > 0)
            if taken is not None:
                left[taken] -= 1
        if not fits:
            told = "或".join(map(str, sorted(counts)))
            yield Hint(
                line.number,
                "syllables",
                f"第 {line.number} 行有 {told} 个音节，{form.label}这里应有 {expected} 个。",
            )


def _rhyme_hints(lines: list[CheckedLine], form: VerseForm) -> Iterator[Hint]:
    rhyming = [lines[place - 1] for place in form.rhyming_lines]
    if not rhyming:
        return
    sounds = [line.sound.rhymes if line.sound else frozenset() for line in rhyming]
    family = Counter(rhyme for rhymes in sounds for rhyme in sorted(rhymes)).most_common(1)
    if not family:
        return
    wanted = family[0][0]
    for line, rhymes in zip(rhyming, sounds, strict=True):
        if wanted not in rhymes:
            told = "、".join(sorted(rhymes)) or "读不出"
            yield Hint(line.number, "rhyme", f"第 {line.number} 行的韵是{told}，同段押的是{wanted}。")
