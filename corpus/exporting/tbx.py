"""The glossary as TBX for other programs, with source, licence and village of every form."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from corpus.bai.models import Concept, GlossaryTerm, TermStatus
from corpus.bai.varieties import Script, language_tag
from corpus.database import write_atomically

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write_tbx(path: Path, concepts: Iterable[Concept], *, title: str) -> int:
    """Write all concepts with their forms; the number of entries written. Withdrawn forms stay out."""
    root = Element("martif", {"type": "TBX", _LANG: "zh"})
    header = SubElement(SubElement(root, "martifHeader"), "fileDesc")
    SubElement(SubElement(header, "titleStmt"), "title").text = title
    SubElement(SubElement(header, "sourceDesc"), "p").text = title
    body = SubElement(SubElement(root, "text"), "body")
    count = 0
    for concept in concepts:
        _entry(body, concept)
        count += 1
    indent(root)
    write_atomically(path, lambda handle: ElementTree(root).write(handle, "utf-8", xml_declaration=True))
    return count


def _entry(body: Element, concept: Concept) -> None:
    entry = SubElement(body, "termEntry", {"id": f"c{concept.id}"})
    SubElement(entry, "descrip", {"type": "subjectField"}).text = concept.subject.value
    if concept.citation:
        SubElement(entry, "descrip", {"type": "xCitation"}).text = concept.citation
    for language, name in (("zh", concept.chinese), ("en", concept.english)):
        if name:
            SubElement(_group(entry, language), "term").text = name
    for term in sorted(concept.terms, key=lambda term: term.id):
        if term.status is not TermStatus.WITHDRAWN:
            _form(entry, term)


def _group(entry: Element, language: str) -> Element:
    return SubElement(SubElement(entry, "langSet", {_LANG: language}), "tig")


def _form(entry: Element, term: GlossaryTerm) -> None:
    script = Script.IPA if not term.text else term.script
    group = _group(entry, language_tag(term.variety, script, term.edition or None))
    SubElement(group, "term").text = term.text or term.ipa
    if term.text and term.ipa:
        SubElement(group, "termNote", {"type": "pronunciation"}).text = term.ipa
    if term.village:
        SubElement(group, "termNote", {"type": "geographicalUsage"}).text = term.village
    SubElement(group, "admin", {"type": "source"}).text = term.source
    for kind, value in (("xSource", term.source_url), ("xLicence", term.licence)):
        if value:
            SubElement(group, "admin", {"type": kind}).text = value
