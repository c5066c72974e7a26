"""An asked room gives its opinion into another room's file; the head of a room looks at odd patterns."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.opening import look_at, me
from assistant.web.clock import now, today
from assistant.web.entries import Entered
from assistant.web.sentences import said
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import referrals
from mediation_rooms.errors import InvalidEntry, NotFound, StepNotAllowed
from mediation_rooms.models.evidence import ExpertOpinion
from mediation_rooms.oddities import call_back_sample, oddities


@blueprint.post("/<int:case_id>/opinions/<int:opinion_id>")
def give_opinion(case_id: int, opinion_id: int) -> Response:
    """Answer a question that was put to this room; a refusal says why on the page of the file."""
    look_at(case_id)
    session, entered = case_writer(), Entered(request.form)
    opinion = session.get(ExpertOpinion, opinion_id)
    if opinion is None or opinion.case_id != case_id:
        raise NotFound("没有这个问题")
    try:
        answer, knowledge = entered.long_text("answer"), entered.text("field_of_knowledge", longest=60)
        entered.check()
        referrals.give_opinion(
            session, opinion, answer=answer, field_of_knowledge=knowledge, actor=me(), now=now()
        )
        flash(_("已经保存。"), "good")
    except (InvalidEntry, StepNotAllowed) as refused:
        session.rollback()
        sentences = refused.problems.values() if isinstance(refused, InvalidEntry) else refused.reasons
        flash("；".join(map(said, sentences)), "danger")
    return redirect(url_for("casework.show", case_id=case_id), 303)


@blueprint.get("/oddities")
def odd_patterns() -> str:
    """Patterns to look at, and a random sample for calling back."""
    session = case_reader()
    return render_template(
        "casework/oddities.html",
        oddities=oddities(session, actor=me(), today=today()),
        sample=call_back_sample(session, actor=me(), today=today()),
    )
