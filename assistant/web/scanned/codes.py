"""From a scanned code to the articles it stands for. One counted, one forwarded."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, current_app, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.outreach.codes import CODE, find_code
from assistant.outreach.counter_file import CounterFile
from assistant.outreach.event_models import EventStatus, OutreachCode, OutreachEvent
from assistant.outreach.models import ItemStatus, OutreachItem
from assistant.outreach.openings import opening
from assistant.outreach.quiz import questions_of
from assistant.settings import Settings
from assistant.web.clock import today
from assistant.web.scanned import blueprint
from assistant.web.sessions import collection_reader


@dataclass(frozen=True)
class Target:
    """What a code stands for: its materials and, of an event, the event."""

    code: str
    items: tuple[OutreachItem, ...]
    event: OutreachEvent | None

    @property
    def citations(self) -> list[tuple[str, str]]:
        """Every article once: its citation and how it is printed."""
        found = {row.citation: row.label for item in self.items for row in item.articles}
        return list(found.items())

    @property
    def titles(self) -> list[str]:
        """The names of what is published; a draft's name is not told."""
        return [item.title for item in self.items if item.status is ItemStatus.PUBLISHED]


def counter_file() -> CounterFile:
    """The counter file of this installation."""
    settings: Settings = current_app.extensions["settings"]
    return CounterFile(settings.instance_directory / "counts" / "counts.log")


def target_of(session: Session, code: str) -> Target:
    """What a code stands for. 404 for one that was never made."""
    row = find_code(session, code)
    if row is None:
        abort(404)
    return _target(session, row)


def _target(session: Session, row: OutreachCode) -> Target:
    event = session.get(OutreachEvent, row.event_id) if row.event_id is not None else None
    ids = (
        [row.item_id]
        if row.item_id is not None
        else [each.item_id for each in event.materials]
        if event
        else []
    )
    items = [item for each in ids if (item := session.get(OutreachItem, each)) is not None]
    return Target(row.code, tuple(items), event)


def quiz_of(target: Target) -> OutreachItem | None:
    """The quiz asked at an event that was not called off: the first among its materials that has questions."""
    if target.event is None or target.event.status is EventStatus.CANCELLED:
        return None
    return next((item for item in target.items if questions_of(item)), None)


@blueprint.get("/<code>")
def scan(code: str) -> Response:
    """Count one opening and go on to the article, or to the list of them.

    A kiosk that runs on an edition holds no materials: it counts the code and opens the search.
    """
    settings: Settings = current_app.extensions["settings"]
    written = code.strip().lower()
    if settings.is_kiosk and CODE.fullmatch(written) and find_code(collection_reader(), written) is None:
        counter_file().add(opening(written), on=today())
        return redirect(url_for("kiosk.home"), 303)
    target = target_of(collection_reader(), code)
    counter_file().add(opening(target.code), on=today())
    if len(target.citations) == 1 and target.event is None:
        onward = url_for("kiosk.article", citation=target.citations[0][0])
    else:
        onward = url_for("scanned.articles", code=target.code)
    answer = redirect(onward, 303)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/<code>/articles")
def articles(code: str) -> str:
    """The articles behind a code, each with its way to the page that reads it aloud. Not counted."""
    target = target_of(collection_reader(), code)
    return render_template("scanned/articles.html", target=target, quiz=quiz_of(target))
