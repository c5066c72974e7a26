"""Where the visitor is: the machine's own setting, else a choice kept as the code of a place and nothing more."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from assistant.browser_cookies import read_cookie, set_cookie
from assistant.settings import Settings
from assistant.web.kiosk import blueprint
from mediation_rooms.divisions import Level, all_divisions, ancestors, children, division

COOKIE = "place"
COOKIE_SECONDS = 365 * 24 * 3600
AFTERWARDS = ("rooms", "ask")
"""Pages of this surface that may follow the choice."""


def chosen_place() -> str:
    """The code of the visitor's place: asked for in the address, set for this machine, chosen once; or empty."""
    settings: Settings = current_app.extensions["settings"]
    for code in (request.values.get("place", ""), settings.kiosk_place, read_cookie(COOKIE)):
        if code in all_divisions():
            return code
    return ""


def prefecture_code() -> str:
    """The whole prefecture: near to everything, for who has not chosen."""
    return next(each.code for each in all_divisions().values() if each.level is Level.PREFECTURE)


@blueprint.get("/place")
def place() -> str:
    """Choose by touching: county, township, village; every level may be the answer from the township down."""
    inside = request.args.get("inside", "") or prefecture_code()
    if inside not in all_divisions():
        raise NotFound
    here = division(inside)
    return render_template(
        "kiosk/place.html",
        here=here,
        way=ancestors(inside),
        below=children(inside),
        may_be_chosen=here.level >= Level.TOWNSHIP,
        villages=here.level is Level.TOWNSHIP,
        afterwards=_afterwards(),
    )


@blueprint.post("/place")
def choose_place() -> Response:
    """Keep the place in a cookie that says nothing else; a machine with its own place keeps nothing."""
    code = request.form.get("code", "")
    if code not in all_divisions():
        return redirect(url_for("kiosk.place", afterwards=_afterwards()), 303)
    settings: Settings = current_app.extensions["settings"]
    target = f"kiosk.{_afterwards()}"
    if settings.kiosk_place:
        return redirect(url_for(target, place=code), 303)
    response = redirect(url_for(target), 303)
    set_cookie(response, COOKIE, code, seconds=COOKIE_SECONDS)
    return response


def _afterwards() -> str:
    wanted = request.values.get("afterwards", "")
    return wanted if wanted in AFTERWARDS else AFTERWARDS[0]
