"""The song editor: sections with their music, stanzas with live counts and rhymes. A hint is a hint; the singer decides."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach.items import ItemChangedMeanwhile, ItemRefused, write_song
from assistant.outreach.models import OutreachItem
from assistant.outreach.song_notation import WrittenSection, as_notation, as_written, notation_problems
from assistant.outreach.starter import BAI_PLACE
from assistant.outreach.verse import CheckedSong, SongNotReadable, check_song
from assistant.outreach.verse_forms import BEATS, FORMS, MELODIES, RHYME_FAMILIES, SCHOOLS
from assistant.web.clock import now
from assistant.web.outreach import blueprint
from assistant.web.outreach.drafts import drop_draft, kept_fields
from assistant.web.outreach.song_form import SongForm, move, read_form
from assistant.web.outreach.standing import editor, load_item
from assistant.web.sessions import collection_reader, collection_writer


def _page(held: SongForm, *, item: OutreachItem | None, version: object, draft_at: object = None) -> str:
    notation = as_notation(held.sections)
    checked: CheckedSong | None = None
    problems = {**notation_problems(held.sections), **held.problems}
    if not problems:
        try:
            checked = check_song(notation, held.form)
        except SongNotReadable as refused:
            problems = {"song": str(refused)}
    return render_template(
        "outreach/song.html",
        item=item,
        version=version,
        held=held,
        checked=_by_place(held.sections, checked),
        problems=problems,
        is_right=checked is not None and bool(checked.sections) and not checked.hints,
        forms=[(each.key, each.label) for each in FORMS.values()],
        schools=SCHOOLS,
        beats=BEATS,
        melodies=MELODIES,
        families=RHYME_FAMILIES,
        before=held.before,
        bai_place=BAI_PLACE,
        draft_at=draft_at,
    )


def _by_place(sections: list[WrittenSection], checked: CheckedSong | None) -> dict[str, object]:
    """What was found, by the place in the editor; empty sections and stanzas were never checked."""
    found: dict[str, object] = {}
    if checked is None:
        return found
    filled = [
        (number, section)
        for number, section in enumerate(sections, 1)
        if any(stanza.chinese.strip() for stanza in section.stanzas)
    ]
    for (number, section), seen in zip(filled, checked.sections, strict=True):
        places = [place for place, stanza in enumerate(section.stanzas, 1) if stanza.chinese.strip()]
        for place, stanza in zip(places, seen.stanzas, strict=True):
            found[f"{number}.{place}"] = stanza
    return found


def _begun(item: OutreachItem | None) -> SongForm:
    if item is None or not item.song:
        return SongForm(FORMS["3715" if item is None else item.verse_form], [WrittenSection()])
    try:
        return SongForm(FORMS[item.verse_form], as_written(item.song) or [WrittenSection()])
    except SongNotReadable as refused:
        problem = {"song": str(refused)}
        return SongForm(FORMS[item.verse_form], [WrittenSection()], problems=problem)


@blueprint.get("/song")
def song() -> str:
    """An empty editor, or what this person left in it."""
    kept = kept_fields("song")
    held = read_form(kept.fields) if kept else _begun(None)
    return _page(held, item=None, version="", draft_at=kept.saved_at if kept else None)


@blueprint.post("/song")
def try_song() -> str | tuple[str, int]:
    """Check, move things about; nothing is stored but the draft."""
    held = read_form(request.form)
    wish = request.form.get("do", "check")
    if wish == "forget":
        drop_draft("song")
        held = _begun(None)
    elif not move(held, wish) and wish == "keep":
        from assistant.web.outreach.writing import page_with_song

        problems = {**notation_problems(held.sections), **held.problems}
        if not problems:
            return page_with_song(as_notation(held.sections), held.form.key)
    page = _page(held, item=None, version="")
    return (page, 422) if {**notation_problems(held.sections), **held.problems} else page


@blueprint.get("/items/<int:item_id>/song")
def edit_song(item_id: int) -> str:
    """The song of one material."""
    item = load_item(collection_reader(), item_id)
    kept = kept_fields(f"song-{item_id}")
    held = read_form(kept.fields) if kept else _begun(item)
    version = kept.fields.get("version", item.version_id) if kept else item.version_id
    return _page(held, item=item, version=version, draft_at=kept.saved_at if kept else None)


@blueprint.post("/items/<int:item_id>/song")
def save_song(item_id: int) -> Response | str | tuple[str, int]:
    """Check, move, or store it; stored, the material is a draft again. 409 when somebody saved since."""
    held = read_form(request.form)
    wish = request.form.get("do", "check")
    version = request.form.get("version", type=int)
    problems = {**notation_problems(held.sections), **held.problems}
    if wish == "forget":
        drop_draft(f"song-{item_id}")
        return redirect(url_for("outreach.edit_song", item_id=item_id), 303)
    if move(held, wish) or wish != "save" or problems:
        page = _page(held, item=load_item(collection_reader(), item_id), version=version or "")
        return (page, 422) if problems and wish in {"save", "check"} else page
    session = collection_writer()
    try:
        write_song(
            session,
            load_item(session, item_id),
            song=as_notation(held.sections),
            verse_form=held.form.key,
            editor=editor(),
            now=now(),
            seen_version=version,
        )
    except ItemChangedMeanwhile:
        session.rollback()
        item = load_item(collection_reader(), item_id)
        held.problems["song"] = _("您打开以后，别人先保存了。别人存的唱词在下面，比对以后再保存。")
        held.problems["stored"] = item.song
        return _page(held, item=item, version=item.version_id), 409
    except ItemRefused as refused:
        session.rollback()
        held.problems.update(refused.problems)
        return _page(held, item=load_item(collection_reader(), item_id), version=version or ""), 422
    drop_draft(f"song-{item_id}")
    flash(_("已经保存。"), "good")
    return redirect(url_for("outreach.item", item_id=item_id), 303)
