"""What keeps a material from leaving in any form: the exception, and the characters that no form can carry.

Control characters have no shape in print and are no characters of XML 1.0 (production 2, ``Char``), so an
office file or a book with one would not open. Every way out looks here before it begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.outreach.material import Material

_NO_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class SettingProblem:
    """Something that keeps a material from being set: where, and a sentence with the remedy."""

    place: str
    message: str


class CannotBeSet(ValueError):
    """The material does not go into the design or the file; ``problems`` says why."""

    def __init__(self, problems: list[SettingProblem]) -> None:
        self.problems = problems
        super().__init__("".join(problem.message for problem in problems))


def unprintable(text: str) -> list[str]:
    """Every character of a text that neither print nor XML can carry, each once, in order."""
    return list(dict.fromkeys(_NO_CHARACTER.findall(text)))


def unprintable_in(material: Material) -> list[SettingProblem]:
    """The control characters of a material, each named with its code point and the words before it."""
    found = []
    for place, words in material.places:
        for each in unprintable(words):
            before = words[max(0, words.index(each) - 6) : words.index(each)].strip()
            where = f"“{before}”后面" if before and not unprintable(before) else "里"
            name = unicodedata.name(each, "控制字符")
            found.append(
                SettingProblem(
                    place, f"“{place}”{where}有看不见的字符 U+{ord(each):04X}（{name}），请删掉它再导出。"
                )
            )
    return found


def refuse(problems: list[SettingProblem]) -> None:
    """Raise CannotBeSet when there is a problem."""
    if problems:
        raise CannotBeSet(problems)


def refuse_unprintable(materials: Iterable[Material]) -> None:
    """Raise CannotBeSet naming every control character of these materials."""
    refuse([problem for each in materials for problem in unprintable_in(each)])
