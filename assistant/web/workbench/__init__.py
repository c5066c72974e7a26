"""The workbench of translators and reviewers: the queue, one unit, what went stale, files in and out.

A translator takes the next article, sees its Chinese, earlier translations of similar text and the
glossary, writes, is told which letters do not belong to the script; a second person reviews, one who
did not translate approves; only then is it shown to villagers.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from assistant.settings import Settings

blueprint = Blueprint("workbench", __name__, url_prefix="/workbench")


def install(app: Flask, _settings: Settings) -> None:
    """Register the blueprint with its views."""
    from assistant.web.workbench import (  # noqa: F401 - registers views
        exchange,
        exports,
        glossary_exchange,
        glossary_pages,
        phrase_pages,
        queue,
        record,
        speakers,
        studio,
        takes,
        unit_page,
    )

    app.register_blueprint(blueprint)
