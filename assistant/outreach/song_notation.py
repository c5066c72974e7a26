"""A song as the editor shows it, section by section and stanza by stanza, and back to its notation.

The notation (see :mod:`assistant.outreach.verse`) is what is stored; the editor never stores anything else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.outreach.verse import BAI_SIGNS, MUSIC_FIELDS, check_song
from assistant.outreach.verse_forms import FORMS, Delivery

_SIGNS_OF_THE_NOTATION = re.compile(r"[｜|【】\r\n]")


@dataclass
class WrittenStanza:
    """A stanza as two columns of lines: Chinese, and what is sung in Bai where somebody wrote it."""

    chinese: str = ""
    bai: str = ""


@dataclass
class WrittenSection:
    """A section with its music as written, and its stanzas."""

    delivery: Delivery = Delivery.SUNG
    school: str = ""
    beat: str = ""
    melody: str = ""
    family: str = ""
    bai_source: str = ""
    stanzas: list[WrittenStanza] = field(default_factory=lambda: [WrittenStanza()])

    @property
    def is_sung(self) -> bool:
        """Whether the section is sung, in Bai."""
        return self.delivery is Delivery.SUNG


def as_written(text: str) -> list[WrittenSection]:
    """The sections of a notation. Raises SongNotReadable where a heading is broken."""
    return [
        WrittenSection(
            section.delivery,
            section.school,
            section.beat,
            section.melody,
            section.family,
            section.bai_source,
            [
                WrittenStanza(
                    stanza.words,
                    "\n".join(line.bai for line in stanza.lines) if any(line.bai for line in stanza.lines) else "",
                )
                for stanza in section.stanzas
            ],
        )
        for section in check_song(text, FORMS["free"]).sections
    ]  # fmt: skip


def notation_problems(sections: Iterable[WrittenSection]) -> dict[str, str]:
    """What cannot be written down as notation, by ``section`` and ``section.stanza`` (from 1)."""
    problems = {}
    for number, section in enumerate(sections, start=1):
        for value in (section.school, section.beat, section.melody, section.family, section.bai_source):
            if _SIGNS_OF_THE_NOTATION.search(value):
                problems[f"{number}"] = f"第{number}段的腔、板、调里不能有 ｜【】 这些符号，请删掉。"
        for place, stanza in enumerate(section.stanzas, start=1):
            key, where = f"{number}.{place}", f"第{number}段第{place}节"
            chinese, bai = _lines(stanza.chinese), stanza.bai.split("\n")
            if any(line.startswith(("【", *BAI_SIGNS)) for line in chinese):
                problems[key] = f"{where}有一句以“【”或“＝”开头，这两个符号另有用处，请换掉。"
            elif any(line.strip().startswith(("【", *BAI_SIGNS)) for line in bai):
                problems[key] = f"{where}的白文有一句以“【”或“＝”开头，请换掉。"
            elif len([line for line in stanza.bai.rstrip().split("\n") if stanza.bai.strip()]) > len(chinese):
                problems[key] = f"{where}的白文比汉语句多，白文要一句对一句；没有白文的句子空一行。"
            elif stanza.bai.strip() and not section.is_sung:
                problems[key] = f"{where}是道白，道白用汉语，白文请写在唱的段里。"
            elif stanza.bai.strip() and not section.bai_source.strip():
                problems[key] = f"{where}有白文，请写明白文是谁写的、谁审定的；没有就空着。"
    return problems


def as_notation(sections: Iterable[WrittenSection]) -> str:
    """The text to store. Sections without words leave nothing behind."""
    made = []
    for section in sections:
        stanzas = [stanza for stanza in section.stanzas if stanza.chinese.strip()]
        if not stanzas:
            continue
        made.append(_heading(section))
        made.append("\n\n".join(_stanza(stanza) for stanza in stanzas))
    return "\n".join(made)


def _heading(section: WrittenSection) -> str:
    named = [(label, getattr(section, name)) for label, name in MUSIC_FIELDS.items()]
    named += [("白文", section.bai_source)]
    music = "".join(f"｜{label}：{value.strip()}" for label, value in named if value.strip())
    return f"【{'唱' if section.is_sung else '白'}{music}】"


def _stanza(stanza: WrittenStanza) -> str:
    bai = [line.strip() for line in stanza.bai.split("\n")]
    written = []
    for place, line in enumerate(_lines(stanza.chinese)):
        written.append(line)
        if place < len(bai) and bai[place]:
            written.append(f"＝{bai[place]}")
    return "\n".join(written)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
