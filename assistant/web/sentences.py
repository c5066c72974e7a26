"""Sentences of the domain in the language of the page: the one place where they are translated.

The domain says everything in Chinese (:func:`mediation_rooms.wording.say`) and knows no catalogue. A finished
sentence still carries its pattern; here the pattern is looked up and what was put into it is said anew.
Words that no catalogue holds (names, citations of law) stay as they are.
"""

from __future__ import annotations

import re

from flask import Flask

from assistant.i18n import gettext
from mediation_rooms.wording import INSTALMENT, TERM, Sentence, say

_STORED = re.compile(r"第(\d+)项(?:第(\d+)期)?")
"""Titles that a list of files keeps as finished words."""


def said(text: object) -> str:
    """A sentence, a label or a title of the domain in the interface's language."""
    if isinstance(text, Sentence) and text.values:
        return str(gettext(text.pattern, **{name: said(value) for name, value in text.values.items()}))
    words = str(text) if text is not None else ""
    if kept := _STORED.fullmatch(words):
        return said(say(INSTALMENT if kept[2] else TERM, term=kept[1], part=kept[2]))
    return str(gettext(words)) if words else ""


def install(app: Flask) -> None:
    """Give templates the filter ``said``."""
    app.jinja_env.filters["said"] = said
