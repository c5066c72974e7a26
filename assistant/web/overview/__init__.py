"""Figures for rooms and for the centres above them: never a name, never a file.

A township, county or prefecture officer sees open, overdue and closed counts by division and goes
down level by level; a room sees its own. The ministry's table is counted for any month, quarter or
year and shows every sum check; the old 25-column ledger goes in and out.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from assistant.settings import Settings

blueprint = Blueprint("overview", __name__, url_prefix="/overview")


def install(app: Flask, _settings: Settings) -> None:
    """Register the blueprint with its views."""
    from assistant.web.overview import figures, handed_on, ledger, register_pages  # noqa: F401 - registers views

    app.register_blueprint(blueprint)
