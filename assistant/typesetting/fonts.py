"""The fonts that documents are set in: free, shipped in a wheel, embedded in every file.

Noto Serif SC stands in for 宋体 and 仿宋, Noto Sans SC for 黑体 (SIL Open Font License 1.1). No font of
the machine is used, so the same paper looks the same everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont

SERIF = "Noto Serif SC"
SANS = "Noto Sans SC"
_FILES = {SERIF: "NotoSerifSC-Regular.otf", SANS: "NotoSansSC-Regular.otf"}


def font_directory() -> Path:
    """The folder of the font files. Raises ModuleNotFoundError when the wheel is not installed."""
    return Path(str(files("pylopdf_fonts_zh_cn")))


@lru_cache(maxsize=2)
def covered_characters(family: str) -> frozenset[int]:
    """Code points a family has a glyph for."""
    with TTFont(font_directory() / _FILES[family], lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_characters(text: str, *, family: str = SERIF) -> list[str]:
    """Characters of a text that would print as empty boxes, each once, in order."""
    covered = covered_characters(family)
    return [each for each in dict.fromkeys(text) if not each.isspace() and ord(each) not in covered]
