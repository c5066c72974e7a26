"""What people asked about their own data: the work list of the room, decisions with reasons, the copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.settings import Settings
from assistant.web.casework import blueprint
from assistant.web.casework.opening import me
from assistant.web.casework.papers import MEDIA_TYPES
from assistant.web.clock import now, today
from assistant.web.entries import Entered
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import handing_on, privacy, restrictions
from mediation_rooms.errors import InvalidEntry, StepNotAllowed
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.handing_on import HandedKind
from mediation_rooms.models.people import Party
from mediation_rooms.models.rights import DataRequest
from mediation_rooms.models.vocabulary import DataRequestKind, DataRequestState, RestrictionState
from mediation_rooms.personal_copies import copy_for
from mediation_rooms.visibility import may_read

DECIDED_SHOWN = 30


@blueprint.get("/data-requests")
def data_requests() -> str:
    """What is open, oldest first; what was decided lately, with the reason that was given."""
    return _page(case_reader(), {}, [])


def _page(session: Session, problems: dict[str, str], reasons: list[str]) -> str:
    actor = me()
    decided = session.scalars(
        select(DataRequest)
        .join(CaseFile)
        .where(CaseFile.room_id == actor.room_id, DataRequest.state != DataRequestState.OPEN)
        .where(may_read(actor, today=today()))
        .order_by(DataRequest.decided_on.desc(), DataRequest.id.desc())
        .limit(DECIDED_SHOWN)
    )
    restricted = restrictions.restrictions_of_room(session, actor=actor)
    return render_template(
        "casework/data_requests.html",
        waiting=[
            (each, _limits(each), _until(each.asked_on), _is_open(session, each.case))
            for each in privacy.open_data_requests(session, actor=actor)
        ],
        restrictions=[
            (each, _until(each.asked_on), _is_open(session, each.case))
            for each in restricted
            if each.state is RestrictionState.OPEN
        ],
        in_force=[each for each in restricted if each.state is RestrictionState.IN_FORCE],
        decided=list(decided),
        day=today(),
        kinds=DataRequestKind,
        states=[
            (each.value, _(each.label)) for each in DataRequestState if each is not DataRequestState.OPEN
        ],
        restriction_states=[(each.value, _(each.label)) for each in restrictions.DECISIONS],
        problems=problems,
        reasons=reasons,
    )


def _until(asked_on: date) -> date:
    settings: Settings = current_app.extensions["settings"]
    return privacy.answer_until(asked_on, days=settings.data_request_days)


def _is_open(session: Session, case: CaseFile) -> bool:
    """Whether the person may open the file; of a sealed one the list tells no title and no number."""
    reach = may_read(me(), today=today())
    return session.scalar(select(CaseFile.id).where(CaseFile.id == case.id, reach)) is not None


def _limits(asked: DataRequest) -> str:
    """What the law lets be done with this request now, in one sentence with its article."""
    if asked.kind is DataRequestKind.COPY:
        return _("本人有权查阅、复制，应当及时提供；别人的信息要遮去（个人信息保护法第四十五条）。")
    if asked.kind is DataRequestKind.CORRECTION:
        return _("核实以后及时更正、补充，原来的内容和理由都留下（个人信息保护法第四十六条）。")
    last = privacy.keep_until(asked.case)
    if last is not None and last < today():
        return _("档案保管期限已满，可以删除（个人信息保护法第四十七条）。")
    until = _("保管到 %(day)s", day=last) if last is not None else _("保管期限还没有起算或者没有期满")
    return _(
        "%(until)s，还不能删除，只能停止存储和必要的保护以外的处理（个人信息保护法第四十七条）。", until=until
    )


def _own_request(session: Session, request_id: int) -> DataRequest:
    found = session.scalar(
        select(DataRequest)
        .join(CaseFile)
        .where(
            DataRequest.id == request_id,
            CaseFile.room_id == me().room_id,
        )
    )
    if found is None:
        abort(404)
    return found


def _answered(session: Session, act: Callable[[], None], sentence: str) -> Response | tuple[str, int]:
    """Do it and go back to the list, or show the list with what is wrong."""
    try:
        act()
    except InvalidEntry as refused:
        session.rollback()
        return _page(case_reader(), refused.problems, []), 422
    except StepNotAllowed as refused:
        session.rollback()
        return _page(case_reader(), {}, refused.reasons), 409
    flash(sentence, "good")
    return redirect(url_for("casework.data_requests"), 303)


@blueprint.post("/restrictions/<int:restriction_id>")
def decide_restriction(restriction_id: int) -> Response | tuple[str, int]:
    """Grant or refuse a restriction, with the reason the person is told."""
    session, entered = case_writer(), Entered(request.form)
    asked = restrictions.restriction_of_room(session, restriction_id=restriction_id, actor=me())
    state = entered.listed("state", RestrictionState, RestrictionState.OPEN)
    reason = entered.text("reason", longest=2000)

    def act() -> None:
        entered.check()
        restrictions.decide_restriction(session, asked, state=state, reason=reason, actor=me(), now=now())

    return _answered(session, act, _("已经登记决定，请把理由告诉本人。"))


@blueprint.post("/restrictions/<int:restriction_id>/lift")
def lift_restriction(restriction_id: int) -> Response | tuple[str, int]:
    """End a restriction because the person agreed to it."""
    session, entered = case_writer(), Entered(request.form)
    asked = restrictions.restriction_of_room(session, restriction_id=restriction_id, actor=me())
    reason = entered.text("reason", longest=2000)

    def act() -> None:
        entered.check()
        restrictions.lift_restriction(session, asked, reason=reason, actor=me(), now=now())

    return _answered(session, act, _("已经恢复处理。"))


@blueprint.post("/data-requests/<int:request_id>")
def decide_data_request(request_id: int) -> Response | tuple[str, int]:
    """Decide, with the reason the person is told."""
    session = case_writer()
    asked = _own_request(session, request_id)
    entered = Entered(request.form)
    state = entered.listed("state", DataRequestState, DataRequestState.OPEN)
    reason = entered.needed("reason", longest=2000)

    def act() -> None:
        entered.check()
        privacy.decide_data_request(session, asked, state=state, reason=reason, actor=me(), now=now())

    return _answered(session, act, _("已经登记决定，请把理由告诉本人。"))


@blueprint.post("/data-requests/<int:request_id>/copy.<any(docx,json):kind>")
def personal_copy(request_id: int, kind: str) -> Response:
    """The copy of the person who asked, as a paper or for a programme; a line in the trail says so."""
    session = case_writer()
    asked = _own_request(session, request_id)
    party = session.get(Party, asked.party_id) if asked.party_id is not None else None
    if party is None or not _is_open(session, asked.case):
        abort(404)
    copy = copy_for(session, actor=me(), now=now(), id_number=party.id_number or "", name=party.name)
    record = handing_on.HandingEntry(
        kind=HandedKind.COPY,
        recipient=_("本人"),
        purpose=_("本人要求查阅、复制"),
        basis=_("个人信息保护法第四十五条"),
        fields=_("本人的全部个人信息和查看记录，其他人的遮去"),
        person_count=1,
        part=str(request_id),
    )
    handing_on.hand_on(session, entry=record, actor=me(), now=now())
    if kind == "json":
        content, media_type = copy.as_json().encode(), "application/json"
    else:
        from assistant.typesetting.paper_docx import papers_as_docx  # loaded by the first who wants it

        content, media_type = papers_as_docx([copy.as_paper()]), MEDIA_TYPES["docx"]
    return send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=f"个人信息副本.{kind}"
    )
