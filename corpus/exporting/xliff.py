"""The parallel collection as XLIFF 1.2 and 2.0: work that another program goes on with.

Units without a text go out too, with an empty target, so that they can be translated there.
Standards: OASIS XLIFF 1.2 (2008) and 2.0 (2014).
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from itertools import groupby
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from corpus.exporting.tmx import tag_of
from corpus.parallel.unit_tables import TranslationUnit, UnitStatus

OLD = "urn:oasis:names:tc:xliff:document:1.2"
NEW = "urn:oasis:names:tc:xliff:document:2.0"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_OLD_STATES = {
    UnitStatus.DRAFT: "needs-review-translation",
    UnitStatus.REVIEWED: "signed-off",
    UnitStatus.APPROVED: "final",
    UnitStatus.WITHDRAWN: "needs-translation",
}
_NEW_STATES = {
    UnitStatus.DRAFT: "translated",
    UnitStatus.REVIEWED: "reviewed",
    UnitStatus.APPROVED: "final",
    UnitStatus.WITHDRAWN: "initial",
}
_NOTES = ("provenance", "printed_page", "translator")


class SeveralLanguages(ValueError):
    """An XLIFF 2.0 document has one target language; the units are of more than one variety or script."""

    def __init__(self, tags: Iterable[str]) -> None:
        super().__init__(f"XLIFF 2.0 一个文件只能有一种方言和文字，这里有：{'、'.join(sorted(tags))}")


def as_xliff_1(units: Iterable[TranslationUnit]) -> bytes:
    """Version 1.2: one ``file`` a statute and target language. The same units give the same bytes."""
    root = Element("xliff", {"xmlns": OLD, "version": "1.2"})
    ordered = sorted(units, key=lambda unit: (unit.work, tag_of(unit)))
    number = 0
    for (statute, tag), group in groupby(ordered, key=lambda unit: (unit.work, tag_of(unit))):
        part = SubElement(
            root,
            "file",
            {
                "original": statute,
                "source-language": "zh-CN",
                "target-language": tag,
                "datatype": "plaintext",
            },
        )
        body = SubElement(part, "body")
        for unit in group:
            number += 1
            _old_unit(body, unit, number)
    return _written(root)


def _old_unit(body: Element, unit: TranslationUnit, number: int) -> None:
    approved = "yes" if unit.status is UnitStatus.APPROVED else "no"
    entry = SubElement(
        body,
        "trans-unit",
        {"id": str(number), "resname": str(unit.citation), "approved": approved, _SPACE: "preserve"},
    )
    SubElement(entry, "source").text = unit.source_text
    state = _OLD_STATES[unit.status] if unit.text else "new"
    SubElement(entry, "target", {"state": state}).text = unit.text
    for name in _NOTES:
        if value := str(getattr(unit, name) or ""):
            SubElement(entry, "note", {"from": f"x-{name}"}).text = value


def as_xliff_2(units: Iterable[TranslationUnit]) -> bytes:
    """Version 2.0: one ``file`` a statute. Raises :class:`SeveralLanguages`."""
    ordered = sorted(units, key=lambda unit: unit.work)
    tags = {tag_of(unit) for unit in ordered}
    if len(tags) > 1:
        raise SeveralLanguages(tags)
    root = Element("xliff", {"xmlns": NEW, "version": "2.0", "srcLang": "zh-CN"})
    if tags:
        root.set("trgLang", tags.pop())
    number = 0
    for place, (statute, group) in enumerate(groupby(ordered, key=lambda unit: unit.work), start=1):
        part = SubElement(root, "file", {"id": f"f{place}", "original": statute})
        for unit in group:
            number += 1
            _new_unit(part, unit, number)
    return _written(root)


def _new_unit(part: Element, unit: TranslationUnit, number: int) -> None:
    entry = SubElement(part, "unit", {"id": f"u{number}", "name": str(unit.citation), _SPACE: "preserve"})
    remarks = [(name, str(getattr(unit, name) or "")) for name in _NOTES]
    if any(value for _name, value in remarks):
        notes = SubElement(entry, "notes")
        for name, value in remarks:
            if value:
                SubElement(notes, "note", {"category": f"x-{name}"}).text = value
    state = _NEW_STATES[unit.status] if unit.text else "initial"
    segment = SubElement(entry, "segment", {"id": "s1", "state": state})
    SubElement(segment, "source").text = unit.source_text
    SubElement(segment, "target").text = unit.text


def _written(root: Element) -> bytes:
    indent(root)
    made = BytesIO()
    ElementTree(root).write(made, "utf-8", xml_declaration=True)
    return made.getvalue()
