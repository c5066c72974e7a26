"""The parallel edition as DOCX with a table of two columns, which the importer reads back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from corpus.parallel.booklet import EMPTY_PLACE, Booklet

FACE = "Noto Serif SC"
WORDS, TERMS, ARTICLES = "词汇", "索引：词在哪一条", "索引：各条在哪一页"


def as_booklet_docx(booklet: Booklet, *, shows_empty_places: bool = True) -> bytes:
    """Contents, then articles in two columns: Chinese with its number left, Bai or an empty place right;
    words and an index by word and by article at the end. Page numbers are fields that the reader's program fills."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FACE, Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACE)
    foot = document.sections[0].footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(foot, "PAGE")
    document.add_heading(booklet.title, level=0)
    document.add_paragraph(f"汉语—白语（{booklet.variety.chinese}）　{booklet.effective_on} 起施行的文本")
    headings = [heading for text in booklet.texts for heading in text.headings]
    headings += [WORDS] * bool(booklet.words) + [TERMS] * bool(booklet.index) + [ARTICLES]
    document.add_heading("目录", level=1)
    for number, heading in enumerate(headings):
        _line(document, heading, f"part_{number}")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    marks = iter(range(len(headings)))
    table: Any = None
    for number, text in enumerate(booklet.texts):
        for heading in text.headings:
            _marked(document.add_heading(heading, level=1), f"part_{next(marks)}")
            table = None
        if table is None:
            table = document.add_table(rows=0, cols=2, style="Table Grid")
        left, right = table.add_row().cells
        left.text = f"{text.label}　{text.chinese}"
        _marked(left.paragraphs[0], f"article_{number}")
        right.text = f"{text.label}　{text.bai}" if text.bai else EMPTY_PLACE if shows_empty_places else ""
    if booklet.words:
        _marked(document.add_heading(WORDS, level=1), f"part_{next(marks)}")
        for word in booklet.words:
            document.add_paragraph(f"{word.chinese}　{word.bai}（{word.source}）")
    if booklet.index:
        _marked(document.add_heading(TERMS, level=1), f"part_{next(marks)}")
        for entry in booklet.index:
            where = "、".join(booklet.texts[place].label for place in entry.places)
            document.add_paragraph(f"{entry.chinese}　{where}")
    _marked(document.add_heading(ARTICLES, level=1), f"part_{next(marks)}")
    for number, text in enumerate(booklet.texts):
        _line(document, text.label, f"article_{number}")
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def _marked(paragraph: Any, name: str) -> None:
    """Put a bookmark around a paragraph."""
    kind, number = name.split("_")
    identity = str(2 * int(number) + (kind == "part"))
    begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    begin.set(qn("w:id"), identity)
    begin.set(qn("w:name"), name)
    end.set(qn("w:id"), identity)
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, begin)
    paragraph._p.append(end)


def _line(document: Any, words: str, bookmark: str) -> None:
    """Words, dots, the page of a bookmark."""
    paragraph = document.add_paragraph(words + "\t")
    paragraph.paragraph_format.space_after = Pt(2)
    section = document.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    paragraph.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    _field(paragraph, f"PAGEREF {bookmark} \\h", dirty=True)


def _field(paragraph: Any, instruction: str, *, dirty: bool = False) -> None:
    """A field; a dirty one is filled when the document is opened."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" {instruction} ")
    if dirty:
        field.set(qn("w:dirty"), "true")
    paragraph._p.append(field)
