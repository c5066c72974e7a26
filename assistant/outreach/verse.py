"""The song checker: a text in sections, each line counted and rhymed against its form.

A heading line ``【唱｜腔：南腔｜板：平板｜调：道情｜韵：花上花】`` or ``【白】`` begins a section; an empty
line ends a stanza. A line that begins with ``＝`` is the Bai text of the line above it; its section then
names who wrote and approved it (``｜白文：…``). Where no Bai stands, the place stays empty: what is sung in
Bai is never made up. Hints are hints: the singer decides, nothing is ever refused for its verse.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.outreach.rhyme import LineSound, chinese_rhymes, sound_of
from assistant.outreach.verse_forms import Delivery, VerseForm

MOST_CHARACTERS = 200_000
BAI_SIGNS = ("＝", "=")
_HEADING = re.compile(r"【(?P<delivery>唱|白)(?P<rest>(?:[｜|][^｜|】]*)*)】\s*")
_DELIVERIES = {"唱": Delivery.SUNG, "白": Delivery.SPOKEN}
MUSIC_FIELDS = {"腔": "school", "板": "beat", "调": "melody", "韵": "family"}
_FIELDS = {**MUSIC_FIELDS, "白文": "bai_source"}
_NOTHING_NAMED = dict.fromkeys(_FIELDS.values(), "")


class SongNotReadable(ValueError):
    """The text cannot be read as a song; the message names the line and the remedy."""


@dataclass(frozen=True)
class Hint:
    """Something to look at: the line of the text and of its stanza (from 1), what kind, and what is said of it."""

    line: int
    place: int
    kind: str
    said: str

    @property
    def message(self) -> str:
        """The sentence for a reader of the whole text."""
        return f"第 {self.line} 行{self.said}"


@dataclass(frozen=True)
class CheckedLine:
    """A line with its number in the text (from 1) and its sound; spoken lines are not sounded."""

    number: int
    text: str
    sound: LineSound | None
    bai: str = ""
    bai_sound: LineSound | None = None


@dataclass(frozen=True)
class Stanza:
    """Lines between empty lines, and what there is to say about them."""

    lines: tuple[CheckedLine, ...]
    hints: tuple[Hint, ...]

    @property
    def is_in_bai(self) -> bool:
        """Whether every line has its Bai text."""
        return all(line.bai for line in self.lines)

    @property
    def words(self) -> str:
        """The lines as they are read, one under the other: what a recording of the stanza is of."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Section:
    """Stanzas given in one way: school (腔), beat (板), melody (调) and rhyme family as the writer named them."""

    delivery: Delivery
    school: str
    beat: str
    melody: str
    family: str
    bai_source: str
    stanzas: tuple[Stanza, ...]

    @property
    def is_sung(self) -> bool:
        """Whether it is sung, in Bai; what is spoken is in Chinese."""
        return self.delivery is Delivery.SUNG

    @property
    def heading(self) -> str:
        """What the singer reads above the section: sung or spoken, and the music where it is named."""
        music = [
            f"{label}：{value}" for label, name in MUSIC_FIELDS.items() if (value := str(getattr(self, name)))
        ]
        return "　".join(["唱" if self.is_sung else "白", *music])


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
    delivery, named = Delivery.SUNG, dict(_NOTHING_NAMED)
    stanzas: list[Stanza] = []
    lines: list[CheckedLine] = []

    def end_stanza() -> None:
        if lines:
            hints = _hints(lines, form, named["family"]) if delivery is Delivery.SUNG else ()
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
        elif line.startswith(BAI_SIGNS):
            lines[-1:] = [_in_bai(lines, line[1:].strip(), number, delivery, named["bai_source"])]
        elif line:
            lines.append(CheckedLine(number, line, sound_of(line) if delivery is Delivery.SUNG else None))
        else:
            end_stanza()
    end_stanza()
    if stanzas:
        yield Section(delivery, **named, stanzas=tuple(stanzas))


