"""Slides that can be edited: PPTX on the family's own grounds. Same content, same bytes."""

from __future__ import annotations

import io
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.oxml.ns import qn
from pptx.util import Mm, Pt

from assistant.outreach import ornaments
from assistant.outreach.designs.catalogue import DESIGNS, Design
from assistant.outreach.material import Material
from assistant.outreach.setting_problems import refuse_unprintable
from assistant.outreach.typeset import ground_picture
from assistant.typesetting.archives import EPOCH_INSTANT, steady
from assistant.typesetting.fonts import SANS

_FACE = SANS


def as_pptx(material: Material, design: Design = DESIGNS["daylight"]) -> bytes:
    """Slides that can be edited: a title, one question a slide, the lines to remember, the sources.

    Raises CannotBeSet for a control character.
    """
    refuse_unprintable([material])
    dark = design.key == "lecture"
    words = "#ffffff" if dark else ornaments.INK
    accent = "#ffd9a0" if dark else ornaments.CAMELLIA
    deck = Presentation()
    deck.slide_width, deck.slide_height = Mm(design.width_millimetres), Mm(design.height_millimetres)
    ground = ground_picture(design, width=1600)

    def slide(heading: str, body: list[str], *, large: bool = False) -> None:
        page = deck.slides.add_slide(deck.slide_layouts[6])
        page.shapes.add_picture(io.BytesIO(ground), 0, 0, deck.slide_width, deck.slide_height)
        top = 46 if large else 18
        across = (26, top, 250, 44 if large else 30)
        _write(page, heading, across, size=60 if large else 44, colour=accent, bold=True)
        for index, line in enumerate(body):
            height = min(100 / len(body), 40)
            place = (26, (102 if large else 62) + index * height, 250, height - 2)
            _write(page, line, place, size=22 if large else 36, colour=words)

    slide("\n".join(material.headline), [material.contact] if material.contact else [], large=True)
    for question, answer in material.points:
        slide(question, [answer])
    slide("记住这几句", [f"{number}. {line}" for number, line in enumerate(material.lines, start=1)])
    bai = material.bai.text.strip() or f"【{material.bai.note}】"
    slide("依据和白语版", ["　".join(material.sources), bai, material.imprint])
    _date(deck.core_properties, material)
    made = io.BytesIO()
    deck.save(made)
    return steady(made.getvalue())


def _write(
    page: Any,
    words: str,
    place: tuple[float, float, float, float],
    *,
    size: int,
    colour: str,
    bold: bool = False,
) -> None:
    frame = page.shapes.add_textbox(*(Mm(each) for each in place)).text_frame
    frame.word_wrap = True
    for index, line in enumerate(words.split("\n")):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, _FACE
        run.font.color.rgb = RGBColor.from_string(colour.removeprefix("#").upper())
        properties = run._r.get_or_add_rPr()
        east_asian = properties.makeelement(qn("a:ea"), {"typeface": _FACE})
        properties.append(east_asian)


def _date(properties: Any, material: Material) -> None:
    properties.title, properties.author = material.title, material.author
    properties.last_modified_by, properties.revision = material.author, 1
    properties.created = properties.modified = EPOCH_INSTANT.replace(tzinfo=None)
    properties.comments = material.rights
