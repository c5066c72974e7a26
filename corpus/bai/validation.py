"""What is wrong with a Bai text, where, and why. Nothing is repaired: a person decides."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from corpus.bai.parsing import LONGEST_WORD, furthest, normalise
from corpus.bai.scheme import READABLE_EDITIONS, SEPARATORS, Edition, EditionNotDocumented

_LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕһԁԛԝкмтвнАЕОРСУХІЈЅКМТВНαονρικΑΕΟΡΧΙΚΜΤΒΗΝΖ",
        "aeopcyxijshdqwkmtbhAEOPCYXIJSKMTBHaovpikAEOPXIKMTBHNZ",
        strict=True,
    )
)
_PUNCTUATION = frozenset('.,;:!?"()[]…，。；：！？“”（）《》、「」『』/\n\r\t')
_WORD = re.compile(r"[A-Za-z]+")
_MODIFIERS = frozenset("LSM")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: position (counting characters from 0), the letter or word, a code, a Chinese sentence."""

    position: int
    letter: str
    code: str
    reason: str


def _is_superscript(letter: str) -> bool:
    return unicodedata.decomposition(letter).startswith(("<super>", "<sub>"))


def _judge_letter(position: int, letter: str) -> Problem | None:
    def problem(code: str, reason: str) -> Problem:
        return Problem(position, letter, code, reason)

    where = f"第{position + 1}个字符"
    if letter in _LOOK_ALIKES:
        latin = _LOOK_ALIKES[letter]
        return problem("look_alike", f"{where}“{letter}”是西里尔或希腊字母，请改用拉丁字母“{latin}”。")
    if unicodedata.combining(letter):
        return problem("combining_accent", f"{where}是附加符号，白文声调用字母书写，不用符号。")
    if _is_superscript(letter) or letter in "˥˦˧˨˩":
        return problem("superscript", f"{where}“{letter}”是上标或调符，白文声调写成普通字母（如 x、p、t）。")
    if letter.isdigit():
        return problem("digit", f"{where}“{letter}”是数字，白文声调不用数字。")
    if "LATIN" in unicodedata.name(letter, "") and unicodedata.normalize("NFKC", letter).isascii():
        return None  # full-width letters are the same letters
    if unicodedata.normalize("NFD", letter)[:1].isascii() and letter.isalpha():
        return problem("accented", f"{where}“{letter}”带有附加符号，白文只用二十六个拉丁字母。")
    if "CJK" in unicodedata.name(letter, ""):
        return problem("han", f"{where}“{letter}”是汉字，与拉丁白文混写；请分开或改选“方块白文”。")
    return problem("foreign", f"{where}“{letter}”不是白文使用的字母或标点。")


def validate(text: str, edition: Edition | None = None) -> list[Problem]:
    """All faults of a text, in order of position; an empty list for a text that the grammar accepts.

    Letters first (look-alikes, accents, superscripts, other scripts), then each word of plain
    letters against the grammar of the edition, or of both when none is given.
    Raises EditionNotDocumented for 1958.
    """
    if edition is Edition.DRAFT_1958:
        raise EditionNotDocumented(edition)
    problems: list[Problem] = []
    for position, letter in enumerate(text):
        if letter.isascii() and letter.isalpha():
            continue
        if letter in SEPARATORS or letter in _PUNCTUATION:
            continue
        fault = _judge_letter(position, letter)
        if fault is not None:
            problems.append(fault)
    bad = {problem.position for problem in problems}
    for match in _WORD.finditer(_plain_letters(text)):
        # a word beside a foreign letter is already reported
        if match.start() - 1 in bad or match.end() in bad:
            continue
        fault = _judge_word(match.start(), match.group(), edition)
        if fault is not None:
            problems.append(fault)
    return sorted(problems, key=lambda problem: problem.position)


def _plain_letters(text: str) -> str:
    """The text with full-width letters made plain, every character keeping its position."""
    plain = []
    for letter in text:
        folded = unicodedata.normalize("NFKC", letter)
        plain.append(folded if len(folded) == 1 else letter)
    return "".join(plain)


def _judge_word(start: int, word: str, edition: Edition | None) -> Problem | None:
    if len(word) > LONGEST_WORD:
        return Problem(start, word[:12], "too_long", f"第{start + 1}个字符起的词超过{LONGEST_WORD}个字母。")
    folded = normalise(word)
    editions = READABLE_EDITIONS if edition is None else (edition,)
    reached = max(furthest(folded, candidate) for candidate in editions)
    if reached >= len(folded):
        return None
    names = "或".join(f"{candidate.value}年" for candidate in editions)
    rest = word[reached:]
    position = start + reached
    return Problem(
        position,
        rest[0],
        "no_syllable",
        f"“{word}”从第{position + 1}个字符“{rest[0]}”起不能按{names}方案读成音节。",
    )
