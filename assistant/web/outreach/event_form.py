"""The form of an event: what stands in it, and reading it with every problem at once."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.outreach.event_models import EventStatus, OutreachEvent
from assistant.outreach.events import TEAM_ROLES, EventEntry, ReachEntry, entry_of
from assistant.outreach.festivals import occasion_names
from assistant.outreach.measures import NAMES, UNITS, Measure
from assistant.outreach.models import ItemStatus, OutreachItem
from assistant.outreach.starter import starter_topics
from assistant.web.choices import language_choices
from assistant.web.entries import Entered
from assistant.web.outreach.places import place_levels
from assistant.web.sessions import collection_reader
from mediation_rooms.divisions import all_divisions

EMPTY_TEAM_ROWS, MOST_TEAM_ROWS = 3, 60
MOST_ITEMS = 200
LARGEST = 10_000_000
CHOSEN_STATUSES = {EventStatus.PLANNED: _l("计划中"), EventStatus.HELD: _l("已经办了")}


def fields_of(entry: EventEntry) -> MultiDict[str, str]:
    """An entry as the form shows it."""
    fields: MultiDict[str, str] = MultiDict(
        {
            "title": entry.title,
            "held_on": entry.held_on.isoformat(),
            "status": entry.status.value,
            "occasion": entry.occasion,
            "division_code": entry.division_code,
            "place": entry.place,
            "language_code": entry.language_code,
            "hamlet_count": "" if entry.hamlet_count is None else str(entry.hamlet_count),
            "remarks": entry.remarks,
        }
    )
    fields.setlist("topics", list(entry.topics))
    fields.setlist("items", [str(item) for item, _copies in entry.materials])
    for item, copies in entry.materials:
        fields[f"copies-{item}"] = str(copies) if copies else ""
    for number, (role, name) in enumerate(entry.team, start=1):
        fields[f"team-role-{number}"], fields[f"team-name-{number}"] = role, name
    for each in entry.reach:
        name = f"reach-{each.measure.value}"
        fields[name], fields[f"{name}-proof"] = str(each.count), each.proof
        fields[f"{name}-estimate"] = "yes" if each.is_estimate else ""
    return fields


def read_entry(entered: Entered) -> EventEntry:
    """What was entered; problems are noted on the way."""
    place = entered.text("division_code", longest=12)
    if place not in all_divisions():
        entered.problems["division_code"] = _("请从列表中选择")
    language = entered.text("language_code", longest=20)
    if language not in {code for code, _name in language_choices()}:
        entered.problems["language_code"] = _("请从列表中选择")
    occasion = entered.text("occasion", longest=40)
    known = {topic.key for topic in starter_topics()}
    planned = entered.fields.get("status") == EventStatus.PLANNED.value
    return EventEntry(
        title=entered.needed("title", longest=120),
        held_on=entered.needed_day("held_on"),
        division_code=place,
        language_code=language,
        place=entered.text("place"),
        status=EventStatus.PLANNED if planned else EventStatus.HELD,
        occasion=occasion if occasion in occasion_names() else "",
        topics=tuple(key for key in entered.fields.getlist("topics") if key in known),
        materials=_materials(entered),
        team=_team(entered),
        hamlet_count=_number(entered, "hamlet_count"),
        remarks=entered.long_text("remarks"),
        reach=_reach(entered),
    )


def _number(entered: Entered, name: str) -> int | None:
    if not entered.text(name):
        return None
    if len(entered.text(name)) > 8:
        entered.problems[name] = _("要填 %(least)s 到 %(most)s 之间的整数", least=1, most=LARGEST)
        return None
    return entered.number(name, at_least=1, at_most=LARGEST)


def _reach(entered: Entered) -> tuple[ReachEntry, ...]:
    found = []
    for measure in Measure:
        name = f"reach-{measure.value}"
        proof, count = entered.text(f"{name}-proof"), _number(entered, name)
        if count is not None:
            found.append(ReachEntry(measure, count, entered.yes(f"{name}-estimate"), proof))
        elif proof and name not in entered.problems:
            entered.problems[name] = _("写了凭据，没有写数")
    return tuple(found)


def _materials(entered: Entered) -> tuple[tuple[int, int], ...]:
    ids = dict.fromkeys(entered.row_ids("items"))
    known = set(
        collection_reader().scalars(
            select(OutreachItem.id).where(OutreachItem.id.in_(list(ids)[:MOST_ITEMS]))
        )
    )
    return tuple((item, _number(entered, f"copies-{item}") or 0) for item in ids if item in known)


def _team(entered: Entered) -> tuple[tuple[str, str], ...]:
    found = []
    for number in range(1, MOST_TEAM_ROWS + 1):
        name = entered.text(f"team-name-{number}", longest=60)
        role = entered.text(f"team-role-{number}", longest=20)
        if name:
            found.append((role if role in TEAM_ROLES else "other", name))
    return tuple(found)


def _choosable_items(session: Session, chosen: Sequence[str]) -> list[OutreachItem]:
    """The materials that can be ticked: those already ticked, then published ones, then the rest."""
    ids = [int(each) for each in chosen if each.isascii() and each.isdigit() and len(each) < 10]
    ticked = session.scalars(select(OutreachItem).where(OutreachItem.id.in_(ids))).all()
    others = session.scalars(
        select(OutreachItem)
        .where(OutreachItem.id.not_in(ids), OutreachItem.status != ItemStatus.WITHDRAWN)
        .order_by(OutreachItem.status != ItemStatus.PUBLISHED, OutreachItem.title)
        .limit(MOST_ITEMS)
    ).all()
    return [*ticked, *others]


def event_form(
    event: OutreachEvent | None,
    fields: MultiDict[str, str],
    *,
    problems: dict[str, str],
    version: object = "",
    draft_at: object = None,
) -> str:
    """The page of the form."""
    filled = sum(1 for number in range(1, MOST_TEAM_ROWS + 1) if fields.get(f"team-name-{number}"))
    return render_template(
        "outreach/event_form.html",
        event=event,
        entered=fields,
        problems={name: _(sentence) for name, sentence in problems.items()},
        version=version,
        draft_at=draft_at,
        statuses=[(key.value, label) for key, label in CHOSEN_STATUSES.items()],
        occasions=[(key, _(name)) for key, name in occasion_names().items()],
        topics=[(topic.key, topic.title) for topic in starter_topics()],
        items=_choosable_items(collection_reader(), fields.getlist("items")),
        places=place_levels(fields.get("division_code", "")),
        languages=language_choices(),
        measures=[(each.value, _(NAMES[each]), UNITS[each].value) for each in Measure],
        roles=[(key, _(name)) for key, name in TEAM_ROLES.items()],
        team_rows=range(1, min(filled + EMPTY_TEAM_ROWS, MOST_TEAM_ROWS) + 1),
    )


def stored_fields(event: OutreachEvent) -> MultiDict[str, str]:
    """What stands in an event, as the form shows it."""
    return fields_of(entry_of(event))


def wants_another_place() -> bool:
    """Whether the button beside the place was pressed: the form comes back with the level below."""
    return request.form.get("do") == "place"
