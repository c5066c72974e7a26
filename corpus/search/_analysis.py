"""How text becomes terms: jieba with legal words in its dictionary, and character pairs beside it.

jieba normally keeps a marshal file in the shared temporary directory and trusts whatever it finds
there; :class:`_PrivateTokenizer` builds its dictionary in memory and touches no file but jieba's own.
"""

from __future__ import annotations

import re
import threading
import unicodedata
import warnings
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

ANALYSIS_VERSION = 1

_STOP_FILE = Path(__file__).parent / "data" / "stop-words.txt"
_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[\u3400-\u9fff]+|[a-z0-9]+")
_DEFINED = re.compile(r"本法所称(?:的)?([\u4e00-\u9fff]{2,10})[，,]?(?:是指|包括|指的是)")

_lock = threading.Lock()
_tokenizer: Any = None


def normalise(text: str) -> str:
    """Full-width forms to half width (NFKC), lower case."""
    return unicodedata.normalize("NFKC", text).lower()


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Words that say nothing about the law asked for; each on its line in ``data/stop-words.txt``."""
    return frozenset(_STOP_FILE.read_text(encoding="utf-8").split())


def tokenizer() -> Any:
    """The one jieba tokenizer of this process (about one second to load, once)."""
    global _tokenizer  # noqa: PLW0603 - one dictionary of 60 MB a process, loaded before workers fork
    if _tokenizer is None:
        with _lock:
            if _tokenizer is None:
                _tokenizer = _load()
    return _tokenizer


def _load() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 (2020) uses pkg_resources and unescaped regexes
        import jieba

    class _PrivateTokenizer(jieba.Tokenizer):  # type: ignore[misc]
        initialized: bool

        def initialize(self, dictionary: str | None = None) -> None:  # noqa: ARG002 - jieba's signature
            if not self.initialized:
                self.FREQ, self.total = self.gen_pfdict(self.get_dict_file())
                self.initialized = True

    made = _PrivateTokenizer()
    made.initialize()
    return made


def add_words(words: Iterable[str]) -> None:
    """Teach the dictionary legal words: statute names, defined terms, thesaurus terms."""
    target = tokenizer()
    for word in words:
        if 2 <= len(word) <= 16 and not target.FREQ.get(word):
            target.add_word(word)


def is_word(text: str) -> bool:
    """Whether the dictionary has this word."""
    return bool(tokenizer().FREQ.get(text))


def defined_terms(text: str) -> list[str]:
    """Terms which the article itself defines (``本法所称家庭暴力，是指…``)."""
    return _DEFINED.findall(text)


def words(text: str) -> list[str]:
    """The words of a text for searching: long words also give the shorter words inside them."""
    found: list[str] = []
    stop = stop_words()
    target = tokenizer()
    for run in _WORD.findall(normalise(text)):
        if run[0] < "\u3400":
            found.append(run)
            continue
        found.extend(word for word in target.cut_for_search(run) if word not in stop)
    return found


def pairs(text: str) -> list[str]:
    """Overlapping pairs of Han characters, which need no dictionary."""
    found: list[str] = []
    for run in _HAN.findall(normalise(text)):
        found.extend(run[index : index + 2] for index in range(len(run) - 1))
    return found