def _in_bai(lines: list[CheckedLine], bai: str, number: int, delivery: Delivery, source: str) -> CheckedLine:
    if not lines or lines[-1].bai:
        raise SongNotReadable(f"第 {number} 行是白文，上面没有它对应的汉语句。白文写在对应的汉语句下面。")
    above = lines[-1]
    if not bai:
        return above
    if delivery is Delivery.SPOKEN:
        raise SongNotReadable(f"第 {number} 行是白文，可是这一段是道白，道白用汉语。请把它移到唱的段里。")
    if not source:
        raise SongNotReadable(
            f"第 {number} 行是白文，段头没有写明出处。请在段头写上“白文：谁写的、谁审定的”；没有就空着。"
        )
    return replace(above, bai=bai, bai_sound=sound_of(bai))


def _heading(line: str, number: int) -> tuple[Delivery, dict[str, str]]:
    found = _HEADING.fullmatch(line)
    named = dict(_NOTHING_NAMED)
    if found is None:
        raise SongNotReadable(
            f"第 {number} 行的段头看不懂。请写成【唱｜腔：…｜板：…｜调：…】或【白】，单独一行。"
        )
    for part in filter(None, re.split(r"[｜|]", found["rest"])):
        name, _colon, value = part.replace(":", "：", 1).partition("：")
        if name.strip() not in _FIELDS:
            raise SongNotReadable(
                f"第 {number} 行的段头里“{name.strip()}”不认识，只能写腔、板、调、韵、白文。"
            )
        named[_FIELDS[name.strip()]] = value.strip()
    return _DELIVERIES[found["delivery"]], named


def _hints(lines: list[CheckedLine], form: VerseForm, family: str) -> Iterator[Hint]:
    in_bai = all(line.bai for line in lines)
    sounds = [line.bai_sound if in_bai else line.sound for line in lines]
    sounded = [(place, line.number, sound) for place, (line, sound) in enumerate(zip(lines, sounds, strict=True), 1)
               if sound is not None]  # fmt: skip
    for place, line in enumerate(lines, start=1):
        unreadable = [
            *(line.sound.unreadable if line.sound else ()),
            *(line.bai_sound.unreadable if line.bai_sound else ()),
        ]
        for word in unreadable:
            yield Hint(line.number, place, "unreadable", f"的“{word}”不是规范的白文拼写，没有计入音节。")
    if form.syllable_counts and len(lines) != len(form.syllable_counts):
        wanted = len(form.syllable_counts)
        yield Hint(
            lines[0].number, 1, "lines", f"起的这一段有 {len(lines)} 句，{form.label}应有 {wanted} 句。"
        )
        return
    if form.syllable_counts:
        yield from _length_hints(sounded, form)
    yield from _rhyme_hints([sounded[place - 1] for place in form.rhyming_lines], "" if in_bai else family)


Sounded = tuple[int, int, LineSound]
"""Place in the stanza, line of the text, sound."""


def _length_hints(lines: list[Sounded], form: VerseForm) -> Iterator[Hint]:
    left = Counter(form.syllable_counts)
    for (place, number, sound), wanted in zip(lines, form.syllable_counts, strict=True):
        counts = sound.syllable_counts
        if form.is_ordered:
            fits, expected = wanted in counts, str(wanted)
        else:
            taken = next((count for count in counts if left[count] > 0), None)
            fits, expected = taken is not None, "或".join(str(c) for c in sorted(left) if left[c] > 0)
            if taken is not None:
                left[taken] -= 1
        if not fits:
            told = "或".join(map(str, sorted(counts)))
            yield Hint(number, place, "syllables", f"有 {told} 个音节，{form.label}这里应有 {expected} 个。")


def _rhyme_hints(rhyming: list[Sounded], family: str) -> Iterator[Hint]:
    shared = Counter(rhyme for _p, _n, sound in rhyming for rhyme in sorted(sound.rhymes)).most_common(1)
    named = chinese_rhymes(family) if family else frozenset()
    if not shared:
        return
    wanted = next((rhyme for rhyme in sorted(named)), shared[0][0])
    asked = f"段头写的韵是{family}（{wanted}）" if named else f"同段押的是{wanted}"
    for place, number, sound in rhyming:
        if wanted not in sound.rhymes:
            told = "、".join(sorted(sound.rhymes)) or "读不出"
            yield Hint(number, place, "rhyme", f"的韵是{told}，{asked}。")
