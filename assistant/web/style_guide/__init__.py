"""The style guide: every macro with an example, so that pages are made of the same parts."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template

from assistant.web.shell import icon_names

blueprint = Blueprint("style_guide", __name__)

TOKENS = (
    "ground", "surface", "surface-sunk", "text", "text-soft", "line", "line-strong", "indigo", "indigo-deep",
    "indigo-soft", "camellia", "camellia-soft", "link", "mark", "good", "warning", "danger", "info", "focus",
)  # fmt: skip


@blueprint.get("/style-guide")
def index() -> str:
    """All macros, icons and colours on one page."""
    day = date(2026, 1, 1)
    return render_template("style_guide/index.html", icons=icon_names(), tokens=TOKENS, today=day)
