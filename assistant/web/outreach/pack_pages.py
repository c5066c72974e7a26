"""The campaign pack: choose materials and forms, make it as long work, take it home."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from assistant import jobs
from assistant.i18n import gettext as _
from assistant.jobs import JobContext, JobFailed, job
from assistant.outreach.exports import EXPORTS
from assistant.outreach.festivals import days_from
from assistant.outreach.items import material_from
from assistant.outreach.models import ItemStatus, OutreachItem
from assistant.outreach.pack import USUAL_FORMS, known_forms, write_pack
from assistant.outreach.setting_problems import CannotBeSet
from assistant.web.clock import today
from assistant.web.entries import Entered
from assistant.web.outreach import blueprint
from assistant.web.outreach.standing import editor
from assistant.web.sessions import collection_reader

MOST_ITEMS = 60


@blueprint.get("/pack")
def pack() -> str:
    """What can go into a pack; ``day`` ticks the topics of a day of the year."""
    return _page({})


def _page(problems: dict[str, str]) -> str:
    session = collection_reader()
    items = session.scalars(
        select(OutreachItem)
        .where(OutreachItem.status != ItemStatus.WITHDRAWN, OutreachItem.rights != "")
        .order_by(OutreachItem.title)
    ).all()
    coming = days_from(today())
    chosen = next((day for day in coming if day.key == request.args.get("day")), None)
    return render_template(
        "outreach/pack.html",
        items=items,
        days=coming[:6],
        chosen=chosen,
        ticked={item.id for item in items if chosen is None or item.topic in chosen.topics},
        forms=list(EXPORTS.values()),
        usual=USUAL_FORMS,
        problems=problems,
    )


@blueprint.post("/pack")
def make_pack() -> Response | tuple[str, int]:
    """Begin making it."""
    ids = Entered(request.form).row_ids("items")[:MOST_ITEMS]
    title = request.form.get("title", "").strip()[:60] or _("普法材料包")
    if not ids:
        return _page({"items": _("至少选一个材料")}), 422
    payload = {"ids": ids, "forms": known_forms(request.form.getlist("forms")), "title": title}
    public_id = jobs.enqueue("outreach.pack", payload, owner_id=editor().account_id)
    flash(_("正在做材料包，可以先去做别的。"), "info")
    return redirect(url_for("work.job", queue="collection", public_id=public_id), 303)


@job("outreach.pack")
def build_pack(context: JobContext, *, ids: list[int], forms: list[str], title: str) -> dict[str, Any]:
    """Make the pack file by file; cancelled, it leaves nothing behind."""
    with context.store.reading() as session:
        items = [session.get(OutreachItem, item_id) for item_id in ids]
        materials = [material_from(item) for item in items if item is not None and item.rights.strip()]
    if not materials:
        raise JobFailed(_("这些材料已经不在了，请重新选择"))
    target = context.file("pack.zip")
    try:
        write_pack(
            target,
            materials,
            title=title,
            forms=forms,
            tells=lambda done, total: context.progress(100 * done // (total + 1), _("正在排版")),
        )
    except CannotBeSet as problem:
        raise JobFailed(str(problem)) from problem
    return {"files": [target.name]}
