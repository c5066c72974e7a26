"""A reviewed case story handed over by a mediation room, taken in as a draft of a material.

Only the file travels; outreach knows no case. The draft goes through the jurist's and the language
reviewer's checks like every other material.
"""

from __future__ import annotations

import json
from datetime import date

from assistant.outreach.items import ItemEntry

FORMAT = "case-story/1"
LARGEST_BYTES = 300_000


class NotACaseStory(ValueError):
    """The file is no reviewed case story; the message says what is missing."""


def read_case_story(content: bytes) -> ItemEntry:
    """The entry for a new material. Raises :class:`NotACaseStory`."""
    if len(content) > LARGEST_BYTES:
        raise NotACaseStory("文件太大，不是案例文件")
    try:
        story = json.loads(content)
        if story["format"] != FORMAT:
            raise NotACaseStory("不是这一版的案例文件，请从调解室重新导出")
        text, articles = str(story["text"]).strip(), tuple(str(each) for each in story["articles"])
        reviewed_on = date.fromisoformat(str(story["reviewed_on"]))
    except (ValueError, KeyError, TypeError) as problem:
        if isinstance(problem, NotACaseStory):
            raise
        raise NotACaseStory("不是案例文件，或者没有经过复核；请从调解室导出 JSON 文件") from problem
    if not text:
        raise NotACaseStory("案例是空的")
    return ItemEntry(
        title="调解案例",
        written_on=reviewed_on,
        topic="case",
        icon="handshake",
        author="调解室（已去除个人信息，经复核）",
        rights="调解室同意用于普法宣传",
        script=text,
        articles=articles,
    )
