"""Writing a material: one form, everything in plain text, nothing lost on a refusal."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach.items import ItemChangedMeanwhile, ItemEntry, ItemRefused, write_item
from assistant.outreach.models import OutreachItem
from assistant.outreach.starter import starter_topics
from assistant.outreach.verse_forms import FORMS
from assistant.web.clock import now, today
from assistant.web.entries import Entered
from assistant.web.outreach import blueprint
from assistant.web.outreach.standing import editor, load_item
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.shell import icon_names

FIELDS = (
    "title", "topic", "audience", "icon", "author", "rights", "written_on", "lines", "points", "script",
    "articles", "song", "verse_form", "bai_text", "bai_source",
)  # fmt: skip


def _values(item: OutreachItem | None) -> dict[str, object]:
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


def _entry(entered: Entered) -> ItemEntry:
    blocks = [
        block.strip().split("\n", 1) for block in entered.long_text("points").split("\n\n") if block.strip()
    ]
    return ItemEntry(
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


def _page(
    item: OutreachItem | None, *, values: dict[str, object], problems: dict[str, str], version: object = ""
) -> str:
    return render_template(
        "outreach/edit.html",
        item=item,
        values=values,
        problems=problems,
        version=version,
        topics=[(topic.key, topic.title) for topic in starter_topics()],
        icons=icon_names(),
        verse_forms=[(form.key, form.label) for form in FORMS.values()],
    )


@blueprint.get("/new")
def new() -> str:
    """An empty form."""
    return _page(None, values=_values(None), problems={})


@blueprint.get("/items/<int:item_id>/edit")
def edit(item_id: int) -> str:
    """The form with what is written."""
    item = load_item(collection_reader(), item_id)
    return _page(item, values=_values(item), problems={}, version=item.version_id)


@blueprint.post("/new")
def create() -> Response | tuple[str, int]:
    """Write a new material."""
    return _save(None)


@blueprint.post("/items/<int:item_id>/edit")
def save(item_id: int) -> Response | tuple[str, int]:
    """Change one; it is a draft again. 409 when somebody saved since, with both texts."""
    return _save(item_id)


def _save(item_id: int | None) -> Response | tuple[str, int]:
    entered = Entered(request.form)
    entry = _entry(entered)
    seen = request.form.get("version", type=int)
    written: dict[str, object] = {name: request.form.get(name, "") for name in FIELDS}
    session = collection_writer()
    item = load_item(session, item_id) if item_id is not None else None
    try:
        if entered.problems:
            raise ItemRefused(entered.problems)
        kept = write_item(session, entry=entry, editor=editor(), now=now(), item=item, seen_version=seen)
    except ItemRefused as refused:
        session.rollback()
        old = load_item(collection_reader(), item_id) if item_id is not None else None
        return _page(old, values=written, problems=refused.problems, version=seen or ""), 422
    except ItemChangedMeanwhile:
        session.rollback()
        old = load_item(collection_reader(), item_id or 0)
        stored = "\n".join(f"{name}：{value}" for name, value in _values(old).items() if value)
        sentence = _("您打开以后，别人先保存了。别人存的内容在下面，比对以后再保存。")
        problems = {"title": f"{sentence}\n{stored}"}
        return _page(old, values=written, problems=problems, version=old.version_id), 409
    flash(_("已经保存。"), "good")
    return redirect(url_for("outreach.item", item_id=kept.id), 303)
