"""Writing a material: one form, everything in plain text, kept while it is written, nothing lost on a refusal."""

from __future__ import annotations

import re

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach import item_pictures
from assistant.outreach.items import ItemChangedMeanwhile, ItemRefused, write_item
from assistant.outreach.kinds import KINDS
from assistant.outreach.language_versions import VARIETIES
from assistant.outreach.models import OutreachItem
from assistant.outreach.pictures import PictureRefused, take_in
from assistant.outreach.quiz import MOST_QUESTIONS
from assistant.outreach.starter import starter_topics
from assistant.outreach.verse_forms import FORMS
from assistant.web.clock import now
from assistant.web.outreach import blueprint
from assistant.web.outreach.drafts import drop_draft, keep_fields, kept_fields
from assistant.web.outreach.entry_form import FIELDS, read_entry, values_of
from assistant.web.outreach.previews import PREVIEWED, Drawn, chosen_design, draw, unfinished
from assistant.web.outreach.standing import editor, load_item
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.shell import icon_names


def _page(
    item: OutreachItem | None,
    *,
    values: dict[str, object],
    problems: dict[str, str],
    version: object = "",
    drawn: Drawn | None = None,
    draft_at: object = None,
) -> str:
    return render_template(
        "outreach/edit.html",
        item=item,
        name=_name(item),
        values=values,
        problems=problems,
        version=version,
        drawn=drawn,
        draft_at=draft_at,
        designs=[(design.key, design.label) for design in PREVIEWED],
        picture=item_pictures.picture_of(collection_reader(), item) if item is not None else None,
        topics=[(topic.key, topic.title) for topic in starter_topics()],
        icons=icon_names(),
        verse_forms=[(form.key, form.label) for form in FORMS.values()],
        kinds=[(kind.value, _(rule.name)) for kind, rule in KINDS.items()],
        varieties=[(each.value, _(each.chinese)) for each in VARIETIES],
        question_numbers=range(1, MOST_QUESTIONS + 1),
        has_bai=any(values.get(f"bai_text-{each.value}") for each in VARIETIES),
    )


def _name(item: OutreachItem | None) -> str:
    return f"item-{item.id}" if item is not None else "new"


def _written(fields: MultiDict[str, str]) -> dict[str, object]:
    return {name: fields.get(name, "") for name in (*FIELDS, "design")}


def page_with_song(song: str, verse_form: str) -> str:
    """The empty form around a song that was tried out."""
    return _page(None, values={**values_of(None), "song": song, "verse_form": verse_form}, problems={})


def _opened(item: OutreachItem | None) -> str:
    kept = kept_fields(_name(item))
    if kept is None:
        version = item.version_id if item is not None else ""
        return _page(item, values=values_of(item), problems={}, version=version)
    drawn = draw(unfinished(read_entry(kept.fields)[0], item), chosen_design(kept.fields))
    return _page(
        item,
        values=_written(kept.fields),
        problems={},
        version=kept.fields.get("version") or (item.version_id if item is not None else ""),
        drawn=drawn,
        draft_at=kept.saved_at,
    )


@blueprint.get("/new")
def new() -> str:
    """An empty form, or what this person left in it."""
    return _opened(None)


@blueprint.get("/items/<int:item_id>/edit")
def edit(item_id: int) -> str:
    """The form with what is written, or with what this person left unsaved."""
    return _opened(load_item(collection_reader(), item_id))


_ITEM_NAME = re.compile(r"item-(\d{1,9})")


@blueprint.post("/preview/<name>")
def preview_entry(name: str) -> Response | str:
    """Keep what stands in the form as a draft and show what it looks like; ``do=forget`` throws the draft away."""
    number = _ITEM_NAME.fullmatch(name)
    if number is None and name != "new":
        abort(404)
    item = load_item(collection_reader(), int(number[1])) if number else None
    if request.form.get("do") == "forget":
        drop_draft(_name(item))
        address = url_for("outreach.edit", item_id=item.id) if item is not None else url_for("outreach.new")
        return redirect(address, 303)
    entry, problems = read_entry(request.form)
    for missing in ("title", "written_on"):  # still being written: not wrong yet
        if not request.form.get(missing, "").strip():
            problems.pop(missing, None)
    keep_fields(_name(item), request.form)
    return _page(
        item,
        values=_written(request.form),
        problems=problems,
        version=request.form.get("version", ""),
        drawn=draw(unfinished(entry, item), chosen_design(request.form)),
        draft_at=None,
    )


@blueprint.post("/new")
def create() -> Response | tuple[str, int]:
    """Write a new material."""
    return _save(None)


@blueprint.post("/items/<int:item_id>/edit")
def save(item_id: int) -> Response | tuple[str, int]:
    """Change one; it is a draft again. 409 when somebody saved since, with both texts."""
    return _save(item_id)


def _save(item_id: int | None) -> Response | tuple[str, int]:
    entry, wrong = read_entry(request.form)
    seen = request.form.get("version", type=int)
    session = collection_writer()
    item = load_item(session, item_id) if item_id is not None else None
    try:
        if wrong:
            raise ItemRefused(wrong)
        kept = write_item(session, entry=entry, editor=editor(), now=now(), item=item, seen_version=seen)
    except ItemRefused as refused:
        session.rollback()
        old = load_item(collection_reader(), item_id) if item_id is not None else None
        return _page(old, values=_written(request.form), problems=refused.problems, version=seen or ""), 422
    except ItemChangedMeanwhile:
        session.rollback()
        old = load_item(collection_reader(), item_id or 0)
        stored = "\n".join(f"{name}：{value}" for name, value in values_of(old).items() if value)
        sentence = _("您打开以后，别人先保存了。别人存的内容在下面，比对以后再保存。")
        problems = {"title": f"{sentence}\n{stored}"}
        return _page(old, values=_written(request.form), problems=problems, version=old.version_id), 409
    drop_draft(f"item-{item_id}" if item_id is not None else "new")
    flash(_("已经保存。"), "good")
    return redirect(url_for("outreach.item", item_id=kept.id), 303)


@blueprint.post("/items/<int:item_id>/picture")
def add_picture(item_id: int) -> Response | tuple[str, int]:
    """Take in a picture, put it away, or have the one before back. What was hidden in it does not come along."""
    session = collection_writer()
    item = load_item(session, item_id)
    before = item_pictures.picture_of(session, item)
    wish = request.form.get("do", "")
    try:
        if wish == "back":
            item_pictures.bring_picture_back(session, item, picture_id=request.form.get("picture", type=int))
            return redirect(url_for("outreach.item", item_id=item_id), 303)
        if wish == "away":
            item_pictures.put_picture_away(session, item)
        else:
            upload = request.files.get("picture")
            if upload is None or not upload.filename:
                raise ItemRefused({"picture": _("请选择图片文件")})
            item_pictures.use_picture(
                session,
                item,
                picture=take_in(upload.read()),
                rights=request.form.get("picture_rights", "")[:200],
                editor=editor(),
                now=now(),
            )
    except (PictureRefused, ItemRefused) as refused:
        session.rollback()
        problems = refused.problems if isinstance(refused, ItemRefused) else {"picture": str(refused)}
        old = load_item(collection_reader(), item_id)
        return _page(old, values=values_of(old), problems=problems, version=old.version_id), 422
    undo = before.id if before is not None else 0
    return redirect(url_for("outreach.item", item_id=item_id, picture_before=undo), 303)
