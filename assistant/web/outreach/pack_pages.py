"""Packs and books: choose materials, put them in order, make them as long work, take them home."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant import jobs
from assistant.i18n import gettext as _
from assistant.jobs import JobContext, JobFailed, job
from assistant.outreach.book import MOST_ITEMS
from assistant.outreach.exports import EXPORTS
from assistant.outreach.festivals import OutreachDay, days_from
from assistant.outreach.item_pictures import illustration_of
from assistant.outreach.items import material_from
from assistant.outreach.kinds import KINDS
from assistant.outreach.material import Material
from assistant.outreach.models import OutreachItem
from assistant.outreach.pack import BOOK_FORMS, USUAL_FORMS, known_forms, write_book, write_pack
from assistant.outreach.stanza_sounds import approved_sounds
from assistant.outreach.starter import starter_topics
from assistant.outreach.wall import Wanted, audiences, on_the_wall
from assistant.web.clock import today
from assistant.web.entries import Entered
from assistant.web.outreach import blueprint
from assistant.web.outreach.library import LANGUAGE_LABELS, STATUS_LABELS, wanted
from assistant.web.outreach.standing import contact, editor, page_of, recordings_folder
from assistant.web.sessions import collection_reader


@blueprint.get("/pack")
def pack() -> str:
    """What can go into a pack, by topic, audience, language and status; ``day`` ticks the topics of a day of the year."""
    return _page({})


def _day() -> OutreachDay | None:
    return next((day for day in days_from(today()) if day.key == request.values.get("day")), None)


def _page(
    problems: dict[str, str], *, ordered: list[int] | None = None, before: list[int] | None = None
) -> str:
    session = collection_reader()
    chosen = replace(wanted(request.values), has_rights=True)
    day = _day()
    found = on_the_wall(session, chosen)
    if ordered is not None:
        by_id = {item.id: item for item in on_the_wall(session, Wanted(has_rights=True))}
        found = [by_id[key] for key in ordered if key in by_id]
    ticked = {item.id for item in found if day is None or not day.topics or item.topic in day.topics}
    if request.method == "POST":
        ticked = set(Entered(request.form).row_ids("items"))
    return render_template(
        "outreach/pack.html",
        items=found,
        wanted=chosen,
        days=days_from(today())[:6],
        day=day,
        title=request.form.get("title", "") or (day.name if day is not None else ""),
        ticked=ticked,
        before=before,
        topics=[(topic.key, topic.title) for topic in starter_topics()],
        audiences=audiences(session),
        kinds={kind: _(rule.name) for kind, rule in KINDS.items()},
        languages=LANGUAGE_LABELS,
        statuses=STATUS_LABELS,
        forms=list(EXPORTS.values()),
        chosen_forms=request.form.getlist("forms") or USUAL_FORMS,
        book_forms=BOOK_FORMS,
        problems=problems,
    )


def moved(order: list[int], wish: str) -> list[int]:
    """The order after ``up:12`` or ``down:12``; anything else leaves it as it is."""
    name, _colon, number = wish.partition(":")
    key = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else -1
    if key not in order or name not in {"up", "down"}:
        return order
    place = order.index(key)
    other = place + (-1 if name == "up" else 1)
    if not 0 <= other < len(order):
        return order
    changed = list(order)
    changed[place], changed[other] = changed[other], changed[place]
    return changed


@blueprint.post("/pack")
def make_pack() -> Response | str | tuple[str, int]:
    """Put in order, or begin making a pack (``do=pack``) or a book (``do=book``)."""
    entered = Entered(request.form)
    order, wish = entered.row_ids("order"), request.form.get("do", "pack")
    if wish == "undo":
        return _page({}, ordered=entered.row_ids("before"), before=None)
    if wish.startswith(("up:", "down:")):
        return _page({}, ordered=moved(order, wish), before=order)
    chosen = set(entered.row_ids("items"))
    ids = [key for key in order if key in chosen] or sorted(chosen)
    title = request.form.get("title", "").strip()[:60] or _("普法材料包")
    problems = {}
    if not ids:
        problems["items"] = _("至少选一个材料")
    if len(ids) > MOST_ITEMS:
        problems["items"] = _("一次最多 %(most)s 个材料，请分几次做", most=MOST_ITEMS)
    book_forms = [form for form in BOOK_FORMS if form in request.form.getlist("book_forms")]
    if wish == "book" and not book_forms:
        problems["book_forms"] = _("至少选一种书的样式")
    if problems:
        return _page(problems, ordered=order or None), 422
    session = collection_reader()
    found = [item for key in ids if (item := session.get(OutreachItem, key)) is not None]
    payload: dict[str, Any] = {
        "ids": [item.id for item in found],
        "title": title,
        "pages": {str(item.id): page_of(item) for item in found},
        "contact": contact(),
    }
    if wish == "book":
        kind = "outreach.book"
        payload["forms"] = book_forms
    else:
        kind = "outreach.pack"
        payload |= {"forms": known_forms(request.form.getlist("forms")), "chosen": _chosen_by()}
    public_id = jobs.enqueue(kind, payload, owner_id=editor().account_id)
    flash(_("正在做，可以先去做别的。"), "info")
    return redirect(url_for("work.job", queue="collection", public_id=public_id), 303)


def _chosen_by() -> dict[str, str]:
    """What the materials were chosen by, for the manifest."""
    day = _day()
    names = ("topic", "audience", "kind", "language", "status")
    asked = {name: value for name in names if (value := request.form.get(name, "").strip())}
    return asked | ({"day": f"{day.name} {day.on.isoformat()}"} if day is not None else {})


def _materials(session: Session, *, ids: list[int], pages: dict[str, str], contact: str) -> list[Material]:
    folder = recordings_folder()
    items = [session.get(OutreachItem, item_id) for item_id in ids]
    made = [
        material_from(
            item,
            page=pages.get(str(item.id), ""),
            contact=contact,
            picture=illustration_of(session, item),
            sounds=approved_sounds(session, item, folder=folder),
        )
        for item in items
        if item is not None and item.rights.strip()
    ]
    if not made:
        raise JobFailed(_("这些材料已经不在了，请重新选择"))
    return made


@job("outreach.pack")
def build_pack(
    context: JobContext,
    *,
    ids: list[int],
    forms: list[str],
    title: str,
    pages: dict[str, str] | None = None,
    contact: str = "",
    chosen: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Make the pack file by file; cancelled, it leaves nothing behind."""
    with context.store.reading() as session:
        materials = _materials(session, ids=ids, pages=pages or {}, contact=contact)
    target = context.file("pack.zip")
    try:
        write_pack(
            target,
            materials,
            title=title,
            forms=forms,
            chosen=chosen,
            tells=lambda done, total: context.progress(100 * done // (total + 1), _("正在排版")),
        )
    except ValueError as problem:  # what fits no design, a sound that cannot be read: a sentence each
        raise JobFailed(str(problem)) from problem
    return {"files": [target.name]}


@job("outreach.book")
def build_book(
    context: JobContext,
    *,
    ids: list[int],
    forms: list[str],
    title: str,
    pages: dict[str, str] | None = None,
    contact: str = "",
) -> dict[str, Any]:
    """Make the book in each form; cancelled, what is done so far is no result."""
    with context.store.reading() as session:
        materials = _materials(session, ids=ids, pages=pages or {}, contact=contact)
    folder = context.file("book").parent
    try:
        names = write_book(
            folder,
            materials,
            title=title,
            forms=forms,
            tells=lambda done, total: context.progress(5 + 95 * done // total, _("正在排版")),
        )
    except ValueError as problem:
        raise JobFailed(str(problem)) from problem
    return {"files": names}
