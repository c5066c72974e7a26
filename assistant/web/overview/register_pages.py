"""The registers of an area: committees with what the law asks of them, mediators, rooms; making and changing them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.web.clock import CHINA, now, today
from assistant.web.entries import Entered, Input, labelled, shown_values
from assistant.web.overview import blueprint
from assistant.web.overview import register_inputs as inputs
from assistant.web.sessions import case_reader, case_writer
from assistant.web.sign_in import signed_in_account
from mediation_rooms import handing_on
from mediation_rooms import register_keeping as keeping
from mediation_rooms.actor import Actor
from mediation_rooms.divisions import all_divisions, code_prefix, full_name
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.ledger.workbook import write_workbook
from mediation_rooms.models.handing_on import HandedKind
from mediation_rooms.models.registers import Committee, CommitteeTerm, Mediator
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import Post
from mediation_rooms.permissions import Action, Role, may
from mediation_rooms.registers import changes_since, committee_problems, elect, leave_post

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Register:
    """One register: its table, its form, and the verb that keeps an entry."""

    model: Any
    new: object
    change: object
    asks: Callable[[Session, Actor, Any], Sequence[Input]]
    reads: Callable[[Entered], Any]
    keeps: Callable[..., Any]
    is_kept_by: Callable[[Session, Actor, Any], bool]


REGISTERS: Mapping[str, Register] = {
    "room": Register(
        MediationRoom, _l("登记调解室"), _l("修改调解室"), inputs.room_inputs, inputs.room_entry,
        keeping.keep_room, lambda _session, actor, row: keeping.may_keep_room(actor, row),
    ),
    "committee": Register(
        Committee, _l("登记调委会"), _l("修改调委会"), inputs.committee_inputs, inputs.committee_entry,
        keeping.keep_committee, lambda _session, actor, row: keeping.may_keep_area(actor, row.division_code),
    ),
    "mediator": Register(
        Mediator, _l("登记调解员"), _l("修改调解员"), inputs.mediator_inputs, inputs.mediator_entry,
        keeping.keep_mediator, keeping.may_keep_mediator,
    ),
}  # fmt: skip


def _area_of(actor: Actor) -> str | None:
    """The prefix of what an actor sees: everything for an administrator, else the area or the room's place."""
    if Role.ADMINISTRATOR in actor.roles:
        return ""
    room = case_reader().get(MediationRoom, actor.room_id) if actor.room_id is not None else None
    area = actor.division_code or (room.division_code if room is not None else "")
    return code_prefix(area) if area in all_divisions() else area or "-"


@blueprint.get("/registers")
def registers() -> str:
    """Committees, rooms and mediators of the area, with the way to change what is one's own."""
    session, actor = case_reader(), signed_in_account().actor
    prefix = _area_of(actor)
    committees = session.scalars(
        select(Committee).where(Committee.division_code.startswith(prefix)).order_by(Committee.code)
    ).all()
    rooms = session.scalars(
        select(MediationRoom)
        .where(MediationRoom.division_code.startswith(prefix))
        .order_by(MediationRoom.division_code, MediationRoom.name)
    ).all()
    writes = may(actor, Action.WRITE_REGISTERS)
    return render_template(
        "overview/registers.html",
        committees=[(each, committee_problems(each, today=today())) for each in committees],
        rooms=rooms,
        mediators=keeping.mediators_within_reach(session, actor=actor) if writes else [],
        may_write=writes,
        sees_figures=may(actor, Action.READ_STATISTICS),
        may_add=writes and (Role.ADMINISTRATOR in actor.roles or actor.division_code is not None),
        keeps_committee={each.id for each in committees if keeping.may_keep_area(actor, each.division_code)},
        keeps_room={each.id for each in rooms if keeping.may_keep_room(actor, each)},
        place_of={
            code: full_name(code)
            for code in {each.division_code for each in (*committees, *rooms)}
            if code in all_divisions()
        },
        day=today(),
    )


def _row(session: Session, register: Register, row_id: int | None) -> Any:
    if row_id is None:
        return None
    row = session.get(register.model, row_id)
    if row is None or not register.is_kept_by(session, signed_in_account().actor, row):
        raise NotFound("没有这一条登记")
    return row


@blueprint.get("/registers/<any(room,committee,mediator):what>/new")
@blueprint.get("/registers/<any(room,committee,mediator):what>/<int:row_id>")
def register_entry(what: str, row_id: int | None = None) -> str:
    """The form of one entry, empty or as it is now."""
    return _entry_page(what, row_id, None, {})


