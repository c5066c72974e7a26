"""One file as one page: who, what, what was done, what comes next; notes, identities, attachments."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.search_service import IndexNotReady
from assistant.web.casework import blueprint
from assistant.web.casework.act_list import act_of_step, all_acts
from assistant.web.casework.acts import Act
from assistant.web.casework.acts_evidence import attachment_folder
from assistant.web.casework.acts_intake import gates_of
from assistant.web.casework.opening import look_at, me, own_case
from assistant.web.casework.wording import stages, state_kind
from assistant.web.clock import now, today
from assistant.web.entries import row_id
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import cases, evidence, reading
from mediation_rooms.agreements import hints_for
from mediation_rooms.audit_reading import ATTACHMENT
from mediation_rooms.case_view import CaseView, view_of
from mediation_rooms.deadlines import deadlines_of
from mediation_rooms.dispute_kinds import case_sources, dispute_kinds
from mediation_rooms.divisions import all_divisions, full_name
from mediation_rooms.documents.catalogue import FORMS, may_issue
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.gates import referral_sheets
from mediation_rooms.languages import LANGUAGES
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import CaseState
from mediation_rooms.permissions import may
from mediation_rooms.workflow import STEP_BY_NAME, offered_steps

SUGGESTED_ARTICLES = 5
WORDS_FOR_SUGGESTIONS = 120
_SUGGESTING = frozenset({CaseState.RECEIVED, CaseState.ACCEPTED, CaseState.ENQUIRY, CaseState.MEDIATING})


@blueprint.get("/<int:case_id>")
def show(case_id: int) -> str:
    """The file as one page."""
    return _page(look_at(case_id), problems={}, text="")


def _acts_by_group(case: CaseFile) -> dict[str, list[Act]]:
    groups: dict[str, list[Act]] = defaultdict(list)
    for act in all_acts().values():
        is_next_step = act.step in STEP_BY_NAME and act.label == STEP_BY_NAME[act.step].label
        if act.is_offered(case) and not is_next_step and may(me(), act.action, case):
            groups[act.group].append(act)
    return groups


def _next_steps(view: CaseView) -> list[tuple[Any, Act | None]]:
    """What the workflow offers, each with the form that does it; the ones that can be done first."""
    offered = [(choice, act_of_step(choice.step.name)) for choice in offered_steps(view, today=today())]
    return sorted(offered, key=lambda pair: len(pair[0].reasons) > 0)


def _suggestions(case: CaseFile) -> list[Any]:
    """Articles that may bear on the statement; none while the index is being built."""
    if case.state not in _SUGGESTING or not case.statement:
        return []
    question = f"{dispute_kinds()[case.kind_code].name} {case.statement[:WORDS_FOR_SUGGESTIONS]}"
    try:
        answer = current_app.extensions["search"].find(
            question, in_force_on=today(), only_in_force=True, limit=SUGGESTED_ARTICLES
        )
    except IndexNotReady:
        return []
    known = {cited.citation.partition("@")[0] for cited in case.cited_articles}
    return [hit for hit in answer.results if str(hit.citation).partition("@")[0] not in known]


def _page(case: CaseFile, *, problems: dict[str, str], text: str) -> str:
    actor, day = me(), today()
    is_own = case.room_id == actor.room_id
    view = view_of(case, today=day)
    agreement = case.agreement
    written = " ".join(term.content for term in agreement.terms) if agreement is not None else ""
    return render_template(
        "casework/file.html",
        case=case,
        kind=dispute_kinds()[case.kind_code],
        source=case_sources()[case.source_code],
        place=full_name(case.division_code) if case.division_code in all_divisions() else "",
        languages={each.code: each.name for each in LANGUAGES},
        is_own=is_own,
        my_room_id=actor.room_id,
        parties=[reading.masked(party, now=now(), shows_name=is_own) for party in case.parties],
        deadlines=deadlines_of(view, day),
        steps=_next_steps(view) if is_own else [],
        acts=_acts_by_group(case) if is_own else {},
        stages=stages(case.state),
        state_kind=state_kind,
        sheets=referral_sheets(view.gates.results),
        gate_count=len(gates_of(case)),
        unanswered_count=len(view.gates.unanswered),
        hints=hints_for(written) if agreement is not None and agreement.effective_on is None else [],
        suggestions=_suggestions(case) if is_own else [],
        events=_events(case),
        forms=[form for form in FORMS if may_issue(case.room, form)] if is_own else [],
        problems=problems,
        text=text,
    )


def _events(case: CaseFile) -> list[tuple[Any, str, str, str]]:
    """Everything that happened, the latest first: (instant, title, text, kind) for the timeline."""
    events = [
        (line.taken_at, ("step", line.step), line.reason, "info", line.actor_name) for line in case.history
    ]
    events += [(note.written_at, ("note", ""), note.text, "neutral", note.written_by) for note in case.notes]
    events += [
        (
            sitting.starts_at,
            ("session", str(sitting.ordinal)),
            sitting.result_text,
            "good",
            sitting.recorded_by,
        )
        for sitting in case.sessions
        if not sitting.cancelled_reason
    ]
    events += [
        (each.visited_at, ("visit", ""), each.findings, "good", each.visited_by)
        for each in case.follow_ups
        if each.visited_at is not None
    ]
    events += [(sheet.sent_at, ("referral", sheet.target), sheet.reason, "warning", sheet.sent_by)
               for sheet in case.referrals]  # fmt: skip
    return sorted(events, key=lambda event: event[0], reverse=True)


@blueprint.post("/<int:case_id>/notes")
def write_note(case_id: int) -> Response | tuple[str, int]:
    """Add a note; an empty one is refused and nothing is lost."""
    session = case_writer()
    case = own_case(session, case_id)
    text = request.form.get("text", "")[:20_000]
    try:
        cases.write_note(session, case, text=text, actor=me(), now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _page(own_case(case_reader(), case_id), problems=refused.problems, text=text), 422
    flash(_("已经保存。"), "good")
    return redirect(url_for("casework.show", case_id=case_id), 303)


@blueprint.post("/<int:case_id>/identity")
def reveal(case_id: int) -> str | tuple[str, int]:
    """One identity field in full, for a reason that is kept in the trail."""
    session = case_writer()
    case = own_case(session, case_id)
    party = next((each for each in case.parties if each.id == row_id(request.form.get("party"))), None)
    if party is None:
        raise NotFound("没有这位当事人")
    field, reason = request.form.get("field", ""), request.form.get("reason", "")[:200]
    try:
        value = reading.reveal(session, party, field=field, reason=reason, actor=me(), now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _page(own_case(case_reader(), case_id), problems=refused.problems, text=""), 422
    return render_template(
        "casework/identity.html", case=case, party=reading.masked(party, now=now()), value=value
    )


@blueprint.get("/<int:case_id>/attachments/<int:attachment_id>")
def attachment(case_id: int, attachment_id: int) -> Response:
    """A kept file, always as a download: nothing a party gave us runs or is drawn in the browser."""
    case = look_at(case_id, action=ATTACHMENT, reason=str(attachment_id))
    found = next((each for each in case.attachments if each.id == attachment_id), None)
    is_closed_to_others = found is not None and found.evidence is not None and found.evidence.is_restricted
    if found is None or (is_closed_to_others and case.room_id != me().room_id):
        abort(404)
    content = evidence.read_attachment(attachment_folder(), found)
    return send_file(
        BytesIO(content), mimetype=found.media_type, as_attachment=True, download_name=found.original_name
    )
