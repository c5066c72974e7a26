"""Names drawn on a tablet, made ready for the place on a paper where they belong."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps

from mediation_rooms.documents.paper import Paper, Signatures
from mediation_rooms.drawn_signatures import DARK
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment

LOGGER = logging.getLogger("assistant.typesetting")
TALLEST_POINTS, WIDEST_POINTS = 38.0, 170.0
MARGIN_PIXELS = 4
MOST_PIXELS_WIDE = 700


@dataclass(frozen=True)
class DrawnName:
    """The strokes as PNG, and how large they stand on the paper."""

    png: bytes
    width_points: float
    height_points: float


Drawings = Mapping[int, DrawnName]
"""By id of the attachment."""


def drawings_on(
    papers: Sequence[Paper], case: CaseFile, *, reads: Callable[[Attachment], bytes]
) -> dict[int, DrawnName]:
    """The drawn names of these papers. One that cannot be read is left out: the words beside it stay."""
    wanted = {
        slot.drawn
        for paper in papers
        for block in paper.blocks
        if isinstance(block, Signatures)
        for slot in block.slots
    }
    found: dict[int, DrawnName] = {}
    for each in case.attachments:
        if each.id in wanted and each.place == "signature" and each.media_type == "image/png":
            try:
                found[each.id] = fitted(reads(each))
            except (OSError, ValueError):
                LOGGER.warning("drawn signature not readable", exc_info=True)
    return found


def fitted(content: bytes) -> DrawnName:
    """A drawing cut to its strokes and made to fit a place to sign, its shape kept."""
    with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
        grey = picture.convert("L")
    box = grey.point(lambda shade: 255 if shade < DARK else 0).getbbox()
    if box is not None:
        grey = ImageOps.expand(grey.crop(box), border=MARGIN_PIXELS, fill=255)
    grey.thumbnail((MOST_PIXELS_WIDE, MOST_PIXELS_WIDE))
    scale = min(TALLEST_POINTS / grey.height, WIDEST_POINTS / grey.width)
    drawn = io.BytesIO()
    grey.save(drawn, "PNG", optimize=True)
    return DrawnName(drawn.getvalue(), round(grey.width * scale, 2), round(grey.height * scale, 2))
