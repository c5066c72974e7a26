"""Words to be changed in a word processor: one material, or a book of many with contents and index, as DOCX."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from assistant.outreach import ornaments
from assistant.outreach.book import index_of
from assistant.outreach.material import Material
from assistant.outreach.setting_problems import refuse_unprintable
from assistant.outreach.starter import BAI_PLACE
from assistant.outreach.verse import check_song
from assistant.outreach.verse_forms import FORMS
from assistant.typesetting.archives import EPOCH_INSTANT, steady
from assistant.typesetting.fonts import SANS


def as_docx(material: Material) -> bytes:
    """The words of a material to be changed and printed from a word processor.

    Raises CannotBeSet for a control character.
    """
    refuse_unprintable([material])
    document = _document(material.title, material.author, material.rights)
    _heading(document, material.title, level=1)
    _item(document, material)
    return _saved(document)


def as_book_docx(materials: Sequence[Material], *, title: str) -> bytes:
    """A book: title, contents with links, one item after the other, index by the numbers of the items."""
    refuse_unprintable(materials)
    rights = "；".join(dict.fromkeys(each.rights for each in materials))
    document = _document(title, materials[0].author, rights)
    _heading(document, title, level=0)
    _heading(document, "目录", level=1)
    for number, each in enumerate(materials, start=1):
        _link(document.add_paragraph(), f"{number}　{each.title}", f"item{number}")
    for number, each in enumerate(materials, start=1):
        document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        _bookmark(_heading(document, f"{number}　{each.title}", level=1), f"item{number}", number)
        _item(document, each)
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    _heading(document, "索引", level=1)
    for entry, places in index_of(materials):
        paragraph = document.add_paragraph(f"{entry}　")
        for place in places:
            _link(paragraph, f"{place + 1} ", f"item{place + 1}")
    return _saved(document)


def _item(document: Any, material: Material) -> None:
    for line in material.lines:
        document.add_paragraph(line, style="List Bullet")
    for question, answer in material.points:
        _heading(document, question, level=2)
        document.add_paragraph(answer)
    if material.song:
        _song(document, material)
    if material.script:
        _heading(document, "广播稿", level=2)
        document.add_paragraph(material.script)
    _heading(document, "白语版", level=2)
    document.add_paragraph(material.bai.text.strip() or f"【{material.bai.note}】")
    if material.bai.text.strip():
        document.add_paragraph(material.bai.note)
    document.add_paragraph(material.basis)
    document.add_paragraph(material.imprint)


def _song(document: Any, material: Material) -> None:
    for section in check_song(material.song, FORMS["free"]).sections:
        _heading(document, section.heading, level=2)
        for stanza in section.stanzas:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.left_indent = Pt(18 if section.is_sung else 36)
            for place, line in enumerate(stanza.lines):
                if place:
                    paragraph.add_run().add_break()
                paragraph.add_run(line.text)
                if line.bai:
                    paragraph.add_run().add_break()
                    paragraph.add_run(line.bai).italic = True
        if section.is_sung:
            note = f"白文出处：{section.bai_source}" if section.bai_source else f"〔{BAI_PLACE}〕"
            document.add_paragraph(note).runs[0].font.size = Pt(9)


def _document(title: str, author: str, rights: str) -> Any:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = SANS, Pt(12)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SANS)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, author, rights
    properties.last_modified_by, properties.revision = author, 1
    properties.created = properties.modified = EPOCH_INSTANT.replace(tzinfo=None)
    return document


_SIZES = {0: 32, 1: 24, 2: 15}


def _heading(document: Any, words: str, *, level: int) -> Any:
    paragraph = document.add_paragraph(style="Title" if level == 0 else f"Heading {level}")
    run = paragraph.add_run(words)
    run.bold, run.font.size, run.font.name = True, Pt(_SIZES[level]), SANS
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SANS)
    colour = ornaments.INDIGO if level == 2 else ornaments.CAMELLIA
    run.font.color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def _bookmark(paragraph: Any, name: str, number: int) -> None:
    begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (begin, end):
        mark.set(qn("w:id"), str(number))
    begin.set(qn("w:name"), name)
    paragraph._p.insert(1, begin)
    paragraph._p.append(end)


def _link(paragraph: Any, words: str, target: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), target)
    run = paragraph.add_run(words)
    link.append(run._r)
    paragraph._p.append(link)


def _saved(document: Any) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return steady(made.getvalue())
