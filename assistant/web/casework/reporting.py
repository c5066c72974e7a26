"""A grid worker reports a dispute to a room and sees what became of the own reports."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.hidden_marks import without_hidden_marks
from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.opening import me
from assistant.web.clock import now
from assistant.web.entries import row_id
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import dispute_reports
from mediation_rooms.account_standing import division_from
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.requests import HelpEntry

NOTICE_VERSION = "report-2026-11-26"
"""Changes whenever the sentence that the person concerned was told changes; kept with every report."""
FIELDS = ("kind_code", "place", "room", "words", "contact_name", "contact_phone")


@blueprint.get("/reports")
def reports() -> str:
    """The form, and the own reports with how far each has come."""
    return _page({}, {})


@blueprint.post("/reports")
def report_dispute() -> Response | tuple[str, int]:
    """Put the report into the box of the room."""
    values = {name: without_hidden_marks(request.form.get(name, "")).strip() for name in FIELDS}
    session = case_writer()
    try:
        receipt = dispute_reports.report_dispute(session, entry=_entry(values), actor=me(), now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _page(values, refused.problems), 422
    flash(
        _("已经交给%(room)s，编号 %(reference)s。", room=receipt.room_name, reference=receipt.reference),
        "good",
    )
    return redirect(url_for("casework.reports"), 303)


def _entry(values: Mapping[str, str]) -> HelpEntry:
    written = division_from(values["place"], roles=frozenset())
    token = request.form.get("form_token", "")[:64]
    if not token:
        raise InvalidEntry({"form_token": _("请重新打开这一页再填。")})
    return HelpEntry(
        form_token=token,
        room_id=row_id(values["room"]) or 0,
        division_code=written or "",
        notice_version=NOTICE_VERSION if request.form.get("notice") == NOTICE_VERSION else "",
        notice_language_code="zh",
        words=values["words"],
        contact_name=values["contact_name"],
        contact_phone=values["contact_phone"],
        kind_code=values["kind_code"],
    )


def _page(values: Mapping[str, str], problems: Mapping[str, str]) -> str:
    session, actor = case_reader(), me()
    kinds = dispute_kinds()
    return render_template(
        "casework/reports.html",
        values=values,
        problems={
            {"division_code": "place", "room_id": "room"}.get(name, name): text
            for name, text in problems.items()
        },
        rooms=[(room.id, room.name) for room in dispute_reports.rooms_to_report_to(session, actor=actor)],
        kinds=[(code, _(kind.name)) for code, kind in kinds.items()],
        kind_names={code: kind.name for code, kind in kinds.items()},
        own=dispute_reports.own_reports(session, actor=actor),
        notice_version=NOTICE_VERSION,
        notice_given=request.form.get("notice") == NOTICE_VERSION,
        form_token=request.form.get("form_token", "")[:64] or secrets.token_urlsafe(32),
    )
