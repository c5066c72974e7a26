"""The public pages: search, articles, statutes, topics. Read-only, for villagers and everybody else."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("kiosk", __name__)

from assistant.web.kiosk import home, search  # noqa: E402, F401 - views register themselves here
