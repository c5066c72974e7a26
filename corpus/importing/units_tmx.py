"""Translations as other programs export them: TMX 1.4b. No entity, no outside reference."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from corpus.exporting.tmx import LANG
from corpus.importing.bilingual_entries import (
    MOST_ENTRIES,
    BilingualEntry,
    Defaults,
    is_chinese,
    parsed,
    read_entries,
    words_of,
)
from corpus.importing.incoming_units import FileRefused, RowProblem, UnitsRead


def read_units_tmx(content: bytes, defaults: Defaults | None = None) -> UnitsRead:
    """Every translation unit, by the citation in ``prop`` or ``tuid``, else by its Chinese.

    Raises :class:`FileRefused`.
    """
    root = parsed(content, kind="TMX")
    if root.tag != "tmx":
        raise FileRefused("根元素不是 tmx，请导出为 TMX 1.4")
    entries: list[BilingualEntry] = []
    problems: list[RowProblem] = []
    for number, entry in enumerate(root.iter("tu"), start=1):
        if number > MOST_ENTRIES:
            raise FileRefused(f"超过 {MOST_ENTRIES} 条，请分成几个文件")
        found = _entry(number, entry)
        if not found:
            problems.append(RowProblem(number, "这一条没有白语译文"))
        entries += found
    read = read_entries(entries, defaults or Defaults())
    read.problems += problems
    return read


def _entry(number: int, entry: Element) -> list[BilingualEntry]:
    properties = {
        prop.get("type", "").removeprefix("x-"): (prop.text or "").strip() for prop in entry.findall("prop")
    }
    name = properties.get("citation") or entry.get("tuid", "").partition("|")[0]
    source, translations = "", []
    for variant in entry.findall("tuv"):
        tag = (variant.get(LANG) or variant.get("lang") or "").strip()
        text = words_of(variant.find("seg"))
        if is_chinese(tag):
            source = text
        else:
            translations.append((tag, text))
    return [BilingualEntry(number, name, source, tag, text, properties) for tag, text in translations]
