"""The Latin script of Bai as tables: editions, initials, finals, tones, and where each value comes from.

Sources, by key: ``official`` – the 1993 scheme as published by the Yunnan minority-language committee;
``finals`` – 白语茶座, "新白文基础部分《白文韵母》"; ``short grammar`` – the 1982 and 1993 letter lists
citing 徐琳·赵衍荪《白语简志》1984; ``dictionary`` – 凡例 of 白汉词典 and the tone table of dali8.net;
``table`` – German Wikipedia's table of the script. The official list of the 37 finals could not be
recovered in full, so the finals are a reconstruction from ``table`` and ``finals``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Edition(enum.StrEnum):
    """The year of the spelling. The tone letters of the 1958 draft are not found in any source we know."""

    DRAFT_1958 = "1958"
    DRAFT_1982 = "1982"
    SCHEME_1993 = "1993"


class EditionNotDocumented(ValueError):
    """A spelling whose tone letters no known source gives; reading it would be guessing."""

    def __init__(self, edition: Edition) -> None:
        super().__init__(
            f"{edition.value}年方案的声调字母未见于现有资料，无法读写；请改用1982年或1993年方案。"
        )
        self.edition = edition


@dataclass(frozen=True, slots=True)
class Initial:
    """An initial as written, its sound, and the source; ``loans_only`` marks Chinese loans."""

    letters: str
    ipa: str
    source: str = "official"
    loans_only: bool = False


@dataclass(frozen=True, slots=True)
class Final:
    """An oral final, its sound, whether it may take the nasal ``n``, and the source."""

    letters: str
    ipa: str
    takes_nasal: bool = False
    source: str = "table"
    southern_only: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Tone:
    """A tone by its pitch (five-level numbers) with its letters; ``None`` where an edition has no letter."""

    pitch: str
    letter_1982: str | None
    letter_1993: str | None
    tense: bool
    in_central: bool = True
    in_southern: bool = True
    source: str = "short grammar, dictionary"


INITIALS: tuple[Initial, ...] = (
    Initial("b", "p"),
    Initial("p", "pʰ"),
    Initial("m", "m"),
    Initial("f", "f"),
    Initial("v", "v"),
    Initial("d", "t"),
    Initial("t", "tʰ"),
    Initial("n", "n"),
    Initial("l", "l"),
    Initial("z", "ts"),
    Initial("c", "tsʰ"),
    Initial("s", "s"),
    Initial("ss", "z"),
    Initial("j", "tɕ"),
    Initial("q", "tɕʰ"),
    Initial("ni", "ȵ"),
    Initial("x", "ɕ"),
    Initial("y", "j"),
    Initial("g", "k"),
    Initial("k", "kʰ"),
    Initial("ng", "ŋ"),
    Initial("h", "x"),
    Initial("hh", "ɣ"),
    Initial("w", "u", source="finals: u- at the start of a syllable is written w"),
    Initial("zh", "ʈʂ", source="short grammar, table", loans_only=True),
    Initial("ch", "ʈʂʰ", source="short grammar, table", loans_only=True),
    Initial("sh", "ʂ", source="short grammar, table", loans_only=True),
    Initial("r", "ʐ", source="short grammar, table", loans_only=True),
)

FINALS: tuple[Final, ...] = (
    Final("i", "i", takes_nasal=True),
    Final("ui", "ui", takes_nasal=True),
    Final("ei", "e", takes_nasal=True),
    Final("uei", "ue", source="not certain"),
    Final("ai", "ɛ", takes_nasal=True),
    Final("iai", "iɛ", takes_nasal=True),
    Final("uai", "uɛ", takes_nasal=True),
    Final("a", "ɑ", takes_nasal=True),
    Final("ia", "iɑ", takes_nasal=True),
    Final("ua", "uɑ", takes_nasal=True),
    Final("o", "o", takes_nasal=True),
    Final("io", "io", takes_nasal=True),
    Final("uo", "uo"),
    Final("ao", "ɑu"),
    Final("iao", "iɑu", source="attested word"),
    Final("ou", "ou"),
    Final("iou", "iou"),
    Final("iu", "iu", source="attested word"),
    Final("u", "u", takes_nasal=True, source="table; un: short grammar"),
    Final("e", "ɯ", takes_nasal=True),
    Final("ie", "iɯ", takes_nasal=True),
    Final("ue", "uɯ", takes_nasal=True, source="only with n; not certain"),
    Final("v", "v̩", takes_nasal=True),
    Final("iv", "iv̩", takes_nasal=True, source="finals"),
    Final("er", "eʴ", source="finals", southern_only=True),
    Final("ier", "ieʴ", source="finals", southern_only=True),
    Final("uer", "ueʴ", source="finals", southern_only=True),
    Final("air", "ɛʴ", takes_nasal=True, source="a writer of Xiangyun", southern_only=True, private=True),
    Final("iair", "iɛʴ", takes_nasal=True, source="a writer of Xiangyun", southern_only=True, private=True),
)
ONLY_NASAL_FINALS = frozenset({"ue"})

TONES: tuple[Tone, ...] = (
    Tone("33", "x", "x", tense=False),
    Tone("42", "rt", "p", tense=True),
    Tone("31", "t", "t", tense=False),
    Tone("55", "l", "l", tense=False),
    Tone("35", "f", "f", tense=False),
    Tone("44", "rx", "", tense=True),
    Tone("21", "", "d", tense=True),
    Tone("66", "rl", "b", tense=True, in_southern=False),
    Tone("32", None, "z", tense=False, in_central=False, source="dictionary"),
)

SEPARATORS = " '’‘`ʼ‧·•-‐‑–—~\u00a0\u3000"
"""Marks between syllables found in printed and typed Bai; no binding rule of word division was found."""

READABLE_EDITIONS = (Edition.SCHEME_1993, Edition.DRAFT_1982)
INITIAL_BY_LETTERS = {initial.letters: initial for initial in INITIALS}
FINAL_BY_LETTERS = {final.letters: final for final in FINALS}
TONE_BY_PITCH = {tone.pitch: tone for tone in TONES}


def tone_letter(pitch: str, edition: Edition) -> str | None:
    """The letter (possibly none: ``""``) of a tone in an edition; ``None`` when the edition has no such tone.

    Raises EditionNotDocumented for 1958.
    """
    if edition is Edition.DRAFT_1958:
        raise EditionNotDocumented(edition)
    tone = TONE_BY_PITCH[pitch]
    return tone.letter_1982 if edition is Edition.DRAFT_1982 else tone.letter_1993
