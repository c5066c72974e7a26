"""Signatures drawn on a tablet: a picture of strokes, checked before it is kept, tied to who, when and where.

The drawing is kept like any other file of the case, encrypted, and belongs to one signature; nothing
copies it to another paper. For papers on marriage, adoption and inheritance there is none
(电子签名法第三条): :func:`mediation_rooms.settlements.sign` refuses them.
"""

from __future__ import annotations

import base64
import binascii
import io
import warnings

from PIL import Image

from mediation_rooms.errors import InvalidEntry
from mediation_rooms.evidence import CheckedFile

PREFIX = "data:image/png;base64,"
LONGEST_TEXT = 700_000
MOST_PIXELS = 2_000_000
FEWEST_DARK_PIXELS = 120
"""Less than this is a dot or a slip of the finger, not a name."""
DARK = 128


def read_drawing(text: str) -> CheckedFile:
    """The drawing of a form's hidden field, as black strokes on white.

    Raises :class:`InvalidEntry` for an empty pad, a dot, or anything that is no such picture.
    """
    if not text:
        raise InvalidEntry({"drawing": "框里还没有写字；这台机器写不了的，请打印出来在纸上签"})
    try:
        if not text.startswith(PREFIX) or len(text) > LONGEST_TEXT:
            raise ValueError("not a drawing of this form")
        raw = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ValueError("too many pixels")
                strokes = picture.convert("RGBA")
    except (ValueError, binascii.Error, OSError, SyntaxError, Image.DecompressionBombWarning) as problem:
        raise InvalidEntry({"drawing": "手写的内容没有收到，请再写一次"}) from problem
    paper = Image.new("RGBA", strokes.size, "white")
    paper.alpha_composite(strokes)
    grey = paper.convert("L")
    if sum(grey.histogram()[:DARK]) < FEWEST_DARK_PIXELS:
        raise InvalidEntry({"drawing": "框里写得太少，看不出是签名，请再写一次"})
    drawn = io.BytesIO()
    grey.save(drawn, "PNG")
    return CheckedFile("image/png", drawn.getvalue())
