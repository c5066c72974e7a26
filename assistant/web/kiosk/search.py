"""The search page: one box, filters that are links, an answer that says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import current_app, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from assistant.web.clock import today
from assistant.web.kiosk import blueprint, wording
from assistant.web.kiosk.next_steps import next_steps
from assistant.web.kiosk.sound import result_sounds
from assistant.web.kiosk.topics import TOPICS

PAGE_SIZE = 10
LONGEST_QUESTION = 200
DEEPEST_OFFSET = 190


@blueprint.get("/search")
def search() -> str:
    """The answer to ``q``, narrowed by ``statute`` and the day ``on``, from ``offset``."""
    question = request.args.get("q", "")[:LONGEST_QUESTION].strip()
    statute = request.args.get("statute", "")[:80] or None
    day = day_of("on")
    offset = min(request.args.get("offset", 0, type=int), DEEPEST_OFFSET)
    service = current_app.extensions["search"]
    answer = service.find(question, in_force_on=day, statute=statute, limit=PAGE_SIZE, offset=max(0, offset))
    # advice is for today and for the first look: not for a search of old law, not again on page two
    topics = answer.understood.topics if day is None and offset <= 0 else ()
    return render_template(
        "kiosk/search.html",
        answer=answer,
        steps=next_steps(topics, partial(service.is_law, on=today())),
        sounds=result_sounds([each.citation for each in answer.results], on=day or today()),
        statute=statute,
        day=day,
        offset=max(0, offset),
        page_size=PAGE_SIZE,
        narrowed=_narrowed,
        to_offset=_narrowed_by("offset"),
        topics=TOPICS.values(),
        wording=wording,
    )


def day_of(name: str) -> date | None:
    """The day in the query string, None where it was left empty; 400 when it is no date."""
    written = request.args.get(name, "").strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise BadRequest from None


def _narrowed(**changes: Any) -> str:
    """The address of this search with some parameters changed; None removes one. Starts at the top."""
    kept = {key: request.args[key] for key in ("q", "statute", "on") if request.args.get(key)}
    kept.update({key: str(value) for key, value in changes.items() if value is not None})
    for key in [key for key, value in changes.items() if value is None]:
        kept.pop(key, None)
    return f"{url_for('kiosk.search')}?{urlencode(kept)}"


def _narrowed_by(name: str) -> Callable[[Any], str]:
    return lambda value: _narrowed(**{name: value})
