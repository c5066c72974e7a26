"""The first page: a big box and the topics people come for."""

from __future__ import annotations

from flask import render_template
from werkzeug.exceptions import NotFound

from assistant.web.kiosk import blueprint
from assistant.web.kiosk.topics import TOPICS

EXAMPLES = ("离婚冷静期是多少天", "工头拖着工钱不给", "邻居的树枝伸到我家地里", "民法典1079")


@blueprint.get("/")
def home() -> str:
    """The home page."""
    return render_template("kiosk/home.html", topics=TOPICS.values(), examples=EXAMPLES)


@blueprint.get("/topics/<key>")
def topic(key: str) -> str:
    """One topic: what people ask, and the statutes behind it."""
    if key not in TOPICS:
        raise NotFound
    return render_template("kiosk/topic.html", topic=TOPICS[key])
