"""What a printed code leads to, for everybody and without an account: its articles, and three questions.

Scanning counts one opening in the counter file and nothing else: no cookie is set, no address, browser or
time is kept, and the log has the route's pattern without the code. It is an opening, not a person.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from assistant.settings import Settings

blueprint = Blueprint("scanned", __name__, url_prefix="/q")


def install(app: Flask, _settings: Settings) -> None:
    """Register the blueprint with its views."""
    from assistant.web.scanned import codes, questions  # noqa: F401 - views register themselves

    app.register_blueprint(blueprint)
