"""Translations as other programs export them: TMX 1.4b. No document type, no entity, no outside reference."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from corpus.bai.varieties import Variety
from corpus.exporting.tmx import LANG
from corpus.importing.incoming_units import FileRefused, RowProblem, UnitsRead, incoming_unit
from corpus.parallel.unit_tables import UnitScript

LARGEST_FILE = 20 * 1024 * 1024
MOST_UNITS = 100_000


def read_units_tmx(content: bytes) -> UnitsRead:
    """Every translation unit with a citation in ``prop`` or ``tuid``. Raises :class:`FileRefused`."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB，请分成几个文件")
    try:
        root = fromstring(content, forbid_dtd=False)  # TMX names its DTD; it is never fetched
    except ParseError as error:
        raise FileRefused(f"第{error.position[0]}行不是完整的 XML，请重新导出") from error
    except (DefusedXmlException, ValueError) as error:
        raise FileRefused("文件里有实体或外部引用，已拒绝；请用不含实体的 TMX") from error
    if root.tag != "tmx":
        raise FileRefused("根元素不是 tmx，请导出为 TMX 1.4")
    read = UnitsRead()
    for number, entry in enumerate(root.iter("tu"), start=1):
        if number > MOST_UNITS:
            raise FileRefused(f"超过 {MOST_UNITS} 条，请分成几个文件")
        _entry(number, entry, read)
    return read


def _entry(number: int, entry: Element, read: UnitsRead) -> None:
    properties = {prop.get("type", ""): (prop.text or "") for prop in entry.findall("prop")}
    citation = properties.get("x-citation") or entry.get("tuid", "").partition("|")[0]
    source, translations = "", []
    for variant in entry.findall("tuv"):
        tag = (variant.get(LANG) or variant.get("lang") or "").strip()
        segment = variant.find("seg")
        text = "".join(segment.itertext()) if segment is not None else ""
        if tag.lower().startswith("zh"):
            source = text
        else:
            translations.append((tag, text))
    if not translations:
        read.problems.append(RowProblem(number, "这一条没有白语译文"))
    for tag, text in translations:
        values = {
            "citation": citation,
            "text": text,
            "source": source,
            "provenance": properties.get("x-provenance", ""),
            "printed_page": properties.get("x-printed_page", ""),
            **_of_tag(tag),
        }
        unit = incoming_unit(number, values, read.problems, variety=None, script=None)
        if unit is not None:
            read.units.append(unit)


def _of_tag(tag: str) -> dict[str, str]:
    """``bca-Latn-x-o1993`` → variety and script; what is not said stays as it is and is refused with its words."""
    parts = tag.split("-")
    script = UnitScript.LATIN_1993 if "o1982" not in parts else UnitScript.LATIN_1982
    if "Hani" in parts:
        script = UnitScript.HAN
    variety = parts[0].lower()
    return {"variety": variety if variety in set(Variety) else tag or "（空）", "script": script.value}
