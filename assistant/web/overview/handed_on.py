"""The list of what was handed to others, and the second person's word where more than fifty persons are in it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.clock import now
from assistant.web.overview import blueprint
from assistant.web.sessions import case_reader, case_writer
from assistant.web.sign_in import signed_in_account
from mediation_rooms import handing_on
from mediation_rooms.errors import InvalidEntry

SHOWN = 200


def _page(problems: dict[str, str]) -> str:
    actor = signed_in_account().actor
    return render_template(
        "overview/handed_on.html",
        records=handing_on.handed_on(case_reader(), actor=actor, limit=SHOWN),
        my_account_id=actor.account_id,
        problems=problems,
    )


@blueprint.get("/handed-on")
def handed_on() -> str:
    """To whom, what, why, on what basis; newest first."""
    return _page({})


@blueprint.post("/handed-on/<int:record_id>")
def agree_to_export(record_id: int) -> Response | tuple[str, int]:
    """Agree as the second person."""
    session = case_writer()
    try:
        handing_on.approve(session, record_id=record_id, approver=signed_in_account().actor, now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _page(refused.problems), 422
    flash(_("已经同意，请提出的人再导出一次。"), "good")
    return redirect(url_for("overview.handed_on"), 303)
