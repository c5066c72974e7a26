"""Translations as XLIFF 1.2 and 2.0, ours and those of other programs. Entries without a target are passed over."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from corpus.importing.bilingual_entries import (
    MOST_ENTRIES,
    BilingualEntry,
    Defaults,
    is_chinese,
    local_name,
    parsed,
    read_entries,
    words_of,
)
from corpus.importing.incoming_units import FileRefused, UnitsRead


def read_units_xliff(content: bytes, defaults: Defaults | None = None) -> UnitsRead:
    """Every entry with a target, by its citation (``resname``, ``name`` or ``id``), else by its Chinese.

    Raises :class:`FileRefused` for what is no XLIFF of these two versions or whose source is not Chinese.
    """
    root = parsed(content, kind="XLIFF")
    version = root.get("version", "")
    if local_name(root) != "xliff" or not version.startswith(("1.", "2.")):
        raise FileRefused("根元素不是 XLIFF 1.2 或 2.0 的 xliff，请重新导出")
    found = _old(root) if version.startswith("1.") else _new(root)
    entries: list[BilingualEntry] = []
    for entry in found:
        if len(entries) >= MOST_ENTRIES:
            raise FileRefused(f"超过 {MOST_ENTRIES} 条，请分成几个文件")
        if entry.text.strip():
            entries.append(entry)
    return read_entries(entries, defaults or Defaults())


def _chinese_source(tag: str) -> None:
    if tag and not is_chinese(tag):
        raise FileRefused(f"文件的原文语言是“{tag[:20]}”，不是中文：请导出中文到白语的文件")


def _old(root: Element) -> Iterator[BilingualEntry]:
    """Version 1.2: the languages stand at each file, the state and the notes at each unit."""
    number = 0
    for part in (each for each in root.iter() if local_name(each) == "file"):
        _chinese_source(part.get("source-language", ""))
        for unit in (each for each in part.iter() if local_name(each) == "trans-unit"):
            number += 1
            children = {local_name(child): child for child in unit}
            properties = {
                note.get("from", "").removeprefix("x-"): (note.text or "").strip()
                for note in unit
                if local_name(note) == "note"
            }
            yield BilingualEntry(
                number,
                _name(unit.get("resname", ""), unit.get("id", "")),
                words_of(children.get("source")),
                part.get("target-language", ""),
                words_of(children.get("target")),
                properties,
            )


def _new(root: Element) -> Iterator[BilingualEntry]:
    """Version 2.0: one pair of languages a document; a unit's segments follow one another."""
    _chinese_source(root.get("srcLang", ""))
    for number, unit in enumerate((each for each in root.iter() if local_name(each) == "unit"), start=1):
        source, target = [], []
        for segment in unit.iter():
            if local_name(segment) in {"segment", "ignorable"}:
                children = {local_name(child): child for child in segment}
                source.append(words_of(children.get("source")))
                target.append(words_of(children.get("target")))
        properties = {
            note.get("category", "").removeprefix("x-"): (note.text or "").strip()
            for note in unit.iter()
            if local_name(note) == "note"
        }
        yield BilingualEntry(
            number,
            _name(unit.get("name", ""), unit.get("id", "")),
            "".join(source),
            root.get("trgLang", ""),
            "".join(target),
            properties,
        )


def _name(name: str, identity: str) -> str:
    """The citation: in the name, else in the id, before any ``|``."""
    return (name or identity).partition("|")[0]
