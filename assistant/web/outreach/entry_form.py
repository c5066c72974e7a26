"""The form of a material: what stands in it, and reading it back as an entry with every problem at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from werkzeug.datastructures import MultiDict

from assistant.outreach.items import ItemEntry
from assistant.outreach.models import OutreachItem
from assistant.web.clock import today
from assistant.web.entries import Entered
from assistant.web.shell import icon_names

FIELDS = (
    "title", "topic", "audience", "icon", "author", "rights", "written_on", "lines", "points", "script",
    "articles", "song", "verse_form", "bai_text", "bai_source",
)  # fmt: skip


def values_of(item: OutreachItem | None) -> dict[str, object]:
    """What stands in the form at first."""
    if item is None:
        return {"written_on": today(), "icon": "scales", "verse_form": "3715"}
    values: dict[str, object] = {name: getattr(item, name) for name in FIELDS if hasattr(item, name)}
    points = "\n\n".join(f"{question}\n{answer}" for question, answer in item.content["points"])
    return {
        **values,
        "lines": "\n".join(item.content["lines"]),
        "points": points,
        "script": item.content["script"],
        "articles": "\n".join(row.label for row in item.articles),
    }


def read_entry(fields: MultiDict[str, str]) -> tuple[ItemEntry, dict[str, str]]:
    """The entry and what is wrong with single fields."""
    entered = Entered(fields)
    blocks = [
        block.strip().split("\n", 1) for block in entered.long_text("points").split("\n\n") if block.strip()
    ]
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
        bai_text=entered.long_text("bai_text"),
        bai_source=entered.text("bai_source"),
        articles=tuple(line.strip() for line in entered.long_text("articles").split("\n") if line.strip()),
    )
    if entry.written_on == date.min:
        entry = replace(entry, written_on=today())
    return entry, entered.problems
