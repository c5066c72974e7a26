"""Requests for help that came into the room: look, answer, or open a file from one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.opening import me
from assistant.web.clock import now
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import requests
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.languages import LANGUAGES


@blueprint.get("/requests")
def request_list() -> str:
    """What waits: when it came, from where, about what; words and contacts only when opened."""
    return render_template(
        "casework/requests.html",
        waiting=requests.inbox(case_reader(), actor=me()),
        kinds={code: kind.name for code, kind in dispute_kinds().items()},
        languages={each.code: each.name for each in LANGUAGES},
    )


@blueprint.post("/requests/<int:request_id>")
def open_request(request_id: int) -> str:
    """The words and the contact of one request; the look is in the trail."""
    return _page(request_id, {}, "")


def _page(request_id: int, problems: dict[str, str], answer: str) -> str:
    asked = requests.open_request(case_writer(), request_id=request_id, actor=me(), now=now())
    return render_template(
        "casework/request.html",
        asked=asked,
        kinds={code: kind.name for code, kind in dispute_kinds().items()},
        languages={each.code: each.name for each in LANGUAGES},
        problems=problems,
        answer=answer,
    )


@blueprint.post("/requests/<int:request_id>/answer")
def answer_request(request_id: int) -> Response | tuple[str, int]:
    """Close a request with what was told or done."""
    session = case_writer()
    asked = requests.open_request(session, request_id=request_id, actor=me(), now=now())
    answer = request.form.get("answer", "")[:2000]
    try:
        requests.answer_request(session, asked, answer=answer, actor=me(), now=now())
    except InvalidEntry as refused:
        return _page(request_id, refused.problems, answer), 422
    flash(_("已经登记答复。"), "good")
    return redirect(url_for("casework.request_list"), 303)
