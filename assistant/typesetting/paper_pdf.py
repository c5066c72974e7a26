"""A form, or several, as PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any

from assistant.typesetting.drawn_names import Drawings
from assistant.typesetting.plain_text import plain_text
from assistant.typesetting.typst_engine import compile_pdf, compile_pictures
from mediation_rooms.documents.paper import Block, DateLine, Items, LongText, Paper, Paragraph
from mediation_rooms.documents.phrases import BaiPhrases
from mediation_rooms.documents.wording import day_in_words

_TEMPLATE = Path(__file__).with_name("paper.typ")
NO_DRAWINGS: Drawings = {}
NO_BAI_YET = "（此处留给经审定的白文译文，目前还没有）"


def papers_as_pdf(
    papers: Sequence[Paper], *, bai: BaiPhrases | None = None, drawings: Drawings = NO_DRAWINGS
) -> bytes:
    """One PDF, each form beginning on a new page. With ``bai`` fixed sentences get a column beside them."""
    return compile_pdf(_TEMPLATE, layout_data(papers, bai=bai, drawings=drawings))


def papers_as_pictures(
    papers: Sequence[Paper], *, bai: BaiPhrases | None = None, drawings: Drawings = NO_DRAWINGS
) -> list[bytes]:
    """One PNG a page, for previews."""
    return compile_pictures(_TEMPLATE, layout_data(papers, bai=bai, drawings=drawings), pixels_per_inch=96)


def layout_data(
    papers: Sequence[Paper], *, bai: BaiPhrases | None = None, drawings: Drawings = NO_DRAWINGS
) -> dict[str, Any]:
    """The value the template lays out. A drawn name comes once, however often it is shown."""
    return {
        "title": papers[0].title if len(papers) == 1 else "调解卷宗",
        "footer": "",
        "bai-empty": NO_BAI_YET,
        "drawings": {
            str(number): {
                "png": list(each.png),
                "width": each.width_points,
                "height": each.height_points,
            }
            for number, each in drawings.items()
        },
        "papers": [
            {
                "key": paper.key,
                "title": paper.title,
                "office": paper.office,
                "number": paper.number,
                "is_cover": paper.is_cover,
                "blocks": [_block(block, bai) for block in paper.blocks],
            }
            for paper in papers
        ],
    }


def _block(block: Block, bai: BaiPhrases | None) -> dict[str, Any]:
    data: dict[str, Any] = {"type": type(block).__name__}
    for each in fields(block):
        data[each.name] = _plain(getattr(block, each.name))
    if isinstance(block, DateLine):
        data["day"] = day_in_words(block.day)
    if isinstance(block, Paragraph | LongText | Items) and block.phrase_key and bai is not None:
        data["bai"] = bai.texts.get(block.phrase_key, "")
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, str):
        return plain_text(value)
    return value