def _entry_page(
    what: str, row_id: int | None, fields: Mapping[str, Sequence[str]] | None, problems: dict[str, str]
) -> str:
    session, register = case_reader(), REGISTERS[what]
    row = _row(session, register, row_id)
    asked = register.asks(session, signed_in_account().actor, row)
    terms = [term for term in row.terms if term.left_on is None] if isinstance(row, Committee) else []
    return render_template(
        "overview/register_entry.html",
        what=what,
        row=row,
        title=register.change if row is not None else register.new,
        inputs=asked,
        values=shown_values(asked, fields),
        problems=problems,
        terms=terms,
        posts=labelled(Post),
        people=[
            (each.id, each.name)
            for each in keeping.mediators_within_reach(session, actor=signed_in_account().actor)
        ]
        if isinstance(row, Committee)
        else [],
        day=today(),
    )


@blueprint.post("/registers/<any(room,committee,mediator):what>/new")
@blueprint.post("/registers/<any(room,committee,mediator):what>/<int:row_id>")
def keep_entry(what: str, row_id: int | None = None) -> Response | tuple[str, int]:
    """Keep one entry; a refusal loses nothing."""
    session, register, entered = case_writer(), REGISTERS[what], Entered(request.form)
    row = _row(session, register, row_id)
    try:
        kept = register.keeps(
            session, row, entry=register.reads(entered), actor=signed_in_account().actor, now=now()
        )
    except InvalidEntry as refused:
        session.rollback()
        problems = {RENAMED.get(name, name): sentence for name, sentence in refused.problems.items()}
        return _entry_page(what, row_id, dict(request.form.lists()), problems), 422
    flash(_("已经保存。"), "good")
    return redirect(url_for("overview.register_entry", what=what, row_id=kept.id), 303)


RENAMED = {
    "division_code": "place", "committee_id": "committee", "language_codes": "languages",
    "subject_codes": "subjects", "mediator_ids": "mediators",
}  # fmt: skip
"""How the form calls what the verb speaks of."""


@blueprint.post("/registers/committee/<int:row_id>/terms")
def change_terms(row_id: int) -> Response | tuple[str, int]:
    """Elect somebody for three years, or end a term early with its reason."""
    session, entered, actor = case_writer(), Entered(request.form), signed_in_account().actor
    committee: Committee = _row(session, REGISTERS["committee"], row_id)
    try:
        if "term" in request.form:
            term: CommitteeTerm = entered.row_of("term", committee.terms)
            left_on, reason = entered.needed_day("left_on"), entered.needed("reason")
            entered.check()
            leave_post(session, term, left_on=left_on, reason=reason, actor=actor, now=now())
        else:
            mediator = entered.row_of("mediator", keeping.mediators_within_reach(session, actor=actor))
            post, elected_on = entered.listed("post", Post, Post.MEMBER), entered.needed_day("elected_on")
            entered.check()
            elect(session, committee, mediator, post=post, elected_on=elected_on, actor=actor, now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _entry_page("committee", row_id, None, refused.problems), 422
    flash(_("已经保存。"), "good")
    return redirect(url_for("overview.register_entry", what="committee", row_id=row_id), 303)


@blueprint.post("/registers/changes.xlsx")
def register_changes() -> Response:
    """Changes of committees and members since a day, for the notice to the basic court (人民调解法第十条)."""
    entered, actor = Entered(request.form), signed_in_account().actor
    since = entered.day("since") or today().replace(month=1, day=1)
    prefix = _area_of(actor)
    area = next(
        (code for code in all_divisions() if code_prefix(code) == prefix), next(iter(all_divisions()))
    )
    instant = datetime.combine(since, time(), CHINA).astimezone(UTC)
    rows = [
        [line.changed_at.astimezone(CHINA).date(), line.committee, line.what, line.before, line.after]
        for line in changes_since(case_reader(), area_code=area, since=instant)
    ]
    session = case_writer()
    entry = handing_on.HandingEntry(
        kind=HandedKind.REGISTER,
        recipient=entered.text("recipient", longest=120) or _("所在地基层人民法院"),
        purpose=_("通报调委会设立和组成人员变动"),
        basis=_("人民调解法第十条"),
        fields=_("日期、调委会、变更事项、变更前后（含委员姓名）"),
        person_count=len({name for row in rows for name in (row[3], row[4]) if name}),
        part=since.isoformat(),
    )
    if handing_on.hand_on(session, entry=entry, actor=actor, now=now()).handed_at is None:
        flash(_("这份通知涉及五十人以上，要由另一个人同意以后再下载。"), "info")
        return redirect(url_for("overview.handed_on"), 303)
    headings = [("日期", 12), ("人民调解委员会", 30), ("变更事项", 16), ("变更前", 30), ("变更后", 30)]
    content = write_workbook("组成人员变动情况", headings, rows)
    return send_file(
        BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=f"调委会变动{since}.xlsx"
    )
