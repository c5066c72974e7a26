"""The languages of a session, by code: Chinese and the three varieties of Bai among them.

Codes follow ISO 639-3 (``bca`` central, ``bfs`` southern, ``bfc`` Panyi Bai); never ``bai``,
which is another language. Local Chinese speech is one entry, because a record only has to say
whether the standard language or the local speech was used.
"""

from __future__ import annotations

from dataclasses import dataclass

from mediation_rooms.wording import N_


@dataclass(frozen=True)
class Language:
    """A language people may be heard in; ``family`` groups the varieties of one language."""

    code: str
    name: str
    family: str


LANGUAGES: tuple[Language, ...] = (
    Language("zh", N_("汉语（普通话）"), "chinese"),
    Language("zh-x-local", N_("汉语（本地话）"), "chinese"),
    Language("bfs", N_("白语（南部，大理）"), "bai"),
    Language("bca", N_("白语（中部，剑川）"), "bai"),
    Language("bfc", N_("白语（北部）"), "bai"),
    Language("x-yi", N_("彝语"), "yi"),
    Language("lis", N_("傈僳语"), "lisu"),
    Language("other", N_("其他语言"), "other"),
    Language("sign", N_("手语"), "sign"),
)

_BY_CODE = {language.code: language for language in LANGUAGES}


def language(code: str) -> Language:
    """The language with this code. Raises ValueError with the codes that exist."""
    try:
        return _BY_CODE[code]
    except KeyError:
        known = "、".join(_BY_CODE)
        raise ValueError(f"没有代码为“{code}”的语言，可用：{known}") from None


def is_bai(code: str) -> bool:
    """Whether the code names a variety of Bai."""
    return code in _BY_CODE and _BY_CODE[code].family == "bai"


def is_chinese(code: str) -> bool:
    """Whether the code names a form of Chinese."""
    return code in _BY_CODE and _BY_CODE[code].family == "chinese"


def understand_each_other(code: str, other: str) -> bool:
    """Whether two codes can do without an interpreter: the same code, or both forms of Chinese.

    Two varieties of Bai are not assumed to be mutually intelligible.
    """
    return code == other or (is_chinese(code) and is_chinese(other))
