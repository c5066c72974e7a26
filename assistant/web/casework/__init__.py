"""The mediation room's work: the day, the files, one file as a page with everything that can be done.

A mediator opens the day, sees what falls due and who asked for help, takes a request in while the
person speaks, answers the questions before acceptance, records sittings, drafts and has signed an
agreement, prints its papers, visits, closes and archives. Nothing here decides: every verb is one of
:mod:`mediation_rooms`; what can be entered is data (:mod:`.acts`), so that every form looks and
behaves alike.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from assistant.settings import Settings

blueprint = Blueprint("casework", __name__, url_prefix="/cases")


def install(app: Flask, _settings: Settings) -> None:
    """Register the blueprint with its views and the filters of its templates."""
    from assistant.web.casework import (  # noqa: F401 - registers views
        aloud,
        data_requests,
        day,
        doing,
        dossier,
        file,
        intake,
        opinions,
        papers,
        reporting,
        request_box,
        retention,
        screening,
        sealed,
        teaching,
        wording,
    )

    app.jinja_env.globals["step_label"] = wording.step_label
    app.register_blueprint(blueprint)
