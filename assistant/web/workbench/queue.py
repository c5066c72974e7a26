"""The queue with its filters, the coverage of each statute, what has gone stale, beginning a unit."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.access import may_open
from assistant.web.clock import today
from assistant.web.kiosk.differences import differences
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.workbench import blueprint
from assistant.web.workbench.standing import (
    SCRIPT_LABELS,
    STATUS_LABELS,
    person,
    script_choices,
    translators,
    variety_choices,
)
from corpus.bai.varieties import Variety
from corpus.citation import NotACitation
from corpus.parallel.coverage import coverage
from corpus.parallel.places import PHRASES_TITLE, place_of
from corpus.parallel.unit_tables import TranslationUnit, UnitScript, UnitStatus
from corpus.parallel.units import UnitRefused, begin_unit, stale_units

UNITS_A_PAGE = 40
FARTHEST_OFFSET = 1_000_000


@blueprint.get("/")
def index() -> str:
    """Units by statute, status and variety, those assigned to this person first; the coverage."""
    return _page({}, {})


def _page(problems: dict[str, str], entered: dict[str, str]) -> str:
    session = collection_reader()
    chosen = {name: request.args.get(name, "").strip()[:80] for name in ("statute", "status", "variety")}
    found = select(TranslationUnit)
    if chosen["statute"] == PHRASES_TITLE:
        found = found.where(TranslationUnit.is_phrase)
    elif chosen["statute"]:
        found = found.where(TranslationUnit.statute == chosen["statute"])
    if chosen["status"] in set(UnitStatus):
        found = found.where(TranslationUnit.status == UnitStatus(chosen["status"]))
    if chosen["variety"] in set(Variety):
        found = found.where(TranslationUnit.variety == Variety(chosen["variety"]))
    offset = min(max(request.args.get("offset", 0, type=int), 0), FARTHEST_OFFSET)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    mine = TranslationUnit.assignee_id == person().account_id
    in_order = found.order_by(
        mine.desc().nulls_last(),
        TranslationUnit.due_on.is_(None),
        TranslationUnit.due_on,
        TranslationUnit.statute,
        TranslationUnit.article,
        TranslationUnit.paragraph,
        TranslationUnit.item,
    )
    return render_template(
        "workbench/index.html",
        units=session.scalars(in_order.limit(UNITS_A_PAGE).offset(offset)).all(),
        total=total,
        limit=UNITS_A_PAGE,
        offset=offset,
        chosen=chosen,
        statuses=STATUS_LABELS,
        scripts=SCRIPT_LABELS,
        covered=coverage(session, on=today()),
        varieties=variety_choices(),
        script_choices=script_choices(),
        day=today(),
        my_id=person().account_id,
        people=translators(),
        problems=problems,
        entered=entered,
        may_record=may_open("workbench.studio"),
    )


@blueprint.post("/begin")
def begin() -> Response | tuple[str, int]:
    """Open the unit of an article, made empty where there is none."""
    written = request.form.get("citation", "").strip()[:120]
    variety, script = request.form.get("variety", ""), request.form.get("script", "")
    problems: dict[str, str] = {}
    citation = None
    try:
        citation = place_of(written)
    except NotACitation as problem:
        problems["citation"] = str(problem)
    if variety not in set(Variety) or script not in set(UnitScript):
        problems["variety"] = _("请从列表中选择")
    if citation is not None and not problems:
        session = collection_writer()
        try:
            unit = begin_unit(
                session, citation.at(None), variety=Variety(variety), script=UnitScript(script), on=today()
            )
        except UnitRefused as refused:
            session.rollback()
            problems["citation"] = "；".join(refused.reasons)
        else:
            return redirect(url_for("workbench.unit", unit_id=unit.id), 303)
    return _page(problems, {"citation": written, "variety": variety, "script": script}), 422


@blueprint.get("/stale")
def stale() -> str:
    """Units whose Chinese changed, with what changed side by side."""
    found = stale_units(collection_reader(), on=today())
    return render_template(
        "workbench/stale.html",
        found=[(each, differences(each.unit.source_text, each.new_source)) for each in found],
        scripts=SCRIPT_LABELS,
    )
