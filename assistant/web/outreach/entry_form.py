"""The form of a material: what stands in it, and reading it back as an entry with every problem at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from assistant.i18n import gettext as _
from assistant.outreach.items import ItemEntry
from assistant.outreach.kinds import ItemKind
from assistant.outreach.language_versions import VARIETIES, BaiText, versions_of
from assistant.outreach.models import OutreachItem
from assistant.outreach.quiz import MOST_QUESTIONS, questions_of, read_question
from assistant.web.clock import today
from assistant.web.entries import Entered
from assistant.web.shell import icon_names
from corpus.bai.varieties import Variety

FIELDS = (
    "kind", "title", "topic", "audience", "icon", "author", "rights", "written_on", "lines", "points", "script",
    "articles", "song", "verse_form", "bai_beside",
    *(f"bai_{part}-{variety.value}" for variety in VARIETIES for part in ("text", "source")),
    *(f"question-{number}{part}" for number in range(1, MOST_QUESTIONS + 1) for part in ("", "-choices", "-article")),
)  # fmt: skip


def values_of(item: OutreachItem | None) -> dict[str, object]:
    """What stands in the form at first."""
    if item is None:
        return {"written_on": today(), "icon": "scales", "verse_form": "3715", "kind": ItemKind.TOPIC.value}
    values: dict[str, object] = {name: getattr(item, name) for name in FIELDS if hasattr(item, name)}
    points = "\n\n".join(f"{question}\n{answer}" for question, answer in item.content["points"])
    return {
        **values,
        "lines": "\n".join(item.content["lines"]),
        "points": points,
        "script": item.content["script"],
        "articles": "\n".join(row.label for row in item.articles),
        "kind": item.kind.value,
        "bai_beside": item.bai_variety,
        **_bai_values(item),
        **_question_values(item),
    }


def _bai_values(item: OutreachItem) -> dict[str, object]:
    values: dict[str, object] = {}
    for each in versions_of(item):
        values[f"bai_text-{each.variety.value}"] = each.text
        values[f"bai_source-{each.variety.value}"] = each.source
    return values


def _question_values(item: OutreachItem) -> dict[str, object]:
    values: dict[str, object] = {}
    for number, question in enumerate(questions_of(item), start=1):
        values[f"question-{number}"] = question.text
        values[f"question-{number}-choices"] = "\n".join(
            f"*{choice}" if place == question.right else choice
            for place, choice in enumerate(question.choices)
        )
        values[f"question-{number}-article"] = question.article
    return values


def _bai_versions(entered: Entered) -> tuple[BaiText, ...]:
    return tuple(
        BaiText(
            variety,
            entered.long_text(f"bai_text-{variety.value}"),
            entered.text(f"bai_source-{variety.value}"),
        )
        for variety in (*VARIETIES, Variety.UNKNOWN)
    )


def _questions(entered: Entered) -> tuple[dict[str, Any], ...]:
    found = []
    for number in range(1, MOST_QUESTIONS + 1):
        name = f"question-{number}"
        text, choices = entered.text(name), entered.text(f"{name}-choices", longest=600)
        article = entered.text(f"{name}-article")
        if text or choices or article:
            try:
                found.append(read_question(text, choices.replace("\r\n", "\n"), article).as_stored())
            except ValueError as problem:
                entered.problems[name] = _(str(problem))
    return tuple(found)


def read_entry(fields: MultiDict[str, str]) -> tuple[ItemEntry, dict[str, str]]:
    """The entry and what is wrong with single fields."""
    entered = Entered(fields)
    blocks = [
        block.strip().split("\n", 1) for block in entered.long_text("points").split("\n\n") if block.strip()
    ]
    bai = _bai_versions(entered)
    beside = next(
        (each for each in bai if each.text and each.variety.value == fields.get("bai_beside")),
        next((each for each in bai if each.text), None),
    )
    kind = fields.get("kind", "")
    entry = ItemEntry(
        title=entered.needed("title", longest=120),
        written_on=entered.needed_day("written_on"),
        topic=entered.text("topic", longest=60),
        audience=entered.text("audience", longest=120),
        icon=entered.text("icon") if entered.text("icon") in icon_names() else "scales",
        author=entered.text("author", longest=120),
        rights=entered.text("rights"),
        lines=tuple(line.strip() for line in entered.long_text("lines").split("\n") if line.strip()),
        points=tuple((block[0].strip(), block[1].strip() if len(block) > 1 else "") for block in blocks),
        script=entered.long_text("script"),
        song=entered.long_text("song"),
        verse_form=entered.text("verse_form") or "free",
        bai_text=beside.text if beside else "",
        bai_source=beside.source if beside else "",
        kind=ItemKind(kind) if kind in set(ItemKind) else ItemKind.TOPIC,
        questions=_questions(entered),
        bai_versions=bai,
        bai_beside=beside.variety.value if beside else "",
        articles=tuple(line.strip() for line in entered.long_text("articles").split("\n") if line.strip()),
    )
    if entry.written_on == date.min:
        entry = replace(entry, written_on=today())
    return entry, entered.problems
