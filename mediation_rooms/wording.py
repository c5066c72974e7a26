"""Marks Chinese words of the domain for the interface catalogues without importing gettext."""

from __future__ import annotations


def N_(text: str) -> str:  # noqa: N802 - the conventional name that message extraction looks for
    """Return ``text`` unchanged; the edge translates it when it is shown."""
    return text


class Sentence(str):
    """A finished Chinese sentence that still knows its pattern and what was put into it.

    It is the sentence wherever a ``str`` is wanted; the edge may say the same in another language.
    """

    __slots__ = ("pattern", "values")

    pattern: str
    values: dict[str, object]


def say(pattern: str, **values: object) -> str:
    """``say(N_("%(party)s要有监护人到场"), party=title)``: the Chinese sentence, translatable later."""
    sentence = Sentence(pattern % values if values else pattern)
    sentence.pattern, sentence.values = pattern, values
    return sentence


TERM = N_("第%(term)s项")
INSTALMENT = N_("第%(term)s项第%(part)s期")
"""How items of an agreement and their instalments are called."""


def party_title(side: str, position: int) -> str:
    """``申请人1``: how a party is called where its name shall not stand."""
    return say(N_("%(side)s%(position)s"), side=side, position=position)
