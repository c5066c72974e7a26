"""How the search's values are said to a person: status, reasons, questions back, topics."""

from __future__ import annotations

from typing import Any

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from corpus.citation import Citation, NotACitation, short_name
from corpus.search._thesaurus import load

STATUS_LABELS: dict[str, tuple[object, str]] = {
    "in_force": (_l("现行有效"), "good"),
    "not_yet_in_force": (_l("尚未施行"), "info"),
    "repealed": (_l("已废止"), "danger"),
    "superseded": (_l("已被新版代替"), "warning"),
    "doubtful": (_l("效力存疑"), "warning"),
}
FACET_LABELS: dict[str, object] = {
    "statute": _l("法律"),
    "status": _l("效力"),
    "topic": _l("事情"),
}


def status_label(status: str) -> object:
    """The word on the badge."""
    return STATUS_LABELS.get(status, (status, "neutral"))[0]


def status_kind(status: str) -> str:
    """The colour family of the badge; the word carries the meaning."""
    return STATUS_LABELS.get(status, (status, "neutral"))[1]


def reason_sentence(reason: Any) -> str:
    """Why an article matched, as one short phrase."""
    value = reason.value
    sentences = {
        "citation": _("您写的就是这一条"),
        "successor": _("接替您写的%(article)s", article=citation_text(value)),
        "statute": _("您提到%(law)s", law=value),
        "words": _("含有“%(words)s”", words=value),
        "everyday": _("按法律用语理解：%(words)s", words=value),
        "topic": _("属于这类事情"),
        "meaning": _("意思相近"),
        "phrase": _("含有原话“%(words)s”", words=value),
    }
    return sentences.get(reason.kind, value)


def question_sentence(question: Any) -> str:
    """What the page asks back when the question was unclear."""
    sentences = {
        "empty": _("请写下您遇到的事，比如谁做了什么、您想要什么。"),
        "narrow": _("您说的是哪一类事情？"),
        "unknown_article": _("没有找到这一条。请核对法律名称和条号；下面是这部法律有的条。"),
    }
    return sentences.get(question.kind, _("您说的是哪一种？"))


def option_text(option: str) -> str:
    """An answer offered to a question back: a topic by its Chinese name, a citation as people read it."""
    topic = load().topics.get(option)
    return topic.name_zh if topic is not None else citation_text(option)


def citation_text(citation: str) -> str:
    """A canonical citation as people read it; what cannot be read is shown as it stands."""
    try:
        return Citation.parse(citation).in_words()
    except NotACitation:
        return citation


def short_law(name: str) -> str:
    """A statute's name without 中华人民共和国."""
    return short_name(name)
