"""Leaving at once: a page that says nothing of what was read, and takes the visit's traces with it."""

from __future__ import annotations

from flask import current_app, g, make_response, render_template
from flask.wrappers import Response

from assistant.browser_cookies import delete_cookie
from assistant.i18n import COOKIE as LANGUAGE_COOKIE
from assistant.i18n import SOURCE
from assistant.settings import Settings
from assistant.web.kiosk import blueprint


@blueprint.get("/leave")
def leave() -> Response:
    """The resting page of a kiosk and the target of the quick exit; the next visitor begins from nothing.

    The place of the machine and its enrolment stay; what this visit left in the browser goes.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.is_kiosk:
        g.interface_language = SOURCE  # the next visitor chooses anew
    response = make_response(render_template("kiosk/leave.html"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.headers["Cache-Control"] = "no-store"
    for name in ("device", "flash", LANGUAGE_COOKIE):
        delete_cookie(response, name)
    return response
