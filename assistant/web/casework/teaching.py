"""The story of a closed file for teaching: prepared by one person, every replacement reviewed by another."""

from __future__ import annotations

from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.web.casework import blueprint
from assistant.web.casework.opening import look_at, me, own_case
from assistant.web.casework.papers import MEDIA_TYPES
from assistant.web.clock import now
from assistant.web.entries import Entered
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import handing_on
from mediation_rooms import teaching as stories
from mediation_rooms.errors import InvalidEntry, StepNotAllowed
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.handing_on import HandedKind
from mediation_rooms.models.teaching import TeachingStory
from mediation_rooms.permissions import Action, may

KINDS = {
    "name": _l("姓名"),
    "id_number": _l("身份证号"),
    "bank_card": _l("银行卡号"),
    "phone": _l("电话"),
    "plate": _l("车牌"),
    "mail": _l("邮箱"),
    "house": _l("门牌"),
    "school": _l("学校"),
    "date": _l("日期"),
    "place": _l("地名"),
}


@blueprint.get("/<int:case_id>/teaching")
def teaching(case_id: int) -> str:
    """The newest story with everything that was replaced, or the button that makes one."""
    case = look_at(case_id)
    if case.room_id != me().room_id:
        abort(404)
    return _page(case_reader(), case)


def _page(
    session: Session,
    case: CaseFile,
    *,
    problems: dict[str, str] | None = None,
    reasons: list[str] | None = None,
    text: str | None = None,
) -> str:
    story, actor = stories.latest_story(session, case), me()
    return render_template(
        "casework/teaching.html",
        case=case,
        story=story,
        replaced=stories.replacements(story) if story is not None else [],
        kinds=KINDS,
        text=text if text is not None else (story.text if story is not None else ""),
        may_review=may(actor, Action.REVIEW_DEIDENTIFIED, case)
        and story is not None
        and actor.account_id != story.prepared_by_account_id,
        problems=problems or {},
        reasons=reasons or [],
    )


def _story(session: Session, case: CaseFile) -> TeachingStory:
    story = stories.latest_story(session, case)
    if story is None:
        abort(404)
    return story


def _again(case_id: int, problem: InvalidEntry | StepNotAllowed, text: str | None = None) -> tuple[str, int]:
    case = own_case(case_reader(), case_id)
    if isinstance(problem, InvalidEntry):
        return _page(case_reader(), case, problems=problem.problems, text=text), 422
    return _page(case_reader(), case, reasons=problem.reasons, text=text), 409


@blueprint.post("/<int:case_id>/teaching")
def prepare_teaching(case_id: int) -> Response | tuple[str, int]:
    """Make the story anew from the file."""
    session = case_writer()
    case = own_case(session, case_id)
    try:
        stories.prepare_story(session, case, actor=me(), now=now())
    except StepNotAllowed as refused:
        session.rollback()
        return _again(case_id, refused)
    flash(_("已经准备好，请逐处看一遍，再请另一个人复核。"), "good")
    return redirect(url_for("casework.teaching", case_id=case_id), 303)


@blueprint.post("/<int:case_id>/teaching/text")
def rewrite_teaching(case_id: int) -> Response | tuple[str, int]:
    """Keep the text as it should be handed on."""
    session = case_writer()
    case = own_case(session, case_id)
    entered = Entered(request.form)
    text = entered.long_text("text")
    try:
        entered.check()
        stories.rewrite_story(session, _story(session, case), text=text, actor=me(), now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _again(case_id, refused, text)
    flash(_("已经保存。"), "good")
    return redirect(url_for("casework.teaching", case_id=case_id), 303)


@blueprint.post("/<int:case_id>/teaching/review")
def review_teaching(case_id: int) -> Response | tuple[str, int]:
    """Approve or refuse it, as the second person."""
    session = case_writer()
    case = own_case(session, case_id)
    entered = Entered(request.form)
    try:
        stories.review_story(
            session,
            _story(session, case),
            is_approved=request.form.get("decision") == "approve",
            remarks=entered.text("remarks", longest=1000),
            actor=me(),
            now=now(),
        )
    except (InvalidEntry, StepNotAllowed) as refused:
        session.rollback()
        return _again(case_id, refused)
    flash(_("复核已经登记。"), "good")
    return redirect(url_for("casework.teaching", case_id=case_id), 303)


@blueprint.post("/<int:case_id>/teaching.<any(docx,json):kind>")
def teaching_file(case_id: int, kind: str) -> Response | tuple[str, int]:
    """The approved story: as a paper, or as the file that outreach takes in; to whom it goes is recorded."""
    case = look_at(case_id)
    if case.room_id != me().room_id:
        abort(404)
    try:
        story = stories.approved_story(case_reader(), case)
        handing_on.hand_on(case_writer(), entry=_handing(case), actor=me(), now=now())
    except (InvalidEntry, StepNotAllowed) as refused:
        return _again(case_id, refused)
    if kind == "json":
        content, media_type = stories.story_as_json(story).encode(), "application/json"
    else:
        from assistant.typesetting.paper_docx import papers_as_docx  # loaded by the first who wants it

        content, media_type = papers_as_docx([stories.story_as_paper(story)]), MEDIA_TYPES["docx"]
    return send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=f"调解案例.{kind}"
    )


def _handing(case: CaseFile) -> handing_on.HandingEntry:
    return handing_on.HandingEntry(
        kind=HandedKind.TEACHING,
        recipient=request.form.get("recipient", "")[:120],
        purpose=_("普法教学"),
        basis=_("各方当事人单独同意，并已去除身份（个人信息保护法第二十三条）"),
        fields=_("去除身份以后的案情、过程和协议内容"),
        person_count=sum(not party.is_organisation for party in case.parties),
        part=str(case.id),
    )
