"""The trail for those who answer for it: the head of a room its own, the auditor all."""

from __future__ import annotations

from flask import abort, render_template, request

from assistant.web.account import blueprint
from assistant.web.sessions import case_reader
from assistant.web.sign_in import signed_in_account
from mediation_rooms import audit_reading

LINES_A_PAGE = 100


@blueprint.get("/trail/room")
def room_trail() -> str:
    """The trail of one's own room and who looked at unusually many files."""
    me = signed_in_account()
    if me.room_id is None:
        abort(404)
    session = case_reader()
    return render_template(
        "account/trail.html",
        lines=audit_reading.lines_of_chain(session, me.room_id, before=_before(), limit=LINES_A_PAGE),
        browsing=audit_reading.browsing_report(session, room_id=me.room_id),
        alerts=audit_reading.alerts(session, room_id=me.room_id),
        whole=False,
    )


@blueprint.get("/trail")
def trail() -> str:
    """The whole trail, newest first."""
    session = case_reader()
    return render_template(
        "account/trail.html",
        lines=audit_reading.all_lines(session, before=_before(), limit=LINES_A_PAGE),
        browsing=audit_reading.browsing_report(session, room_id=None),
        alerts=audit_reading.alerts(session, room_id=None),
        whole=True,
    )


def _before() -> int | None:
    return request.args.get("before", type=int)
