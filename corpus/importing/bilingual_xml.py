"""TMX and XLIFF taken apart into entries, in a process of its own: no entity, no outside reference, no depth.

What comes back is plain values; what they mean is said by :mod:`corpus.importing.bilingual_entries`. Imports
little, so that the contained reader starts quickly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from corpus.contained import Unreadable, read_contained
from corpus.importing.file_refused import FileRefused

LARGEST_FILE = 20 * 1024 * 1024
MOST_ENTRIES = 100_000
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODES = frozenset({"bpt", "ept", "ph", "it", "ut", "x", "bx", "ex", "sc", "ec", "sm", "em"})
"""Inline elements whose content is a program's own code, not words (TMX 1.4b, 2.3; XLIFF 1.2, 2.5; 2.0, 4.2.3)."""


@dataclass
class BilingualEntry:
    """One entry as read. ``line`` counts entries from 1; ``name`` may be the citation of its article."""

    line: int
    name: str
    source: str
    tag: str
    text: str
    properties: dict[str, str] = field(default_factory=dict)
    is_untranslated: bool = False
    """A unit without any variant but the Chinese."""


def parsed(content: bytes, *, kind: str) -> Element:
    """The root of an XML file. Raises :class:`FileRefused` for size, damage, entities, outside references."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分成几个文件")
    try:
        root: Element = fromstring(content, forbid_dtd=False)  # TMX names its DTD; it is never fetched
    except ParseError as error:
        raise FileRefused(f"第{error.position[0]}行不是完整的 XML，请重新导出") from error
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise FileRefused(f"文件里有实体或外部引用，已拒绝；请用不含实体的 {kind}") from error
    return root


def local_name(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def words_of(element: Element | None) -> str:
    """The words of a segment without the codes of the program that made it."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        if local_name(child) not in _CODES:
            parts.append(words_of(child))
        parts.append(child.tail or "")
    return "".join(parts)


def is_chinese(tag: str) -> bool:
    """Whether a language tag means the Chinese of the law."""
    return tag.lower().replace("_", "-").split("-")[0] in {"zh", "cmn"}


def entries_of(content: bytes, *, kind: str) -> list[BilingualEntry]:
    """The entries of a file; ``kind`` is ``TMX`` or ``XLIFF``. Raises :class:`FileRefused`."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分成几个文件")
    try:
        made = read_contained(
            "corpus.importing.bilingual_xml:entries_as_json", kind.encode() + b"\n" + content
        )
    except Unreadable as problem:
        raise FileRefused(str(problem)) from problem
    return [BilingualEntry(**row) for row in json.loads(made)]


def entries_as_json(request: bytes) -> bytes:
    """Runs contained: a line that says which format, then the file."""
    kind, _end, content = request.partition(b"\n")
    found = tmx_entries(content) if kind == b"TMX" else xliff_entries(content)
    entries: list[dict[str, object]] = []
    for entry in found:
        if len(entries) >= MOST_ENTRIES:
            raise FileRefused(f"超过 {MOST_ENTRIES} 条，请分成几个文件")
        entries.append(asdict(entry))
    return json.dumps(entries, ensure_ascii=False).encode("utf-8", "replace")


def tmx_entries(content: bytes) -> Iterator[BilingualEntry]:
    """One entry for each variant that is not the Chinese; one without text where a unit has no such variant."""
    root = parsed(content, kind="TMX")
    if root.tag != "tmx":
        raise FileRefused("根元素不是 tmx，请导出为 TMX 1.4")
    for number, unit in enumerate(root.iter("tu"), start=1):
        yield from _of_unit(number, unit) or [BilingualEntry(number, "", "", "", "", is_untranslated=True)]


def xliff_entries(content: bytes) -> Iterator[BilingualEntry]:
    """Every entry with a target, of XLIFF 1.2 or 2.0 whose source is Chinese."""
    root = parsed(content, kind="XLIFF")
    version = root.get("version", "")
    if local_name(root) != "xliff" or not version.startswith(("1.", "2.")):
        raise FileRefused("根元素不是 XLIFF 1.2 或 2.0 的 xliff，请重新导出")
    yield from (
        entry for entry in (_old(root) if version.startswith("1.") else _new(root)) if entry.text.strip()
    )


def _of_unit(number: int, entry: Element) -> list[BilingualEntry]:
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
