"""Events: the days of the year, what was held, whom it reached, and which topics nobody covered yet."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach.events import EventEntry, ReachEntry, figures_by_topic, record_event
from assistant.outreach.festivals import days_from, in_lunar_words
from assistant.outreach.items import ItemRefused
from assistant.outreach.models import OutreachEvent, OutreachItem, ReachUnit
from assistant.outreach.starter import starter_topics
from assistant.web.choices import language_choices, place_choices
from assistant.web.clock import now, today
from assistant.web.entries import Entered
from assistant.web.outreach import blueprint
from assistant.web.outreach.standing import editor
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.sign_in import current_account
from mediation_rooms.divisions import all_divisions, full_name

SHOWN_EVENTS, SHOWN_DAYS = 50, 6


@blueprint.get("/events")
def events() -> str:
    """The list, the days to come, the figures of the last year."""
    return _page({}, Entered(request.args))


def _page(problems: dict[str, str], entered: Entered) -> str:
    session, account = collection_reader(), current_account()
    held = session.scalars(
        select(OutreachEvent)
        .order_by(OutreachEvent.held_on.desc(), OutreachEvent.id.desc())
        .limit(SHOWN_EVENTS)
    ).all()
    home = account.division_code or "" if account is not None else ""
    return render_template(
        "outreach/events.html",
        held=held,
        place_of={
            code: full_name(code)
            for code in {event.division_code for event in held}
            if code in all_divisions()
        },
        days=days_from(today())[:SHOWN_DAYS],
        in_lunar_words=in_lunar_words,
        figures=figures_by_topic(session, since=today() - timedelta(days=365)),
        topics=[(topic.key, topic.title) for topic in starter_topics()],
        topic_titles={topic.key: topic.title for topic in starter_topics()},
        items=[
            (item.id, item.title)
            for item in session.scalars(select(OutreachItem).order_by(OutreachItem.title))
        ],
        places=place_choices(home),
        languages=language_choices(),
        language_names=dict(language_choices()),
        units=list(ReachUnit),
        problems=problems,
        entered=entered.fields,
        day=today(),
    )


@blueprint.post("/events")
def record() -> Response | tuple[str, int]:
    """Keep an event."""
    entered = Entered(request.form)
    reach = []
    for unit in ReachUnit:
        name = f"reach-{unit.name.lower()}"
        if entered.text(name):
            count = entered.number(name, at_least=1, at_most=10_000_000)
            reach.append(
                ReachEntry(unit, count, entered.yes(f"{name}-estimate"), entered.text(f"{name}-proof"))
            )
    place = entered.text("division_code")
    if place not in all_divisions():
        entered.problems["division_code"] = _("请从列表中选择")
    known = {topic.key for topic in starter_topics()}
    entry = EventEntry(
        title=entered.needed("title", longest=120),
        held_on=entered.needed_day("held_on"),
        division_code=place,
        language_code=entered.text("language_code", longest=20),
        place=entered.text("place"),
        topics=tuple(key for key in request.form.getlist("topics") if key in known),
        item_ids=tuple(entered.row_ids("items")),
        remarks=entered.long_text("remarks"),
        reach=tuple(reach),
    )
    session = collection_writer()
    try:
        if entered.problems:
            raise ItemRefused(entered.problems)
        record_event(session, entry=entry, editor=editor(), now=now())
    except ItemRefused as refused:
        session.rollback()
        return _page(refused.problems, entered), 422
    flash(_("已经保存。"), "good")
    return redirect(url_for("outreach.events"), 303)
