"""Figures of an area by its divisions, and the ministry's table of a period."""

from __future__ import annotations

from io import BytesIO

from flask import render_template, request, send_file
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from assistant.web.clock import today
from assistant.web.overview import blueprint
from assistant.web.sessions import case_reader
from assistant.web.sign_in import signed_in_account
from mediation_rooms.actor import Actor
from mediation_rooms.divisions import ancestors, children, code_prefix, division, is_within
from mediation_rooms.errors import NotFound
from mediation_rooms.escalation import overdue_work
from mediation_rooms.permissions import Action, may
from mediation_rooms.statistics.counting import table_of, workbook_of
from mediation_rooms.statistics.facts import Scope
from mediation_rooms.statistics.periods import InvalidPeriod, Period
from mediation_rooms.statistics.suppression import public_cells
from mediation_rooms.statistics.table import StatisticsTable
from mediation_rooms.visibility import area_overview


def scope_of(actor: Actor, area: str) -> Scope:
    """What an actor's figures are counted over: the area asked for, or the own room alone."""
    if may(actor, Action.OVERSEE_AREA) and actor.division_code is not None:
        chosen = area or actor.division_code
        if not is_within(chosen, actor.division_code):
            raise NotFound("没有这个区域的汇总")
        return Scope(division_prefix=code_prefix(chosen))
    return Scope(room_ids=frozenset({actor.room_id} if actor.room_id is not None else {-1}))


def period_of() -> Period:
    """The period in the query string; this month without one. 400 with the sentence for another text."""
    written = request.args.get("period", "").strip()[:10] or today().strftime("%Y-%m")
    try:
        return Period.parse(written)
    except InvalidPeriod as problem:
        raise BadRequest(str(problem)) from problem


def counted(session: Session, actor: Actor, period: Period, area: str) -> StatisticsTable:
    """The table of a period over what the actor may see figures of."""
    scope_name = area or actor.division_code or ""
    return table_of(session, period=period, scope=scope_of(actor, area), scope_name=scope_name)


def _area() -> str:
    return request.args.get("area", "").strip()[:12]


@blueprint.get("/")
def index() -> str:
    """Counts by division for an officer, with a way down; the room's own table for a mediator."""
    actor, area = signed_in_account().actor, _area()
    if not may(actor, Action.OVERSEE_AREA) or actor.division_code is None:
        return _table_page(actor, "")
    chosen = area or actor.division_code
    figures = area_overview(case_reader(), actor=actor, today=today(), area_code=chosen)
    above = [place for place in ancestors(chosen) if is_within(place.code, actor.division_code)]
    return render_template(
        "overview/area.html",
        place=division(chosen),
        above=above[:-1],
        figures=figures,
        overdue=overdue_work(case_reader(), actor=actor, area_code=chosen, today=today()),
        has_below={row.division.code for row in figures if children(row.division.code)},
        month=today().strftime("%Y-%m"),
    )


@blueprint.get("/table")
def table() -> str:
    """The ministry's table with every sum check."""
    return _table_page(signed_in_account().actor, _area())


def _table_page(actor: Actor, area: str) -> str:
    period = period_of()
    made = counted(case_reader(), actor, period, area)
    is_public = request.args.get("public") == "yes"
    return render_template(
        "overview/table.html",
        table=made,
        cells=public_cells(made) if is_public else made.cells,
        is_public=is_public,
        period=period,
        area=area,
        place=division(area) if area else None,
        may_export=may(actor, Action.EXPORT_STATISTICS),
        may_import=may(actor, Action.IMPORT_CASES),
        may_read_registers=may(actor, Action.READ_REGISTERS),
    )


@blueprint.get("/table.xlsx")
def table_file() -> Response:
    """The table as a workbook; ``public=yes`` hides small counts."""
    period = period_of()
    made = counted(case_reader(), signed_in_account().actor, period, _area())
    content = workbook_of(made, is_public=request.args.get("public") == "yes")
    return send_file(
        BytesIO(content),
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"统计表{period.code}.xlsx",
    )
