"""Passwords: which are accepted, how they are kept, how they are compared.

Argon2id with the parameters of RFC 9106 (second recommended option, 64 MiB). Text is brought to
NFC first, so that a Bai letter typed as one sign or as letter and accent is the same password.
Two policies: ``asvs`` (OWASP ASVS 5.0, 6.2: length and a block-list, no composition, no expiry)
and ``dengbao`` (GB/T 22239: composition and periodic change as well).
"""

from __future__ import annotations

import itertools
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 128
SHORTEST = 12
COMMON_PARTS = (
    "password", "123456", "12345678", "qwerty", "abc123", "111111", "000000", "iloveyou", "admin", "welcome",
    "letmein", "monkey", "dragon", "woaini", "5201314", "1314520", "a123456", "aa123456", "qazwsx", "1q2w3e",
    "mima", "dali", "yunnan", "jinhua", "apeng", "tiaojie", "sifa", "bai", "88888888", "66666666",
)  # fmt: skip


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


def problems(password: str, *, policy: Policy, user_name: str) -> list[str]:
    """Why this password is not accepted, as complete sentences; empty when it is."""
    text = unicodedata.normalize("NFC", password)
    found = []
    if len(text) < policy.shortest:
        found.append(f"密码至少 {policy.shortest} 个字符，可以用一句自己记得住的话")
    if len(text) > policy.longest:
        found.append(f"密码最多 {policy.longest} 个字符")
    if _is_easily_guessed(text[:LONGEST], user_name):
        found.append("这个密码太常见、太有规律或含有用户名，容易被猜到，请换一个")
    if _kinds(text[:LONGEST]) < policy.kinds_of_characters:
        found.append(f"密码要有大写、小写、数字、符号、汉字中的至少 {policy.kinds_of_characters} 类")
    return found


def _is_easily_guessed(text: str, user_name: str) -> bool:
    folded = text.casefold()
    if len(set(folded)) < 5:
        return True
    name = unicodedata.normalize("NFC", user_name).casefold()
    if len(name) >= 3 and name in folded:
        return True
    left = folded
    for part in sorted(COMMON_PARTS, key=len, reverse=True):
        left = left.replace(part, "")
    left = "".join(letter for letter in left if letter not in "0123456789!@#.-_ ")
    if len(left) < 4:
        return True
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(folded)}
    return steps in ({1}, {-1}) or _repeats(folded)


def _repeats(text: str) -> bool:
    return any(
        len(text) >= 3 * size and text == (text[:size] * len(text))[: len(text)] for size in range(1, 5)
    )


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
