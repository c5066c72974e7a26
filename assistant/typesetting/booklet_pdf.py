"""The parallel edition of a statute as PDF with facing text, contents, words and an index by word and by article."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from assistant.typesetting.plain_text import plain_text
from assistant.typesetting.typst_engine import compile_pdf
from corpus.parallel.booklet import EMPTY_PLACE, Booklet

_TEMPLATE = Path(__file__).with_name("booklet.typ")


def booklet_as_pdf(booklet: Booklet) -> bytes:
    """A PDF with all fonts embedded; the same booklet gives the same bytes."""
    count = len(booklet.texts)
    return compile_pdf(
        _TEMPLATE,
        {
            "title": booklet.title,
            "subtitle": f"汉语—白语（{booklet.variety.chinese}）",
            "edition": f"{booklet.effective_on} 起施行的文本",
            "standing": f"共 {count} 条，其中 {booklet.approved_count} 条有经审定的白语译文，其余留空",
            "empty-place": EMPTY_PLACE,
            "texts": [
                {
                    "headings": [plain_text(heading) for heading in text.headings],
                    "label": text.label,
                    "chinese": plain_text(text.chinese),
                    "bai": plain_text(text.bai),
                    "provenance": plain_text(text.provenance),
                }
                for text in booklet.texts
            ],
            "words": [asdict(word) for word in booklet.words],
            "index": [asdict(entry) for entry in booklet.index],
        },
    )
