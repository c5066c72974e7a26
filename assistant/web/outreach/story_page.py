"""Taking in a case story that the case files let out after the review by two people."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from werkzeug.exceptions import UnprocessableEntity
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach.case_stories import NotACaseStory, read_story
from assistant.outreach.items import ItemRefused, write_item
from assistant.web.clock import now, today
from assistant.web.outreach import blueprint
from assistant.web.outreach.standing import editor
from assistant.web.sessions import collection_writer


@blueprint.post("/stories")
def take_in_story() -> Response:
    """Keep the story as a draft; the file itself is not kept. 422 with every reason otherwise."""
    sent = request.files.get("story")
    try:
        entry = read_story(sent.read() if sent is not None else b"", on=today())
        kept = write_item(collection_writer(), entry=entry, editor=editor(), now=now())
    except NotACaseStory as refused:
        raise UnprocessableEntity("\n".join(refused.problems)) from refused
    except ItemRefused as refused:
        raise UnprocessableEntity("\n".join(refused.problems.values())) from refused
    flash(_("收进来了，是草稿。请补上主题、作者和权利。"), "good")
    return redirect(url_for("outreach.edit", item_id=kept.id), 303)
