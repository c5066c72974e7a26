"""The public pages: search, articles, statutes, topics. Read-only, for villagers and everybody else."""

from __future__ import annotations

from flask import Blueprint

from assistant.web.kiosk import wording

blueprint = Blueprint("kiosk", __name__)
blueprint.add_app_template_filter(wording.citation_text)
blueprint.add_app_template_filter(wording.short_law)

from assistant.web.kiosk import home, law, search, sound  # noqa: E402, F401 - views register themselves here
