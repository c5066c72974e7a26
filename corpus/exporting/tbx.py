"""The glossary as TBX for other programs, with source, licence and village of every form."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from corpus.bai.models import Concept, GlossaryTerm, TermStatus
from corpus.bai.varieties import Script, language_tag
from corpus.database import write_atomically

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def as_tbx(concepts: Iterable[Concept], *, title: str) -> bytes:
    """All concepts with their forms; withdrawn forms stay out. The same concepts give the same bytes."""
    root = Element("martif", {"type": "TBX", _LANG: "zh"})
    header = SubElement(SubElement(root, "martifHeader"), "fileDesc")
    SubElement(SubElement(header, "titleStmt"), "title").text = title
    SubElement(SubElement(header, "sourceDesc"), "p").text = title
    body = SubElement(SubElement(root, "text"), "body")
    for concept in concepts:
        _entry(body, concept)
    indent(root)
    made = BytesIO()
    ElementTree(root).write(made, "utf-8", xml_declaration=True)
    return made.getvalue()


def write_tbx(path: Path, concepts: Iterable[Concept], *, title: str) -> int:
    """Write all concepts with their forms; the number of entries written."""
    wanted = list(concepts)
    content = as_tbx(wanted, title=title)
    write_atomically(path, lambda handle: handle.write(content))
    return len(wanted)


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
