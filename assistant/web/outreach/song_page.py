"""Trying out a song: syllables of each line, rhymes, hints. A hint is a hint; the singer decides."""

from __future__ import annotations

from flask import render_template, request

from assistant.outreach.verse import SongNotReadable, check_song
from assistant.outreach.verse_forms import FORMS
from assistant.web.outreach import blueprint

LONGEST_SONG = 20_000


@blueprint.route("/song", methods=["GET", "POST"])
def song() -> str | tuple[str, int]:
    """Check a text against a form; nothing is stored."""
    text = request.form.get("song", "")[:LONGEST_SONG].replace("\r\n", "\n")
    form = FORMS.get(request.form.get("verse_form", "3715"), FORMS["free"])
    checked, problem = None, ""
    if text.strip():
        try:
            checked = check_song(text, form)
        except SongNotReadable as refused:
            problem = str(refused)
    page = render_template(
        "outreach/song.html",
        text=text,
        form=form,
        forms=[(each.key, each.label) for each in FORMS.values()],
        song=checked,
        problem=problem,
    )
    return (page, 422) if problem else page
