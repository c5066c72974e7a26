"""This machine: whether several people use it, and whether it is a kiosk where nobody signs in."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from assistant.browser_cookies import delete_cookie, set_cookie
from assistant.i18n import gettext as _
from assistant.settings import Settings
from assistant.web import access
from assistant.web import sign_in as verbs
from assistant.web.account import blueprint
from assistant.web.sessions import case_writer
from assistant.web.sign_in import signed_in_account
from mediation_rooms import audit, sign_in_sessions
from mediation_rooms.accounts import Account
from mediation_rooms.sign_in_sessions import Stage


def minutes(limit: timedelta) -> int:
    """A limit in whole minutes."""
    return int(limit.total_seconds() // 60)


@blueprint.get("/machine")
def machine() -> str:
    """What this machine is, and the ways to say otherwise."""
    settings: Settings = current_app.extensions["settings"]
    return render_template(
        "account/machine.html",
        is_marked=verbs.machine_is_marked_shared(),
        is_set_by_operator=settings.shared_machines,
        session_is_short=verbs.session_is_on_shared_machine(),
        may_enrol=access.may_open("account.enrol_kiosk"),
        shared_idle=minutes(sign_in_sessions.SHARED_IDLE_LIMIT),
        shared_hours=minutes(sign_in_sessions.SHARED_ABSOLUTE_LIMIT) // 60,
        idle=minutes(sign_in_sessions.IDLE_LIMIT),
        hours=minutes(sign_in_sessions.ABSOLUTE_LIMIT) // 60,
    )


@blueprint.post("/machine")
def mark_machine() -> Response:
    """From now on everybody's session is short in this browser, the present one included."""
    session = case_writer()
    me = session.get_one(Account, signed_in_account().id)
    _note("machine.shared")
    token = verbs.begin_session(session, me, Stage.FULL, is_shared=True)
    flash(_("记住了：这台机器别人也用，登录的时间会短一些。"), "good")
    response = redirect(url_for("account.machine"), 303)
    set_cookie(response, "session", token)
    delete_cookie(response, "known")
    verbs.mark_as_shared(response)
    return response


@blueprint.post("/machine/own")
def unmark_machine() -> Response:
    """Only one person uses this browser; holds from the next time somebody signs in."""
    _note("machine.own")
    flash(_("记住了：这台机器只有一个人用。下次登录起算。"), "good")
    response = redirect(url_for("account.machine"), 303)
    delete_cookie(response, "shared")
    return response


@blueprint.post("/kiosk-device")
def enrol_kiosk() -> Response:
    """Mark this browser as a kiosk: who is signed in is signed out, and from now on nobody signs in here."""
    _note("machine.kiosk")
    sign_in_sessions.end(case_writer(), verbs.session_token())
    g.sign_in_changed = True
    response = redirect(url_for("sign_in.signed_out"), 303)
    for name in ("session", "known", "shared"):
        delete_cookie(response, name)
    verbs.enrol_as_kiosk(response)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _note(action: str) -> None:
    me = signed_in_account()
    audit.record(
        case_writer(),
        actor=me.actor,
        action=action,
        object_kind="account",
        object_id=me.id,
        room_id=me.room_id,
    )
