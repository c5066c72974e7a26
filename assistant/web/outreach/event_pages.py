"""The calendar of events, one event, and what can be done to it: plan, record, change, call off, take back."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.outreach import events as verbs
from assistant.outreach.codes import code_of
from assistant.outreach.event_models import EventStatus, OutreachEvent
from assistant.outreach.event_photographs import CONSENT_NAMES
from assistant.outreach.festivals import (
    FIRST_YEAR,
    LAST_YEAR,
    days_from,
    in_lunar_words,
    month_sheet,
    occasion_names,
)
from assistant.outreach.items import ItemChangedMeanwhile, ItemRefused
from assistant.outreach.measures import NAMES, measure_of
from assistant.outreach.models import OutreachItem
from assistant.outreach.openings import openings_of, totals
from assistant.outreach.quiz import by_question, counted_at, questions_of
from assistant.outreach.starter import starter_topics
from assistant.web.choices import language_choices
from assistant.web.clock import now, today
from assistant.web.entries import Entered
from assistant.web.outreach import blueprint
from assistant.web.outreach.drafts import drop_draft, kept_fields
from assistant.web.outreach.event_form import event_form, read_entry, stored_fields, wants_another_place
from assistant.web.outreach.library import allowed
from assistant.web.outreach.standing import editor
from assistant.web.scanned.codes import counter_file
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.sign_in import current_account
from mediation_rooms.divisions import all_divisions, full_name
from mediation_rooms.permissions import Action

SHOWN_EVENTS, SHOWN_DAYS = 30, 6
STATUS_LABELS = {
    EventStatus.PLANNED: (_l("计划中"), "info"),
    EventStatus.HELD: (_l("已经办了"), "good"),
    EventStatus.CANCELLED: (_l("取消了"), "neutral"),
}
STEP_LABELS = {
    "plan": _l("列入计划"),
    "record": _l("登记"),
    "hold": _l("办完登记"),
    "change": _l("修改"),
    "call_off": _l("取消"),
    "undo": _l("撤销修改"),
    "add_photograph": _l("放上照片"),
    "withdraw_photograph": _l("撤下照片"),
    "answers": _l("登记答题数"),
}


def place_name(code: str) -> str:
    """A place in words; empty for a code that is no longer in the table."""
    return full_name(code) if code in all_divisions() else ""


def load_event(session: Session, event_id: int) -> OutreachEvent:
    """One event, or 404."""
    found = session.get(OutreachEvent, event_id)
    if found is None:
        abort(404)
    return found


def _first_of_month(written: str) -> date:
    try:
        first = date.fromisoformat(f"{written}-01")
    except ValueError:
        first = today().replace(day=1)
    return first if FIRST_YEAR < first.year < LAST_YEAR else today().replace(day=1)


@blueprint.get("/events")
def events() -> str:
    """A month with its solar and lunar days, what is planned and was held, and the days to come."""
    session = collection_reader()
    first = _first_of_month(request.args.get("month", "")[:7])
    weeks = month_sheet(first.year, first.month)
    shown = session.scalars(
        select(OutreachEvent)
        .where(OutreachEvent.held_on >= weeks[0][0].on, OutreachEvent.held_on <= weeks[-1][-1].on)
        .order_by(OutreachEvent.held_on, OutreachEvent.id)
    ).all()
    newest = session.scalars(
        select(OutreachEvent)
        .order_by(OutreachEvent.held_on.desc(), OutreachEvent.id.desc())
        .limit(SHOWN_EVENTS)
    ).all()
    by_day: dict[date, list[OutreachEvent]] = {}
    for each in shown:
        by_day.setdefault(each.held_on, []).append(each)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return render_template(
        "outreach/events.html",
        first=first,
        previous=first - timedelta(days=1),
        following=last + timedelta(days=1),
        weeks=weeks,
        by_day=by_day,
        newest=newest,
        statuses=STATUS_LABELS,
        place_name=place_name,
        days=days_from(today())[:SHOWN_DAYS],
        in_lunar_words=in_lunar_words,
        language_names=dict(language_choices()),
        topic_titles={topic.key: topic.title for topic in starter_topics()},
        day=today(),
    )


@blueprint.get("/events/new")
def new_event() -> str:
    """An empty form, or what this person left in it; ``on`` and ``occasion`` begin it for a day."""
    kept = None if request.args.get("on") else kept_fields("event-new")
    if kept is not None:
        return event_form(None, kept.fields, problems={}, draft_at=kept.saved_at)
    return event_form(None, _beginning(), problems={})


def _beginning() -> MultiDict[str, str]:
    account = current_account()
    home = account.division_code or "" if account is not None else ""
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        on = today()
    occasion = request.args.get("occasion", "")
    name = occasion_names().get(occasion, "")
    fields: MultiDict[str, str] = MultiDict(
        {
            "held_on": on.isoformat(),
            "status": (EventStatus.PLANNED if on > today() else EventStatus.HELD).value,
            "occasion": occasion if name else "",
            "title": _(name) if name else "",
            "division_code": home,
            "language_code": "bfs",
        }
    )
    topics = next((each.topics for each in days_from(today()) if each.key == occasion), ())
    fields.setlist("topics", list(topics))
    return fields


@blueprint.post("/events")
def record() -> Response | str | tuple[str, int]:
    """Keep a new event, planned or held."""
    return _save(None)


@blueprint.get("/events/<int:event_id>/edit")
def edit_event(event_id: int) -> str:
    """The form with what stands there, or with what this person left unsaved."""
    found = load_event(collection_reader(), event_id)
    kept = kept_fields(f"event-{event_id}")
    if kept is not None:
        version = kept.fields.get("version", "")
        return event_form(found, kept.fields, problems={}, version=version, draft_at=kept.saved_at)
    return event_form(found, stored_fields(found), problems={}, version=found.version_id)


@blueprint.post("/events/<int:event_id>/edit")
def save_event(event_id: int) -> Response | str | tuple[str, int]:
    """Change one. 409 when somebody saved since, with what they saved."""
    return _save(event_id)


def _save(event_id: int | None) -> Response | str | tuple[str, int]:
    entered = Entered(request.form)
    seen = request.form.get("version", type=int)
    if wants_another_place():
        there = load_event(collection_reader(), event_id) if event_id is not None else None
        return event_form(there, request.form, problems={}, version=seen or "")
    entry = read_entry(entered)
    session = collection_writer()
    try:
        if entered.problems:
            raise ItemRefused(entered.problems)
        if event_id is None:
            kept = verbs.record_event(session, entry=entry, editor=editor(), now=now())
        else:
            found = load_event(session, event_id)
            kept = verbs.change_event(
                session, found, entry=entry, editor=editor(), now=now(), seen_version=seen
            )
    except ItemRefused as refused:
        session.rollback()
        there = load_event(collection_reader(), event_id) if event_id is not None else None
        return event_form(there, request.form, problems=refused.problems, version=seen or ""), 422
    except ItemChangedMeanwhile:
        session.rollback()
        there = load_event(collection_reader(), event_id or 0)
        stored = "；".join(value for value in stored_fields(there).values() if value)
        sentence = _("您打开以后，别人先保存了。别人存的内容在下面，比对以后再保存。")
        problems = {"title": f"{sentence}\n{stored}"}
        return event_form(there, request.form, problems=problems, version=there.version_id), 409
    drop_draft("event-new" if event_id is None else f"event-{event_id}")
    flash(_("已经保存。"), "good")
    return redirect(url_for("outreach.event", event_id=kept.id), 303)


@blueprint.post("/events/drafts/<name>/discard")
def discard_event_draft(name: str) -> Response:
    """Throw away what was left unsaved."""
    number = name.removeprefix("event-")
    if number == "new":
        drop_draft("event-new")
        return redirect(url_for("outreach.new_event"), 303)
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        abort(404)
    drop_draft(f"event-{number}")
    return redirect(url_for("outreach.edit_event", event_id=int(number)), 303)


@blueprint.get("/events/<int:event_id>")
def event(event_id: int) -> str:
    """One event: whom it reached, photographs, questions, its code, its history."""
    return event_page(load_event(collection_reader(), event_id), {})


def event_page(found: OutreachEvent, problems: dict[str, str]) -> str:
    """The page of an event with what could not be done."""
    session = collection_reader()
    counted = totals(session, counter_file().read())
    code = code_of(session, event=found)
    items = [item for row in found.materials if (item := session.get(OutreachItem, row.item_id)) is not None]
    quiz = next((item for item in items if questions_of(item)), None)
    name = code.code if code is not None else ""
    return render_template(
        "outreach/event.html",
        event=found,
        problems={field: _(sentence) for field, sentence in problems.items()},
        statuses=STATUS_LABELS,
        step_labels=STEP_LABELS,
        place=place_name(found.division_code),
        in_lunar_words=in_lunar_words,
        occasion=_(occasion_names().get(found.occasion, "")) if found.occasion else "",
        spoken_language=dict(language_choices()).get(found.language_code, ""),
        topic_titles={topic.key: topic.title for topic in starter_topics()},
        reach=[
            (
                _(NAMES[measure_of(row.unit, row.measure)]),
                row.count,
                row.unit.value,
                row.is_estimate,
                row.proof,
            )
            for row in found.reach
        ],
        team=[(_(verbs.TEAM_ROLES.get(row["role"], "其他")), row["name"]) for row in found.team or ()],
        materials=[(item, row.copies) for item in items for row in found.materials if row.item_id == item.id],
        consents=[(each.value, _(label)) for each, label in CONSENT_NAMES.items()],
        consent_names={each: _(label) for each, label in CONSENT_NAMES.items()},
        code=name,
        address=url_for("scanned.scan", code=name, _external=True) if name else "",
        opened=openings_of(counted, name) if name else 0,
        quiz=quiz,
        outcomes=by_question(quiz, counted_at(found, quiz, name, counted)) if quiz is not None else [],
        paper={
            (row.number, row.asked_when.value): row
            for row in found.answers
            if quiz and row.item_id == quiz.id
        },
        may_hold=allowed(Action.MANAGE_EVENTS),
        can_undo=verbs.can_undo(found),
        day=today(),
    )


def do(event_id: int, act: Callable[[Session, OutreachEvent], object]) -> Response | tuple[str, int]:
    """Do one thing to an event; what cannot be done comes back on its page with the reason."""
    session = collection_writer()
    found = load_event(session, event_id)
    try:
        act(session, found)
    except ItemRefused as refused:
        session.rollback()
        return event_page(load_event(collection_reader(), event_id), refused.problems), 422
    flash(_("已经保存。"), "good")
    return redirect(url_for("outreach.event", event_id=event_id), 303)


@blueprint.post("/events/<int:event_id>/call-off")
def call_off_event(event_id: int) -> Response | tuple[str, int]:
    """It does not take place."""
    return do(event_id, lambda session, found: verbs.call_off(session, found, editor=editor(), now=now()))


@blueprint.post("/events/<int:event_id>/undo")
def undo_event(event_id: int) -> Response | tuple[str, int]:
    """Back to what stood before the last change."""
    return do(event_id, lambda session, found: verbs.undo(session, found, editor=editor(), now=now()))
