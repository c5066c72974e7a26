"""The parallel edition as DOCX with a table of two columns, which the importer reads back."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from corpus.parallel.booklet import EMPTY_PLACE, Booklet

FACE = "Noto Serif SC"


def as_booklet_docx(booklet: Booklet, *, shows_empty_places: bool = True) -> bytes:
    """Headings, then articles in two columns: Chinese with its number left, Bai or an empty place right."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FACE, Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACE)
    document.add_heading(booklet.title, level=0)
    document.add_paragraph(f"汉语—白语（{booklet.variety.chinese}）　{booklet.effective_on} 起施行的文本")
    table: Any = None
    for text in booklet.texts:
        for heading in text.headings:
            document.add_heading(heading, level=1)
            table = None
        if table is None:
            table = document.add_table(rows=0, cols=2, style="Table Grid")
        left, right = table.add_row().cells
        left.text = f"{text.label}　{text.chinese}"
        right.text = f"{text.label}　{text.bai}" if text.bai else EMPTY_PLACE if shows_empty_places else ""
    if booklet.words:
        document.add_heading("词汇", level=1)
        for word in booklet.words:
            document.add_paragraph(f"{word.chinese}　{word.bai}（{word.source}）")
    made = BytesIO()
    document.save(made)
    return made.getvalue()
