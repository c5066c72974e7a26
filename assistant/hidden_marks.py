"""Characters nobody sees: they turn the direction of a line or join and part words without a trace.

A name that holds one can read as another on a page, in a list, in the name of a file (Unicode Technical
Report 36). Chinese and Bai in the Latin script need none of them, so they are taken out where text comes
in and, for what came in elsewhere, once more where a page is written.
"""

from __future__ import annotations

import re

from markupsafe import Markup

_HIDDEN = re.compile(
    "[\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def without_hidden_marks(text: str) -> str:
    """The text with nothing in it that is not seen."""
    return _HIDDEN.sub("", text) if not text.isascii() else text


def on_a_page(value: object) -> object:
    """What a template writes for a value: plain text without hidden marks, everything else as it is.

    Markup was written by a template or a macro, whose own values passed here before.
    """
    if isinstance(value, str) and not isinstance(value, Markup):
        return without_hidden_marks(value)
    return value
