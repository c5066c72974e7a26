"""Sentences of the kiosk's pages that a speaker says in Bai: their text is the page's own Chinese, no Bai is written.

A sound is tied to the sentence it was made for: when the words on the page change, it is no longer played.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.i18n import SOURCE, speaking
from assistant.web.kiosk.topics import TOPICS
from corpus.parallel.spoken import Spoken, spoken_prompt

PAGE_PREFIX = "page."
"""A sentence of a page has this before its name among the fixed phrases that are translated."""
SENTENCES = {
    "home.question": "您遇到了什么事？",
    "home.how": "用自己的话写，也可以写拼音、法律名称或条号。",
    "search.nothing": "没有找到合适的条文",
    "article.ended": "这一条已经不再适用",
    "help.hotline": "公共法律服务热线 12348：免费解答法律问题、申请法律援助。",
    "help.danger": "有人正在受伤害：马上打 110；受伤打 120。",
    "help.committee": "村（社区）人民调解委员会：调解不收费。",
}
"""By the name in keys; exactly as the page has them (a test compares)."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A sentence of a page: its name in keys and its Chinese."""

    name: str
    chinese: str

    @property
    def spoken(self) -> Spoken:
        """The sentence as something to be recorded."""
        return spoken_prompt(self.name, self.chinese)


def prompts() -> dict[str, Prompt]:
    """Every sentence by its name: those above, then each topic with what belongs to it. Within a request."""
    with speaking(SOURCE.tag):
        sentences = SENTENCES | {
            f"topic.{topic.key}": f"{topic.label}：{topic.lead}" for topic in TOPICS.values()
        }
    return {name: Prompt(name, chinese) for name, chinese in sentences.items()}
