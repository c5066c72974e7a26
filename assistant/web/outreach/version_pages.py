"""The versions of a material: what each change took out and put in, and the words of the law it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template

from assistant.i18n import gettext as _
from assistant.outreach.law_changes import changed_words
from assistant.outreach.models import ItemStep
from assistant.web.clock import today
from assistant.web.kiosk.differences import Piece, differences
from assistant.web.outreach import blueprint
from assistant.web.outreach.standing import STEP_LABELS, load_item
from assistant.web.sessions import collection_reader

WRITING_STEPS = frozenset({"write", "change"})


@dataclass(frozen=True)
class Version:
    """One state of the words, and how each part differs from the state before."""

    number: int
    taken_at: datetime
    taken_by: str
    step: str
    parts: tuple[tuple[str, tuple[Piece, ...]], ...]


def _parts(words: dict[str, Any]) -> dict[str, str]:
    """The words of a state by part, each as plain text."""
    points = "\n\n".join(f"{question}\n{answer}" for question, answer in words.get("points", ()))
    questions = "\n\n".join(
        "\n".join((each["text"], *each["choices"], each["article"])) for each in words.get("questions", ())
    )
    bai = "\n\n".join(f"{each['variety']}：{each['text']}" for each in words.get("other_bai", ()))
    return {
        _("标题"): words.get("title", ""),
        _("海报上的短句"): "\n".join(words.get("lines", ())),
        _("问答"): points,
        _("讲稿"): words.get("script", ""),
        _("唱词"): words.get("song", ""),
        _("小问答的题目"): questions,
        _("白语版"): words.get("bai", "") + bai,
        _("依据"): "\n".join(words.get("articles", ())),
        _("权利"): words.get("rights", ""),
    }


def versions_of_words(history: list[ItemStep]) -> list[Version]:
    """Newest first; of each only the parts that changed."""
    found: list[Version] = []
    before: dict[str, str] = {}
    for step in history:
        if step.step not in WRITING_STEPS:
            continue
        now = _parts(step.words)
        changed = tuple(
            (name, differences(before.get(name, ""), text))
            for name, text in now.items()
            if text != before.get(name, "")
        )
        found.append(Version(len(found) + 1, step.taken_at, step.taken_by, step.step, changed))
        before = now
    return found[::-1]


@blueprint.get("/items/<int:item_id>/versions")
def versions(item_id: int) -> str:
    """Every version with its differences; above them the articles whose words are no longer the same."""
    session = collection_reader()
    item = load_item(session, item_id)
    return render_template(
        "outreach/versions.html",
        item=item,
        versions=versions_of_words(list(item.history)),
        law=[
            (each.label, differences(each.before, each.now), not each.now)
            for each in changed_words(session, item, on=today())
        ],
        step_labels=STEP_LABELS,
    )
