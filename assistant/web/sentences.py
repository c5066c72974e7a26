"""Sentences of the domain in the language of the page: the one place where they are translated.

The domain says everything in Chinese (:func:`mediation_rooms.wording.say`) and knows no catalogue. A finished
sentence still carries its pattern; here the pattern is looked up and what was put into it is said anew.
Words that no catalogue holds (names, citations of law) stay as they are.
"""

from __future__ import annotations

import re

from flask import Flask

from assistant.i18n import gettext
from assistant.web.account.trail_words import in_words
from assistant.web.sessions import case_reader
from mediation_rooms.trail_words import numbers_of_files, words_of_object, words_of_result
from mediation_rooms.wording import INSTALMENT, N_, TERM, Sentence, say

_STORED = re.compile(r"第(\d+)项(?:第(\d+)期)?")
"""Titles that a list of files keeps as finished words."""

OF_THE_COLLECTION = (
    N_("中部方言（剑川）"),
    N_("南部方言（大理）"),
    N_("北部方言（盘夷）"),
    N_("北部方言（拉玛）"),
    N_("方言未注明"),
    N_("只有草稿要审校"),
    N_("还没有译文"),
    N_("自己译的不能自己审，请另一个人审"),
    N_("中文原文已经改了，请先对照新条文改译文"),
    N_("审校过的才能批准"),
    N_("自己译的不能自己批准：至少要两个人"),
    N_("退回要写明为什么"),
    N_("撤回要写明为什么"),
    N_("单词作为事实引用"),
    N_("场次"),
    N_("人次"),
    N_("人"),
    N_("份"),
    N_("条"),
    N_("块"),
    N_("播放量"),
)
"""Words that the collection says in Chinese and knows no marking for: varieties, refusals, units of reach."""


def said(text: object) -> str:
    """A sentence, a label or a title of the domain in the interface's language."""
    if isinstance(text, Sentence) and text.values:
        return str(gettext(text.pattern, **{name: said(value) for name, value in text.values.items()}))
    words = str(text) if text is not None else ""
    if kept := _STORED.fullmatch(words):
        return said(say(INSTALMENT if kept[2] else TERM, term=kept[1], part=kept[2]))
    return str(gettext(words)) if words else ""


def install(app: Flask) -> None:
    """Give templates the filter ``said``, and words for the codes of the trail."""
    app.jinja_env.filters["said"] = said
    app.jinja_env.filters["trail_action"] = in_words
    app.jinja_env.globals["numbers_of_files"] = lambda lines: numbers_of_files(case_reader(), lines)
    app.jinja_env.filters["trail_object"] = lambda code: said(words_of_object(code))
    app.jinja_env.filters["trail_result"] = lambda code: said(words_of_result(code))
