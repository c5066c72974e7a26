"""The parallel collection as TMX 1.4b for other programs: Chinese beside each translation."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from corpus.bai.varieties import Script, language_tag
from corpus.parallel.unit_tables import TranslationUnit, UnitScript

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SCRIPTS = {
    UnitScript.LATIN_1993: (Script.LATIN, "1993"),
    UnitScript.LATIN_1982: (Script.LATIN, "1982"),
    UnitScript.HAN: (Script.HAN, None),
}
PROPERTIES = ("status", "provenance", "printed_page", "translator")


def tag_of(unit: TranslationUnit) -> str:
    """The language tag of a unit's text: ``bca-Latn-x-o1993``."""
    script, edition = SCRIPTS[unit.script]
    return language_tag(unit.variety, script, edition)


def as_tmx(units: Iterable[TranslationUnit], *, tool_version: str = "1") -> bytes:
    """Every unit with a text as one translation unit with two variants. The same units give the same bytes."""
    root = Element("tmx", {"version": "1.4"})
    SubElement(
        root,
        "header",
        {
            "creationtool": "bai-chinese-law",
            "creationtoolversion": tool_version,
            "segtype": "paragraph",
            "o-tmf": "collection",
            "adminlang": "zh-CN",
            "srclang": "zh-CN",
            "datatype": "plaintext",
        },
    )
    body = SubElement(root, "body")
    for unit in units:
        if not unit.text:
            continue
        entry = SubElement(body, "tu", {"tuid": f"{unit.citation}|{tag_of(unit)}"})
        SubElement(entry, "prop", {"type": "x-citation"}).text = str(unit.citation)
        for name in PROPERTIES:
            value = str(getattr(unit, name) or "")
            if value:
                SubElement(entry, "prop", {"type": f"x-{name}"}).text = value
        for language, text in (("zh-CN", unit.source_text), (tag_of(unit), unit.text)):
            SubElement(SubElement(entry, "tuv", {LANG: language}), "seg").text = text
    indent(root)
    made = BytesIO()
    ElementTree(root).write(made, "utf-8", xml_declaration=True)
    return made.getvalue()
