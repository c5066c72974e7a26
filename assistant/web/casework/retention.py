"""Files past their years: appraised here by one person and agreed to by another; the job destroys them later."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.opening import me, own_case
from assistant.web.clock import now, today
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import retention as retaining
from mediation_rooms.errors import InvalidEntry, StepNotAllowed


def _page(problems: dict[str, str], reasons: list[str]) -> str:
    return render_template(
        "casework/retention.html",
        due=retaining.due_in_room(case_reader(), actor=me(), today=today()),
        my_account_id=me().account_id,
        problems=problems,
        reasons=reasons,
    )


@blueprint.get("/retention")
def retention() -> str:
    """The list of the room, each file with how far its appraisal is."""
    return _page({}, [])


@blueprint.post("/<int:case_id>/retention")
def propose_destruction(case_id: int) -> Response | tuple[str, int]:
    """Put a file on the list with a finding."""
    session = case_writer()
    case = own_case(session, case_id)
    reason = request.form.get("reason", "")[:2000]
    try:
        retaining.propose_destruction(session, case, reason=reason, actor=me(), now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _page(refused.problems, []), 422
    except StepNotAllowed as refused:
        session.rollback()
        return _page({}, refused.reasons), 409
    flash(_("已经登记鉴定意见，请另一个人同意。"), "good")
    return redirect(url_for("casework.retention"), 303)


@blueprint.post("/retention/<int:appraisal_id>")
def agree_to_destruction(appraisal_id: int) -> Response | tuple[str, int]:
    """Agree as the second person."""
    session = case_writer()
    try:
        retaining.agree_to_destruction(session, appraisal_id=appraisal_id, approver=me(), now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _page(refused.problems, []), 422
    flash(_("已经同意，下一次运行到期销毁时执行。"), "good")
    return redirect(url_for("casework.retention"), 303)
