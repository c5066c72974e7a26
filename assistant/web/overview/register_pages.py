"""The registers of an area: committees with what the law asks of them, mediators, rooms."""

from __future__ import annotations

from flask import render_template
from sqlalchemy import select

from assistant.web.clock import today
from assistant.web.overview import blueprint
from assistant.web.sessions import case_reader
from assistant.web.sign_in import signed_in_account
from mediation_rooms.divisions import all_divisions, code_prefix, full_name
from mediation_rooms.models.registers import Committee
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.registers import committee_problems


@blueprint.get("/registers")
def registers() -> str:
    """Committees and rooms of the officer's area, or of the room's own place."""
    session, actor = case_reader(), signed_in_account().actor
    room = session.get(MediationRoom, actor.room_id) if actor.room_id is not None else None
    area = actor.division_code or (room.division_code if room is not None else "")
    prefix = code_prefix(area) if area in all_divisions() else area or "-"
    committees = session.scalars(
        select(Committee).where(Committee.division_code.startswith(prefix)).order_by(Committee.code)
    ).all()
    rooms = session.scalars(
        select(MediationRoom)
        .where(MediationRoom.division_code.startswith(prefix))
        .order_by(MediationRoom.division_code, MediationRoom.name)
    ).all()
    return render_template(
        "overview/registers.html",
        committees=[(each, committee_problems(each, today=today())) for each in committees],
        rooms=rooms,
        place_of={
            code: full_name(code)
            for code in {each.division_code for each in (*committees, *rooms)}
            if code in all_divisions()
        },
        day=today(),
    )
