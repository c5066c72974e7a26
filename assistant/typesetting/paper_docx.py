"""A form, or several, as DOCX that can be written on: the same blocks as the PDF, the same bytes each time.

Text from a file enters as text runs only: no field codes, no markup, no control characters.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from assistant.typesetting.archives import EPOCH_INSTANT, steady
from assistant.typesetting.drawn_names import Drawings
from assistant.typesetting.fonts import SANS, SERIF
from assistant.typesetting.paper_pdf import NO_BAI_YET, NO_DRAWINGS
from assistant.typesetting.plain_text import plain_text
from mediation_rooms.documents.paper import (
    Block,
    DateLine,
    Fields,
    Items,
    LongText,
    Note,
    Paper,
    Paragraph,
    Signatures,
    Table,
    Ticks,
)
from mediation_rooms.documents.phrases import BaiPhrases
from mediation_rooms.documents.wording import day_in_words

BODY = Pt(12)
SMALL = Pt(9)
SOFT = RGBColor(0x6E, 0x6E, 0x6E)
TEXT_WIDTH = Cm(21.0 - 2.6 - 2.0)
EMPTY_DATE = "　　　　年　　月　　日"
RULE_CHARACTERS = 36
AIR_TWIPS = 80
"""Above the text of a ruled cell, as much as the space after its paragraph: 4 points."""


def papers_as_docx(
    papers: Sequence[Paper], *, bai: BaiPhrases | None = None, drawings: Drawings = NO_DRAWINGS
) -> bytes:
    """One document, each form beginning on a new page. With ``bai`` fixed sentences get a column beside them."""
    document = Document()
    _set_up(document, papers[0].title if len(papers) == 1 else "调解卷宗")
    for number, paper in enumerate(papers):
        if number:
            document.add_page_break()
        _head(document, paper)
        for block in paper.blocks:
            if isinstance(block, Signatures):
                _signatures(document, block, drawings)
            else:
                _WRITERS[type(block)](document, block, bai)
    made = io.BytesIO()
    document.save(made)
    return steady(made.getvalue())


def _set_up(document: Any, title: str) -> None:
    style = document.styles["Normal"]
    style.font.name, style.font.size = SERIF, BODY
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SERIF)
    style.paragraph_format.space_after = Pt(4)
    style.paragraph_format.line_spacing = 1.25
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.top_margin, page.bottom_margin = Cm(2.1), Cm(1.8)
    page.left_margin, page.right_margin = Cm(2.6), Cm(2.0)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by, properties.comments = title, "", "", ""
    properties.created = properties.modified = EPOCH_INSTANT.replace(tzinfo=None)
    properties.revision = 1


def _run(paragraph: Any, text: str, *, size: Any = None, face: str = "", soft: bool = False) -> None:
    run = paragraph.add_run(plain_text(text))
    if size is not None:
        run.font.size = size
    if face:
        run.font.name = face
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    if soft:
        run.font.color.rgb = SOFT


def _line(holder: Any, text: str = "", **look: Any) -> Any:
    paragraph = holder.add_paragraph()
    if text:
        _run(paragraph, text, **look)
    return paragraph


def _head(document: Any, paper: Paper) -> None:
    for text, size in (
        (paper.office, Pt(20 if paper.is_cover else 14)),
        (paper.title, Pt(34 if paper.is_cover else 20)),
    ):
        if text:
            paragraph = _line(document, text, size=size)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if paper.is_cover:
                paragraph.paragraph_format.space_before = Pt(48)
                paragraph.paragraph_format.space_after = Pt(36)
    if paper.number and not paper.is_cover:
        _line(document, paper.number, size=Pt(10.5)).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _grid(document: Any, rows: int, widths: Sequence[float], *, ruled: bool = True) -> Any:
    """A table of the text's width; ``widths`` are relative."""
    table = document.add_table(rows=rows, cols=len(widths), style="Table Grid" if ruled else None)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        share = int(TEXT_WIDTH * width / sum(widths))
        column.width = share
        for cell in column.cells:
            cell.width = share
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for row in table.rows:  # a cell is not torn between two pages
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    if ruled:
        margins = OxmlElement("w:tblCellMar")
        side = OxmlElement("w:top")
        side.set(qn("w:w"), str(AIR_TWIPS))
        side.set(qn("w:type"), "dxa")
        margins.append(side)
        table._tbl.tblPr.append(margins)
    return table


def _fill(cell: Any, text: str, **look: Any) -> None:
    _run(cell.paragraphs[0], text, **look)


