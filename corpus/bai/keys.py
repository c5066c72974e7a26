"""Search keys: one sound, however it was typed.

Script of either edition and IPA meet in a common form of the sounds, so that a word typed without
tones, in the old spelling, joined, split or in IPA finds the same row. Keys are derived data and
carry ``KEY_VERSION``; the original text is always stored beside them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from corpus.bai.ipa import comparable, syllable_ipa, without_tones
from corpus.bai.parsing import Reading, normalise, parse_word, split_words
from corpus.bai.scheme import Edition

KEY_VERSION = 1
LONGEST_TEXT = 200
_NASAL = "\u0303"
_PUNCTUATION = re.compile(r"[。，.,!?！？;；:：\"“”()（）]+")
_IPA_ONLY = re.compile("[ɑɯɛɕʨʦȵɲŋɣɿʂʈʐʰʴ\u0303\u0329˩˨˧˦˥⁰¹²³⁴⁵⁶ɔəɤæãẽĩõũṽ]")
_TONE_DIGITS = re.compile(r"[a-zɑɯɛɔʴ\u0303]\s*[0-6]{2,3}(?:\D|$)")


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one reading, from exact to loose; equal keys are the same sound at that strictness."""

    exact: str
    sound: str
    toneless: str
    loose: str


def joined(text: str) -> str:
    """Lower case letters without separators and punctuation: ``Bel ded-mef`` is ``beldedmef``."""
    return "".join(split_words(_PUNCTUATION.sub(" ", normalise(text))))


def is_ipa(text: str) -> bool:
    """Whether a text is phonetic: letters that no spelling uses, or tone numbers after letters."""
    folded = text.casefold()
    return bool(_IPA_ONLY.search(folded) or _TONE_DIGITS.search(unicodedata.normalize("NFD", folded)))


def loosen(toneless: str) -> str:
    """Fold what differs between varieties: er/ai, nasal/oral, ao/ou/uo/o, near-equal vowels of the lists."""
    folded = toneless.replace(_NASAL, "")
    for old, new in (
        ("eʴ", "ɛ"),
        ("ɛʴ", "ɛ"),
        ("au", "o"),
        ("ou", "o"),
        ("uo", "o"),
        ("ɔ", "o"),
        ("ʴ", ""),
        ("æ", "ɛ"),
        ("ɤ", "ɯ"),
        ("ə", "ɯ"),
        ("ȵi", "ni"),
        ("ȵ", "ni"),
        ("j", "i"),
        ("ii", "i"),
        ("uu", "u"),
    ):
        folded = folded.replace(old, new)
    return folded


def keys_of_ipa(ipa: str) -> Keys:
    """The keys of a form given in IPA."""
    sound = comparable(ipa.casefold())
    toneless = without_tones(sound)
    return Keys(exact=sound, sound=sound, toneless=toneless, loose=loosen(toneless))


def keys_of_reading(reading: Reading) -> Keys:
    """The keys of one reading of a spelling."""
    ipa = "".join(map(syllable_ipa, reading.syllables))
    keys = keys_of_ipa(ipa)
    return Keys(reading.spelt(""), keys.sound, keys.toneless, keys.loose)


def keys_of_script(text: str, edition: Edition | None = None) -> list[Keys]:
    """The keys of a spelling, one a reading, each once; when nothing parses, only the joined letters.

    A text that the grammar does not accept (a slip of its source) is still found by its letters.
    """
    cleaned = _PUNCTUATION.sub(" ", text[:LONGEST_TEXT])
    found = dict.fromkeys(keys_of_reading(reading) for reading in parse_word(cleaned, edition))
    if found:
        return list(found)
    letters = joined(cleaned)
    return [Keys(letters, letters, letters, letters)] if letters else []


def keys_of_query(text: str) -> list[Keys]:
    """The keys of what a person typed: IPA when it looks like IPA, else every reading of both editions."""
    text = text[:LONGEST_TEXT]
    return [keys_of_ipa(text)] if is_ipa(text) else keys_of_script(text)
