"""The educator's studio: the library, one material, its designs and ways out, packs, events.

An educator opens the wall, takes a topic of the set that ships or writes a new one, sees it in the
designs, has a jurist and a language reviewer check it, publishes it, takes home a pack for the day of
the fair, and afterwards writes down whom it reached.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from assistant.settings import Settings

blueprint = Blueprint("outreach", __name__, url_prefix="/outreach")


def install(app: Flask, _settings: Settings) -> None:
    """Register the blueprint with its views."""
    from assistant.web.outreach import (  # noqa: F401 - views register themselves
        drafts,
        event_figures_page,
        event_pages,
        event_proof,
        library,
        pack_pages,
        previews,
        song_page,
        sound_pages,
        story_page,
        version_pages,
        writing,
    )

    app.register_blueprint(blueprint)
