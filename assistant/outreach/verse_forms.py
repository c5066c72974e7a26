"""The stanza forms of 大本曲 and 白曲: how many syllables each line has, and which lines rhyme.

The names count: 三七一五 is three lines of seven and one of five (山花体), 三五二七 three of five and
two of seven, 七七一六 seven of seven and one of six. Only for 三七一五 is it recorded which lines
rhyme (1, 2 and 4), so only there is rhyme hinted at; in 三五二七 the order of lines is the singer's.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Delivery(enum.StrEnum):
    """How a passage is given: sung verse is checked, spoken passages are free."""

    SUNG = "sung"
    SPOKEN = "spoken"


@dataclass(frozen=True)
class VerseForm:
    """A form: syllables of each line (empty: free), whether their order counts, rhyming lines from 1."""

    key: str
    label: str
    syllable_counts: tuple[int, ...]
    is_ordered: bool
    rhyming_lines: tuple[int, ...]


FORMS = {
    form.key: form
    for form in (
        VerseForm("3715", "三七一五", (7, 7, 7, 5), True, (1, 2, 4)),
        VerseForm("3527", "三五二七", (5, 5, 5, 7, 7), False, ()),
        VerseForm("7716", "七七一六", (7,) * 7 + (6,), True, ()),
        VerseForm("free", "自由", (), True, ()),
    )
}

SCHOOLS = ("南腔", "北腔", "海东腔")
"""The three schools (腔) of 大本曲."""
BEATS = ("平板", "高腔", "黑净", "提水", "阴阳", "大哭", "小哭", "边板", "路路板")
"""The nine 板; a singer may name another."""
MELODIES = ("螃蟹", "老麻雀", "花谱", "道情", "祭奠")
"""Those of the eighteen 调 whose names are recorded; a singer may name another."""
RHYME_FAMILIES = ("花上花", "油鲁油", "老利老", "翠茵茵")
"""The rhyme families. Each is called by words that rhyme in it; hints hold a line against the last of them."""
