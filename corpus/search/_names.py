"""Names: of statutes in all their forms, and of words by their sound.

Collected once at the build (``names.json``), so that no worker needs the Pinyin library. Statute names
and nicknames come from the articles indexed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.search import _thesaurus
from corpus.search.documents import IndexedArticle

_HAN_ONLY = re.compile(r"[\u4e00-\u9fff]+")
RARE = 4  # a word in fewer articles is not offered by its sound
# 公司法 in 公司法人, 劳动法 in 劳动法院: the name goes on into another word
_ENDINGS = ("法", "条例", "规定", "解释", "办法")
_GOES_ON = frozenset("人律院定官庭学")


def _common_characters() -> Iterable[str]:
    """The 6,763 characters of GB 2312, which is what people type."""
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            yield from bytes((row, cell)).decode("gb2312", errors="ignore")


def collect(
    articles: Sequence[IndexedArticle], laws: Mapping[str, int], frequent: Mapping[str, int]
) -> dict[str, Any]:
    """The name tables of an index as plain JSON values."""
    from pypinyin import lazy_pinyin

    short: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for article in articles:
        if article.law not in short:
            short[article.law] = article.short_name
            for alias in (article.law, article.short_name, *article.nicknames):
                aliases.setdefault(alias, article.short_name)
    name_sounds: dict[str, str] = {}
    for alias, name in sorted(aliases.items(), key=lambda pair: len(pair[0])):
        syllables = lazy_pinyin(alias)
        for sound in ("".join(syllables), "".join(syllable[0] for syllable in syllables if syllable)):
            if len(sound) > 2:
                name_sounds.setdefault(sound, name)
    thesaurus = _thesaurus.load()
    spoken = {word for word in thesaurus.everyday_words | thesaurus.legal_terms if _HAN_ONLY.fullmatch(word)}
    sounds: dict[str, list[str]] = defaultdict(list)
    initials: dict[str, list[str]] = defaultdict(list)
    words = {word for word, count in frequent.items() if count >= RARE and 2 <= len(word) <= 4} | spoken
    for word in sorted(words, key=lambda word: (word not in spoken, -frequent.get(word, 0), word)):
        if not _HAN_ONLY.fullmatch(word):
            continue
        syllables = lazy_pinyin(word)
        sounds["".join(syllables)].append(word)
        if word in spoken and len(word) >= 3:
            initials["".join(syllable[0] for syllable in syllables)].append(word)
    characters = sorted({character for word in words for character in word} | set(_common_characters()))
    return {
        "laws": list(laws),
        "short": [short[law] for law in laws],
        "aliases": aliases,
        "name_sounds": name_sounds,
        "sounds": {sound: found[:4] for sound, found in sounds.items()},
        "initials": {sound: found[:3] for sound, found in initials.items()},
        "characters": {character: lazy_pinyin(character)[0] for character in characters},
    }


@dataclass(frozen=True, slots=True)
class NamedStatute:
    """A statute's name found in a question, and where."""

    name: str
    start: int
    end: int
    certain: bool


class NameTable:
    """Looks names and sounds up."""

    def __init__(self, values: Mapping[str, Any], forwarded: Iterable[str] = ()) -> None:
        self.laws: list[str] = values["laws"]
        self.short: list[str] = values["short"]
        self._numbers: dict[str, list[int]] = defaultdict(list)
        for number, short in enumerate(self.short):
            self._numbers[short].append(number)
        self.aliases: dict[str, str] = dict(values["aliases"])
        for name in forwarded:
            self.aliases.setdefault(name, name)
            self.aliases.setdefault("中华人民共和国" + name, name)
        self._name_sounds: dict[str, str] = values["name_sounds"]
        self._sounds: dict[str, list[str]] = values["sounds"]
        self._initials: dict[str, list[str]] = values["initials"]
        self._characters: dict[str, str] = values["characters"]
        self._starts: dict[str, list[str]] = defaultdict(list)
        for alias in sorted(self.aliases, key=len, reverse=True):
            self._starts[alias[:2]].append(alias)
        self._longest = max((len(sound) for sound in self._sounds), default=0)

    def laws_named(self, name: str) -> list[int]:
        """The rows of ``laws`` with this short name (one law may stand under two full names)."""
        return self._numbers.get(name, [])

    def find(self, text: str) -> NamedStatute | None:
        """The first statute name in a text, the longest one at its place.

        A nickname that is also a plain word (民法, 劳动合同) is a name only before an article number,
        which the caller sees at ``end``: ``certain`` is false for it.
        """
        for start in range(len(text)):
            for alias in self._starts.get(text[start : start + 2], ()):
                end = start + len(alias)
                if text.startswith(alias, start) and text[end : end + 1] not in _GOES_ON:
                    name = self.aliases[alias]
                    certain = alias.removeprefix("中华人民共和国") == name or alias.endswith(_ENDINGS)
                    return NamedStatute(name, start, end, certain)
        return None

    def statute_by_sound(self, letters: str) -> str | None:
        """The statute whose name sounds so (``minfadian``) or starts with these letters (``mfd``)."""
        return self._name_sounds.get(letters)

    def words_by_sound(self, letters: str) -> list[str]:
        """The words of a line of Pinyin without tones: as many letters as possible, in few words."""
        if letters in self._sounds:
            return self._sounds[letters][:2]
        if letters in self._initials:
            return self._initials[letters]
        best: list[tuple[int, list[str]]] = [(0, [])]
        for end in range(1, len(letters) + 1):
            score, words = best[end - 1]
            choice = (score - 2, words)
            for start in range(max(0, end - self._longest), end - 1):
                found = self._sounds.get(letters[start:end])
                if found and best[start][0] + end - start - 1 > choice[0]:
                    choice = (best[start][0] + end - start - 1, best[start][1] + found[:1])
            best.append(choice)
        return best[-1][1]

    def same_sound(self, word: str) -> list[str]:
        """Other words that sound like a Han word: what a slip of the keyboard meant."""
        sound = "".join(self._characters.get(character, "?") for character in word)
        return [other for other in self._sounds.get(sound, ()) if other != word]


def plain_letters(text: str) -> str:
    """Pinyin without tone marks, tone digits, apostrophes and spaces: ``lí hūn`` is ``lihun``."""
    return re.sub(r"[^a-z]", "", without_marks(text))


def without_marks(text: str) -> str:
    """Lower case without tone marks; ü is v."""
    decomposed = unicodedata.normalize("NFD", text.lower()).replace("u\u0308", "v")
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
