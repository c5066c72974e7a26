"""What was covered where and what was not, what the disputes call for, openings of codes, answers; and the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnprocessableEntity
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach.counter_file import NotACounterFile, counts_in
from assistant.outreach.dispute_topics import Called, called_for
from assistant.outreach.event_figures import (
    REPORT,
    Words,
    by_topic,
    coverage,
    held_between,
    reach_of,
    report_rows,
)
from assistant.outreach.event_models import OutreachCode, OutreachEvent
from assistant.outreach.measures import NAMES, UNITS
from assistant.outreach.models import OutreachItem
from assistant.outreach.openings import openings_of, take_in, totals
from assistant.outreach.quiz import Counted, Outcome, counted_at, questions_of
from assistant.outreach.quiz import by_topic as answers_by_topic
from assistant.outreach.starter import starter_topics
from assistant.web.choices import language_choices
from assistant.web.clock import today
from assistant.web.outreach import blueprint
from assistant.web.outreach.event_pages import place_name
from assistant.web.outreach.library import allowed
from assistant.web.outreach.places import county_of, part_of, place_levels
from assistant.web.scanned.codes import counter_file
from assistant.web.sessions import case_reader, collection_reader, collection_writer
from assistant.web.sign_in import signed_in_account
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.divisions import Level, all_divisions, ancestors, children, code_prefix, division
from mediation_rooms.ledger.workbook import write_workbook
from mediation_rooms.permissions import Action
from mediation_rooms.statistics.counting import table_of
from mediation_rooms.statistics.facts import Scope
from mediation_rooms.statistics.periods import Period
from mediation_rooms.statistics.suppression import public_cells

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """The period and the area of the figures."""

    since: date
    until: date
    area: str

    @property
    def prefix(self) -> str:
        """How the codes of the area's places begin."""
        return code_prefix(self.area)


def _day(name: str, default: date) -> date:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return default
    return found if 1900 < found.year < 2200 else default


def _asked() -> Asked:
    """The year up to today in the account's own area, unless the address says otherwise."""
    area = request.args.get("area", "") or signed_in_account().division_code or ""
    if area not in all_divisions():
        area = next(each.code for each in all_divisions().values() if each.level is Level.PREFECTURE)
    if division(area).level is Level.VILLAGE:
        area = division(area).parent_code or area
    return Asked(_day("since", today() - timedelta(days=364)), _day("until", today()), area)


