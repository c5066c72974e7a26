"""Script and sound: script to IPA for two varieties, IPA to one comparable form, IPA to script candidates.

A candidate computed from IPA is a computation, never an attested spelling; pages must label it so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from corpus.bai.parsing import Reading, Syllable, syllable_table
from corpus.bai.scheme import FINAL_BY_LETTERS, INITIAL_BY_LETTERS, TONE_BY_PITCH, Edition
from corpus.bai.varieties import Variety

_APICAL_AFTER = frozenset({"z", "c", "s", "ss"})
_ROUNDED_AFTER = frozenset({"j", "q", "x", "y"})
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TILDE = "\u0303"
_VOWELS = "iueoɛɑɯ"
MOST_CANDIDATES = 16


def syllable_ipa(syllable: Syllable) -> str:
    """One syllable in IPA with superscript tone numbers.

    Rules: i after z c s ss is ɿ; ui after j q x y is y; w is u; the nasal mark stands on the main vowel.
    """
    initial = INITIAL_BY_LETTERS[syllable.initial].ipa if syllable.initial else ""
    final = FINAL_BY_LETTERS[syllable.final].ipa
    if syllable.final == "i" and syllable.initial in _APICAL_AFTER and not syllable.nasal:
        final = "ɿ"
    elif syllable.final == "ui" and syllable.initial in _ROUNDED_AFTER and not syllable.nasal:
        final = "y"
    elif syllable.initial == "w" and syllable.final == "u":
        initial = ""
    if syllable.nasal:
        place = len(final.rstrip("ʴ\u0329"))
        final = unicodedata.normalize("NFC", final[:place] + _TILDE) + final[place:]
    return f"{initial}{final}{syllable.pitch.translate(_SUPERSCRIPTS)}"


def to_ipa(reading: Reading) -> str:
    """A reading in IPA, words kept apart by spaces."""
    return " ".join("".join(map(syllable_ipa, word)) for word in reading.words)


def remarks(reading: Reading, variety: Variety) -> list[str]:
    """Chinese sentences on what in a spelling is unusual for the variety; empty when nothing is."""
    found: dict[str, None] = {}
    southern, central = variety is Variety.SOUTHERN, variety is Variety.CENTRAL
    for syllable in reading.syllables:
        tone = TONE_BY_PITCH[syllable.pitch]
        if southern and syllable.nasal:
            found[f"“{syllable.text}”带鼻化韵母，南部方言没有鼻化韵母。"] = None
        if central and FINAL_BY_LETTERS[syllable.final].southern_only:
            found[f"“{syllable.text}”的韵母“{syllable.final}”只用于南部方言。"] = None
        if (southern and not tone.in_southern) or (central and not tone.in_central):
            found[f"“{syllable.text}”的声调{syllable.pitch}不见于{variety.chinese}。"] = None
        if syllable.is_private:
            found[f"“{syllable.text}”的韵母“{syllable.final}”是个别作者的写法，不在方案之内。"] = None
    return list(found)


_CHAO = str.maketrans("˩˨˧˦˥", "12345")
_UNIFIED = {
    "ʰ": "h",
    "ʦ": "ts",
    "ʨ": "tɕ",
    "ʣ": "dz",
    "ʥ": "dʑ",
    "ʧ": "tʃ",
    "ɑ": "a",
    "ᴀ": "a",
    "A": "a",
    "E": "ɛ",
    "ɿ": "i",
    "ɲ": "ȵ",
    "g": "ɡ",
    "ǝ": "ə",
    "ɚ": "ɛʴ",
    "ɹ": "ʴ",
    "w": "u",
    "ᴜ": "ʊ",
    "\u0329": "",
    "\u030d": "",
    "\u0330": "",
    "\u0331": "",
    "\u0304": "",
    "\u0323": "",
    "\u0325": "",
    "ʔ": "",
}
_TONES = re.compile(r"([0-6]+)")
_LEVEL_TONE = re.compile(r"(?<![0-6])([1-5])(?![0-6])")
_DROPPED = re.compile(r"[\s.,;()\[\]‹›<>/|?ˈˌ'’`‧·‐‑–—~-]+")


def comparable(ipa: str) -> str:
    """An IPA form such that the same sounds written by different hands come out equal.

    Tone numbers, superscripts and Chao letters become plain digits; ʰ/h, ʦ/ts, ʨ/tɕ, ɑ/a, ɿ/i, ȵ/ɲ are
    unified; nasality stays as a combining tilde; creaky voice, syllabic marks and glottal stops go.
    """
    decomposed = unicodedata.normalize("NFD", ipa)
    digits = "".join(
        str(unicodedata.digit(letter)) if unicodedata.digit(letter, None) is not None else letter
        for letter in decomposed.translate(_CHAO)
    )
    digits = _LEVEL_TONE.sub(r"\1\1", digits)  # a lone Chao letter is a level tone: ˧ is 33
    unified = "".join(_UNIFIED.get(letter, letter) for letter in _DROPPED.sub("", digits))
    return re.sub(r"([pkqt]|ts|tɕ|tʂ|ʈʂ)ʰ", r"\1h", unified).replace("ʈʂ", "tʂ")


def without_tones(ipa_form: str) -> str:
    """A comparable form without its tone digits."""
    return _TONES.sub("", ipa_form)


def tones_of(ipa: str) -> tuple[str, ...]:
    """The tone numbers of an IPA form, one a syllable."""
    return tuple(_TONES.findall(comparable(ipa)))


def split_syllables(ipa: str) -> list[str]:
    """The comparable form cut after every tone; one piece when there are no tones."""
    return [piece for piece in re.findall(r"[^0-6]+[0-6]*", comparable(ipa)) if piece]


@dataclass(frozen=True, slots=True)
class SpellingCandidate:
    """A spelling computed from sounds. ``is_attested`` is always false: nobody wrote it."""

    text: str
    edition: Edition
    is_attested: bool = False


@lru_cache(maxsize=2)
def _spellings_by_sound(edition: Edition) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for text, syllable in syllable_table(edition).items():
        if not syllable.is_private and not syllable.initial.startswith(("zh", "ch", "sh", "r")):
            found.setdefault(comparable(syllable_ipa(syllable)), []).append(text)
    return {sound: tuple(texts) for sound, texts in found.items()}


def spelling_candidates(ipa: str, edition: Edition = Edition.SCHEME_1993) -> list[SpellingCandidate]:
    """How the sounds could be spelt, at most 16; empty when a syllable fits no spelling.

    Every syllable must carry its tone number. The result is a computation, never evidence.
    """
    table = _spellings_by_sound(edition)
    partial = [""]
    pieces = split_syllables(ipa)
    if not pieces:
        return []
    for piece in pieces:
        options = table.get(piece, ())
        partial = [f"{before} {option}".strip() for before in partial for option in options][:MOST_CANDIDATES]
    return [SpellingCandidate(text, edition) for text in partial]