def _fields(document: Any, block: Fields, _bai: BaiPhrases | None) -> None:
    for row in block.rows:
        table = _grid(document, 1, [field.span for field in row])
        for cell, field in zip(table.rows[0].cells, row, strict=True):
            _fill(cell, f"{field.label}　", face=SANS, size=Pt(10))
            _fill(cell, field.value)
    _gap(document)


def _gap(document: Any) -> None:
    """A thin line between two tables, which would otherwise grow together."""
    paragraph = _line(document)
    paragraph.paragraph_format.space_after = paragraph.paragraph_format.space_before = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(4)


def _bai_beside(paragraph: Any, phrase_key: str, bai: BaiPhrases | None) -> None:
    """The Bai of a heading after it, or its empty, marked place."""
    if phrase_key and bai is not None:
        known = bai.texts.get(phrase_key, "")
        _run(paragraph, f"　{known or NO_BAI_YET}", soft=not known, size=None if known else SMALL)


def _long_text(document: Any, block: LongText, bai: BaiPhrases | None) -> None:
    cell = _grid(document, 1, [1]).rows[0].cells[0]
    _fill(cell, block.label, face=SANS, size=Pt(10))
    _bai_beside(cell.paragraphs[0], block.phrase_key, bai)
    for text in block.text.split("\n") if block.text else [""] * block.lines:
        paragraph = _line(cell, text)
        if text:
            paragraph.paragraph_format.first_line_indent = Pt(24)
    _gap(document)


def _paragraph(document: Any, block: Paragraph, bai: BaiPhrases | None) -> None:
    if not block.phrase_key or bai is None:
        paragraph = _line(document, block.text)
        if block.is_centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            paragraph.paragraph_format.first_line_indent = Pt(24)
        return
    left, right = _grid(document, 1, [1, 1]).rows[0].cells
    _fill(left, block.text)
    known = bai.texts.get(block.phrase_key, "")
    _fill(right, known or NO_BAI_YET, soft=not known, size=None if known else SMALL)
    _gap(document)


def _items(document: Any, block: Items, bai: BaiPhrases | None) -> None:
    heading = _line(document, f"{block.label}：", face=SANS, size=Pt(10.5))
    _bai_beside(heading, block.phrase_key, bai)
    for number, text in enumerate(block.items or ("＿" * RULE_CHARACTERS,) * block.blank_count, start=1):
        _line(document, f"{number}. {text}")


def _ticks(document: Any, block: Ticks, _bai: BaiPhrases | None) -> None:
    paragraph = _line(document, f"{block.label}：", face=SANS, size=Pt(10.5))
    _run(paragraph, "　".join(f"{'☑' if chosen else '☐'} {label}" for label, chosen in block.options))


def _table(document: Any, block: Table, _bai: BaiPhrases | None) -> None:
    blank = max(0, block.blank_rows - len(block.rows))
    table = _grid(document, 1 + len(block.rows) + blank, block.widths)
    for cell, heading in zip(table.rows[0].cells, block.headings, strict=True):
        _fill(cell, heading, face=SANS, size=Pt(9.5))
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row, values in zip(table.rows[1:], block.rows, strict=False):
        for cell, value in zip(row.cells, values, strict=False):
            _fill(cell, value, size=Pt(10))
    _gap(document)


def _signatures(document: Any, block: Signatures, drawings: Drawings) -> None:
    table = _grid(document, (len(block.slots) + 1) // 2, [1, 1], ruled=False)
    for number, slot in enumerate(block.slots):
        cell = table.rows[number // 2].cells[number % 2]
        _fill(cell, slot.label)
        _fill(cell, f"（{slot.mark.value}）：", size=SMALL)
        if slot.drawn is not None and slot.drawn in drawings:
            drawn = drawings[slot.drawn]
            _line(cell).add_run().add_picture(
                io.BytesIO(drawn.png), Pt(drawn.width_points), Pt(drawn.height_points)
            )
        _line(cell, slot.done or "＿" * 14, soft=bool(slot.done), size=SMALL if slot.done else None)
    _gap(document)


def _date_line(document: Any, block: DateLine, _bai: BaiPhrases | None) -> None:
    written = day_in_words(block.day) or EMPTY_DATE
    text = f"{block.label} {written}" if block.label else written
    _line(document, text).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _note(document: Any, block: Note, _bai: BaiPhrases | None) -> None:
    _line(document, block.text, size=SMALL, soft=True)


_WRITERS: dict[type[Block], Callable[[Any, Any, BaiPhrases | None], None]] = {
    Fields: _fields,
    LongText: _long_text,
    Paragraph: _paragraph,
    Items: _items,
    Ticks: _ticks,
    Table: _table,
    DateLine: _date_line,
    Note: _note,
}
