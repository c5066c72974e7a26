"""Passwords: which are accepted, how they are kept, how they are compared.

Argon2id with the parameters of RFC 9106 (second recommended option, 64 MiB). Text is brought to
NFC first, so that a Bai letter typed as one sign or as letter and accent is the same password.
Two policies: ``asvs`` (OWASP ASVS 5.0, 6.2, and NIST SP 800-63B-4, 3.1.1.2: length, every character, a
block-list of some 90,000 passwords, words and names, words of the person and the place; no composition, no expiry) and ``dengbao`` (GB/T 22239: composition and periodic change as well).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pypinyin import lazy_pinyin

from mediation_rooms.wording import N_, say

LONGEST = 128
SHORTEST = 12
LONGEST_WEIGHED = 72
"""Characters that the estimate looks at; what is longer is judged by its beginning."""
FEWEST_GUESSES = 10**10
"""A password that is guessed sooner, by words, names, dates and keyboard rows, is refused."""
SHORTEST_CONTEXT_WORD = 3
OF_THE_PLACE = (
    "woaini", "5201314", "1314520", "mima", "mimashi", "dali", "dalizhou", "yunnan", "jinhua", "apeng", "cangshan",
    "erhai", "xizhou", "baizu", "tiaojie", "tiaojieyuan", "tiaojieshi", "sifa", "sifasuo", "falv", "minfadian",
    "zhongguo", "nihao", "woshishui", "guanliyuan", "ceshi", "gongzuo", "diannao", "denglu",
    "调解", "调解员", "调解室", "司法所", "人民调解", "管理员", "大理", "大理州", "云南", "苍山洱海", "风花雪月", "密码", "我爱你",
)  # fmt: skip
"""Words of this programme and this place that somebody would try first (OWASP ASVS 5.0, 6.1.2 and 6.2.11)."""


@dataclass(frozen=True)
class Policy:
    """What a password must be; lengths in characters after NFC."""

    name: str
    shortest: int = SHORTEST
    longest: int = LONGEST
    kinds_of_characters: int = 1
    expires_after: timedelta | None = None


POLICIES = {
    "asvs": Policy("asvs"),
    "dengbao": Policy("dengbao", kinds_of_characters=3, expires_after=timedelta(days=90)),
}


def problems(password: str, *, policy: Policy, about: Iterable[str] = ()) -> list[str]:
    """Why this password is not accepted, as complete sentences; empty when it is.

    ``about`` are words of the person: user name, name, room. They may not stand in it, neither in
    Chinese nor in Latin letters, and are tried first by the estimate of how soon it is guessed.
    """
    text = unicodedata.normalize("NFC", password)
    found = []
    if len(text) < policy.shortest:
        found.append(say(N_("密码至少 %(count)s 个字符，可以用一句自己记得住的话"), count=policy.shortest))
    if len(text) > policy.longest:
        found.append(say(N_("密码最多 %(count)s 个字符"), count=policy.longest))
        return found
    if word := _word_about_the_person(text, about):
        found.append(say(N_("密码里不要有“%(word)s”：认识您的人最先会试它"), word=word))
    elif not found and _is_guessed_soon(text, about):
        found.append(N_("这个密码太常见或者太有规律，容易被猜到。请换一个，例如几个不相干的词连起来"))
    if _kinds(text) < policy.kinds_of_characters:
        pattern = N_("密码要有大写、小写、数字、符号、汉字中的至少 %(count)s 类")
        found.append(say(pattern, count=policy.kinds_of_characters))
    return found


def _spellings(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each word, as people know it, with the ways in which it may stand in a password."""
    for word in words:
        folded = unicodedata.normalize("NFC", word).casefold().strip()
        if not folded:
            continue
        yield word, folded
        yield word, "".join(lazy_pinyin(folded))


def _word_about_the_person(text: str, about: Iterable[str]) -> str:
    folded = text.casefold()
    for word, spelling in _spellings(about):
        shortest = SHORTEST_CONTEXT_WORD if spelling.isascii() else SHORTEST_CONTEXT_WORD - 1
        if len(spelling) >= shortest and spelling in folded:
            return word
    return ""


def _is_guessed_soon(text: str, about: Iterable[str]) -> bool:
    from zxcvbn import zxcvbn  # its lists take 0.2 s to load: only where a password is set

    tried_first = [*OF_THE_PLACE, *(spelling for _word, spelling in _spellings(about))]
    return bool(zxcvbn(text[:LONGEST_WEIGHED], user_inputs=tried_first)["guesses"] < FEWEST_GUESSES)


def _kinds(text: str) -> int:
    return sum(
        (
            any(letter.isascii() and letter.isupper() for letter in text),
            any(letter.isascii() and letter.islower() for letter in text),
            any(letter.isdigit() for letter in text),
            any(letter.isalpha() and not letter.isascii() for letter in text),
            any(not letter.isalnum() for letter in text),
        )
    )


class Passwords:
    """Hashes and compares. ``cost`` is ``production``, or ``test``: fast, refused outside tests."""

    def __init__(self, cost: str = "production") -> None:
        if cost == "test":
            self._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        else:
            self._hasher = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)
        self._nobody = self._hasher.hash("this is nobody's password")

    def hash(self, password: str) -> str:
        """The hash to keep. Takes about 100 ms on purpose: never inside a write transaction."""
        return self._hasher.hash(unicodedata.normalize("NFC", password))

    def matches(self, password: str, kept: str | None) -> bool:
        """Whether the password is right. With ``kept`` None the same work is done for nobody.

        Longer than :data:`LONGEST` is refused before any hashing.
        """
        if len(password) > 4 * LONGEST:
            return False
        text = unicodedata.normalize("NFC", password)
        if len(text) > LONGEST:
            return False
        try:
            return self._hasher.verify(kept or self._nobody, text) and kept is not None
        except (VerificationError, InvalidHashError):
            return False

    def needs_rehash(self, kept: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


def is_expired(changed_at: datetime, *, policy: Policy, now: datetime) -> bool:
    """Whether the policy asks for a new password."""
    return policy.expires_after is not None and now - changed_at >= policy.expires_after
