"""Requests for help that came into the room: look, answer, or open a file from one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.opening import me
from assistant.web.clock import now
from assistant.web.entries import Entered
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import requests, retention
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.errors import InvalidEntry, NotFound, StepNotAllowed
from mediation_rooms.languages import LANGUAGES


@blueprint.get("/requests")
def request_list() -> str:
    """What waits: when it came, from where, about what; words and contacts only when opened."""
    return _list({}, [])


def _list(problems: dict[str, str], reasons: list[str]) -> str:
    return render_template(
        "casework/requests.html",
        problems=problems,
        reasons=reasons,
        waiting=requests.inbox(case_reader(), actor=me()),
        kinds={code: kind.name for code, kind in dispute_kinds().items()},
        languages={each.code: each.name for each in LANGUAGES},
    )


@blueprint.post("/requests/forget")
def forget_request() -> Response | tuple[str, int]:
    """Somebody with a receipt asks to have deleted what they wrote; it became no case."""
    session, entered = case_writer(), Entered(request.form)
    receipt, reason = entered.text("receipt", longest=20), entered.text("reason", longest=500)
    try:
        entered.check()
        retention.forget_request(session, receipt=receipt, reason=reason, actor=me(), now=now())
    except NotFound:
        session.rollback()
        return _list({"receipt": _("本室没有这个回执号，请核对。")}, []), 422
    except InvalidEntry as refused:
        session.rollback()
        return _list(refused.problems, []), 422
    except StepNotAllowed as refused:
        session.rollback()
        return _list({}, refused.reasons), 409
    flash(_("内容和联系方式已经删掉，只留回执号和日期。"), "good")
    return redirect(url_for("casework.request_list"), 303)


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