def last_quarter(day: date) -> Period:
    """The last quarter that is over: only whole periods are ever shown outside a room."""
    year, quarter = (day.year, (day.month - 1) // 3) if day.month > 3 else (day.year - 1, 4)
    return Period.parse(f"{year}Q{quarter}")


def dispute_counts(area: str, period: Period) -> dict[str, int | None]:
    """Concluded cases by kind as they may be published: None for a small count. Never a file.

    Counted over whole counties: the few cases of one township would stand out.
    """
    county = county_of(area)
    table = table_of(
        case_reader(), period=period, scope=Scope(division_prefix=code_prefix(county)), scope_name=county
    )
    return {
        cell.code.removeprefix("kind."): int(cell.shown) if cell.shown.isdigit() else None
        for cell in public_cells(table)
        if cell.code.startswith("kind.")
    }


def _called(asked: Asked, taught: Mapping[str, int], period: Period) -> list[Called]:
    return called_for(dispute_counts(asked.area, period), taught)


def _opened(session: Session, asked: Asked) -> list[tuple[str, str, int]]:
    """Codes that were opened in the period, most often first: title, code, openings. Codes belong to no area."""
    counted = totals(session, counter_file().read(), since=asked.since, until=asked.until)
    rows = []
    for row in session.scalars(select(OutreachCode)):
        count = openings_of(counted, row.code)
        if count:
            item = session.get(OutreachItem, row.item_id) if row.item_id is not None else None
            held = session.get(OutreachEvent, row.event_id) if row.event_id is not None else None
            named = item.title if item is not None else held.title if held is not None else ""
            rows.append((named, row.code, count))
    return sorted(rows, key=lambda each: (-each[2], each[1]))


def _answers(session: Session, events: list[OutreachEvent]) -> list[Outcome]:
    counted = totals(session, counter_file().read())
    ids = [each.id for each in events]
    codes = {
        row.event_id: row.code
        for row in session.scalars(select(OutreachCode).where(OutreachCode.event_id.in_(ids)))
    }
    rows: list[tuple[str, Counted]] = []
    for held in events:
        items = [session.get(OutreachItem, row.item_id) for row in held.materials]
        quiz = next((item for item in items if item is not None and questions_of(item)), None)
        if quiz is not None:
            rows.append((quiz.topic, counted_at(held, quiz, codes.get(held.id, ""), counted)))
    return answers_by_topic(rows, {topic.key: topic.title for topic in starter_topics()})


@blueprint.get("/events/figures")
def event_figures() -> str:
    """Topics by place in a period, what was never covered, and what is called for."""
    session, asked = collection_reader(), _asked()
    events = list(held_between(session, since=asked.since, until=asked.until, area_prefix=asked.prefix))
    topics = by_topic(events)
    below = children(asked.area)
    lines = coverage(
        events, places=[each.code for each in below], place_of=lambda code: part_of(asked.area, code)
    )
    taught = Counter(key for held in events for key in set(held.topics))
    period = last_quarter(today())
    return render_template(
        "outreach/event_figures.html",
        asked=asked,
        place=division(asked.area),
        above=ancestors(asked.area)[:-1],
        places=place_levels(asked.area),
        below=below,
        has_below={each.code for each in below if children(each.code)},
        lines=lines,
        topics=topics,
        never=[each.title for each in topics if not each.event_count],
        without=[each.name for each, line in zip(below, lines, strict=True) if not line.event_count],
        event_count=len(events),
        reach=[(_(NAMES[key]), count, UNITS[key].value) for key, count in reach_of(events).items()],
        reach_names={key: _(name) for key, name in NAMES.items()},
        reach_units={key: unit.value for key, unit in UNITS.items()},
        called=_called(asked, taught, period),
        counted_in=division(county_of(asked.area)).name,
        kind_names={key: _(kind.name) for key, kind in dispute_kinds().items()},
        topic_titles={topic.key: topic.title for topic in starter_topics()},
        quarter=period,
        opened=_opened(session, asked),
        answers=_answers(session, events),
        counting_is_full=counter_file().is_full,
        may_hold=allowed(Action.MANAGE_EVENTS),
        may_export=allowed(Action.EXPORT_OUTREACH),
    )


@blueprint.get("/events/report.xlsx")
def event_report() -> Response:
    """The events of the period in the columns that summaries of the prefecture print."""
    asked = _asked()
    if asked.since > asked.until:
        abort(404)
    events = held_between(collection_reader(), since=asked.since, until=asked.until, area_prefix=asked.prefix)
    languages = {str(code): str(name) for code, name in language_choices()}
    words = Words(place=place_name, language=lambda code: languages.get(code, code))
    name = f"普法活动统计 {asked.since:%Y%m%d}-{asked.until:%Y%m%d}"
    headings = [(column.heading, column.width) for column in REPORT]
    content = write_workbook(name, headings, report_rows(events, words))
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")


@blueprint.post("/events/counts")
def take_in_counts() -> Response:
    """Take in the counter file of a kiosk or a tablet; the same file twice changes nothing."""
    sent = request.files.get("counts")
    try:
        counts = counts_in(sent.read() if sent is not None else b"")
    except NotACounterFile as refused:
        raise UnprocessableEntity(_(str(refused))) from refused
    changed = take_in(collection_writer(), counts)
    flash(_("收进了 %(count)s 个数；同一个文件再收一次不会重复算。", count=changed), "good")
    return redirect(url_for("outreach.event_figures"), 303)
